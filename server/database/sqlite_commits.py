"""The commits of a store on SQLite: a connection of its own on a thread of its own, two steps for a commit."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.engine import Dialect

from .commits import INSERTS, Commits, Rows
from .statements import Read, Row, as_json

T = TypeVar("T")


class OwnThread:
    """A connection, and the only thread that uses it."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], name: str) -> None:
        self._connect, self._name = connect, name
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work gives, on that thread."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, self._name)
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._with_connection, work)

    async def close(self) -> None:
        """Closes the connection, and ends the thread."""
        if self._thread is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            self._thread.shutdown()
            self._thread = None

    def _with_connection(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._connect()
        return work(self._connection)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SqliteCommits(Commits):
    """Writers of all processes queue for the lock of the file, which BEGIN IMMEDIATE takes."""

    def __init__(self, path: Path, connect: Callable[..., sqlite3.Connection], dialect: Dialect) -> None:
        """`connect` takes pragmas."""
        self.own = OwnThread(connect, "commits")
        self._dialect = dialect

    async def begin(self, tenants: Collection[str], reads: Sequence[Read]) -> list[list[Row]]:
        statements = [self._statement(read) for read in reads]

        def work(connection: sqlite3.Connection) -> list[list[Row]]:
            connection.execute("BEGIN IMMEDIATE")
            return [connection.execute(*statement).fetchall() for statement in statements]

        return await self.own.run(work)

    async def end(self, rows: Rows) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for each in INSERTS:
                if of_table := rows[each.table.name]:
                    connection.executemany(each.with_marks, each.values(of_table))
            connection.execute("COMMIT")

        await self.own.run(work)

    async def abandon(self) -> None:
        def work(connection: sqlite3.Connection) -> None:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

        await self.own.run(work)

    async def close(self) -> None:
        await self.own.close()

    def _statement(self, read: Read) -> tuple[str, list[Any]]:
        compiled = read.statement.on(self._dialect)
        return compiled.text, [as_json(value) for value in compiled.values(read.values)]
