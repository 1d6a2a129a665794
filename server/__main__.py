"""`python -m seawall.server serve | keygen | db`: the command line of the server, which `seawall` passes these on to.

It starts without what the server extra brings, so that it can print its help and name what is missing.
"""

import argparse
import gc
import os
import re
import sys
from pathlib import Path
from typing import Any

from .log.tenants import NAME_RULE, OPERATOR, is_tenant

DATABASE = "seawall.db"
ADDRESS = "127.0.0.1:50551"
EXTRA_MISSING = 2
MOST_PROCESSES = 64  #: of one verification
LONGEST_DRAIN = 300  #: seconds
LONGEST_SIZE = 18  #: digits of a number of records
SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; 0 where it is done, 1 where it failed, 2 for wrong usage or a missing extra."""
    parsed = _parser().parse_args(arguments)
    gc.disable()  # to collect while modules load would find nothing, and take a tenth of the start
    try:
        from . import commands
    except ModuleNotFoundError as missing:
        if f"{missing.name}".startswith("seawall"):
            raise
        remedy = "python -m pip install 'seawall[server]'"
        print(f"seawall: the server is not installed (no {missing.name}): {remedy}", file=sys.stderr)
        return EXTRA_MISSING
    finally:
        gc.enable()
    return commands.run(parsed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m seawall.server")
    commands = parser.add_subparsers(prog="seawall", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run a server on a loopback address", epilog=SETTINGS)
    _add_database(serve)
    _add_log_files(serve)
    _setting(serve, "--address", f"HOST:PORT, where port 0 takes a free one; default {ADDRESS}", default=ADDRESS)
    _setting(serve, "--ready-file", "file to write the address to, once the server answers", type=Path)
    _switch(
        serve,
        "--accept-truncation",
        "start although the log is shorter than its checkpoint file says, as after a restore; the log records it",
    )
    _switch(
        serve, "--until-stdin-ends", "stop when standard input ends, as it does when the program that writes to it ends"
    )
    words = (
        f"after SIGTERM, to take calls while health says NOT_SERVING: 0 to {LONGEST_DRAIN}; default 5, on loopback 0"
    )
    _setting(serve, "--drain-seconds", words, type=_drain_seconds, metavar="SECONDS")
    serve.set_defaults(command="serve")

    keygen = commands.add_parser("keygen", help="make the key that signs the log; prints the public half")
    keygen.add_argument("file", type=Path, help="the key file; it must not exist yet, except with --rotate or --retire")
    keygen.add_argument("--name", help="name of the log, as example.com/stress; default a random one")
    replacing = keygen.add_mutually_exclusive_group()
    replacing.add_argument(
        "--rotate",
        action="store_const",
        dest="change",
        const="rotate",
        help="add a second key, which signs beside the first",
    )
    replacing.add_argument(
        "--retire",
        action="store_const",
        dest="change",
        const="retire",
        help="let only the newest key sign; of the others keep the public half, which verifies up to here",
    )
    keygen.add_argument(
        "--checkpoints",
        type=Path,
        metavar="FOLDER",
        help="checkpoint files, whose sizes are where a key begins or ends; default beside FILE",
    )
    keygen.add_argument(
        "--size",
        type=_records,
        action="append",
        default=[],
        metavar="[TENANT=]RECORDS",
        help="the same without a file: the records in the log of a tenant, or in the operator's",
    )
    keygen.set_defaults(command="keygen")

    db = commands.add_parser("db", help="create, check or verify a database").add_subparsers(
        required=True, metavar="COMMAND"
    )
    for name, words in (
        ("upgrade", "create the tables that this release needs"),
        ("check", "check that the tables, indexes and triggers are those of this release"),
        ("verify", "verify all evidence in a database, without a server"),
    ):
        command = db.add_parser(name, help=words, epilog=SETTINGS)
        _add_database(command)
        if name == "verify":
            _add_log_files(command, "key file of the log, or its public half alone; default DATABASE.key")
            words = "also compute every execution, assessment and report again, and compare; takes much longer"
            _switch(command, "--recompute", words)
            _setting(command, "--tenant", "verify this one alone; default all", type=_tenant)
            words = f"1 to {MOST_PROCESSES}, for a large database; default one a processor, at most 8"
            _setting(command, "--processes", words, type=_processes, metavar="N")
        command.set_defaults(command=f"db {name}")
    return parser


#: Below the help of each command that takes a database.
SETTINGS = (
    "Each option also comes from the environment, under the name in brackets; the command line wins. A URL with a"
    " password belongs there: everybody on a machine can read its command lines."
)


def _add_database(parser: argparse.ArgumentParser) -> None:
    words = "a SQLite file (serve makes it) or postgresql://USER@HOST/NAME"
    _setting(parser, "--database", f"{words}; default {DATABASE} in this folder", default=DATABASE)
    words = "tables, views and triggers of other programs beside the evidence, which are no fault"
    _setting(parser, "--foreign", words, default="", type=_names, metavar="NAME,...")


def _add_log_files(
    parser: argparse.ArgumentParser, key: str = "key file of the log; default DATABASE.key beside a SQLite file"
) -> None:
    _setting(parser, "--key", key, type=Path)
    _setting(
        parser,
        "--checkpoints",
        "folder with the newest checkpoint of each log, outside the database; default DATABASE.checkpoints",
        type=Path,
    )


def _setting(
    parser: argparse.ArgumentParser, name: str, words: str, default: str | None = None, **options: Any
) -> argparse.Action:
    """An option that also comes from the environment, whose value no help shows: it may have a password."""
    variable = f"SEAWALL_{name.removeprefix('--').replace('-', '_').upper()}"
    return parser.add_argument(
        name, default=os.environ.get(variable) or default, help=f"{words} [{variable}]", **options
    )


def _records(text: str) -> tuple[str, int]:
    """Whose log, and how many records it has."""
    tenant, separator, size = text.rpartition("=")
    if not size.isascii() or not size.isdigit() or len(size) > LONGEST_SIZE:
        raise argparse.ArgumentTypeError(f"found {text!r}, allowed: a number of records, from 0, or TENANT=RECORDS")
    return _tenant(tenant) if separator else OPERATOR, int(size)


def _tenant(text: str) -> str:
    if not is_tenant(text):
        raise argparse.ArgumentTypeError(f"found {text!r}, allowed: {NAME_RULE}")
    return text


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(",")) if text else ()
    if not all(names):
        raise argparse.ArgumentTypeError(f"found {text!r}, allowed: exact names with a comma between, as a,b")
    return names


def _processes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 2 or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"found {text!r}, allowed: 1 to {MOST_PROCESSES}")
    return int(text)


def _drain_seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", text) or float(text) > LONGEST_DRAIN:
        raise argparse.ArgumentTypeError(f"found {text!r}, allowed: 0 to {LONGEST_DRAIN} seconds")
    return float(text)


def _switch(parser: argparse.ArgumentParser, name: str, words: str) -> None:
    """A setting that is on or off; --no-NAME turns it off against the environment."""
    _setting(parser, name, words, action=argparse.BooleanOptionalAction).type = _is_on


def _is_on(word: str) -> bool:
    if word.lower() not in SWITCH:
        raise argparse.ArgumentTypeError(f"found {word!r}, allowed: {', '.join(SWITCH)}")
    return SWITCH[word.lower()]


if __name__ == "__main__":
    sys.exit(main())
