"""A real server as a process of its own, started as the command line starts it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from seawall.clients.cli import server_process

ROOT = Path(__file__).resolve().parent.parent.parent
SEAWALL = str(Path(sys.executable).parent / "seawall")


def serving(folder):
    """A server on a free port with a fresh database in `folder`; `async with` gives its address."""
    return server_process.started(folder / "seawall.db", folder / "server.log")


async def run(*command, address="", stdin=None, **environment):
    """Run a command from the top folder and give what it said and its exit code."""
    return await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=ROOT,
        env={**os.environ, "SEAWALL_SERVER": address, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


async def seawall(*arguments, address=""):
    return await run(SEAWALL, *arguments, address=address)


async def registered(address):
    """The id of an example that the server then knows."""
    done = await seawall("register", str(ROOT / "clients" / "examples" / "bakery.json"), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
