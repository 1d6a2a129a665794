"""`python -m seawall.server serve | config | keygen | db`: the command line of the server, to which `seawall` leads.

It starts without what the server extra brings, so that it can print its help and name what is missing.
"""

import argparse
import gc
import os
import sys
from pathlib import Path

from .log.tenants import NAME_RULE, OPERATOR, is_tenant
from .settings.setting import SettingRefused
from .settings.sources import resolve, take_settings
from .settings.table import CONFIG

WRONG_USAGE = EXTRA_MISSING = 2
LONGEST_SIZE = 18  #: digits of a number of records


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; 0 where it is done, 1 where it failed, 2 for wrong usage or a missing extra."""
    parsed = _parser().parse_args(arguments)
    try:
        parsed.texts = resolve(parsed, parsed.command, os.environ) if "config" in parsed else {}
    except SettingRefused as refused:
        print(f"seawall: {refused}", file=sys.stderr)
        return WRONG_USAGE
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
    serve = commands.add_parser("serve", help="run a server")
    take_settings(serve, "serve")
    serve.set_defaults(command="serve")

    config = commands.add_parser(CONFIG, help="print the settings that hold, and where each comes from")
    take_settings(config, CONFIG)
    config.set_defaults(command=CONFIG)

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

    db = commands.add_parser("db", help="create, check, verify, back up or restore a database").add_subparsers(
        required=True, metavar="COMMAND"
    )
    for name, words in (
        ("upgrade", "create the tables that this release needs"),
        ("check", "check that the tables, indexes and triggers are those of this release"),
        ("verify", "verify all evidence in a database, without a server"),
        ("backup", "copy a database and its checkpoints to a new folder while servers go on, and verify the copy"),
        ("restore", "make a new database from a backup, and verify it"),
    ):
        command = db.add_parser(name, help=words)
        if name in ("backup", "restore"):
            command.add_argument("backup", type=Path, metavar="FOLDER", help="of the backup; db backup makes it")
        take_settings(command, f"db {name}")
        command.set_defaults(command=f"db {name}")
    return parser


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


if __name__ == "__main__":
    sys.exit(main())
