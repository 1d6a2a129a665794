"""The commits of a store on PostgreSQL: few turns to the server for a commit, however many calls share it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

import asyncpg
from sqlalchemy.engine import Dialect

from .commits import INSERTS, Addition, Commits, Rows
from .statements import Read, Row, insert_of_all

#: What the driver raises by itself; the last where a connection is cut between two messages.
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class PostgresCommits(Commits):
    """The lock of each tenant's log is taken before that is read: in a statement of its own, which would else see it as
    it was before the wait. Every server takes the locks in the same order, so that no two wait for each other."""

    def __init__(self, connect: Callable[[], Awaitable[Any]], dialect: Dialect) -> None:
        self._connect, self._dialect = connect, dialect
        self._insert = insert_of_all(INSERTS, dialect)
        self._connection: Any = None

    async def commit(self, addition: Addition) -> None:
        try:
            results = await self._begin(addition.tenants, addition.reads)
            rows = await asyncio.to_thread(addition.rows, results) if addition.is_long else addition.rows(results)
            await self._end(await rows if isinstance(rows, Awaitable) else rows)
        except BaseException:
            await self._abandon()
            raise

    async def _begin(self, tenants: Collection[str], reads: Sequence[Read]) -> list[list[Row]]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        locks = "".join(f"; SELECT pg_advisory_xact_lock({number})" for number in sorted(map(lock_of, tenants)))
        await self._connection.execute(f"BEGIN ISOLATION LEVEL READ COMMITTED{locks}")
        results = []
        for statement, values in reads:
            compiled = statement.on(self._dialect)
            results.append(await self._connection.fetch(compiled.text, *compiled.values(values)))
        return results

    async def _end(self, rows: Rows) -> None:
        if any(rows.values()):
            columns: list[Sequence[Any]] = []
            for each in INSERTS:
                columns += (
                    zip(*values, strict=True)
                    if (values := each.values(rows[each.table.name]))
                    else [()] * len(each.columns)
                )
            await self._connection.execute(self._insert, *columns)
        await self._connection.execute("COMMIT")

    async def _abandon(self) -> None:
        """A connection that cannot even do that is given up."""
        if self._connection is not None and not self._connection.is_closed():
            try:
                await self._connection.execute("ROLLBACK")
            except (*DRIVER_ERRORS, OSError):
                self._connection.terminate()

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(*DRIVER_ERRORS, OSError):
                await self._connection.close()
            self._connection = None


def lock_of(tenant: str) -> int:
    """The number of the lock of a tenant's log: 64 bits of a hash, in which other programs have no part."""
    return int.from_bytes(sha256(f"seawall {tenant}".encode()).digest()[:8], signed=True)
