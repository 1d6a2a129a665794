"""Processes that check pages, each with connections of its own to the database.

They are spawned, so that they have nothing of this process but what they are given, and import only what a page needs.
"""

import asyncio
import os
import signal
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from ..database.database import Database
from .pages import Page

USUAL_PROCESSES = min(os.cpu_count() or 1, 8)  #: one process reads and adds to the tree what about so many check
AHEAD = 2  #: pages for each process beyond the one that is waited for: so many are in memory

P = ParamSpec("P")
T = TypeVar("T")
#: What is done with a page of a database.
Check = Callable[Concatenate[Database, Page, P], Coroutine[Any, Any, T]]


class Workers:
    """A number of processes. They begin with the first pages."""

    def __init__(self, reopen: Callable[[], Database], processes: int) -> None:
        """`reopen` is called in each process, and so is a function that can be pickled."""
        self.processes = processes
        self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (reopen,))

    def close(self) -> None:
        """Ends them; what they have begun is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def each(
        self, check: Check[P, T], pages: AsyncIterator[Page], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[T, None]:
        """What the check gives for each page, in the order of the pages."""
        running: deque[Future[T]] = deque()
        try:
            async for page in pages:
                running.append(self._pool.submit(_check, check, page, args, kwargs))
                if len(running) > AHEAD * self.processes:
                    yield await asyncio.wrap_future(running.popleft())
            while running:
                yield await asyncio.wrap_future(running.popleft())
        finally:
            for future in running:
                future.cancel()


class _Here(NamedTuple):
    """What a process of the pool works with."""

    loop: asyncio.Runner
    database: Database


_here: _Here


def _begin(reopen: Callable[[], Database]) -> None:
    """Opens the database. The process ends with the one that started it, and at a Ctrl-C without a word."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _here = _Here(asyncio.Runner(), reopen())


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _check(check: Check[..., T], page: Page, args: Any, kwargs: Any) -> T:
    return _here.loop.run(check(_here.database, page, *args, **kwargs))
