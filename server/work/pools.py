"""Threads for the work that leaves the event loop: few run, a bounded number of calls waits for them.

The engine has its own, and so have documents, so that a long execution keeps no registration waiting. The files of the
store use neither: a busy engine delays no commit and no health check. Work ends with its caller: what waits is dropped,
and what runs stops at its next `pause`. The threads are daemons: none keeps the process from ending.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from ..observing.spans import span
from ..refusals import CallRefused, Trouble
from .job import at_work, pause

ENGINE_THREADS, ENGINE_WAITING = 2, 64  #: they share one interpreter: more threads would only run each slower
DOCUMENT_THREADS, DOCUMENTS_WAITING = 2, 256
#: How long a thread that computes keeps the interpreter from the event loop, which takes it again at every step of a
#: call. Python's own 5 ms would add up to a tenth of a second in one commit, and half a millisecond still to 70 ms at a
#: health check; below this nothing is gained, and two threads that compute would spend more on taking turns.
SWITCH_SECONDS = 0.00005

P = ParamSpec("P")
T = TypeVar("T")


class Overloaded(CallRefused):
    """More calls wait for a thread than a pool lets wait."""

    reason, retry_seconds, operator_reads = Trouble.OVERLOADED, 1, True
    text = "Not computed: too many calls wait to be computed. Retry."


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """Work, and the future that its caller waits for."""

    work: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    result: asyncio.Future[Any]

    def run(self) -> None:
        """Does the work on this thread, and gives what comes of it to the event loop."""
        try:
            with at_work(self.result.cancelled):
                pause()  # a caller that has gone may still stand in the queue: its own step takes it out
                settle = partial(self._settle, self.result.set_result, self.work())
        except Exception as error:
            settle = partial(self._settle, self.result.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended, and every caller with it
            self.loop.call_soon_threadsafe(settle)

    def _settle(self, settle: Callable[[Any], None], value: Any) -> None:
        if not self.result.done():
            settle(value)


class Pool:
    """A number of threads, and the calls that wait for them, first come, first served."""

    def __init__(self, name: str, threads: int, most_waiting: int) -> None:
        self._name, self._most_waiting = name, most_waiting
        self._waiting: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        for number in range(threads):
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True).start()

    def waiting(self) -> int:
        """How many calls wait for a thread."""
        return len(self._waiting)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work gives, on a thread of this pool. Raises `Overloaded` at once if too many calls wait."""
        loop = asyncio.get_running_loop()
        job = _Job(partial(work, *args, **kwargs), loop, loop.create_future())
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                raise Overloaded
            self._waiting.append(job)
            self._changed.notify()
        try:
            with span(self._name):
                result: T = await job.result
        except asyncio.CancelledError:
            with self._changed, suppress(ValueError):  # it runs already
                self._waiting.remove(job)
            raise
        return result

    async def run_if(self, is_large: bool, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for large work; other work is done at once: to hand it over takes longer."""
        return await self.run(work, *args, **kwargs) if is_large else work(*args, **kwargs)

    def close(self) -> None:
        """Ends the threads, each once its work is done or abandoned."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        while job := self._next():
            job.run()
            del job  # and what it computed, before it waits for the next

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None
