"""A real server as a process of its own, started as the command line starts it, and commands that call it."""

import asyncio
import logging
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest import mock

from seawall.clients.cli import main, server_process
from seawall.server import __main__ as server

ROOT = Path(__file__).resolve().parent.parent.parent
SEAWALL = str(Path(sys.executable).parent / "seawall")
STARTS_A_SERVER = ("serve", "demo")  #: commands that are processes of their own or start one
#: Commands that `seawall` becomes; tests/packages and the docs start them as such.
OF_THE_SERVER = {name for name, listed in main.COMMANDS.items() if listed.module == "hand_over"}


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
    """A command: what it said and its exit code. One that only calls a server spares the start of a process."""
    if arguments[0] in STARTS_A_SERVER:
        return await run(SEAWALL, *arguments, address=address)
    return await asyncio.to_thread(_called, arguments, address)


def _called(arguments, address):
    command = _in_server if arguments[0] in OF_THE_SERVER else main.main
    output, errors = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (  # the variables of the process stay: gRPC reads them on threads of its own
        mock.patch.object(os, "environ", {**os.environ, "SEAWALL_SERVER": address}),
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        try:
            code = command([*arguments])
        except SystemExit as wrong_usage:
            code = int(wrong_usage.code or 0)
    said, complained = (stream.buffer.getvalue().decode() for stream in (output, errors))
    return subprocess.CompletedProcess(arguments, code, said, complained)


def _in_server(arguments):
    """A command of the server, which logs to stderr as in a process of its own."""
    level = logging.root.level
    with mock.patch.object(logging.root, "handlers", []):
        code = server.main(arguments)
    logging.root.setLevel(level)
    return code


async def registered(address):
    """The id of an example that the server then knows."""
    done = await seawall("register", str(ROOT / "clients" / "examples" / "bakery.json"), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
