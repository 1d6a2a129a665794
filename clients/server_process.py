"""Starts a server as a process of its own: the client knows the contract, never the server's code."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

#: What the server extra brings. The server's own package is always there, because one wheel holds all.
SERVER_NEEDS = ("aiosqlite", "alembic", "cryptography", "grpc_health", "grpc_reflection", "numpy", "sqlalchemy")
_READY_WITHIN_SECONDS = 60
_STOPPED_WITHIN_SECONDS = 30


class ServerUnavailable(RuntimeError):
    """No server can be started here; the text says why and what to do."""


def require_server() -> None:
    """Raises where the server extra is not installed."""
    missing = [name for name in SERVER_NEEDS if find_spec(name) is None]
    if missing:
        raise ServerUnavailable(
            f"the server is not installed (no {', '.join(missing)}): python -m pip install 'seawall[server]'"
        )


def serve(database: Path | str, address: str, more: Sequence[str] = ()) -> int:
    """Run a server in the foreground until it is stopped; the exit code is its own."""
    require_server()
    if "://" not in str(database):
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen([*_command(database, address), *more]) as server:
        # A terminal sends Ctrl-C to both; a supervisor stops only this process, which passes it on.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _: server.send_signal(received))
        return server.wait()


def run_in_server(name: str, arguments: Sequence[str]) -> int:
    """Run a command that needs the server's code, in a process of its own; the exit code is its own."""
    require_server()
    return subprocess.run([sys.executable, "-m", "seawall.server", name, *arguments], check=False).returncode


@asynccontextmanager
async def started(database: Path, log: Path) -> AsyncIterator[str]:
    """A server on a free port of the loopback address while the block runs; gives its address."""
    with log.open("wb") as errors:
        command = _command(database, "127.0.0.1:0")
        server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=errors)
    try:
        yield await _address_of(server, log)
    finally:
        if server.returncode is None:
            server.terminate()
        await asyncio.wait_for(server.wait(), _STOPPED_WITHIN_SECONDS)


async def _address_of(server: asyncio.subprocess.Process, log: Path) -> str:
    assert server.stdout is not None
    try:
        line = (await asyncio.wait_for(server.stdout.readline(), _READY_WITHIN_SECONDS)).decode(errors="replace")
    except TimeoutError:
        line = ""
    ready = re.search(r"(\S+:[1-9][0-9]*)\s*$", line)
    if not ready:
        raise ServerUnavailable(f"the server did not start; what it said is in {log}")
    return ready[1]


def _command(database: Path | str, address: str) -> list[str]:
    return [sys.executable, "-m", "seawall.server", "serve", "--database", str(database), "--address", address]
