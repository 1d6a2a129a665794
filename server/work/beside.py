"""A process that computes, as the server sees it: jobs go in, answers come back, and one that ends is started again."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, NamedTuple, TypeVar

from ..refusals import CallRefused, Trouble
from .charge import Charge, free
from .engine_process import AT_ONCE
from .frames import LENGTH_BYTES, Abandon, Charged, Done, Failed, Failure, Job, packed, unpacked
from .frames import Charge as ChargeFrame

COMMAND = (sys.executable, "-P", "-m", f"{__package__}.engine_process")  #: never what lies in the working folder
START_SECONDS = 3.0
FIRST = -1  #: the number of the job that comes before those of calls
RESTART_SECONDS, LATER_SECONDS = 1.0, 60.0  #: after which one that has ended is started again; if it was never ready
READ_BYTES = 2**20  #: that are read ahead of an answer
SECRETS = ("SEAWALL_", "PG")  #: how variables of the environment begin that a process which computes does not need
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


class Beside:
    """A process beside the server, started again whenever it ends."""

    def __init__(self, first: First, changed: Callable[[], None]) -> None:
        """`changed` is called when it takes more jobs than before, or none any more."""
        self._first, self._changed = first, changed
        self._numbers = count()
        self._running: dict[int, _Running | None] = {}  #: by number; None of a place that is taken for a job to come
        self._process: Process | None = None
        self.is_ready = False

    def place(self) -> "Place | None":
        """A place for a job, if one is free. Who takes it computes, or leaves it."""
        if not self.is_ready or len(self._running) >= AT_ONCE:
            return None
        number = next(self._numbers)
        self._running[number] = None
        return Place(self, number)

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


class Place(NamedTuple):
    """A place in a process, taken."""

    process: Beside
    number: int
