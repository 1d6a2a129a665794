"""Starts a server as a process of its own: the client knows the API, never the server's code."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .hand_over import SERVER

_READY_WITHIN_SECONDS = 60
_STOPPED_WITHIN_SECONDS = 30
_LINES_OF_THE_REASON = 5


class ServerUnavailable(RuntimeError):
    """No server can be started here; the text says why."""


@asynccontextmanager
async def started(database: Path, log: Path) -> AsyncIterator[str]:
    """A server on a free port of the loopback address while the block runs; gives its address.

    It takes no SEAWALL_ setting of the environment: those are for other servers. And it ends with this process,
    however that ends, because its standard input does.
    """
    options = ("--database", str(database), "--address", "127.0.0.1:0", "--until-stdin-ends")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEAWALL_")}
    pipe = asyncio.subprocess.PIPE
    with log.open("wb") as errors:
        server = await asyncio.create_subprocess_exec(
            *SERVER, "serve", *options, stdin=pipe, stdout=pipe, stderr=errors, env=environment
        )
    try:
        yield await _address_of(server, log)
    finally:
        await _stop(server)


async def _address_of(server: asyncio.subprocess.Process, log: Path) -> str:
    assert server.stdout is not None
    try:
        line = (await asyncio.wait_for(server.stdout.readline(), _READY_WITHIN_SECONDS)).decode(errors="replace")
    except TimeoutError:
        line = ""
    ready = re.search(r"(\S+:[1-9][0-9]*)\s*$", line)
    if not ready:
        raise ServerUnavailable("\n  ".join(["The server did not start. Its log ends with:", *_last_lines(log)]))
    return ready[1]


def _last_lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_OF_THE_REASON:]


async def _stop(server: asyncio.subprocess.Process) -> None:
    """Stop it, and wait until it has stored what it began; kill it where that takes too long."""
    if server.returncode is None:
        server.terminate()
    try:
        await asyncio.wait_for(server.wait(), _STOPPED_WITHIN_SECONDS)
    except TimeoutError:
        server.kill()
        await server.wait()
