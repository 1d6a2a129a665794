"""Blocks given to workers: few at a time, so that little is in memory and nothing is lost with a worker but those."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from concurrent.futures import CancelledError as FutureCancelled
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from seawall.engine import MODEL
from seawall.engine.sweeps.block import Block, BlockTask, computed_by_worker
from seawall.engine.sweeps.figures import COLUMNS

from .executors import Started, start
from .refusals import WorkersLost

IN_FLIGHT = 2  #: blocks for each worker: one is computed, one waits for it
MOST_TRIES = 4  #: of a block: it is given again three times

Tasks = Callable[[int], Awaitable[BlockTask]]


class Computed(NamedTuple):
    """A block with its number."""

    number: int
    block: Block


class Workers:
    """The workers of a server: they start with the first sweep, and again when they were lost."""

    def __init__(self, setting: str, code_folder: str = "") -> None:
        """`setting` is a number of processes, or the address of a cluster."""
        self._setting, self._code_folder = setting, code_folder
        self._started: Started | None = None
        self._starting = asyncio.Lock()

    async def started(self) -> Started:
        """The executor. Raises `WorkersLost` where it cannot be started."""
        async with self._starting:
            if self._started is None:
                self._started = await asyncio.to_thread(start, self._setting, self._code_folder)
            return self._started

    async def lost(self, executor: Executor) -> None:
        """Starts others next time, unless that was done already."""
        async with self._starting:
            if self._started and self._started.executor is executor:
                await self._close()

    async def close(self) -> None:
        """Ends them; what they have begun is dropped."""
        async with self._starting:
            await self._close()

    async def _close(self) -> None:
        if self._started:
            started, self._started = self._started, None
            await asyncio.to_thread(started.close)


async def compute(workers: Workers, numbers: Iterable[int], task_of: Tasks) -> AsyncGenerator[Computed, None]:
    """The blocks with these numbers, in whatever order they are done.

    Raises `WorkersLost` where one was lost too often, or was computed by another release.
    """
    waiting, tries = deque(numbers), Counter[int]()
    in_flight: dict[asyncio.Future[Block], tuple[int, Executor]] = {}
    try:
        while waiting or in_flight:
            started = await workers.started()
            while waiting and len(in_flight) < IN_FLIGHT * started.workers:
                number = waiting.popleft()
                task = await task_of(number)
                tries[number] += 1
                try:
                    future = asyncio.wrap_future(started.executor.submit(computed_by_worker, task, started.code_folder))
                except (BrokenProcessPool, RuntimeError):  # broken, or closed, by the loss of another block
                    await _again(workers, started.executor, number, tries, waiting)
                    break
                in_flight[future] = (number, started.executor)
            if not in_flight:
                continue
            done, _ = await asyncio.wait(in_flight, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                number, executor = in_flight.pop(future)
                try:
                    block = future.result()
                except _LOST:
                    await _again(workers, executor, number, tries, waiting)
                except Exception as error:
                    if not _is_loss(error):
                        raise
                    await _again(workers, executor, number, tries, waiting)
                else:
                    yield Computed(number, _checked(block))
    finally:
        for future in in_flight:
            future.cancel()


_LOST = (BrokenProcessPool, FutureCancelled, asyncio.CancelledError)


async def _again(workers: Workers, executor: Executor, number: int, tries: Counter[int], waiting: deque[int]) -> None:
    """Puts a lost block first; `WorkersLost` where that was done often enough."""
    if tries[number] >= MOST_TRIES:
        raise WorkersLost(f"block {number} was lost {MOST_TRIES} times")
    waiting.appendleft(number)
    await workers.lost(executor)


def _is_loss(error: Exception) -> bool:
    """Whether a cluster lost the worker, or itself; its errors have no common class that is there without it."""
    return type(error).__module__.split(".")[0] == "distributed" or isinstance(error, OSError)


def _checked(block: Block) -> Block:
    if (block.model, block.layout) != (MODEL, COLUMNS):
        raise WorkersLost(f"a worker computes {block.model} with {len(block.layout)} columns, this server {MODEL}")
    return block
