"""`seawall`: one table of commands, and their parser.

A command is a file beside this one, and a line of `COMMANDS`. Only the file of the command that runs is loaded: the
others would take longer than most commands do.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

from . import exit_codes
from .command import Command
from .exit_codes import Exit


class Listed(NamedTuple):
    """A line of `seawall --help`: the module that holds the command as COMMAND, and what it does."""

    module: str
    summary: str


#: In the order of `seawall --help`.
COMMANDS = {
    "serve": Listed("hand_over", "run a server on a loopback address"),
    "init": Listed("init", "write a file to fill in, of a company or of a scenario"),
    "schedule": Listed("schedule", "the dated cash flows of an instrument; stores nothing"),
    "run": Listed("run", "a company and a scenario from their files to a report, in one"),
    "validate": Listed("validate", "check files and store nothing: what was understood, and warnings"),
    "register": Listed("register", "store the figures of a company; prints their id"),
    "scenario": Listed("scenario", "store a scenario; prints its id"),
    "templates": Listed("templates", "the assumptions to start from"),
    "execute": Listed("execute", "execute a scenario and show its months"),
    "replay": Listed("replay", "compute an execution again and compare"),
    "show": Listed("show", "what is stored under an id"),
    "list": Listed("listing", "companies | scenarios | executions: what is stored, newest first"),
    "verify": Listed("verify", "check everything that the server stores"),
    "keygen": Listed("hand_over", "make the key that signs the log, or replace one"),
    "config": Listed("hand_over", "print the settings of a server, and where each comes from"),
    "db": Listed("hand_over", "upgrade | check | verify | backup | restore: look after a database"),
    "tenants": Listed("hand_over", "add | close | list: whose callers a server lets in"),
    "quotas": Listed("hand_over", "set | list: what a tenant may use"),
    "keys": Listed("hand_over", "add | retire | list: API keys, by which callers are recognised"),
    "assess": Listed("assess", "whether a company can serve its debt as its loans stand"),
    "report": Listed("report", "what an execution means: findings, risks, what to do"),
    "sweep": Listed("sweep", "many companies under many scenarios at once, each row proven"),
    "compare": Listed("compare", "what differs between executions, the largest first"),
    "breaking-point": Listed("breaking_point", "how far it is from a scenario until something breaks"),
    "sensitivity": Listed("sensitivity", "how far each assumption by itself moves a figure"),
    "attribute": Listed("attribute", "which assumptions changed a figure between two scenarios, to the cent"),
    "completion": Listed("completion", "a script by which bash, zsh or fish completes commands and options"),
    "demo": Listed("demo", "five scenarios for one company, on a server started for it"),
}

IDS = "For an ID its first digits do, from 8 on, or @latest for the newest of its kind."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it ended."""
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # what it informs of a handshake, a command says in its own words
    words = sys.argv[1:] if argv is None else argv
    arguments = parser(words[0] if words else "").parse_args(words)
    try:
        code: int = arguments.run(arguments)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:
        from . import failures  # knows the errors of the client, which need all of it

        return failures.exit_code(error, arguments)
    return code


def parser(command: str) -> argparse.ArgumentParser:
    """The parser of one command, with the names of the others; of any other word it has the names alone."""
    top = argparse.ArgumentParser(
        prog="seawall",
        description="Stress a company's cash month by month, on a Seawall server.",
        epilog=f"{IDS} {exit_codes.HELP}",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    group = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, listed in COMMANDS.items():
        if name != command:
            group.add_parser(name, help=listed.summary)
            continue
        chosen = command_of(name)
        own = group.add_parser(name, help=listed.summary, description=listed.summary, **chosen.parser_options)
        chosen.take_arguments(own)
        own.set_defaults(run=chosen.run, command=name)
    return top


def command_of(name: str) -> Command:
    """A command from its own file, which is loaded for it."""
    command: Command = import_module(f".{COMMANDS[name].module}", __package__).COMMAND
    return command


class _Version(argparse.Action):
    """Looks the version up where it is asked for only."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"seawall {version('seawall')}")
        parser.exit()
