"""What an operator does to keep an installation: takes a backup of it, and restores one."""

import sys
from collections.abc import Collection
from functools import partial
from pathlib import Path

from .backup.restoring import restore
from .backup.taking import take
from .database.connect import database_of
from .operate import CLEAR, closing_database, verify_database
from .store.opening import LogFiles, default_files


async def back_up(database_name: str, files: LogFiles | None, destination: Path, foreign: Collection[str] = ()) -> int:
    """Takes a backup while servers go on, and verifies it."""
    async with closing_database(database_of(database_name, read_only=True, foreign=foreign)) as database:
        verify = partial(verify_database, must_have_checkpoints=False, foreign=foreign)
        manifest = await take(database, files or default_files(database), destination, verify, _show_copying)
    print(f"{destination} is a backup of {database.name}: {manifest.bytes:,} bytes, verified")
    return 0


async def restore_from(backup: Path, database_name: str, files: LogFiles | None, foreign: Collection[str] = ()) -> int:
    """Makes a new database from a backup, and verifies it."""
    files = files or default_files(database_of(database_name))
    stays = bool(files.tenants())
    verify = partial(verify_database, must_have_checkpoints=False, foreign=foreign)
    manifest = await restore(backup, database_name, files, verify, _show_copying)
    print(f"{database_of(database_name).name} is restored as it was at {manifest.taken_at}, verified")
    if stays:
        print(
            f"{files.checkpoints} stays as it is. If it is over more records, a server starts with --accept-truncation"
        )
    return 0


def _show_copying(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = CLEAR if done >= total else ""
        print(f"{CLEAR}copying: {done:,} of {total:,}{end}", end="", file=sys.stderr, flush=True)
