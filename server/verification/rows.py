"""Rows that may hold anything: a value that is not as its column declares is a finding."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, and_, bindparam, literal_column, not_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import limits
from ..database.declared import declaration, fits
from .findings import Finding, FindingKind

CHECKED_AT_ONCE = 4_000  #: rows whose types and sizes are looked at together
LOWEST, HIGHEST = -(2**63), 2**63 - 1
_NUMBER: ColumnElement[int] = literal_column("rowid", BigInteger)
_FIRST, _LAST = (bindparam(name, type_=BigInteger()) for name in ("first", "last"))


async def misfits(connection: AsyncConnection, table: Table, tenant: str = "") -> AsyncIterator[Finding]:
    """Every value of a table of SQLite that is not as its column declares, and the number of its row.

    Of a tenant's rows alone where there is one, without numbers: they count the rows of others too.
    """
    coming = select(_NUMBER).select_from(table).where(_NUMBER >= _FIRST).order_by(_NUMBER).limit(CHECKED_AT_ONCE)
    misfitting, first = _misfitting(table), LOWEST
    if tenant:
        coming, misfitting = (query.where(table.c.tenant == tenant) for query in (coming, misfitting))
    while first <= HIGHEST:
        numbers = (await connection.execute(coming, {"first": first})).scalars().all()
        if not numbers:
            return
        for row in await _rows_of(connection, misfitting, numbers):
            where = f"a row of {table.name}" if tenant else f"row {row[0]} of {table.name}"
            for finding in _findings(table, row, where):
                yield finding
        first = numbers[-1] + 1


def _misfitting(table: Table) -> Any:
    """Of a range of rows those with such a value: their number, and of each column whether it fits."""
    as_declared = [fits(column) for column in table.c]
    query = select(_NUMBER, *as_declared).select_from(table)
    return query.where(_NUMBER.between(_FIRST, _LAST), not_(and_(*as_declared)))


async def _rows_of(connection: AsyncConnection, query: Any, numbers: Sequence[int]) -> list[Any]:
    """What the query gives for these rows, and of a row with a text that is too long its number alone.

    SQLite reads a text to learn how long it is, and refuses one that is too long: then it looks at each half.
    """
    try:
        return list((await connection.execute(query, {"first": numbers[0], "last": numbers[-1]})).all())
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_TOOBIG:
            raise
    if len(numbers) == 1:
        return [numbers]
    half = len(numbers) // 2
    return [row for part in (numbers[:half], numbers[half:]) for row in await _rows_of(connection, query, part)]


def _findings(table: Table, row: Any, where: str) -> Iterator[Finding]:
    if len(row) == 1:
        yield Finding(FindingKind.COLUMN, where, f"a text is longer than {limits.LARGEST_VALUE:,} bytes")
        return
    for column, is_as_declared in zip(table.c, row[1:], strict=True):
        if not is_as_declared:
            yield Finding(FindingKind.COLUMN, where, f"{column.name} is not {declaration(column)}")
