"""Verifies what is stored of a tenant, or of all of them with the operator's log over theirs.

It recomputes everything that is a hash: bytes to addresses, parents, log to tree to checkpoint, schema and triggers. A
part that cannot be read is a finding too, whatever the error.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing

from ..database.database import Database
from ..database.tenants import tenants_in
from ..log.checkpoint import Checkpoint
from ..log.key_file import KeyFile
from ..log.keys import Keys
from ..log.tenants import LOCAL, OPERATOR, has_log
from .accounts import check_accounts
from .findings import Event, Finding, FindingKind, OtherRelease, Progress, Result
from .parts import Parts
from .recompute import Recomputation
from .recorded import check_recorded
from .storage import Rows, Storage
from .tenant import TenantRun, add_other_releases
from .workers import Workers

LONGEST = 2_000  #: letters of a finding: what it quotes may be as long as a document

Events = AsyncGenerator[Event, None]


async def verify(
    database: Database,
    tenant: str,
    keys: Keys,
    kept_checkpoints: Collection[Checkpoint] = (),
    recomputation: Recomputation | None = None,
    workers: Workers | None = None,
) -> Events:
    """Of one tenant: progress and findings as they come, one result at the end. It says nothing of another tenant.

    Its log must have grown from every kept checkpoint. With a `recomputation` everything that the engine made is
    computed again and compared. The `workers` check the pages of a tenant that is not small.
    """
    parts = Parts(database)
    storage = Storage(database, parts, tenant)
    run = TenantRun(database, tenant, keys, kept_checkpoints, recomputation, workers)
    findings = 0
    steps = (
        storage.schema,
        storage.pages,
        storage.values,
        run.documents,
        run.records,
        run.links,
        run.sweeps,
        run.computed,
    )
    async with aclosing(parts.events(*steps)) as events:
        async for event in events:
            findings += isinstance(event, Finding)
            yield _brief(event)
    yield run.result(findings)


async def verify_all(
    database: Database,
    key_file: KeyFile,
    kept_checkpoints: Mapping[str, Collection[Checkpoint]],
    recomputation: Recomputation | None = None,
    workers: Workers | None = None,
) -> Events:
    """The same of every tenant that has rows or a kept checkpoint, and of the operator's log; one result for all.

    Where a finding is in the log of another tenant than `local`, that is named first.
    """
    run = _Installation(database, key_file, kept_checkpoints, recomputation, workers)
    findings = 0
    async with aclosing(run.events()) as events:
        async for event in events:
            findings += isinstance(event, Finding)
            yield _brief(event)
    yield run.result(findings)


class _Installation:
    """One verification of everything."""

    def __init__(
        self,
        database: Database,
        key_file: KeyFile,
        kept_checkpoints: Mapping[str, Collection[Checkpoint]],
        recomputation: Recomputation | None,
        workers: Workers | None,
    ) -> None:
        self._database = database
        self._key_file = key_file
        self._kept_checkpoints = kept_checkpoints
        self._recomputation = recomputation
        self._workers = workers
        self._parts = Parts(database)
        self._storage = Storage(database, self._parts)
        self._without_rows = set(kept_checkpoints)  #: tenants that are not verified yet
        self._totals = Result(0, 0, 0, 0, "")
        self._other_releases = Counter[str]()
        self._looked_at = 0

    def result(self, findings: int) -> Result:
        """The sums of all tenants."""
        others = tuple(OtherRelease(name, documents) for name, documents in sorted(self._other_releases.items()))
        return self._totals._replace(findings=findings, other_releases=others)

    async def events(self) -> Events:
        whole = self._storage
        before, after = (
            (whole.schema, whole.pages, whole.values, whole.names),
            (self._recorded, self._accounts, self._unread),
        )
        async with aclosing(self._parts.events(*before, self._tenants, self._others, *after)) as events:
            async for event in events:
                yield event

    async def _tenants(self) -> Events:
        """One after another, in the order of their names, which are read as they come."""
        async for tenant in tenants_in(self._database):
            if has_log(tenant):
                self._without_rows.discard(tenant)
                async with aclosing(self._of(tenant)) as events:
                    async for event in events:
                        yield event

    async def _others(self) -> Events:
        """Those that have a checkpoint and no rows, or whose names could not be read."""
        for tenant in sorted(self._without_rows):
            async with aclosing(self._of(tenant)) as events:
                async for event in events:
                    yield event

    async def _of(self, tenant: str) -> Events:
        kept, keys = self._kept_checkpoints.get(tenant, ()), self._key_file.of(tenant)
        run = TenantRun(self._database, tenant, keys, kept, self._recomputation, self._workers)
        checked = 0
        async with aclosing(self._parts.events(*run.parts)) as events:
            async for event in events:
                if isinstance(event, Progress):
                    checked = event.checked
                    event = self._progress(self._looked_at + checked)
                yield _named(tenant, event)
        self._looked_at += checked
        self._add(run.result(0))

    def _add(self, result: Result) -> None:
        sums = {
            name: getattr(self._totals, name) + getattr(result, name)
            for name in ("documents", "records", "checkpoints", "recomputed")
        }
        self._totals = self._totals._replace(**sums)
        add_other_releases(self._other_releases, Counter(dict(result.other_releases)))

    def _progress(self, checked: int) -> Progress:
        documents, records = self._storage.counted
        return Progress(checked, max(checked, documents + records + (documents if self._recomputation else 0)))

    async def _recorded(self) -> Events:
        async with self._database.reader.connect() as connection:
            async for tenant, finding in check_recorded(connection, self._key_file.operator.origin):
                yield _named(tenant, finding)

    async def _accounts(self) -> Events:
        async with self._database.reader.connect() as connection:
            async for finding in check_accounts(connection):
                yield _named(OPERATOR, finding)

    async def _unread(self) -> Events:
        """Rows of no tenant are in no log; those that are added meanwhile may be read and not be counted."""
        read = Rows(self._totals.documents, self._totals.records)
        for table, counted, of_tenants in zip(("evidence", "records"), self._storage.counted, read, strict=True):
            if of_tenants < counted:
                description = f"{counted} rows are counted and {of_tenants} can be read"
                yield Finding(FindingKind.DATABASE, table, description)


def _named(tenant: str, event: Event) -> Event:
    if isinstance(event, Finding) and tenant != LOCAL:
        return event._replace(where=f"{tenant}: {event.where}")
    return event


def _brief(event: Event) -> Event:
    if not isinstance(event, Finding):
        return event
    return event._replace(where=_shortened(event.where), description=_shortened(event.description))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
