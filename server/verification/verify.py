"""Verifies everything that is stored: pages, schema, documents, links, records, tree, checkpoints.

It reads page by page, up to where the store ended when it began: a server can go on writing, and a large store needs no
more memory than a small one. A part that cannot be read is a finding too, whatever the error.
"""

import logging
from asyncio import to_thread
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from contextlib import aclosing, suppress
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.database import Database
from ..database.limits import LimitReached
from ..database.schema import faults_in_schema, unsafe
from ..database.tables import checkpoints, evidence, metadata, parents, records
from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from ..log.record import Record, read_record
from .documents import check_document
from .findings import Finding, FindingKind, Progress, Result
from .history import History
from .links import check_links
from .rows import MOST_LINKED, misfits, page

log = logging.getLogger("seawall.server")

MOST_OF_A_DOCUMENT = 100  #: findings: a document can name a million parents
MOST_BEYOND = 1_000  #: checkpoints over more records than there are that are told one by one
LONGEST = 2_000  #: letters of a finding: what it quotes may be as long as a document
LOWEST = -(2**63)  #: so that a row that was inserted below the first one is read too

Event = Progress | Finding | Result


class _Extent(NamedTuple):
    """Where the store ended when the verification began, and how many rows it had."""

    last_position: int
    last_seq: int
    documents: int
    records: int


async def verify(
    database: Database, keys: Keys, kept_checkpoints: Collection[Checkpoint] = ()
) -> AsyncGenerator[Event, None]:
    """Progress and findings as they come, one result at the end. The log must have grown from every kept checkpoint."""
    run = _Run(database, keys, kept_checkpoints)
    findings = 0
    async with aclosing(run.events()) as events:
        async for event in events:
            if isinstance(event, Finding):
                findings += 1
                event = event._replace(where=_brief(event.where), description=_brief(event.description))
            yield event
    yield Result(run.documents, run.records, run.checkpoints, findings, run.newest_note)


