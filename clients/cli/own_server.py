"""A server for a command that was named none: one started for it, else the one at the default address."""

import asyncio
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..client import DEFAULT_ADDRESS, Credentials, SeawallError, StressClient
from . import credential_options, extras, server_process
from .calling import REACH_SECONDS, take_server
from .command import Command
from .server_process import ServerUnavailable

DATABASE = "seawall.db"


def with_own_server(
    take_arguments: Callable[[ArgumentParser], None], run: Callable[[Namespace], Coroutine[Any, Any, int]]
) -> Command:
    """A command that opens its connection itself, by `connected`, once it has read its files."""

    def take_all(parser: ArgumentParser) -> None:
        take_server(parser, None, "one started for the command, or where it cannot be ")
        take_arguments(parser)

    return Command(take_all, lambda arguments: asyncio.run(run(arguments)))


def take_folder(parser: ArgumentParser, what: str) -> None:
    """The folder of what a server that is started for a command leaves behind."""
    folder = os.environ.get("SEAWALL_FOLDER") or "var"
    parser.add_argument("--folder", type=Path, default=folder, help=f"{what}; default var [SEAWALL_FOLDER]")


@asynccontextmanager
async def connected(arguments: Namespace, folder: Path | None = None) -> AsyncIterator[StressClient]:
    """A client of the server; one that is started here keeps its database in `folder`, or for as long as it runs.

    Raises `ServerUnavailable` where one cannot be started and none answers at the default address.
    """
    async with AsyncExitStack() as opened:
        missing, credentials = None, credential_options.credentials(arguments)
        if arguments.server is None:
            missing = _missing()
            arguments.server = DEFAULT_ADDRESS
            if not missing:  # one of its own takes everybody of this machine, and gets no other server's token
                arguments.server = await opened.enter_async_context(_started(folder))
                credentials = Credentials()
        client = await opened.enter_async_context(StressClient(arguments.server, credentials=credentials))
        try:
            await client.reach(REACH_SECONDS)
        except SeawallError as error:
            if missing is None:
                raise
            nothing = f"No server answers at {DEFAULT_ADDRESS}, and none can be started here"
            elsewhere = "Or name a server that runs elsewhere with --server ADDRESS or SEAWALL_SERVER."
            raise ServerUnavailable(f"{nothing}: {missing}\n{elsewhere}") from error
        yield client


def _missing() -> str | None:
    """What a server lacks to be started here, and how to come by it; None where nothing is missing."""
    try:
        extras.require("server", "the server is not installed")
    except extras.ExtraMissing as missing:
        return f"{missing}"
    return None


@asynccontextmanager
async def _started(folder: Path | None) -> AsyncIterator[str]:
    with _kept(folder) if folder else TemporaryDirectory(prefix="seawall-") as place:
        database = Path(place) / DATABASE
        async with server_process.started(database, database.with_name("server.log")) as address:
            yield address


@contextmanager
def _kept(folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    print(f"A server is started for this command; it stores in {folder / DATABASE}.", file=sys.stderr)
    yield str(folder)
