"""What each command of the server does between its arguments and its exit code."""

import asyncio
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from . import operate
from .database.connect import DriverMissing, database_of
from .database.database import DatabaseRefused
from .refusals import CallRefused
from .run import NotLoopback, serving
from .store.opening import LogFiles

STDIN = 0
FAILED, EXTRA_MISSING, INTERRUPTED = 1, 2, 130


def run(asked: Namespace) -> int:
    """Runs the command that was asked for; what it cannot do is told in one line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        return COMMANDS[asked.command](asked)
    except DriverMissing as error:
        return _told(error, EXTRA_MISSING)
    except (NotLoopback, CallRefused, DatabaseRefused, OSError, RuntimeError) as error:
        return _told(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _told(error: Exception, code: int) -> int:
    print(f"seawall: {error}", file=sys.stderr)
    return code


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "serve": lambda asked: asyncio.run(_serve(asked)),
    "keygen": lambda asked: operate.keygen(asked.file, asked.name, asked.rotate, asked.retire),
    "db upgrade": lambda asked: asyncio.run(operate.upgrade(asked.database)),
    "db check": lambda asked: asyncio.run(operate.check(asked.database)),
    "db verify": lambda asked: asyncio.run(
        operate.verify_all(asked.database, _log_files(asked), asked.checkpoint is not None)
    ),
}


def _log_files(asked: Namespace) -> LogFiles | None:
    """Where the key and the checkpoint stand: where it says so, and else beside a SQLite file."""
    if asked.key is None and asked.checkpoint is None:
        return None
    default = LogFiles.beside(Path(asked.database))
    if "://" in asked.database and None in (asked.key, asked.checkpoint):
        raise RuntimeError("a PostgreSQL database needs both --key and --checkpoint: files outside the database")
    return LogFiles(asked.key or default.key, asked.checkpoint or default.checkpoint)


async def _serve(asked: Namespace) -> int:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if asked.until_stdin_ends:
        loop.add_reader(STDIN, _read, loop, stopped)
    if "://" not in asked.database:
        Path(asked.database).parent.mkdir(parents=True, exist_ok=True)
    async with serving(
        asked.database, asked.address, _log_files(asked), accept_truncation=bool(asked.accept_truncation)
    ) as bound:
        _announce(asked.database, bound, asked.ready_file)
        await stopped.wait()
    return 0


def _read(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    if not os.read(STDIN, 1024):
        loop.remove_reader(STDIN)
        ended.set()


def _announce(database: str, bound: str, ready_file: Path | None) -> None:
    if ready_file:
        ready_file.write_text(f"{bound}\n", encoding="utf-8")
    print(f"Seawall serves {database_of(database).name} on {bound}", flush=True)
