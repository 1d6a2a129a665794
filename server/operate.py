"""What an operator does besides serving: make and replace keys, upgrade a database, check and verify it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .database import schema
from .database.connect import database_of
from .database.database import Database
from .log import keys
from .log.checkpoint import Checkpoint
from .log.keys import Keys
from .log.note import NoteRefused
from .store.checkpoint_file import NO_CHECKPOINT_FILE, read_checkpoint_file
from .store.opening import LogFiles, default_files
from .verification.findings import Finding, FindingKind, Result
from .verification.verify import verify

FAULTY = 1


def keygen(path: Path, name: str | None, rotate: bool, retire: bool) -> int:
    """Makes or replaces a key and prints every public half, for auditors."""
    if rotate:
        log_keys = keys.rotate(path)
    elif retire:
        log_keys = keys.retire(path)
    else:
        log_keys = keys.make(path, name)
    for verifier in log_keys.verifiers:
        print(verifier)
    return 0


async def upgrade(database_name: str) -> int:
    """Creates the tables that this release needs."""
    async with _closing(database_of(database_name)) as database:
        await schema.upgrade(database)
    print(f"{database.name} is at step {schema.LATEST}")
    return 0


async def check(database_name: str) -> int:
    """Whether the tables are those of this release, and each as it must be."""
    async with _closing(database_of(database_name, read_only=True)) as database:
        await schema.check(database)
        async with database.reader.connect() as connection:
            faults = await connection.run_sync(schema.faults_in_schema, database)
    for name, fault in faults:
        print(f"{name}: {fault}")
    print(f"{database.name} is at step {schema.LATEST}, {len(faults)} faults")
    return FAULTY if faults else 0


async def verify_all(database_name: str, files: LogFiles | None, must_have_checkpoint: bool) -> int:
    """Verifies everything and the checkpoint file with it, even if a server refuses to start on it.

    The public keys are enough, and nothing is written: neither to the database nor beside it.
    """
    database = database_of(database_name, read_only=True)
    files = files or default_files(database)
    log_keys = keys.load_public(files.key)
    kept_checkpoints, findings = _checkpoint_file(files.checkpoint, log_keys, must_have_checkpoint)
    for finding in findings:
        _print(finding)
    async with _closing(database):
        async for event in verify(database, log_keys, kept_checkpoints):
            match event:
                case Finding():
                    findings.append(event)
                    _print(event)
                case Result():
                    print(f"{event.documents} documents, {event.records} records, {len(findings)} findings")
    return FAULTY if findings else 0


@asynccontextmanager
async def _closing(database: Database) -> AsyncIterator[Database]:
    """The database, closed at the end of the block; its errors become the store's."""
    try:
        with database.errors_translated():
            yield database
        database.check_place()
    finally:
        await database.dispose()


def _checkpoint_file(path: Path, log_keys: Keys, must_exist: bool) -> tuple[list[Checkpoint], list[Finding]]:
    """The checkpoint that the log must be consistent with, and what is wrong with its file."""
    try:
        in_file = read_checkpoint_file(path, log_keys)
    except NoteRefused as error:
        return [], [Finding(FindingKind.CHECKPOINT, str(path), f"it is no checkpoint: {error}")]
    if in_file:
        print(f"The log is checked against the {in_file.checkpoint.size} records of {path}")
        return [in_file.checkpoint], []
    if must_exist:
        return [], [Finding(FindingKind.CHECKPOINT, str(path), "there is no such file")]
    print(NO_CHECKPOINT_FILE % path)
    return [], []


def _print(finding: Finding) -> None:
    print(f"{finding.kind.name} {finding.where}: {finding.description}")
