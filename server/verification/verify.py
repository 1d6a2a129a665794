"""Verifies everything that is stored: schema, pages, documents, links, records, tree, checkpoints.

It reads page by page, up to where the store ended when it began: a server can go on writing, and a large store needs no
more memory than a small one. A part that cannot be read is a finding too, whatever the error.
"""

import logging
from asyncio import to_thread
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing
from typing import ParamSpec, TypeVar

from ..database.database import Database
from ..database.limits import LimitReached
from ..database.schema import faults_in_schema, unsafe
from ..database.tables import evidence, metadata, records
from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from .extent import Extent, checkpoints_beyond, extent_of, unread
from .findings import Event, Finding, FindingKind, OtherRelease, Progress, Result
from .history import DocumentOrder, History
from .links import check_links
from .page_checks import check_documents, check_records
from .pages import DOCUMENT_SIZES, DOCUMENTS_AT_ONCE, RECORD_SIZES, RECORDS_AT_ONCE, Page, pages
from .recompute import AT_ONCE as COMPUTED_AT_ONCE
from .recompute import Recomputation, check_computed
from .records import CheckedRecord
from .rows import misfits
from .workers import Check, Workers

FEW, FEW_TO_COMPUTE = 10_000, 100  #: documents that take less time than to start processes for them
MOST_NAMES = 100  #: of other releases; the others are counted together
LONGEST = 2_000  #: letters of a finding: what it quotes may be as long as a document

log = logging.getLogger("seawall.server")

P = ParamSpec("P")
T = TypeVar("T")


async def verify(
    database: Database,
    keys: Keys,
    kept_checkpoints: Collection[Checkpoint] = (),
    recomputation: Recomputation | None = None,
    workers: Workers | None = None,
) -> AsyncGenerator[Event, None]:
    """Progress and findings as they come, one result at the end. The log must have grown from every kept checkpoint.

    With a `recomputation` everything that the engine made is computed again and compared. The `workers` check the pages
    of a database that is not small.
    """
    run = _Run(database, keys, kept_checkpoints, recomputation, workers)
    findings = 0
    async with aclosing(run.events()) as events:
        async for event in events:
            if isinstance(event, Finding):
                findings += 1
                event = event._replace(where=_brief(event.where), description=_brief(event.description))
            yield event
    others = tuple(OtherRelease(name, documents) for name, documents in sorted(run.other_releases.items()))
    yield Result(run.documents, run.records, run.checkpoints, findings, run.newest_note, run.recomputed, others)


