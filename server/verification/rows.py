"""Rows that may hold anything: a value that is not as its column declares is a finding."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Table,
    and_,
    literal_column,
    not_,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import limits
from ..database.declared import declaration, fits
from .findings import Finding, FindingKind

CHECKED_AT_ONCE = 1_000  #: rows whose types and sizes are looked at together
FIRST, LAST = -(2**63), 2**63 - 1
_NUMBER: ColumnElement[int] = literal_column("rowid", BigInteger)


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
