"""Connections to a SQLite file of which each is used by one thread: a turn of that thread for all that a call wants."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class OwnThreads:
    """As many of them at most; each opens its connection with its first work."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], name: str, most: int = 1) -> None:
        """`connect` gives a connection that another thread may close."""
        self._connect, self._name, self._most = connect, name, most
        self._threads: ThreadPoolExecutor | None = None
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work gives, on one of the threads."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._most, self._name)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._with_connection, work)

    async def close(self) -> None:
        """Ends the threads, and closes the connections."""
        if self._threads is not None:
            await asyncio.to_thread(self._close, self._threads)
            self._threads = None

    def _with_connection(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._connect()
            self._opened.append(connection)
        return work(connection)

    def _close(self, threads: ThreadPoolExecutor) -> None:
        threads.shutdown()
        while self._opened:
            self._opened.pop().close()
