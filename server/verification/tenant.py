"""What is verified of a tenant: its documents, its log, the links between them, and what is computed again.

It reads page by page, up to where the rows of the tenant ended when it began: a server can go on writing, and a large
store needs no more memory than a small one.
"""

from asyncio import to_thread
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing
from typing import ParamSpec, TypeVar

from ..database.database import Database
from ..database.tables import evidence, records
from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from .extent import Extent, checkpoints_beyond, extent_of, unread
from .findings import Event, Finding, OtherRelease, Progress, Result
from .history import DocumentOrder, History
from .links import check_links
from .page_checks import check_documents, check_records
from .pages import DOCUMENT_SIZES, DOCUMENTS_AT_ONCE, RECORD_SIZES, RECORDS_AT_ONCE, Page, pages
from .parts import Part
from .recompute import AT_ONCE as COMPUTED_AT_ONCE
from .recompute import Recomputation, check_computed
from .records import CheckedRecord
from .sweeps import check_sweeps
from .workers import Check, Workers

FEW, FEW_TO_COMPUTE = 10_000, 100  #: documents that take less time than to start processes for them
MOST_NAMES = 100  #: of other releases; the others are counted together

P = ParamSpec("P")
T = TypeVar("T")


class TenantRun:
    """The verification of one tenant."""

    def __init__(
        self,
        database: Database,
        tenant: str,
        keys: Keys,
        kept_checkpoints: Collection[Checkpoint] = (),
        recomputation: Recomputation | None = None,
        workers: Workers | None = None,
    ) -> None:
        """Its log must have grown from every kept checkpoint."""
        self._database = database
        self._tenant = tenant
        self._keys = keys
        self._kept_checkpoints = kept_checkpoints
        self._recomputation = recomputation
        self._workers = workers
        self._documents = self._records = self._checkpoints = self._recomputed = self._looked_at = 0
        self._other_releases = Counter[str]()
        self._newest_note = ""

    def result(self, findings: int) -> Result:
        """How much was verified."""
        others = tuple(OtherRelease(name, documents) for name, documents in sorted(self._other_releases.items()))
        counts = (self._documents, self._records, self._checkpoints)
        return Result(*counts, findings, self._newest_note, self._recomputed, others)

    @property
    def parts(self) -> tuple[Part, ...]:
        """One after another."""
        return (self.documents, self.records, self.links, self.sweeps, self.computed)

    async def documents(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent, order = await extent_of(connection, self._tenant), DocumentOrder()
            every_page = pages(connection, self._tenant, DOCUMENT_SIZES, extent.last_position, DOCUMENTS_AT_ONCE)
            async for checked in self._each(extent, check_documents, every_page):
                for finding in (*checked.findings, *order.add(checked.order)):
                    yield finding
                self._documents += len(checked.order)
                yield self._progress(extent)
            for finding in unread(evidence, self._documents, extent.documents):
                yield finding

    async def records(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent = await extent_of(connection, self._tenant)
            history = History(self._keys, self._kept_checkpoints)
            every_page = pages(connection, self._tenant, RECORD_SIZES, extent.last_seq, RECORDS_AT_ONCE)
            async for checked in self._each(extent, check_records, every_page, self._keys.public):
                for finding in await to_thread(_grown, history, checked.records):
                    yield finding
                self._records += len(checked.records)
                self._checkpoints += checked.checkpoints
                self._newest_note = checked.newest_note or self._newest_note
                yield self._progress(extent)
            beyond = await checkpoints_beyond(connection, self._tenant, extent, self._records)
            self._checkpoints += len(beyond)
            for finding in (*history.end(beyond), *unread(records, self._records, extent.records)):
                yield finding

    async def links(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent = await extent_of(connection, self._tenant)
            async for finding in check_links(connection, self._tenant, extent.last_seq):
                yield finding

    async def sweeps(self) -> AsyncGenerator[Event, None]:
        async with (
            self._database.reader.connect() as connection,
            aclosing(check_sweeps(connection, self._tenant, self._recomputation)) as sweeps,
        ):
            async for checked in sweeps:
                for finding in checked.findings:
                    yield finding
                self._recomputed += checked.recomputed

    async def computed(self) -> AsyncGenerator[Event, None]:
        if self._recomputation is None:
            return
        async with self._database.reader.connect() as connection:
            extent = await extent_of(connection, self._tenant)
            every_page = pages(connection, self._tenant, DOCUMENT_SIZES, extent.last_position, COMPUTED_AT_ONCE)
            async for checked in self._each(extent, check_computed, every_page, self._recomputation):
                for finding in checked.findings:
                    yield finding
                self._recomputed += checked.documents
                add_other_releases(self._other_releases, checked.other_releases)
                self._looked_at += checked.rows
                yield self._progress(extent)

    async def _each(
        self, extent: Extent, check: Check[P, T], every_page: AsyncIterator[Page], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[T]:
        """What a check gives for each page, in their order: from the workers, or for a small tenant from here."""
        few = FEW_TO_COMPUTE if self._recomputation else FEW
        if self._workers and self._workers.processes > 1 and extent.documents > few:
            async with aclosing(self._workers.each(check, every_page, *args, **kwargs)) as checks:
                async for checked in checks:
                    yield checked
        else:
            async for page in every_page:
                yield await check(self._database, page, *args, **kwargs)

    def _progress(self, extent: Extent) -> Progress:
        """How many rows of how many were looked at, those of documents twice where they are computed again."""
        total = extent.documents + extent.records + (extent.documents if self._recomputation else 0)
        return Progress(self._documents + self._records + self._looked_at, total)


def add_other_releases(known: Counter[str], added: Counter[str]) -> None:
    """Anybody can have written any number of names into a database."""
    for name, documents in added.items():
        known[name if name in known or len(known) < MOST_NAMES else "others"] += documents


def _grown(history: History, records: Collection[CheckedRecord]) -> list[Finding]:
    return [finding for record in records for finding in history.add(record)]
