"""The command line: `seawall serve | schedule | register | scenario | templates | execute | replay`, `assess | report |
compare`, `show | verify`, `keygen | db` and `demo`.

Exit codes: 0 done; 1 the server refused or failed; 2 wrong usage or a missing extra; 3 a file is at fault;
4 no server; 5 a replay diverged; 6 the evidence is not intact; 130 interrupted.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

import grpc

from . import commands, demo, verification
from .assessing import assess, take_arguments
from .client import DEFAULT_ADDRESS, SeawallError, StressClient
from .extras import ExtraMissing
from .files.tree import FileRefused
from .report import commands as reports
from .server_process import ServerUnavailable, become

REFUSED, WRONG_USAGE, AT_FAULT, NO_SERVER, INTERRUPTED = 1, 2, 3, 4, 130
REACH_SECONDS = 3  #: how long a command waits for a server that is to be there

Command = Callable[[StressClient, argparse.Namespace], Awaitable[int]]


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code says how it went."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except FileRefused as refused:
        return _told(f"{refused}", AT_FAULT)
    except ExtraMissing as missing:
        return _told(f"{missing}", WRONG_USAGE)
    except ServerUnavailable as unavailable:
        return _told(f"{unavailable}", NO_SERVER)
    except SeawallError as error:
        if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason:
            return _told(f"no server answers at {arguments.server}: seawall serve starts one\n  {error}", NO_SERVER)
        return _told(f"{error}", REFUSED)
    except UnicodeEncodeError as error:
        return _told(f"not UTF-8: {error.object!r}", WRONG_USAGE)
    except BrokenPipeError:  # who reads it has seen enough, and what is left would be flushed once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as error:
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
    top.add_argument("--version", action="version", version=f"seawall {version('seawall')}")
    group = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    _add_server_command(group, "serve", "run a server on a loopback address")

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
    forms = showing.add_mutually_exclusive_group()
    forms.add_argument("--bytes", action="store_true", help="the stored bytes, whose SHA-256 is the id")
    forms.add_argument("--receipt", action="store_true", help="the receipt of its record, for clients/verify.py")

    _add_verify(group)
    _add_server_command(group, "keygen", "make the key that signs the log, or replace one")
    _add_server_command(group, "db", "upgrade | check | verify: look after a database")

    assessing = _calling(group, "assess", assess, "whether a company can serve its debt as the contracts stand")
    take_arguments(assessing)

    reporting = _calling(group, "report", reports.report, "what an execution means: findings, risks, what to do")
    reports.take_report_arguments(reporting)

    comparing = _calling(group, "compare", reports.compare, "two executions line by line")
    reports.take_compare_arguments(comparing)

    demonstrating = group.add_parser("demo", help="four scenarios for one company, on a server started for it")
    demonstrating.add_argument(
        "--folder",
        type=Path,
        default=os.environ.get("SEAWALL_FOLDER") or "var",
        help="what it leaves behind goes below; default var [SEAWALL_FOLDER]",
    )
    demonstrating.set_defaults(run=lambda arguments: asyncio.run(demo.run(arguments.folder)))
    return top


EXIT_CODES = (
    "Exit codes: 0 done, 1 the server refused or failed, 2 wrong usage or a missing extra, 3 a file is at fault,"
    " 4 no server, 5 a replay diverged, 6 the evidence is not intact."
)


def _add_server_command(group: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str) -> None:
    """A command of `python -m seawall.server`, which takes all that follows, --help too."""
    passed_on = group.add_parser(name, help=words, add_help=False, prefix_chars="\0")
    passed_on.add_argument("rest", nargs="*")
    passed_on.set_defaults(run=lambda arguments: become(name, arguments.rest))


def _add_verify(group: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verifying = _calling(group, "verify", verification.verify, "check everything that the server stores")
    verifying.add_argument(
        "--key", action="append", default=[], metavar="KEY", help="public key of the log, or a file of such keys"
    )
    verifying.add_argument("--checkpoint", type=Path, metavar="FILE", help="the log must begin with what this is over")
    verifying.add_argument("--receipt", type=Path, metavar="FILE", help="the log must hold the record of this receipt")
    verifying.add_argument("--keep", type=Path, metavar="FILE", help="where all is well, write the newest checkpoint")


def _calling(
    group: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: Command, words: str
) -> argparse.ArgumentParser:
    """A command that calls a server: each takes its address and can answer in JSON."""
    called = group.add_parser(name, help=words, description=words)
    called.add_argument(
        "--server",
        metavar="ADDRESS",
        type=_address,
        default=os.environ.get("SEAWALL_SERVER") or DEFAULT_ADDRESS,
        help=f"where a server answers; default {DEFAULT_ADDRESS} [SEAWALL_SERVER]",
    )
    called.add_argument("--json", action="store_true", help="JSON for programs, one object a line")
    called.set_defaults(run=lambda arguments: asyncio.run(_with_client(command, arguments)))
    return called


async def _with_client(command: Command, arguments: argparse.Namespace) -> int:
    """Run a command, but not beyond the time in which a server must be found; a wrong file needs none to be told."""
    async with StressClient(arguments.server) as client:
        reaching = asyncio.ensure_future(client.reach(REACH_SECONDS))
        working = asyncio.ensure_future(command(client, arguments))
        await asyncio.wait((reaching, working), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            await reaching
        reaching.cancel()
        return await working


def _address(told: str) -> str:
    host, _, port = told.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 2**16:
        raise argparse.ArgumentTypeError(f"found {told!r}, allowed: HOST:PORT with a port from 1 to 65535")
    return told
