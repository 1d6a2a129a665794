"""The processes of a benchmark: each has one work to do, and its processor time is read from outside."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from tests.places import Place
from tests.processes import Family

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

    @property
    def pid(self) -> int:
        return self._process.pid

    def processor_seconds(self) -> float:
        """What it and the processes that it started have used until now; on Linux."""
        return Family(self._process.pid).processor_seconds()


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
