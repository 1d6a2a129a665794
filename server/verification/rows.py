"""Rows that may hold anything: what is not as its table declares is a finding, and no more is read at once than fits.

Nothing is read before its size is known.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Table,
    and_,
    case,
    func,
    literal_column,
    not_,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import limits
from ..database.database import Database
from ..database.declared import declaration, fits
from .findings import Finding, FindingKind

PAGE, PAGE_BYTES = 256, 2**22  #: rows, and bytes of their bodies, that are read at once; one row may be larger
MOST_LINKED = 16 * PAGE  #: rows that belong to a page; more than four a row are more than this release makes
CHECKED_AT_ONCE = 1_000  #: rows whose types and sizes are looked at together
FIRST, LAST = -(2**63), 2**63 - 1
_NUMBER: ColumnElement[int] = literal_column("rowid", BigInteger)


async def page(
    database: Database, connection: AsyncConnection, key: Column[Any], first: int, last: int
) -> Sequence[Any]:
    """The rows of the next page; none after `last`, even if that is the largest number there can be."""
    if first > last:
        return ()
    body = key.table.c.body
    size = case((fits(body), func.length(body)), else_=0) if database.keeps_any_value else func.length(body)
    coming = select(key, size).where(key >= first, key <= last).order_by(key).limit(PAGE)
    numbers = list(_at_once((await connection.execute(coming)).all()))
    if not numbers:
        return ()
    query = select(key.table).where(key >= first, key <= numbers[-1]).order_by(key)
    return (await connection.execute(query)).all()


def _at_once(rows: Sequence[Any]) -> Iterator[int]:
    """The numbers of the first row, and of all those after it that can be read with it."""
    total = 0
    for number, size in rows:
        total += size
        if total > PAGE_BYTES and total != size:
            return
        yield number


async def misfits(connection: AsyncConnection, table: Table) -> AsyncIterator[Finding]:
    """Every value of a table of SQLite that is not as its column declares."""
    first = FIRST
    while first <= LAST:
        coming = select(_NUMBER).select_from(table).where(first <= _NUMBER).order_by(_NUMBER)
        numbers = (await connection.execute(coming.limit(CHECKED_AT_ONCE))).scalars().all()
        for row in await _misfitting(connection, table, numbers) if numbers else ():
            for finding in _findings(table, row):
                yield finding
        first = numbers[-1] + 1 if numbers else LAST + 1


async def _misfitting(connection: AsyncConnection, table: Table, numbers: Sequence[int]) -> list[Any]:
    """Of these rows the ones with such a value: their number, and of each column whether it fits.

    SQLite reads a text to learn how long it is, and refuses one that is too long: then each row is looked at alone.
    """
    as_declared = [fits(column) for column in table.c]
    query = select(_NUMBER, *as_declared).select_from(table)
    query = query.where(_NUMBER.between(numbers[0], numbers[-1]), not_(and_(*as_declared)))
    try:
        return list((await connection.execute(query)).all())
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_TOOBIG:
            raise
    if len(numbers) == 1:
        return [numbers]
    return [row for number in numbers for row in await _misfitting(connection, table, [number])]


def _findings(table: Table, row: Any) -> Iterator[Finding]:
    where = f"row {row[0]} of {table.name}"
    if len(row) == 1:
        yield Finding(FindingKind.COLUMN, where, f"a text is longer than {limits.LARGEST_VALUE:,} bytes")
        return
    for column, is_as_declared in zip(table.c, row[1:], strict=True):
        if not is_as_declared:
            yield Finding(FindingKind.COLUMN, where, f"{column.name} is not {declaration(column)}")
