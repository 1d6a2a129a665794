"""Verifies everything that is stored: pages, schema, documents, links, records, tree, checkpoints.

It reads page by page, up to where the store ended when it began: a server can go on writing, and a large store needs no
more memory than a small one. A part that cannot be read is a finding too, whatever the error.
"""

import logging
from asyncio import to_thread
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from contextlib import aclosing, suppress
from typing import Any, NamedTuple

from sqlalchemy import Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.database import Database
from ..database.schema import faults_in_schema
from ..database.tables import checkpoints, evidence, labels, parents, records
from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from ..log.record import Record, read_record
from .documents import check_document
from .findings import Finding, FindingKind, Progress, Result
from .history import History
from .links import check_links

log = logging.getLogger("seawall.server")

PAGE = 256
LOWEST = -(2**63)  #: so that a row that was inserted below the first one is read too

Event = Progress | Finding | Result


class _Extent(NamedTuple):
    """Where the store ended when the verification began, and how many rows it had."""

    last_position: int
    last_seq: int
    documents: int
    records: int


class _Beside(NamedTuple):
    """What other tables say of a page of documents, by address."""

    parents: dict[str, dict[str, str]]
    labels: dict[str, list[tuple[str, str]]]
    first_records: dict[str, Record]


async def verify(
    database: Database, keys: Keys, kept_checkpoints: Collection[Checkpoint] = ()
) -> AsyncGenerator[Event, None]:
    """Progress and findings as they come, one result at the end. The log must have grown from every kept checkpoint."""
    run = _Run(database, keys, kept_checkpoints)
    findings = 0
    async with aclosing(run.events()) as events:
        async for event in events:
            findings += isinstance(event, Finding)
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
        self._position = 0  #: of the last document
        self._logged_last = -1  #: documents are in the order in which they were logged

    async def events(self) -> AsyncGenerator[Event, None]:
        for part in (self._pages, self._schema, self._documents, self._records, self._links):
            try:
                async with aclosing(part()) as events:
                    async for event in events:
                        yield event
            except Exception as error:
                log.debug("verification stopped in %s", part.__name__, exc_info=True)
                description = f"{part.__name__.strip('_')} cannot be read: {getattr(error, 'orig', None) or error!r}"
                yield Finding(FindingKind.DATABASE, self._database.name, description)

    async def _pages(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            for fault in await connection.run_sync(self._database.integrity):
                yield Finding(FindingKind.DATABASE, self._database.name, fault)

    async def _schema(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            for name, fault in await connection.run_sync(faults_in_schema, self._database):
                yield Finding(FindingKind.SCHEMA, name, fault)

    async def _documents(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            extent, position = await self._extent(connection), LOWEST
            while rows := await _page(connection, evidence.c.position, position, extent.last_position):
                beside = await _read_beside(connection, rows)
                for finding in await to_thread(self._in_page, rows, beside):
                    yield finding
                self.documents, position = self.documents + len(rows), rows[-1].position + 1
                yield self._progress(extent)
            for finding in _unread(evidence, self.documents, extent.documents):
                yield finding

    def _in_page(self, rows: Sequence[Any], beside: _Beside) -> list[Finding]:
        """The findings of a page of documents."""
        findings: list[Finding] = []
        for row in rows:
            record = beside.first_records.get(row.address)
            parents_of, labels_of = beside.parents.get(row.address, {}), beside.labels.get(row.address, ())
            findings += check_document(row, parents_of, labels_of, record)
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
            while rows := await _page(connection, records.c.seq, seq, extent.last_seq):
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
        sizes = (await connection.execute(query.order_by(checkpoints.c.size))).scalars().all()
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


def _unread(table: Table, read: int, counted: int) -> Iterator[Finding]:
    """A row without a number, or one that an index hides, is in no page."""
    if read != counted:
        yield Finding(FindingKind.DATABASE, table.name, f"{counted} rows are counted and {read} can be read")


def _in_records(
    history: History, rows: Sequence[Any], kinds: dict[str, str], notes: Sequence[str | None]
) -> list[Finding]:
    pairs = zip(rows, notes, strict=True)
    return [finding for row, note in pairs for finding in history.add(row, note, kinds.get(row.subject))]


async def _page(connection: AsyncConnection, key: Any, first: int, last: int) -> Sequence[Any]:
    """The rows of the next page; none after `last`, even if that is the largest number there can be."""
    if first > last:
        return ()
    query = select(key.table).where(key >= first, key <= last).order_by(key).limit(PAGE)
    return (await connection.execute(query)).all()


async def _read_beside(connection: AsyncConnection, rows: Sequence[Any]) -> _Beside:
    return _Beside(
        await _parents(connection, rows), await _labels(connection, rows), await _first_records(connection, rows)
    )


async def _parents(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Of every document of a page: its parents by name, as the rows of `parents` say."""
    query = select(parents).where(parents.c.child.in_([row.address for row in rows]))
    links: dict[str, dict[str, str]] = {}
    for row in await connection.execute(query):
        links.setdefault(row.child, {})[row.name] = row.parent
    return links


async def _labels(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, list[tuple[str, str]]]:
    """Of every document of a page: its labels with their names, as the rows of `labels` say."""
    query = select(labels).where(labels.c.address.in_([row.address for row in rows]))
    by_address: dict[str, list[tuple[str, str]]] = {}
    for row in await connection.execute(query):
        by_address.setdefault(row.address, []).append((row.name, row.label))
    return by_address


async def _kinds(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, str]:
    """The kind of every document that a page of records is about."""
    query = select(evidence.c.address, evidence.c.kind).where(evidence.c.address.in_([row.subject for row in rows]))
    return {row.address: row.kind for row in await connection.execute(query)}


async def _first_records(connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, Record]:
    """Of every document of a page: its first record, if that can be read."""
    about_page = records.c.subject.in_([row.address for row in rows])
    first = select(func.min(records.c.seq)).where(about_page).group_by(records.c.tenant, records.c.subject)
    query = select(records.c.subject, records.c.body).where(records.c.seq.in_(first))
    first_records = {}
    for row in await connection.execute(query):
        with suppress(ValueError):
            first_records[row.subject] = read_record(row.body)
    return first_records
