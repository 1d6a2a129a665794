"""Makes a database from a backup: a SQLite file, or the rows of an empty PostgreSQL database."""

import os
import shutil
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ..database import schema
from ..database.connect import database_of
from ..database.database import Database
from ..database.files import BESIDE
from ..database.sqlite import Sqlite
from ..log.files import sync
from ..store.opening import LogFiles
from .copying import Advance, copy_rows
from .folder import refuse_existing, unfinished
from .manifest import CHECKPOINTS, EVIDENCE, PUBLIC_KEY, BackupRefused, Manifest, read_manifest
from .taking import Verify, copy_checkpoints


async def restore(backup: Path, name: str, files: LogFiles, verify: Verify, advance: Advance) -> Manifest:
    """Restores and verifies; a database that was there before is refused, and one with findings removed again.

    It is verified with the keys of `files`, or where these are gone with those in the backup. Checkpoint files that are
    there stay: they may be over more records than the backup has. Where there are none they come from the backup.
    """
    manifest = read_manifest(backup)
    manifest.check(backup)
    if manifest.step not in schema.KNOWN:
        raise BackupRefused(
            f"{backup} is of {manifest.release}, which this release does not know: restore it with that"
        )
    kept = LogFiles(files.key if files.key.exists() else backup / PUBLIC_KEY, backup / CHECKPOINTS)
    target = database_of(name)
    try:
        if isinstance(target, Sqlite):
            await _restore_file(backup, target.path, partial(_verified, verify, kept, files))
        else:
            with target.errors_translated():
                await _restore_rows(backup, target, advance, partial(_verified, verify, kept, files, name))
    finally:
        await target.dispose()
    return manifest


async def _verified(verify: Verify, kept: LogFiles, files: LogFiles, name: str) -> None:
    """The last step before a database counts: `BackupRefused` unless it fits its checkpoints, which then are there."""
    if await verify(name, kept):
        raise BackupRefused("what was restored has what the lines above name, and was removed again")
    if not files.tenants():
        copy_checkpoints(kept, files)


async def _restore_file(backup: Path, path: Path, verified: Callable[[str], Awaitable[None]]) -> None:
    """Under another name until it is verified."""
    refuse_existing(path, *(path.with_name(f"{path.name}-{end}") for end in BESIDE))
    with unfinished(path.with_name(f".{path.name}.{os.getpid()}")) as folder:
        copy = await _up_to_date(backup, folder)
        await verified(str(copy))
        sync(copy)
        refuse_existing(path)
        copy.rename(path)
    sync(path.parent)


async def _restore_rows(
    backup: Path, target: Database, advance: Advance, verified: Callable[[], Awaitable[None]]
) -> None:
    """Into tables that are made for them, and dropped again where they are not whole and sound."""
    async with target.reader.connect() as connection:
        if await connection.run_sync(schema.step_of, target):
            raise BackupRefused(
                f"{target.name} has tables already, and nothing is written over them: name an empty one"
            )
    with TemporaryDirectory(prefix="seawall-restore-") as folder:
        copy = await _up_to_date(backup, Path(folder))
        await schema.upgrade(target)
        source = Sqlite(copy, read_only=True)
        try:
            await copy_rows(source, target, advance)
            await verified()
        except BaseException:
            await schema.drop(target)
            raise
        finally:
            await source.dispose()


async def _up_to_date(backup: Path, folder: Path) -> Path:
    """A copy of the evidence with the tables of this release: the backup may be of an earlier one."""
    copy = Path(shutil.copyfile(backup / EVIDENCE, folder / EVIDENCE))
    database = Sqlite(copy)
    try:
        with database.errors_translated():
            await schema.upgrade(database)
    finally:
        await database.dispose()
    return copy
