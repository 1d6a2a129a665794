"""A process that computes what a server sends it: `python -m seawall.server.work.engine_process`.

It reads jobs from its standard input and writes what they give to its standard output, and ends with the server: no
caller, no store and no key is known here. As it stands beside the server, a computation takes the interpreter from no
event loop. What a job needs is loaded with it.
"""

import gc
import logging
import os
import signal
import sys
import threading
import time
from functools import partial
from queue import SimpleQueue
from typing import BinaryIO, NoReturn

from .charge import charged, free
from .frames import LENGTH_BYTES, Abandon, Charge, Charged, Done, Failed, Failure, Job, packed, unpacked
from .job import at_work, is_idle

AT_ONCE = 2  #: jobs: a long one keeps no short one waiting
COLLECTION_SECONDS, NEVER = 60, 2**30
NICENESS = 5  #: beyond that of the server: who answers every caller comes before who computes for one


class _Running:
    """A job that was begun."""

    def __init__(self, job: Job) -> None:
        self.job, self.was_abandoned = job, False
        self.charges: SimpleQueue[Charged] = SimpleQueue()  #: the answers to what it charges

    def is_abandoned(self) -> bool:
        return self.was_abandoned


class EngineProcess:
    """The jobs of a server. One thread more than jobs run at once, so that there is always one that reads."""

    def __init__(self, frames: BinaryIO, answers: BinaryIO) -> None:
        self._frames, self._answers = frames, answers
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._running: dict[int, _Running] = {}

    def serve(self) -> None:
        """Takes jobs from now on."""
        for _ in range(AT_ONCE + 1):
            threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> NoReturn:
        while True:
            with self._reading:
                running = self._next()
            self._do(running)

    def _next(self) -> _Running:
        """The next job; what concerns the running ones is done on the way to it."""
        while True:
            frame = self._read()
            if isinstance(frame, Job):
                running = self._running[frame.number] = _Running(frame)
                return running
            running_now = self._running.get(frame.number)
            if running_now and isinstance(frame, Abandon):
                running_now.was_abandoned = True
            elif running_now and isinstance(frame, Charged):
                running_now.charges.put(frame)

    def _read(self) -> Job | Abandon | Charged:
        length = self._frames.read(LENGTH_BYTES)
        body = self._frames.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else b""
        if not body:
            os._exit(0)  # the server has ended
        frame: Job | Abandon | Charged = unpacked(body)
        return frame

    def _do(self, running: _Running) -> None:
        job = running.job
        charge = partial(self._charge, running) if job.is_metered else free
        answer: Done | Failed
        try:
            with at_work(running.is_abandoned):
                answer = Done(job.number, charged(charge, partial(job.work, *job.arguments)))
        except Exception as error:
            answer = Failed(job.number, Failure.of(error))
        del self._running[job.number]
        try:
            self._send(answer)
        except BrokenPipeError:
            os._exit(0)
        except Exception as error:  # what it gave, or raised, cannot be sent
            self._send(Failed(job.number, Failure.of(TypeError(f"{job.work} gives what cannot be sent: {error}"))))

    def _charge(self, running: _Running, operations: int) -> None:
        self._send(Charge(running.job.number, operations))
        refusal = running.charges.get().refusal
        if refusal:
            raise refusal.error()

    def _send(self, answer: Charge | Done | Failed) -> None:
        content = packed(answer)
        with self._writing:
            self._answers.write(content)
            self._answers.flush()


def main() -> NoReturn:
    """Until the standard input ends. A signal that a terminal or a supervisor sends to all processes is the server's:
    it lets its calls end first."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICENESS)
    logging.disable()  # the server says what there is to say
    frames, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    sys.setswitchinterval(0.02)
    gc.set_threshold(*gc.get_threshold()[:2], NEVER)
    EngineProcess(frames, answers).serve()
    while True:  # a full collection stops every thread: it waits for a moment without work
        time.sleep(COLLECTION_SECONDS)
        if is_idle():
            gc.collect()


if __name__ == "__main__":
    main()
