"""A server for a command that was named none: the one at the default address, else one started for the command."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..client import DEFAULT_ADDRESS, StressClient
from . import extras, server_process
from .calling import REACH_SECONDS, take_server
from .command import Command
from .server_process import ServerUnavailable

DATABASE = "seawall.db"


def with_own_server(
    take_arguments: Callable[[ArgumentParser], None], run: Callable[[Namespace], Coroutine[Any, Any, int]]
) -> Command:
    """A command that opens its connection itself, by `connected`, once it has read its files."""

    def take_all(parser: ArgumentParser) -> None:
        take_server(parser, None, ", and where none answers there, one that is started for the command")
        take_arguments(parser)

    return Command(take_all, lambda arguments: asyncio.run(run(arguments)))


@asynccontextmanager
async def connected(arguments: Namespace, folder: Path | None = None) -> AsyncIterator[StressClient]:
    """A client of the server; one that is started here keeps its database in `folder`, or for as long as it runs.

    Raises `ServerUnavailable` where none answers and none can be started.
    """
    async with AsyncExitStack() as opened:
        if arguments.server is None:
            answers = await _answers(DEFAULT_ADDRESS)
            arguments.server = DEFAULT_ADDRESS if answers else await opened.enter_async_context(_started(folder))
        client = await opened.enter_async_context(StressClient(arguments.server))
        await client.reach(REACH_SECONDS)
        yield client


@asynccontextmanager
async def _started(folder: Path | None) -> AsyncIterator[str]:
    try:
        extras.require("server", "the server is not installed")
    except extras.ExtraMissing as missing:
        where = "Or name a server that runs elsewhere with --server ADDRESS or SEAWALL_SERVER"
        nothing = f"No server answers at {DEFAULT_ADDRESS}, and none can be started here"
        raise ServerUnavailable(f"{nothing}: {missing}\n{where}.") from missing
    with _kept(folder) if folder else TemporaryDirectory(prefix="seawall-") as place:
        database = Path(place) / DATABASE
        async with server_process.started(database, database.with_name("server.log")) as address:
            yield address


@contextmanager
def _kept(folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    print(f"A server is started for this command; it stores in {folder / DATABASE}.", file=sys.stderr)
    yield str(folder)


async def _answers(address: str) -> bool:
    """Whether anything listens there: a loopback address says so at once."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True
