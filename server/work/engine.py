"""Where calls are computed: in processes beside the server, so that no computation takes the interpreter from it.

A process takes a second or two to start: until it is ready, and where there is none, threads of the server compute. Who
computes changes no figure. Of what a process has to do only a few jobs are in it; the others wait here, first come,
first served.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import NamedTuple, ParamSpec, TypeVar
from zlib import crc32

from ..observing.spans import span
from .beside import Beside, First, Payer, Place
from .charge import charged
from .pools import ENGINE_THREADS, ENGINE_WAITING, Overloaded, Pool

MOST_WAITING = 256  #: calls: more than streams and long calls that a server takes at once
P = ParamSpec("P")
T = TypeVar("T")


class Engine:
    """The processes and the threads of a server that compute."""

    def __init__(self, processes: int, first: First) -> None:
        """Without processes threads of the server compute all."""
        self.threads = Pool("engine", ENGINE_THREADS, ENGINE_WAITING)
        self._beside = [Beside(first, self._changed) for _ in range(processes)]
        self._waiting: deque[asyncio.Future[Place | None]] = deque()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Starts the processes; calls are computed meanwhile."""
        self._tasks += [asyncio.create_task(process.keep_running()) for process in self._beside]

    async def close(self) -> None:
        """Ends processes and threads; what they have begun is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.threads.close()

    def waiting(self) -> int:
        """How many calls wait to be computed."""
        return len(self._waiting) + self.threads.waiting()

    @property
    def has_process(self) -> bool:
        """Whether a process computes, and no thread of the server."""
        return any(process.is_ready for process in self._beside)

    async def compute(self, about: str, payer: Payer, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work gives. Work about the same comes to the same process, which has kept what it made of it.

        Raises `Overloaded` at once if too many calls wait, and `EngineLost` where a process has ended.
        """
        if self.has_process:
            with span("engine"):
                place = self._place(about) or await self._turn()
                if place:
                    whole = partial(work, **kwargs) if kwargs else work
                    return await place.process.compute(place.number, payer, whole, args)
        return await self.threads.run(charged, payer.charge, partial(work, *args, **kwargs))

    def _place(self, about: str) -> Place | None:
        """In the process that had such work before, if it has room; else in any that has; behind those that wait."""
        if self._waiting:
            return None
        first = crc32(about.encode()) % len(self._beside)
        return self._first_place((*self._beside[first:], *self._beside[:first]))

    def _first_place(self, processes: Iterable[Beside]) -> Place | None:
        return next(filter(None, (process.place() for process in processes)), None)

    async def _turn(self) -> Place | None:
        """The place of this call, once there is one; None where no process is left."""
        if len(self._waiting) >= MOST_WAITING:
            raise Overloaded
        turn: asyncio.Future[Place | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            with suppress(ValueError):
                self._waiting.remove(turn)
            place = turn.result() if turn.done() and not turn.cancelled() else None
            if place:
                place.process.leave(place.number)
            raise

    def _changed(self) -> None:
        """Gives places to those that wait: to all none where no process is left."""
        while self._waiting:
            if self._waiting[0].done():  # its caller is gone
                self._waiting.popleft()
                continue
            place = self._first_place(self._beside)
            if place is None and self.has_process:
                break
            self._waiting.popleft().set_result(place)


class Pools(NamedTuple):
    """What computes and what reads and writes documents, of one server."""

    engine: Engine
    documents: Pool
