"""Rows that may hold anything: a value that is not as its column declares is a finding."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Table, and_, bindparam, func, literal_column, not_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import limits
from ..database.declared import declaration, fits
from ..database.tables import evidence
from .findings import Finding, FindingKind
from .pages import TENANT

CHECKED_AT_ONCE = 4_000  #: rows whose types and sizes are looked at together
LOWEST, HIGHEST = -(2**63), 2**63 - 1
_NUMBER: ColumnElement[int] = literal_column("rowid", BigInteger)
#: Behind the body, which SQLite would read to learn how long this is: `check_document` sees where it is too long.
READ_WITH_BODY = evidence.c.recorded_at
_FIRST, _LAST = (bindparam(name, type_=BigInteger()) for name in ("first", "last"))


async def misfits(connection: AsyncConnection, table: Table, tenant: str = "") -> AsyncIterator[Finding]:
    """Every value of a table of SQLite that is not as its column declares, and the number of its row.

    Of a tenant's rows alone where there is one, without numbers: they count the rows of others too.
    """
    last_of_next, misfitting = _queries(table, bool(tenant))
    first = LOWEST
    while first <= HIGHEST:
        last = (await connection.execute(last_of_next, {"first": first})).scalar()
        if last is None or last < first:  # these are the last rows, or are in no order
            last = HIGHEST
        for row in await _rows_of(connection, misfitting, {"first": first, "last": last, "tenant": tenant}):
            where = f"a row of {table.name}" if tenant else f"row {row[0]} of {table.name}"
            for finding in _findings(table, row, where):
                yield finding
        first = last + 1


@cache
def _queries(table: Table, of_tenant: bool) -> tuple[Any, Any]:
    """The last number of the next rows, whosever they are; and of a range of rows those with such a value: their
    number, and of each column whether it fits."""
    last_of_next = select(_NUMBER).select_from(table).where(_NUMBER >= _FIRST).order_by(_NUMBER)
    as_declared = [_fits(column) for column in table.c]
    misfitting = select(_NUMBER, *as_declared).select_from(table)
    own = [table.c.tenant == TENANT] if of_tenant else []
    return (
        last_of_next.limit(1).offset(CHECKED_AT_ONCE - 1),
        misfitting.where(_NUMBER.between(_FIRST, _LAST), not_(and_(*as_declared)), *own),
    )


def _fits(column: Column[Any]) -> ColumnElement[bool]:
    return func.typeof(column) == "text" if column is READ_WITH_BODY else fits(column)


async def _rows_of(connection: AsyncConnection, query: Any, rows: dict[str, Any]) -> list[Any]:
    """What the query gives for a range of rows, and of a row with a text that is too long its number alone.

    SQLite reads a text to learn how long it is, and refuses one that is too long: then it looks at each half.
    """
    try:
        return list((await connection.execute(query, rows)).all())
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_TOOBIG:
            raise
    if rows["first"] == rows["last"]:
        return [(rows["first"],)]
    middle = (rows["first"] + rows["last"]) // 2
    halves = (rows | {"last": middle}, rows | {"first": middle + 1})
    return [row for half in halves for row in await _rows_of(connection, query, half)]


def _findings(table: Table, row: Any, where: str) -> Iterator[Finding]:
    if len(row) == 1:
        yield Finding(FindingKind.COLUMN, where, f"a text is longer than {limits.LARGEST_VALUE:,} bytes")
        return
    for column, is_as_declared in zip(table.c, row[1:], strict=True):
        if not is_as_declared:
            yield Finding(FindingKind.COLUMN, where, f"{column.name} is not {declaration(column)}")
