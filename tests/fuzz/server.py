"""A real server as a process of its own, watched from outside: its processor time, memory, log and rows."""

import asyncio
import os
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import grpc

from tests.processes import Family

from .calls import READS_ALL, Answer, Call, sent
from .oracle import Seen

SERVE = (sys.executable, "-P", "-m", "seawall.server", "serve", "--address", "127.0.0.1:0", "--until-stdin-ends")
MOST_PROCESSOR_SECONDS = 30.0  #: of one call: what has not ended then runs away
MOST_SECONDS = 600.0  #: of one call, for a server that waits for something, or computes all again
LOOKS_EVERY = 0.5
ROWS = (
    "SELECT ifnull(max(position), 0) FROM evidence",
    "SELECT ifnull(max(rowid), 0) FROM parents",
    "SELECT ifnull(max(rowid), 0) FROM requests",
    "SELECT ifnull(max(seq), -1) FROM records",
)
NO_LIMIT = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))


class RunsAway(Exception):
    """A call that does not end: its server must be given up."""


class Watched:
    """A server that runs, its channel and what can be seen of it."""

    def __init__(self, process: Process, folder: Path, address: str, channel: grpc.aio.Channel) -> None:
        self.pid, self.address, self.channel = process.pid, address, channel
        self._family = Family(process.pid)
        self._log = folder / "server.log"
        self._read = 0
        self._database = sqlite3.connect(f"{(folder / 'seawall.db').as_uri()}?mode=ro", uri=True)
        self.seconds = 0.0  #: processor time of the last call

    async def ask(self, attempt: Call) -> Seen:
        """Sends one call and looks at what it does; raises `RunsAway`."""
        rows, started = self._rows(), self.processor_seconds()
        answer = await self._answer(attempt, started)
        self.seconds = self.processor_seconds() - started
        return Seen(attempt, answer, self._rows() - rows, self._new_log())

    async def _answer(self, attempt: Call, started: float) -> Answer:
        task = asyncio.ensure_future(sent(self.channel, attempt))
        begun = asyncio.get_running_loop().time()
        while not (await asyncio.wait({task}, timeout=LOOKS_EVERY))[0]:
            burnt = self.processor_seconds() - started
            waited = asyncio.get_running_loop().time() - begun
            if (attempt.method != READS_ALL and burnt > MOST_PROCESSOR_SECONDS) or waited > MOST_SECONDS:
                task.cancel()
                raise RunsAway(f"{attempt.method} has not ended after {burnt:.0f} s of processor time, {waited:.0f} s")
        return task.result()

    def processor_seconds(self) -> float:
        """That the server and its engine processes have used; 0 where the machine does not show it."""
        return self._family.processor_seconds()

    def memory_mib(self) -> int:
        """That they have resident; 0 where the machine does not show it."""
        return self._family.memory_mib()

    def _rows(self) -> int:
        """How many rows were ever added, read past the server."""
        return sum(self._database.execute(query).fetchone()[0] for query in ROWS)

    def close(self) -> None:
        """Lets go of the database."""
        self._database.close()

    def _new_log(self) -> str:
        if self._log.stat().st_size == self._read:
            return ""
        with self._log.open("rb") as file:
            file.seek(self._read)
            body = file.read()
        self._read += len(body)
        return body.decode(errors="replace")


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Watched]:
    """A server over a fresh database in a folder; it ends with this block at once, whatever it does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEAWALL_")}
    with (folder / "server.log").open("wb") as log:
        database = ("--database", str(folder / "seawall.db"))
        process = await asyncio.create_subprocess_exec(
            *SERVE, *database, stdin=PIPE, stdout=PIPE, stderr=log, env=environment
        )
    assert process.stdout
    try:
        address = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().split()[-1]
        async with grpc.aio.insecure_channel(address, options=NO_LIMIT) as channel:
            with closing(Watched(process, folder, address, channel)) as server:
                yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
