"""What an operator does beside serving: make and replace keys, bring a database up to date, check it."""

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
from .store.checkpoint_file import read_checkpoint_file
from .store.opening import LogFiles, default_files
from .verification.findings import Finding, FindingKind, Result
from .verification.verify import verify

FAULTY = 1


def keygen(path: Path, name: str | None, rotate: bool, retire: bool) -> int:
    """Makes or replaces a key and prints every public half, for those who check."""
    if rotate:
        held = keys.rotate(path)
    elif retire:
        held = keys.retire(path)
    else:
        held = keys.make(path, name)
    for verifier in held.verifiers:
        print(verifier)
    return 0


async def upgrade(told: str) -> int:
    """Creates what is missing."""
    async with _looked_after(database_of(told)) as database:
        await schema.upgrade(database)
    print(f"{database.name} stands at step {schema.LATEST}")
    return 0


async def check(told: str) -> int:
    """Whether the tables are those of this release, and each as it must be."""
    async with _looked_after(database_of(told, read_only=True)) as database:
        await schema.check(database)
        async with database.reader.connect() as connection:
            faults = await connection.run_sync(schema.faults_in_schema, database)
    for where, told_of in faults:
        print(f"{where}: {told_of}")
    print(f"{database.name} stands at step {schema.LATEST}, {len(faults)} faults")
    return FAULTY if faults else 0


async def verify_all(told: str, files: LogFiles | None, checkpoint_told: bool) -> int:
    """Everything, also where a server refuses to start, held to the checkpoint outside the database."""
    database = database_of(told, read_only=True)
    files = files or default_files(database)
    held = keys.load(files.key)
    kept, findings = _outside(files.checkpoint, held, checkpoint_told)
    for finding in findings:
        _print(finding)
    async with _looked_after(database):
        async for event in verify(database, held, kept):
            match event:
                case Finding():
                    findings.append(event)
                    _print(event)
                case Result():
                    print(f"{event.documents} documents, {event.records} records, {len(findings)} findings")
    return FAULTY if findings else 0


@asynccontextmanager
async def _looked_after(database: Database) -> AsyncIterator[Database]:
    """A database whose troubles are told apart, and which is let go of however that ends."""
    try:
        with database.errors_translated():
            yield database
    finally:
        await database.dispose()


def _outside(path: Path, held: Keys, told: bool) -> tuple[list[Checkpoint], list[Finding]]:
    """What the log is held to, and what keeps it from that: a file that was told must be there."""
    try:
        found = read_checkpoint_file(path, held)
    except NoteRefused as error:
        return [], [Finding(FindingKind.CHECKPOINT, str(path), f"it is no checkpoint: {error}")]
    if found:
        print(f"the log is held to the {found.checkpoint.size} records of {path}")
        return [found.checkpoint], []
    if told:
        return [], [Finding(FindingKind.CHECKPOINT, str(path), "there is no such file")]
    print(f"there is no checkpoint file {path}: whether the log lost its last records cannot be told")
    return [], []


def _print(finding: Finding) -> None:
    print(f"{finding.kind.name} {finding.where}: {finding.description}")
