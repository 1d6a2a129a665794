"""Where calls are computed: in processes beside the server, so that no computation takes the interpreter from it.

A process takes a second or two to start: until it is ready, and where there is none, threads of the server compute. Who
computes changes no figure. Of what a process has to do only a few jobs are in it; the others wait here, first come,
first served.
"""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any, NamedTuple, ParamSpec, TypeVar
from zlib import crc32

from ..observing.spans import span
from ..refusals import CallRefused, Trouble
from .charge import Charge, charged, free
from .engine_process import AT_ONCE
from .frames import LENGTH_BYTES, Abandon, Charged, Done, Failed, Failure, Job, packed, unpacked
from .frames import Charge as ChargeFrame
from .pools import ENGINE_THREADS, ENGINE_WAITING, Overloaded, Pool

COMMAND = (sys.executable, "-P", "-m", f"{__package__}.engine_process")  #: never what lies in the working folder
START_SECONDS = 3.0
FIRST = -1  #: the number of the job that comes before those of calls
MOST_WAITING = 256  #: calls: more than streams and long calls that a server takes at once
RESTART_SECONDS, LATER_SECONDS = 1.0, 60.0  #: after which one that has ended is started again; if it was never ready
READ_BYTES = 2**20  #: that are read ahead of an answer
SECRETS = ("SEAWALL_", "PG")  #: how variables of the environment begin that a process which computes does not need
P = ParamSpec("P")
T = TypeVar("T")
First = Callable[[], str]  #: what a process does before it takes calls: it loads what they need, and says so
log = logging.getLogger("seawall.server")


class EngineLost(CallRefused):
    """The process that computed a call has ended."""

    reason, retry_seconds, operator_reads = Trouble.OVERLOADED, 1, True
    text = "Not computed: the process that computed it has ended, perhaps for want of memory. Retry."


class Payer(NamedTuple):
    """Who pays for the work of a call."""

    charge: Charge
    is_metered: bool  #: whether a charge may be refused


NOBODY = Payer(free, is_metered=False)


class _Running(NamedTuple):
    result: asyncio.Future[Any]
    charge: Charge


class _Beside:
    """A process beside the server, started again whenever it ends."""

    def __init__(self, first: First, changed: Callable[[], None]) -> None:
        """`changed` is called when it takes more jobs than before, or none any more."""
        self._first, self._changed = first, changed
        self._numbers = count()
        self._running: dict[int, _Running | None] = {}  #: by number; None of a place that is taken for a job to come
        self._process: Process | None = None
        self.is_ready = False

    def place(self) -> "_Place | None":
        """A place for a job, if one is free. Who takes it computes, or leaves it."""
        if not self.is_ready or len(self._running) >= AT_ONCE:
            return None
        number = next(self._numbers)
        self._running[number] = None
        return _Place(self, number)

    def leave(self, number: int) -> None:
        """Frees a place."""
        self._running.pop(number, None)
        self._changed()

    async def compute(self, number: int, payer: Payer, work: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        """What the work gives. Raises `EngineLost` where the process ends first."""
        if number not in self._running:
            raise EngineLost
        try:
            frame = packed(Job(number, work, arguments, payer.is_metered))
        except BaseException:
            self.leave(number)
            raise
        running = self._running[number] = _Running(asyncio.get_running_loop().create_future(), payer.charge)
        self._send(frame)
        try:
            result: T = await running.result
        except asyncio.CancelledError:
            self._send(packed(Abandon(number)))  # its place is free once the process says so
            raise
        return result

    async def keep_running(self) -> None:
        """Until this is cancelled. A server that was started for one call is done before the process starts."""
        await asyncio.sleep(START_SECONDS)
        while True:
            try:
                await self._run()
            except OSError as error:
                log.warning("no engine process: %s", error)
            finally:
                was_ready = self.is_ready
                self._lose()
            await asyncio.sleep(RESTART_SECONDS if was_ready else LATER_SECONDS)

    async def _run(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS)}
        self._process = process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, env=environment, limit=READ_BYTES
        )
        try:
            self._send(packed(Job(FIRST, self._first, (), is_metered=False)))
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._read(process)
            log.warning("an engine process ended; another one is started")
        finally:
            self._process = None
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _read(self, process: Process) -> None:
        assert process.stdout
        while True:
            length = await process.stdout.readexactly(LENGTH_BYTES)
            self._take(unpacked(await process.stdout.readexactly(int.from_bytes(length))))

    def _take(self, frame: ChargeFrame | Done | Failed) -> None:
        if isinstance(frame, ChargeFrame):
            self._charge(frame)
            return
        if frame.number == FIRST:
            self._prepared(frame)
        else:
            self._settle(frame)
        self._changed()

    def _prepared(self, frame: Done | Failed) -> None:
        if isinstance(frame, Failed):
            raise OSError(f"it cannot compute: {frame.failure.error()}")
        self.is_ready = True
        log.info("an engine process is ready: %s", frame.result)

    def _settle(self, frame: Done | Failed) -> None:
        running = self._running.pop(frame.number)
        if running is None or running.result.done():
            return
        if isinstance(frame, Done):
            running.result.set_result(frame.result)
        else:
            running.result.set_exception(frame.failure.error())

    def _charge(self, frame: ChargeFrame) -> None:
        running, refusal = self._running[frame.number], None
        assert running
        try:
            running.charge(frame.operations)
        except CallRefused as error:
            refusal = Failure.of(error)
        self._send(packed(Charged(frame.number, refusal)))

    def _send(self, frame: bytes) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.write(frame)  # it never has more than a few jobs: nothing piles up

    def _lose(self) -> None:
        self.is_ready = False
        lost, self._running = self._running, {}
        for running in lost.values():
            if running and not running.result.done():
                running.result.set_exception(EngineLost())
        self._changed()


class _Place(NamedTuple):
    """A place in a process, taken."""

    process: _Beside
    number: int


class Engine:
    """The processes and the threads of a server that compute."""

    def __init__(self, processes: int, first: First) -> None:
        """Without processes threads of the server compute all."""
        self.threads = Pool("engine", ENGINE_THREADS, ENGINE_WAITING)
        self._beside = [_Beside(first, self._changed) for _ in range(processes)]
        self._waiting: deque[asyncio.Future[_Place | None]] = deque()
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

    def _place(self, about: str) -> _Place | None:
        """In the process that had such work before, if it has room; else in any that has; behind those that wait."""
        if self._waiting:
            return None
        first = crc32(about.encode()) % len(self._beside)
        return self._first_place((*self._beside[first:], *self._beside[:first]))

    def _first_place(self, processes: Iterable[_Beside]) -> _Place | None:
        return next(filter(None, (process.place() for process in processes)), None)

    async def _turn(self) -> _Place | None:
        """The place of this call, once there is one; None where no process is left."""
        if len(self._waiting) >= MOST_WAITING:
            raise Overloaded
        turn: asyncio.Future[_Place | None] = asyncio.get_running_loop().create_future()
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
