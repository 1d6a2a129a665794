"""Takes a backup of a database that servers go on writing."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from ..database import schema
from ..database.database import Database
from ..log import key_file
from ..log.files import sync
from ..store.clock import now
from ..store.opening import LogFiles
from ..store.transaction import SOFTWARE
from .copying import Advance, copy_evidence
from .folder import new_folder
from .manifest import CHECKPOINTS, EVIDENCE, PUBLIC_KEY, BackupRefused, Manifest

Verify = Callable[[str, LogFiles], Awaitable[int]]  #: of a database by its name; 0 where it has no finding


async def take(database: Database, files: LogFiles, destination: Path, verify: Verify, advance: Advance) -> Manifest:
    """Copies the checkpoints first and the evidence after them, which then has grown from each, and verifies that.

    Raises `BackupRefused` where the destination is there or the copy has findings; then nothing is left of it.
    """
    public = key_file.load_public(files.key)
    with new_folder(destination) as folder:
        with database.errors_translated():
            await schema.check(database)
        (folder / PUBLIC_KEY).write_text("".join(f"{line}\n" for line in public.lines), encoding="utf-8")
        copy = LogFiles(folder / PUBLIC_KEY, folder / CHECKPOINTS)
        copy_checkpoints(files, copy)
        async with database.auditing() as auditing:
            with auditing.errors_translated():
                await copy_evidence(auditing, folder / EVIDENCE, advance)
        if await verify(str(folder / EVIDENCE), copy):
            raise BackupRefused(
                f"the copy of {database.name} has what the lines above name, and is not kept: seawall db verify"
            )
        source = "sqlite" if database.makes_its_key else "postgresql"
        manifest = Manifest.of(folder, SOFTWARE, schema.LATEST, source, now())
        manifest.write(folder)
    return manifest


def copy_checkpoints(files: LogFiles, copy: LogFiles) -> None:
    """Copies the checkpoint file of each log."""
    copy.checkpoints.mkdir(exist_ok=True)
    for tenant in files.tenants():
        shutil.copyfile(files.checkpoint_of(tenant), copy.checkpoint_of(tenant))
        sync(copy.checkpoint_of(tenant))
    sync(copy.checkpoints)
