"""When a server is to stop: at a signal or at the end of standard input, after its load balancer knows, and in any case
by a deadline."""

import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import suppress

from .addresses import is_of_this_machine
from .run import GRACE_SECONDS

STDIN = 0
CLOSING_SECONDS = 5  #: after the grace of running calls, to commit what waits and close the database
DRAIN_SECONDS = 5.0  #: how long a load balancer may take to see that a server is not ready, unless its operator says
FAILED = 1

log = logging.getLogger("seawall.server")


class Stopping:
    """From the first sign that a server is to stop until it takes no new calls.

    In between it answers calls as before, while health says NOT_SERVING: a load balancer that has not looked yet still
    sends some. At a terminal there is none, so Ctrl-C and the end of standard input wait for nothing.
    """

    def __init__(self, drain_seconds: float) -> None:
        """`drain_seconds` is what SIGTERM waits."""
        self._drain_seconds = drain_seconds
        self._begun = asyncio.Event()
        self._drained = asyncio.Event()

    def at_signals(self) -> None:
        """SIGTERM and SIGINT stop the server of the running loop; a second one ends the wait."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.begin, self._drain_seconds)
        loop.add_signal_handler(signal.SIGINT, self.begin)

    def at_end_of_stdin(self) -> None:
        """So does the end of what another program writes to this one."""
        loop = asyncio.get_running_loop()
        loop.add_reader(STDIN, self._read, loop)

    def begin(self, drain_seconds: float = 0) -> None:
        """Stops after so many seconds; the second time, at once."""
        if self._begun.is_set() or not drain_seconds:
            self._drained.set()
        else:
            log.info("Stopping: health says NOT_SERVING, and calls are taken for %g seconds more.", drain_seconds)
            asyncio.get_running_loop().call_later(drain_seconds, self._drained.set)
        if not self._begun.is_set():
            self._begun.set()
            _end_within(drain_seconds + GRACE_SECONDS + CLOSING_SECONDS)

    async def begun(self) -> None:
        """Returns once the server is to stop."""
        await self._begun.wait()

    async def drained(self) -> None:
        """Returns once it is to take no new calls: at once where it ends for another reason."""
        if self._begun.is_set():
            await self._drained.wait()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        if not os.read(STDIN, 1024):
            loop.remove_reader(STDIN)
            self.begin()


def usual_drain(address: str) -> float:
    """Seconds to wait where the operator names none: no load balancer stands before a loopback address."""
    try:
        return 0 if is_of_this_machine(address.rpartition(":")[0]) else DRAIN_SECONDS
    except ValueError:  # no address, which `serving` refuses
        return 0


def _end_within(seconds: float) -> None:
    """Ends the process by then even where a thread or a disk hangs: what was acknowledged is committed."""

    def end() -> None:
        saying = threading.Thread(target=_say, args=(f"seawall: not stopped within {seconds:g} seconds, and ended",))
        saying.daemon = True
        saying.start()
        saying.join(1)  # nobody may be reading what a full pipe holds
        os._exit(FAILED)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def _say(words: str) -> None:
    with suppress(OSError):  # nobody may be reading any more
        print(words, file=sys.stderr, flush=True)
