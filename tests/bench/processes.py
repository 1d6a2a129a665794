"""The processes of a benchmark: each has one work to do, and its processor time is read from outside."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path

from tests.places import Place

#: A checkout of an earlier release, made there by `make`, whose server is measured in the same rounds as today's.
EARLIER = os.environ.get("BENCH_BEFORE", "")


class Child:
    """A process that answers each line that it is sent with a line."""

    def __init__(self, process: Process, said: str) -> None:
        self._process, self.said = process, said  #: the line it said when it was ready

    async def ask(self, words: str) -> str:
        assert self._process.stdin
        self._process.stdin.write(f"{words}\n".encode())
        return await self.read()

    async def read(self) -> str:
        assert self._process.stdout
        answer = (await self._process.stdout.readline()).decode().strip()
        if not answer:
            raise RuntimeError(f"process {self._process.pid} has ended")
        return answer

    def processor_seconds(self) -> float:
        """What all threads of it and of the processes that it started have used until now; on Linux."""
        return sum(_nanoseconds(pid) for pid in _family(self._process.pid)) / 1e9


def _family(pid: int) -> Iterator[int]:
    """A process, and those that it and they started."""
    yield pid
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            parent = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == pid:
                yield from _family(int(status.parent.name))


def _nanoseconds(pid: int) -> int:
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks)


@asynccontextmanager
async def child(*arguments: str, checkout: str = "", log: Path | None = None) -> AsyncIterator[Child]:
    """`python -m ...` of this checkout, or of an earlier one; it ends when its standard input does."""
    python = f"{checkout}/.venv/bin/python" if checkout else sys.executable
    with log.open("ab") if log else nullcontext() as errors:
        process = await asyncio.create_subprocess_exec(
            python, "-m", *arguments, cwd=checkout or None, stdin=PIPE, stdout=PIPE, stderr=errors
        )
    try:
        assert process.stdout
        yield Child(process, (await process.stdout.readline()).decode().strip())
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def server(place: Place, log: Path, checkout: str = "") -> AsyncIterator[Child]:
    """`seawall serve` where a store stands; the last word that it says is its address."""
    options = ("--address", "127.0.0.1:0", "--log-level", "error", "--until-stdin-ends")
    async with child("seawall.server", "serve", *place.arguments, *options, checkout=checkout, log=log) as served:
        if not served.said:
            raise RuntimeError(f"no server: {log} says why")
        yield served
