"""The names of the tenants that have rows, each found by an index: nothing in between is read."""

from collections.abc import AsyncIterator
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, Text, bindparam, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from .database import Database, DatabaseRefused
from .declared import fits
from .tables import metadata

MOST_TENANTS = 10_000  #: of a database
_AFTER = bindparam("after", type_=Text())


async def tenants_in(database: Database) -> AsyncIterator[str]:
    """Every name that a row has in its column of the tenant, in the order of the database.

    Raises `DatabaseRefused` after `MOST_TENANTS`: each costs a server memory, and a verification a dozen queries.
    """
    name, count = "", 0
    while name := await _following(database, name):
        count += 1
        if count > MOST_TENANTS:
            raise DatabaseRefused(f"{database.name} has rows of more than {MOST_TENANTS:,} tenants")
        yield name


async def next_tenant(connection: AsyncConnection, database: Database, after: str = "") -> str:
    """The first of these names after another, "" after the last."""
    return (await connection.execute(_next_name(database.keeps_any_value), {"after": after})).scalar_one() or ""


async def _following(database: Database, name: str) -> str:
    async with database.reader.connect() as connection:
        return await next_tenant(connection, database, name)


@cache
def _next_name(keeps_any_value: bool) -> Select[Any]:
    """The first name of all tables after another; values that are no names are left to who reads every value."""
    firsts = [_first_of(table, keeps_any_value).subquery() for table in metadata.sorted_tables]
    every = union_all(*(select(first.c.tenant) for first in firsts)).subquery()
    return select(func.min(every.c.tenant))


def _first_of(table: Table, keeps_any_value: bool) -> Select[Any]:
    query = select(table.c.tenant).where(table.c.tenant > _AFTER).order_by(table.c.tenant).limit(1)
    return query.where(fits(table.c.tenant)) if keeps_any_value else query
