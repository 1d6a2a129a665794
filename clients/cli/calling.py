"""A command that calls a server."""

import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Awaitable, Callable

from ..client import DEFAULT_ADDRESS, StressClient
from . import credential_options
from .command import Command

REACH_SECONDS = 3  #: how long a command waits for a connection

Calls = Callable[[StressClient, Namespace], Awaitable[int]]


def calling(take_arguments: Callable[[ArgumentParser], None], run: Calls) -> Command:
    """A command that calls a server: each takes the server's address, and can answer in JSON."""

    def take_all(parser: ArgumentParser) -> None:
        take_server(parser, DEFAULT_ADDRESS)
        take_arguments(parser)

    return Command(take_all, lambda arguments: asyncio.run(_with_client(run, arguments)))


def take_server(parser: ArgumentParser, default: str | None, before: str = "") -> None:
    """The server's address, who calls it, and whether to answer in JSON.

    `before` says what comes before the default address.
    """
    parser.add_argument(
        "--server",
        metavar="ADDRESS",
        type=_address,
        default=os.environ.get("SEAWALL_SERVER") or default,
        help=f"address of the server; default {before}{DEFAULT_ADDRESS} [SEAWALL_SERVER]",
    )
    parser.add_argument("--json", action="store_true", help="JSON for programs, one object a line")
    credential_options.take_arguments(parser)


async def _with_client(run: Calls, arguments: Namespace) -> int:
    """Run a command; it fails as soon as no server can be reached, and earlier where a file is at fault."""
    async with StressClient(arguments.server, credentials=credential_options.credentials(arguments)) as client:
        reaching = asyncio.ensure_future(client.reach(REACH_SECONDS))
        working = asyncio.ensure_future(run(client, arguments))
        await asyncio.wait((reaching, working), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            await reaching
        reaching.cancel()
        return await working


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 2**16:
        raise ArgumentTypeError(f"found {text!r}, allowed: HOST:PORT with a port from 1 to 65535")
    return text
