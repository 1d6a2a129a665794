"""The commits of a store on SQLite: a connection of its own on a thread of its own, one turn of it for a commit.

What is committed stands in the file that ends in -wal. SQLite would copy it into the database within the commit that
makes that file long; here another connection does so beside the commits, and what came meanwhile, which is little, is
copied between two of them. Then the next commit begins at the start of the file again, so that it stays short under
whatever load. What cannot be copied, as somebody still reads what was before, is copied the next time.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy.engine import Dialect

from .commits import INSERTS, Addition, Commits, Rows
from .own_threads import OwnThreads
from .statements import for_sqlite

PAGE_BYTES = 4_096
PAGES_A_ROW = 4  #: of the tables and indexes that a row changes, beside those that its bytes fill
CHECKPOINT_PAGES = 1_000  #: about so many changed pages are copied at once, as by SQLite itself
NO_CHECKPOINTS = "PRAGMA wal_autocheckpoint=0"
CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"  #: waits for nobody and keeps nobody waiting


class SqliteCommits(Commits):
    """Writers of all processes queue for the lock of the file, which BEGIN IMMEDIATE takes."""

    def __init__(self, connect: Callable[..., sqlite3.Connection], dialect: Dialect) -> None:
        """`connect` takes pragmas."""
        self.own = OwnThreads(partial(connect, NO_CHECKPOINTS), "commits")
        self._beside = OwnThreads(partial(connect, NO_CHECKPOINTS), "checkpoints")
        self._dialect = dialect
        self._changed_pages = 0  #: since the last checkpoint, about
        self._checkpoint: asyncio.Task[None] | None = None

    async def commit(self, addition: Addition) -> None:
        loop, statements = asyncio.get_running_loop(), [for_sqlite(read, self._dialect) for read in addition.reads]

        def work(connection: sqlite3.Connection) -> Rows:
            connection.execute("BEGIN IMMEDIATE")
            try:
                rows = addition.rows([connection.execute(*statement).fetchall() for statement in statements])
                if isinstance(rows, Awaitable):
                    rows = asyncio.run_coroutine_threadsafe(_awaited(rows), loop).result()
                for each in INSERTS:
                    if of_table := rows[each.table.name]:
                        connection.executemany(each.with_marks, each.values(of_table))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            addition.committed()
            return rows

        self._changed_pages += sum(map(_pages_of, (await self.own.run(work)).values()))
        if self._changed_pages >= CHECKPOINT_PAGES and (self._checkpoint is None or self._checkpoint.done()):
            self._changed_pages = 0
            self._checkpoint = asyncio.create_task(self._copy())

    async def close(self) -> None:
        if self._checkpoint is not None:
            await self._checkpoint
        await self._beside.close()
        await self.own.close()

    async def _copy(self) -> None:
        """Nothing is lost where it fails: the next time it has more to copy."""
        with suppress(sqlite3.Error):
            await self._beside.run(_copied)
            await self._beside.run(_copied)  # what came during the first, which took longest
            await self.own.run(_copied)


async def _awaited(rows: Awaitable[Rows]) -> Rows:
    return await rows


def _copied(connection: sqlite3.Connection) -> None:
    connection.execute(CHECKPOINT).fetchall()


def _pages_of(rows: Sequence[Mapping[str, Any]]) -> int:
    """How many pages the rows of a table change, about."""
    return sum(PAGES_A_ROW + len(row.get("body", b"")) // PAGE_BYTES for row in rows)
