"""`python -m seawall.server serve | keygen | db`: a server until it is told to stop, and what stands around it."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from seawall.server import maintenance
from seawall.server.database import DatabaseRefused
from seawall.server.databases import database_of
from seawall.server.log.opening import LogFiles
from seawall.server.refusals import CallRefused
from seawall.server.serving import NotLoopback, serving


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 after a clean stop, 1 where it could not start."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        return int(asked.run(asked))
    except (NotLoopback, CallRefused, DatabaseRefused, OSError, RuntimeError) as error:
        print(f"seawall: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m seawall.server")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run a server on a loopback address")
    _add_database(serve)
    _add_log_files(serve)
    serve.add_argument("--address", default="127.0.0.1:50551", help="HOST:PORT; port 0 takes a free one")
    serve.add_argument("--ready-file", type=Path, help="written with the address once the server answers")
    serve.add_argument(
        "--accept-truncation",
        action="store_true",
        help="start on a log that is shorter than its checkpoint file says, as after a restore; the log records it",
    )
    serve.set_defaults(run=lambda asked: asyncio.run(_serve(asked)))

    keygen = commands.add_parser("keygen", help="make the key that signs the log; prints the public half")
    keygen.add_argument("file", type=Path, help="the key file; it must not exist, unless a key is replaced")
    keygen.add_argument("--name", help="of the log, as example.com/stress; default a random one")
    replacing = keygen.add_mutually_exclusive_group()
    replacing.add_argument("--rotate", action="store_true", help="add a second key, which signs beside the first")
    replacing.add_argument("--retire", action="store_true", help="keep the newest key, and of the others what verifies")
    keygen.set_defaults(run=lambda asked: maintenance.keygen(asked.file, asked.name, asked.rotate, asked.retire))

    db = commands.add_parser("db", help="look after a database").add_subparsers(required=True, metavar="COMMAND")
    for name, work, words in (
        ("upgrade", maintenance.upgrade, "create the tables that this release needs"),
        ("check", maintenance.check, "say whether they are there, and as they must be"),
    ):
        command = db.add_parser(name, help=words)
        _add_database(command)
        command.set_defaults(run=lambda asked, work=work: asyncio.run(work(asked.database)))
    verify = db.add_parser("verify", help="check everything in a database without a server")
    _add_database(verify)
    _add_log_files(verify)
    verify.set_defaults(run=lambda asked: asyncio.run(_verify(asked)))
    return parser


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        default=os.environ.get("SEAWALL_DATABASE", "seawall.db"),
        help="a SQLite file (serve makes it) or postgresql://USER@HOST/NAME; default SEAWALL_DATABASE or %(default)s",
    )


def _add_log_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, help="key file of the log; default DATABASE.key beside a SQLite file")
    parser.add_argument("--checkpoint", type=Path, help="the newest checkpoint, outside; default DATABASE.checkpoint")


def _log_files(asked: argparse.Namespace) -> LogFiles | None:
    """Where the key and the checkpoint stand: where it says so, and else beside a SQLite file."""
    if asked.key is None and asked.checkpoint is None:
        return None
    default = LogFiles.beside(Path(asked.database))
    if "://" in asked.database and None in (asked.key, asked.checkpoint):
        raise RuntimeError("a PostgreSQL database needs both --key and --checkpoint: files outside the database")
    return LogFiles(asked.key or default.key, asked.checkpoint or default.checkpoint)


async def _verify(asked: argparse.Namespace) -> int:
    return await maintenance.verify_all(asked.database, _log_files(asked), asked.checkpoint is not None)


async def _serve(asked: argparse.Namespace) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with serving(
        asked.database, asked.address, _log_files(asked), accept_truncation=asked.accept_truncation
    ) as bound:
        _announce(asked.database, bound, asked.ready_file)
        await stopped.wait()
    return 0


def _announce(database: str, bound: str, ready_file: Path | None) -> None:
    if ready_file:
        ready_file.write_text(f"{bound}\n", encoding="utf-8")
    print(f"Seawall serves {database_of(database).name} on {bound}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
