"""Each command of the server, from its arguments to its exit code."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine
from pathlib import Path

from seawall.engine.tape.players import PLAYERS

from . import administer, backups, operate
from .database.connect import DriverMissing, database_of
from .database.database import DatabaseRefused
from .identity.tables import FileRefused
from .identity.tls_files import TlsFiles
from .log import key_file
from .observing.lines import logged
from .observing.spans import ExtraMissing
from .refusals import CallRefused
from .run import NotLoopback, serving
from .services.refusal_log import without_traceback
from .settings.listing import lines_of
from .settings.table import CONFIG
from .stopping import Stopping, usual_drain
from .store.opening import LogFiles
from .sweeping.executors import usual_workers
from .verification.workers import USUAL_PROCESSES
from .work.beside import START_SECONDS
from .work.job import is_idle
from .work.pools import SWITCH_SECONDS

log = logging.getLogger("seawall.server")
COLLECTION_SECONDS, MOST_POSTPONED, NEVER = 60, 600, 2**30
MOST_USUAL_PROCESSES = 4  #: that compute calls: with more of them the event loop would be what calls wait for
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
    except (NotLoopback, FileRefused, CallRefused, DatabaseRefused, OSError, RuntimeError) as error:
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
    "tenants add": lambda arguments: asyncio.run(
        administer.add_tenant(arguments.database, _log_files(arguments), arguments.name, arguments.reopen)
    ),
    "tenants close": lambda arguments: asyncio.run(
        administer.close_tenant(arguments.database, _log_files(arguments), arguments.name)
    ),
    "tenants list": lambda arguments: asyncio.run(administer.list_tenants(arguments.database, _log_files(arguments))),
    "keys add": lambda arguments: asyncio.run(
        administer.add_key(arguments.database, _log_files(arguments), arguments.label)
    ),
    "keys retire": lambda arguments: asyncio.run(
        administer.retire_key(arguments.database, _log_files(arguments), arguments.key_id)
    ),
    "keys list": lambda arguments: asyncio.run(administer.list_keys(arguments.database, _log_files(arguments))),
    "quotas set": lambda arguments: asyncio.run(
        administer.set_quotas(arguments.database, _log_files(arguments), arguments.name, arguments.limits)
    ),
    "quotas list": lambda arguments: asyncio.run(
        administer.list_quotas(arguments.database, _log_files(arguments), arguments.quotas)
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
    "db backup": lambda arguments: _ended_by_signals(
        backups.back_up(arguments.database, _log_files(arguments), arguments.backup, arguments.foreign or ())
    ),
    "db restore": lambda arguments: _ended_by_signals(
        backups.restore_from(arguments.backup, arguments.database, _log_files(arguments), arguments.foreign or ())
    ),
}


def _show_settings(arguments: Namespace) -> int:
    print("\n".join(lines_of(arguments.texts, os.environ)))
    return 0


def _ended_by_signals(work: Coroutine[None, None, int]) -> int:
    """Runs it; SIGTERM ends it where it stands, as Ctrl-C does, and what it began is taken away."""

    async def interruptible() -> int:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.default_int_handler)
        return await work

    return asyncio.run(interruptible())


def _log_files(arguments: Namespace) -> LogFiles | None:
    """The files of the logs: those of the arguments, and beside a SQLite file those that are left out."""
    if arguments.key is None and arguments.checkpoints is None:
        return None
    default = LogFiles.beside(Path(arguments.database))
    if "://" in arguments.database and None in (arguments.key, arguments.checkpoints):
        raise RuntimeError("a PostgreSQL database needs --key and --checkpoints, and one is missing: name both")
    return LogFiles(arguments.key or default.key, arguments.checkpoints or default.checkpoints)


#: The files that each switch needs.
TLS_FILES = {
    "tls": ("certificate", "certificate_key", "identities"),
    "mtls": ("certificate", "certificate_key", "identities", "client_ca"),
}


def _tls_files(arguments: Namespace) -> TlsFiles | None:
    """The files of --tls or --mtls; raises a RuntimeError where one is missing, or is there for nothing."""
    switches = [switch for switch in TLS_FILES if getattr(arguments, switch)]
    if len(switches) > 1:
        raise RuntimeError("--tls and --mtls: choose one; with --mtls the certificate of a caller says who it is")
    needed = TLS_FILES[switches[0]] if switches else ()
    for name in TLS_FILES["mtls"]:
        option = f"--{name.replace('_', '-')}"
        if name in needed and getattr(arguments, name) is None:
            raise RuntimeError(f"--{switches[0]} needs {option}: name the file")
        if name not in needed and getattr(arguments, name) is not None:
            users = " or ".join(f"--{switch}" for switch in TLS_FILES if name in TLS_FILES[switch])
            raise RuntimeError(f"{option} is of no use without {users}: add it, or leave this out")
    return TlsFiles(**{name: getattr(arguments, name) for name in needed}) if needed else None


async def _serve(arguments: Namespace) -> int:
    sys.setswitchinterval(SWITCH_SECONDS)
    drain_seconds, code_folder = arguments.drain_seconds, str(arguments.code_folder or "")
    processes = _usual_processes() if arguments.engine_processes is None else int(arguments.engine_processes)
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
        quotas=arguments.quotas,
        foreign=arguments.foreign or (),
        drained=stopping.drained,
        tls=_tls_files(arguments),
        operations_address=arguments.operations_address,
        otlp_endpoint=arguments.otlp_endpoint,
        workers=arguments.workers or "",
        code_folder=code_folder,
        engine_processes=processes,
    ) as address:
        _announce(arguments.database, address, arguments.ready_file)
        if not processes:
            preparing = threading.Thread(target=_prepare_player, args=(code_folder,), daemon=True)
            asyncio.get_running_loop().call_later(START_SECONDS, preparing.start)
        collecting = asyncio.create_task(_collect_garbage())
        await stopping.begun()
        collecting.cancel()
    return 0


def _usual_processes() -> int:
    return min(usual_workers(), MOST_USUAL_PROCESSES)


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


def _prepare_player(folder: str) -> None:
    """Beside the first calls: until it is done, they are computed as without numba, which changes no figure."""
    log.info(PLAYERS.prepare(folder))


def _announce(database: str, address: str, ready_file: Path | None) -> None:
    if ready_file:
        ready_file.write_text(f"{address}\n", encoding="utf-8")
    print(f"Seawall serves {database_of(database).name} on {address}", flush=True)