class _Run:
    """One verification."""

    def __init__(self, database: Database, keys: Keys, kept_checkpoints: Collection[Checkpoint]) -> None:
        self._database = database
        self._keys = keys
        self._kept_checkpoints = kept_checkpoints
        self.documents = self.records = self.checkpoints = 0
        self.newest_note = ""
        self._alone = False  #: whether the database has exactly the tables of this release
        self._endless = True  #: whether more of it could have no end; not once its schema is known
        self._position = 0  #: of the last document
        self._logged_last = -1  #: documents are in the order in which they were logged

    async def events(self) -> AsyncGenerator[Event, None]:
        for part in (self._schema, self._pages, self._values, self._documents, self._records, self._links):
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
            extent, position = await self._extent(connection), LOWEST
            while rows := await page(self._database, connection, evidence.c.position, position, extent.last_position):
                links, first_records = await _parents(connection, rows), await _first_records(connection, rows)
                for finding in await to_thread(self._in_page, rows, links, first_records):
                    yield finding
                self.documents, position = self.documents + len(rows), rows[-1].position + 1
                yield self._progress(extent)
            for finding in _unread(evidence, self.documents, extent.documents):
                yield finding

    def _in_page(
        self, rows: Sequence[Any], links: dict[str, dict[str, str]], first_records: dict[str, Record]
    ) -> list[Finding]:
        """The findings of a page of documents, with the parents and the first record of each by its address."""
        findings: list[Finding] = []
        for row in rows:
            record = first_records.get(row.address)
            findings += islice(check_document(row, links.get(row.address, {}), record), MOST_OF_A_DOCUMENT)
            if row.position != self._position + 1:
                description = f"position {row.position} follows {self._position}"
                findings.append(Finding(FindingKind.COLUMN, row.address, description))
            self._position = row.position
            if record and record.seq < self._logged_last:
                description = f"position {row.position} says another order than record {record.seq}"
                findings.append(Finding(FindingKind.COLUMN, row.address, description))
            self._logged_last = record.seq if record else self._logged_last
        return findings

    async def _records(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent, seq = await self._extent(connection), LOWEST
            history = History(self._keys, self._kept_checkpoints)
            while rows := await page(self._database, connection, records.c.seq, seq, extent.last_seq):
                kinds, notes = await _kinds(connection, rows), await self._notes_of(connection, len(rows))
                for finding in await to_thread(_in_records, history, rows, kinds, notes):
                    yield finding
                self.records, seq = self.records + len(rows), rows[-1].seq + 1
                yield self._progress(extent)
            beyond = await self._beyond(connection, extent)
            for finding in (*history.end(beyond), *_unread(records, self.records, extent.records)):
                yield finding

    async def _links(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent = await self._extent(connection)
            async for finding in check_links(connection, extent.last_position, extent.last_seq):
                yield finding

    async def _notes_of(self, connection: AsyncConnection, count: int) -> list[str | None]:
        """The checkpoint after each of the next records, None where there is none."""
        sizes = range(self.records + 1, self.records + count + 1)
        query = select(checkpoints).where(checkpoints.c.size.between(sizes[0], sizes[-1]))
        notes = {row.size: row.note for row in await connection.execute(query)}
        self.checkpoints += len(notes)
        if notes:
            self.newest_note = notes[max(notes)]
        return [notes.get(size) for size in sizes]

    async def _beyond(self, connection: AsyncConnection, extent: _Extent) -> list[int]:
        """Sizes of checkpoints that the log never had; not those of a server that goes on adding records."""
        query = select(checkpoints.c.size).where(or_(checkpoints.c.size < 1, checkpoints.c.size > self.records))
        sizes = (await connection.execute(query.order_by(checkpoints.c.size).limit(MOST_BEYOND))).scalars().all()
        last_seq = (await connection.execute(select(func.max(records.c.seq)))).scalar_one()
        beyond = [size for size in sizes if size <= extent.last_seq + 1 or size > (last_seq or 0) + 1]
        self.checkpoints += len(beyond)
        return beyond

    def _progress(self, extent: _Extent) -> Progress:
        return Progress(self.documents + self.records, extent.documents + extent.records)

    async def _extent(self, connection: AsyncConnection) -> _Extent:
        """One query: a document and its record are committed together, and must be counted together."""
        query = select(
            select(func.coalesce(func.max(evidence.c.position), 0)).scalar_subquery(),
            select(func.coalesce(func.max(records.c.seq), -1)).scalar_subquery(),
            select(func.count()).select_from(evidence).scalar_subquery(),
            select(func.count()).select_from(records).scalar_subquery(),
        )
        return _Extent(*(await connection.execute(query)).one())


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _unread(table: Table, read: int, counted: int) -> Iterator[Finding]:
    """A row without a number, or one that an index hides, is in no page."""
    if read != counted:
        yield Finding(FindingKind.DATABASE, table.name, f"{counted} rows are counted and {read} can be read")


def _in_records(
    history: History, rows: Sequence[Any], kinds: dict[str, str], notes: Sequence[str | None]
) -> list[Finding]:
    pairs = zip(rows, notes, strict=True)
    return [finding for row, note in pairs for finding in history.add(row, note, kinds.get(row.subject))]


async def _parents(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Of every document of a page: its parents by name, as the rows of `parents` say."""
    query = select(parents).where(parents.c.child.in_([row.address for row in rows]))
    links: dict[str, dict[str, str]] = {}
    for row in await connection.execute(query.limit(MOST_LINKED)):
        links.setdefault(row.child, {})[row.name] = row.parent
    return links


async def _kinds(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, str]:
    """The kind of every document that a page of records is about."""
    query = select(evidence.c.address, evidence.c.kind).where(evidence.c.address.in_([row.subject for row in rows]))
    return {row.address: row.kind for row in await connection.execute(query.limit(MOST_LINKED))}


async def _first_records(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, Record]:
    """Of every document of a page: its first record, if that can be read."""
    about_page = records.c.subject.in_([row.address for row in rows])
    first = select(func.min(records.c.seq)).where(about_page).group_by(records.c.tenant, records.c.subject)
    query = select(records.c.subject, records.c.body).where(records.c.seq.in_(first))
    first_records = {}
    for row in await connection.execute(query.limit(MOST_LINKED)):
        with suppress(ValueError):
            first_records[row.subject] = read_record(row.body)
    return first_records