class _Run:
    """One verification."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        kept_checkpoints: Collection[Checkpoint],
        recomputation: Recomputation | None,
        workers: Workers | None,
    ) -> None:
        self._database = database
        self._keys = keys
        self._kept_checkpoints = kept_checkpoints
        self._recomputation = recomputation
        self._workers = workers
        self.documents = self.records = self.checkpoints = self.recomputed = 0
        self.other_releases = Counter[str]()
        self.newest_note = ""
        self._alone = False  #: whether the database has exactly the tables of this release
        self._endless = True  #: whether more of it could have no end; not once its schema is known

    async def events(self) -> AsyncGenerator[Event, None]:
        parts = (self._schema, self._pages, self._values, self._documents, self._records, self._links, self._computed)
        for part in parts:
            try:
                async with aclosing(part()) as events:
                    async for event in events:
                        yield event
            except Exception as error:
                log.debug("verification stopped in %s", part.__name__, exc_info=True)
                cause = getattr(error, "orig", None) or error
                description = f"{part.__name__.strip('_')} cannot be read: {cause if str(cause) else repr(cause)}"
                yield Finding(FindingKind.DATABASE, self._database.name, description)
                self._endless = self._endless or isinstance(cause, LimitReached)
            if self._endless:
                yield Finding(FindingKind.DATABASE, self._database.name, "no row is read: that could have no end")
                return

    async def _schema(self) -> AsyncGenerator[Event, None]:
        """First: nothing that is not of this release may be looked into."""
        async with self._database.reader.connect() as connection:
            faults = await connection.run_sync(faults_in_schema, self._database)
            self._endless = bool(await connection.run_sync(unsafe, self._database, faults))
        self._alone = not faults
        for name, fault in faults:
            yield Finding(FindingKind.SCHEMA, name, fault)

    async def _pages(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            for fault in await connection.run_sync(self._database.integrity, self._alone):
                yield Finding(FindingKind.DATABASE, self._database.name, fault)

    async def _values(self) -> AsyncGenerator[Event, None]:
        """In columns that keep any value: those that are not what the column declares."""
        async with self._database.reader.connect() as connection:
            for table in metadata.sorted_tables if self._database.keeps_any_value else ():
                async for finding in misfits(connection, table):
                    yield finding

    async def _documents(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent, order = await extent_of(connection), DocumentOrder()
            every_page = pages(connection, DOCUMENT_SIZES, extent.last_position, DOCUMENTS_AT_ONCE)
            async for checked in self._each(extent, check_documents, every_page):
                for finding in (*checked.findings, *order.add(checked.order)):
                    yield finding
                self.documents += len(checked.order)
                yield self._progress(extent)
            for finding in unread(evidence, self.documents, extent.documents):
                yield finding

    async def _records(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent = await extent_of(connection)
            history = History(self._keys, self._kept_checkpoints)
            every_page = pages(connection, RECORD_SIZES, extent.last_seq, RECORDS_AT_ONCE)
            async for checked in self._each(extent, check_records, every_page, self._keys.public):
                for finding in await to_thread(_grown, history, checked.records):
                    yield finding
                self.records += len(checked.records)
                self.checkpoints += checked.checkpoints
                self.newest_note = checked.newest_note or self.newest_note
                yield self._progress(extent)
            beyond = await checkpoints_beyond(connection, extent, self.records)
            self.checkpoints += len(beyond)
            for finding in (*history.end(beyond), *unread(records, self.records, extent.records)):
                yield finding

    async def _links(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent = await extent_of(connection)
            async for finding in check_links(connection, extent.last_seq):
                yield finding

    async def _computed(self) -> AsyncGenerator[Event, None]:
        if self._recomputation is None:
            return
        async with self._database.reader.connect() as connection:
            extent = await extent_of(connection)
            every_page, rows = pages(connection, DOCUMENT_SIZES, extent.last_position, COMPUTED_AT_ONCE), 0
            async for checked in self._each(extent, check_computed, every_page, self._recomputation):
                for finding in checked.findings:
                    yield finding
                self.recomputed += checked.documents
                self._add_other_releases(checked.other_releases)
                rows += checked.rows
                yield self._progress(extent, rows)

    def _add_other_releases(self, added: Counter[str]) -> None:
        """Anybody can have written any number of names into a database."""
        for name, documents in added.items():
            known = name in self.other_releases or len(self.other_releases) < MOST_NAMES
            self.other_releases[name if known else "others"] += documents

    async def _each(
        self, extent: Extent, check: Check[P, T], every_page: AsyncIterator[Page], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[T]:
        """What a check gives for each page, in their order: from the workers, or for a small database from here."""
        few = FEW_TO_COMPUTE if self._recomputation else FEW
        if self._workers and self._workers.processes > 1 and extent.documents > few:
            async with aclosing(self._workers.each(check, every_page, *args, **kwargs)) as checks:
                async for checked in checks:
                    yield checked
        else:
            async for page in every_page:
                yield await check(self._database, page, *args, **kwargs)

    def _progress(self, extent: Extent, recomputed: int = 0) -> Progress:
        """How many rows of how many were looked at, those of documents twice where they are computed again."""
        total = extent.documents + extent.records + (extent.documents if self._recomputation else 0)
        return Progress(self.documents + self.records + recomputed, total)


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _grown(history: History, records: Collection[CheckedRecord]) -> list[Finding]:
    return [finding for record in records for finding in history.add(record)]
