"""The only task that writes. Calls queue up, and those that wait while a commit reaches the disk share the next one.

If a call is cancelled, what it appends is committed whole or not begun: nobody cancels a commit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from ..database.database import StoreFull, StoreUnavailable
from ..refusals import CallRefused, Trouble
from .appends import Answer, PendingAppend, StoredDocument
from .log_check import LogRefused

MOST_WAITING = 1_024  #: more would wait longer than a caller should: they are refused, and retry
MOST_IN_A_COMMIT = 256
PAUSE_SECONDS = 1.0  #: how long writes are refused at once after one met a full disk

Commit = Callable[[Sequence[PendingAppend]], Awaitable[list[Answer]]]
Result = asyncio.Future[list[StoredDocument]]
Waiting = tuple[PendingAppend, Result]


class Overloaded(CallRefused):
    """More calls wait to be committed than the queue holds."""

    reason, retry_seconds, operator_reads = Trouble.OVERLOADED, 1, True
    text = "Not stored: too many calls wait to be stored. Retry."


class Writer:
    """Gives what is queued to `commit`, as much at a time as has come."""

    def __init__(self, commit: Commit, most_waiting: int = MOST_WAITING) -> None:
        self._commit = commit
        self._queue: asyncio.Queue[Waiting | None] = asyncio.Queue()
        self._most_waiting = most_waiting
        self._full_until = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to commit."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Commits what waits, and ends."""
        if self._task:
            self._queue.put_nowait(None)
            await self._task
            self._task = None

    async def append(self, pending: PendingAppend) -> list[StoredDocument]:
        """Waits until this is committed. Raises `Overloaded` at once if too many wait."""
        if self._task is None:
            raise StoreUnavailable("the store is closed")
        loop = asyncio.get_running_loop()
        if loop.time() < self._full_until:
            raise StoreFull("there was no space a moment ago")
        if self._queue.qsize() >= self._most_waiting:
            raise Overloaded
        result: Result = loop.create_future()
        self._queue.put_nowait((pending, result))
        return await result

    async def _run(self) -> None:
        ending = False
        while not ending:
            batch = [await self._queue.get()]
            while len(batch) < MOST_IN_A_COMMIT and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            ending = None in batch
            await self._commit_together([waiting for waiting in batch if waiting])

    async def _commit_together(self, batch: list[Waiting]) -> None:
        """One commit for all calls; if one of them cannot be stored, one commit for each."""
        if not batch:
            return
        try:
            answers = await self._commit([pending for pending, _ in batch])
        except Exception as error:
            if len(batch) == 1 or isinstance(error, StoreUnavailable | StoreFull | LogRefused):
                self._refuse(batch, error)
            else:
                for waiting in batch:
                    await self._commit_together([waiting])
            return
        for (_, result), answer in zip(batch, answers, strict=True):
            _settle(result, answer)

    def _refuse(self, batch: list[Waiting], error: Exception) -> None:
        if isinstance(error, StoreFull):
            self._full_until = asyncio.get_running_loop().time() + PAUSE_SECONDS
        for _, result in batch:
            _settle(result, error)


def _settle(result: Result, answer: list[StoredDocument] | Exception) -> None:
    with suppress(asyncio.InvalidStateError):  # its caller has gone
        if isinstance(answer, Exception):
            result.set_exception(answer)
        else:
            result.set_result(answer)
