"""Processes seen from outside, each with those that it started: their processor time and memory; on Linux."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

AGAIN_SECONDS = 1.0  #: after which it is looked again who belongs to a family
STARTED_SECONDS = 4.0  #: after which a server has started its engine processes
NOTHING_SECONDS = 0.05  #: of a processor: what a process uses that rests
PROC = Path("/proc")
IS_LISTED = (PROC / "self/stat").exists()  #: whether this machine shows its processes


def children(pid: int) -> list[int]:
    """The processes that one has started and that have not ended."""
    found_by_parent: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            parent = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1]
            found_by_parent.setdefault(int(parent), []).append(int(path.parent.name))
    return found_by_parent.get(pid, [])


class Family:
    """A process and the processes that it has started."""

    def __init__(self, pid: int) -> None:
        self._pid, self._pids, self._listed_at = pid, [pid], float("-inf")

    def processor_seconds(self) -> float:
        """What all their threads have used until now; 0 where the machine does not show it."""
        return sum(_nanoseconds(pid) for pid in self._members()) / 1e9

    def memory_mib(self) -> int:
        """What they have resident together; 0 where the machine does not show it."""
        return sum(_pages(pid) for pid in self._members()) * os.sysconf("SC_PAGE_SIZE") // 2**20

    def _members(self) -> Iterator[int]:
        now = time.monotonic()
        if now >= self._listed_at + AGAIN_SECONDS:
            self._pids, self._listed_at = [self._pid, *children(self._pid)], now
        yield from self._pids


async def at_rest(*pids: int) -> None:
    """Waits until the engine processes of servers, which start a while after them, have loaded what they need.

    Servers of an earlier release have none, and are waited for as long.
    """
    families, before = [Family(pid) for pid in pids], float("-inf")
    await asyncio.sleep(STARTED_SECONDS)
    while (used := sum(family.processor_seconds() for family in families)) > before + NOTHING_SECONDS:
        before = used
        await asyncio.sleep(AGAIN_SECONDS)


def _nanoseconds(pid: int) -> int:
    nanoseconds = 0
    for task in (PROC / f"{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # it has ended
            nanoseconds += int(task.read_text(encoding="ascii").split()[0])
    return nanoseconds


def _pages(pid: int) -> int:
    try:
        return int((PROC / f"{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
