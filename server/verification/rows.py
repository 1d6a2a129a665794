"""Rows as their tables declare them: a value of another type, or a longer one, is a finding and is read as empty.

SQLite keeps any value in any column of a file that somebody else has written. Nothing is read before its size is known,
and no more at once than `PAGE_BYTES`.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import limits
from ..database.database import Database
from ..database.tables import most_bytes
from .findings import Finding, FindingKind

PAGE, PAGE_BYTES = 256, 2**22  #: rows, and bytes of their bodies, that are read at once; one row may be larger
MOST_LINKED = 16 * PAGE  #: rows that belong to a page; more than four a row are more than this release makes
CHECKED_AT_ONCE = 1_000  #: rows whose types and sizes are looked at together
FIRST, LAST = -(2**63), 2**63 - 1
_NUMBER: ColumnElement[int] = literal_column("rowid", BigInteger)
#: What SQLite calls a value of a type, and what people do.
_TYPES = {int: ("integer", "an integer"), str: ("text", "text"), bytes: ("blob", "bytes")}


def declared(database: Database, *columns: Any) -> list[Any]:
    """The columns, each empty where its value is not as its table declares it."""
    if not database.keeps_any_value:
        return list(columns)
    empty = {column: literal(_type(column)(), column.type) for column in columns}
    return [case((_fits(column), column), else_=empty[column]).label(column.name) for column in columns]


def _fits(column: Any) -> ColumnElement[bool]:
    """Whether a value is of the type of its column, and not longer than it may be."""
    is_of_type = func.typeof(column) == _TYPES[_type(column)][0]
    return is_of_type if _type(column) is int else and_(is_of_type, _size(column) <= most_bytes(column))


def _size(column: Any) -> ColumnElement[int]:
    """In bytes; of bytes SQLite knows it without reading them."""
    return func.length(column if _type(column) is bytes else cast(column, LargeBinary))


def _type(column: Any) -> type[int] | type[bytes] | type[str]:
    return bytes if isinstance(column.type, LargeBinary) else int if isinstance(column.type, Integer) else str


async def page(
    database: Database, connection: AsyncConnection, key: Column[Any], first: int, last: int
) -> Sequence[Any]:
    """The rows of the next page; none after `last`, even if that is the largest number there can be."""
    if first > last:
        return ()
    body = key.table.c.body
    size = case((_fits(body), func.length(body)), else_=0) if database.keeps_any_value else func.length(body)
    coming = select(key, size).where(key >= first, key <= last).order_by(key).limit(PAGE)
    numbers = list(_at_once((await connection.execute(coming)).all()))
    if not numbers:
        return ()
    query = select(*declared(database, *key.table.c)).where(key >= first, key <= numbers[-1]).order_by(key)
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
    fits = [_fits(column) for column in table.c]
    query = select(_NUMBER, *fits).select_from(table)
    query = query.where(_NUMBER.between(numbers[0], numbers[-1]), not_(and_(*fits)))
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
    for column, fits in zip(table.c, row[1:], strict=True):
        if not fits:
            limit = "" if _type(column) is int else f" of at most {most_bytes(column):,} bytes"
            yield Finding(FindingKind.COLUMN, where, f"{column.name} is not {_TYPES[_type(column)][1]}{limit}")
