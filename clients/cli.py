"""The command line: `seawall serve | schedule | register | scenario | execute | replay | show | demo | ...`.

Exit codes: 0 done; 1 the server refused or failed; 2 wrong usage; 3 a file is at fault; 4 no server; 5 a replay
diverged; 130 interrupted.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc

from seawall.clients import commands, demo
from seawall.clients.client import DEFAULT_ADDRESS, StressClient
from seawall.clients.errors import SeawallError
from seawall.clients.server_process import ServerUnavailable, serve
from seawall.clients.tree import FileRefused

REFUSED, AT_FAULT, NO_SERVER, INTERRUPTED = 1, 3, 4, 130

Command = Callable[[StressClient, argparse.Namespace], Awaitable[int]]


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code says how it went."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except FileRefused as refused:
        return _told(f"{refused}", AT_FAULT)
    except ServerUnavailable as unavailable:
        return _told(f"{unavailable}", NO_SERVER)
    except SeawallError as error:
        if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason:
            return _told(f"no server answers at {arguments.server}: seawall serve starts one\n  {error}", NO_SERVER)
        return _told(f"{error}", REFUSED)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _told(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="seawall", description="Stress a company's cash month by month, on a Seawall server.", epilog=EXIT_CODES
    )
    group = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serving = group.add_parser("serve", help="run a server on a loopback address")
    serving.add_argument("--address", default=DEFAULT_ADDRESS, help="default %(default)s")
    serving.add_argument(
        "--database", type=Path, default=Path("var/seawall.db"), help="a SQLite file; default %(default)s"
    )
    serving.set_defaults(run=lambda arguments: serve(arguments.database, arguments.address))

    previewing = _calling(group, "schedule", commands.schedule, "the dated cash flows of an instrument; stores nothing")
    previewing.add_argument("file", metavar="FILE", help="YAML or JSON, as clients/examples/instrument_*.yaml")

    registering = _calling(group, "register", commands.register, "store the figures of a company; prints their id")
    registering.add_argument("file", metavar="FILE", help="YAML or JSON, as clients/examples/*.yaml")

    describing = _calling(group, "scenario", commands.scenario, "store a scenario; prints its id")
    describing.add_argument("file", metavar="FILE", help="YAML or JSON, as clients/examples/scenario_*.yaml")
    describing.add_argument("--dataset", metavar="ID", help="the dataset version, where the file does not name it")

    _calling(group, "templates", commands.templates, "the assumptions to start from")

    executing = _calling(group, "execute", commands.execute, "execute a scenario and show its months")
    executing.add_argument("scenario", metavar="SCENARIO_ID")
    executing.add_argument("--dataset", metavar="ID", required=True, help="the dataset version it was made for")
    executing.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the as-of date")

    replaying = _calling(group, "replay", commands.replay, "compute an execution again and compare")
    replaying.add_argument("execution", metavar="EXECUTION_ID")
    replaying.add_argument("--dataset", metavar="ID", help="another dataset version; default the execution's own")
    replaying.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the execution's own")

    showing = _calling(group, "show", commands.show, "what is stored under an id")
    showing.add_argument("id", metavar="ID")
    showing.add_argument("--bytes", action="store_true", help="the stored bytes, whose SHA-256 is the id")

    demonstrating = group.add_parser("demo", help="four scenarios for one company, on a server started for it")
    demonstrating.add_argument(
        "--folder", type=Path, default=Path("var"), help="what it leaves behind goes below; default %(default)s"
    )
    demonstrating.set_defaults(run=lambda arguments: asyncio.run(demo.run(arguments.folder)))
    return top


EXIT_CODES = (
    "Exit codes: 0 done, 1 the server refused or failed, 2 wrong usage, 3 a file is at fault, 4 no server,"
    " 5 a replay diverged."
)


def _calling(
    group: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: Command, words: str
) -> argparse.ArgumentParser:
    """A command that calls a server: each takes its address and can answer in JSON."""
    called = group.add_parser(name, help=words, description=words)
    called.add_argument(
        "--server",
        metavar="ADDRESS",
        default=os.environ.get("SEAWALL_SERVER", DEFAULT_ADDRESS),
        help=f"default SEAWALL_SERVER, else {DEFAULT_ADDRESS}",
    )
    called.add_argument("--json", action="store_true", help="JSON for programs, one object a line")
    called.set_defaults(run=lambda arguments: asyncio.run(_with_client(command, arguments)))
    return called


async def _with_client(command: Command, arguments: argparse.Namespace) -> int:
    async with StressClient(arguments.server) as client:
        return await command(client, arguments)
