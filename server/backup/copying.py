"""The evidence of a database as a SQLite file, as it is at one time while servers go on writing; and back as rows."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import schema
from ..database.database import Database
from ..database.files import how_to_read
from ..database.limits import READ_SCHEMA
from ..database.sqlite import Sqlite
from ..database.tables import metadata

PAGES_AT_ONCE = 1_000  #: after which a copy says how far it is
MEMORY_BYTES = 128 * 2**20  #: of the rows that are read at once
MOST_ROWS_AT_ONCE = 1_000

Advance = Callable[[int, int], None]  #: how many pages or rows of how many are copied


async def copy_evidence(source: Database, target: Path, advance: Advance) -> None:
    """Makes the file. Pages are copied of a SQLite file, which takes along what stands beside the evidence."""
    if isinstance(source, Sqlite):
        _copy_pages(source.path, target, advance)
        source.check_place()
    else:
        copy = Sqlite(target)
        try:
            await schema.upgrade(copy)
            await copy_rows(source, copy, advance)
        finally:
            await copy.dispose()


async def copy_rows(source: Database, target: Database, advance: Advance) -> None:
    """Every row of the evidence from one database into the empty tables of another, in one transaction of each."""
    async with source.reader.connect() as reading, target.writer.begin() as writing:
        if not isinstance(source, Sqlite):  # which has no other isolation
            await reading.execution_options(isolation_level="REPEATABLE READ")
        counts = [select(func.count()).select_from(table).scalar_subquery() for table in metadata.sorted_tables]
        total = sum((await reading.execute(select(*counts))).one())
        done = 0
        for table in metadata.sorted_tables:
            done = await _copy_table(table, reading, writing, lambda rows: advance(rows, total), done)


async def _copy_table(
    table: Table, reading: AsyncConnection, writing: AsyncConnection, advance: Callable[[int], None], done: int
) -> int:
    """The number of rows that are copied then."""
    query = select(table).execution_options(yield_per=_rows_at_once(table))
    async with reading.stream(query) as rows:
        async for some in rows.mappings().partitions():
            await writing.execute(table.insert(), [dict(row) for row in some])
            done += len(some)
            advance(done)
    return done


def _rows_at_once(table: Table) -> int:
    """As many as fit into the memory where each is as large as its columns may be."""
    largest = sum(getattr(column.type, "most_bytes", 8) for column in table.columns)
    return max(1, min(MOST_ROWS_AT_ONCE, MEMORY_BYTES // largest))


def _copy_pages(source: Path, target: Path, advance: Advance) -> None:
    """In one transaction that reads: else each commit of a server would let the copy begin anew."""
    options = "&".join(f"{name}={value}" for name, value in {"mode": "ro", **how_to_read(source)}.items())
    url = f"{source.absolute().as_uri()}?{options}"
    reading, writing = sqlite3.connect(url, uri=True, isolation_level=None), sqlite3.connect(target)
    with closing(reading), closing(writing):
        reading.execute("BEGIN")
        reading.execute(READ_SCHEMA).fetchall()
        writing.execute("PRAGMA synchronous=OFF")  # the file has no name yet, and is synced before it gets one

        def copied(_: int, remaining: int, total: int) -> None:
            advance(total - remaining, total)

        reading.backup(writing, pages=PAGES_AT_ONCE, progress=copied)
