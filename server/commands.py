"""Each command of the server, from its arguments to its exit code."""

import asyncio
import gc
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from . import operate
from .database.connect import DriverMissing, database_of
from .database.database import DatabaseRefused
from .log import key_file
from .observing.lines import logged
from .observing.spans import ExtraMissing
from .refusals import CallRefused
from .run import NotLoopback, serving
from .services.pools import SWITCH_SECONDS, is_idle
from .services.refusal_log import without_traceback
from .settings.listing import lines_of
from .settings.table import CONFIG
from .stopping import Stopping, usual_drain
from .store.opening import LogFiles
from .verification.workers import USUAL_PROCESSES

COLLECTION_SECONDS, MOST_POSTPONED, NEVER = 60, 600, 2**30
POOL = "sqlalchemy.pool.impl.AsyncAdaptedQueuePool"  #: logs how each connection of a lost database ends
FAILED, EXTRA_MISSING, INTERRUPTED = 1, 2, 130


def run(arguments: Namespace) -> int:
    """Runs the command of the arguments; a failure is one line on stderr and an exit code."""
    logging.getLogger(POOL).addFilter(without_traceback)
    try:
        with logged(getattr(arguments, "log_level", "info"), getattr(arguments, "log_format", "text")):
            return COMMANDS[arguments.command](arguments)
    except (DriverMissing, ExtraMissing) as error:
        return _failed(error, EXTRA_MISSING)
    except (NotLoopback, CallRefused, DatabaseRefused, OSError, RuntimeError) as error:
        return _failed(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _failed(error: Exception, code: int) -> int:
    print(f"seawall: {error}", file=sys.stderr)
    return code


CHANGES = {"rotate": key_file.rotate, "retire": key_file.retire}
COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "serve": lambda arguments: asyncio.run(_serve(arguments)),
    CONFIG: lambda arguments: _show_settings(arguments),
    "keygen": lambda arguments: operate.keygen(
        arguments.file,
        arguments.name,
        arguments.change and CHANGES[arguments.change],
        arguments.checkpoints,
        dict(arguments.size),
    ),
    "db upgrade": lambda arguments: asyncio.run(operate.upgrade(arguments.database, arguments.foreign or ())),
    "db check": lambda arguments: asyncio.run(operate.check(arguments.database, arguments.foreign or ())),
    "db verify": lambda arguments: asyncio.run(
        operate.verify_database(
            arguments.database,
            _log_files(arguments),
            arguments.checkpoints is not None,
            arguments.recompute,
            arguments.processes or USUAL_PROCESSES,
            arguments.tenant,
            arguments.foreign or (),
        )
    ),
}


def _show_settings(arguments: Namespace) -> int:
    print("\n".join(lines_of(arguments.texts, os.environ)))
    return 0


def _log_files(arguments: Namespace) -> LogFiles | None:
    """The files of the logs: those of the arguments, and beside a SQLite file those that are left out."""
    if arguments.key is None and arguments.checkpoints is None:
        return None
    default = LogFiles.beside(Path(arguments.database))
    if "://" in arguments.database and None in (arguments.key, arguments.checkpoints):
        raise RuntimeError("a PostgreSQL database needs --key and --checkpoints, and one is missing: name both")
    return LogFiles(arguments.key or default.key, arguments.checkpoints or default.checkpoints)


async def _serve(arguments: Namespace) -> int:
    sys.setswitchinterval(SWITCH_SECONDS)
    drain_seconds = arguments.drain_seconds
    stopping = Stopping(usual_drain(arguments.address) if drain_seconds is None else drain_seconds)
    stopping.at_signals()
    if arguments.until_stdin_ends:
        stopping.at_end_of_stdin()
    if "://" not in arguments.database:
        Path(arguments.database).parent.mkdir(parents=True, exist_ok=True)
    async with serving(
        arguments.database,
        arguments.address,
        _log_files(arguments),
        accept_truncation=bool(arguments.accept_truncation),
        foreign=arguments.foreign or (),
        drained=stopping.drained,
        operations_address=arguments.operations_address,
        otlp_endpoint=arguments.otlp_endpoint,
    ) as address:
        _announce(arguments.database, address, arguments.ready_file)
        collecting = asyncio.create_task(_collect_garbage())
        await stopping.begun()
        collecting.cancel()
    return 0


async def _collect_garbage() -> None:
    """Collects all garbage once a minute, in a moment without work: at the latest after ten.

    A full collection stops every thread while it walks what is alive. Python would begin several in the midst of a
    large execution, each a tenth of a second long and in vain, and walk all modules each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], NEVER)
    while True:
        await asyncio.sleep(COLLECTION_SECONDS)
        for _ in range(MOST_POSTPONED):
            if is_idle():
                break
            await asyncio.sleep(1)
        gc.collect()


def _announce(database: str, address: str, ready_file: Path | None) -> None:
    if ready_file:
        ready_file.write_text(f"{address}\n", encoding="utf-8")
    print(f"Seawall serves {database_of(database).name} on {address}", flush=True)
