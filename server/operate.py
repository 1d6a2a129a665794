"""What an operator does besides serving: make and replace keys, upgrade a database, check and verify it."""

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, closing
from functools import partial
from pathlib import Path
from time import monotonic

from seawall.engine.values.in_words import counted

from .database import schema
from .database.connect import database_of
from .database.database import Database
from .log import key_file as key_files
from .log.checkpoint import Checkpoint
from .log.key_file import KeyFile, KeyRefused, SignedSize
from .log.keys import Keys
from .log.note import NoteRefused, signed_by
from .log.tenants import OPERATOR
from .services.recomputing import recomputed
from .store.checkpoint_file import NO_CHECKPOINT_FILE, read_checkpoint_file
from .store.opening import LogFiles, default_files
from .verification.findings import Event, Finding, FindingKind, Progress, Result
from .verification.heartbeat import with_heartbeat
from .verification.recompute import Recomputation
from .verification.verify import verify
from .verification.workers import USUAL_PROCESSES, Workers

FAULTY = 1
CLEAR = "\r\x1b[K"  #: the line of a terminal

Change = Callable[..., KeyFile]  #: `key_file.rotate` or `key_file.retire`


def keygen(path: Path, name: str | None, change: Change | None, checkpoint: Path | None, size: int | None) -> int:
    """Makes or replaces a key and prints the published file, for auditors.

    From which record on a key counts stands in the checkpoint file, by default the one beside the key; `size` says it
    where there is none.
    """
    if change is None:
        log_keys = key_files.make(path, name)
    elif size is not None:
        log_keys = change(path, {OPERATOR: SignedSize(size)})
    else:
        newest, signed = _newest_checkpoint(path, checkpoint or path.with_suffix(".checkpoint"))
        log_keys = change(path, {OPERATOR: SignedSize(newest.size, signed)})
    print("\n".join(log_keys.lines))
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


async def verify_all(
    database_name: str,
    files: LogFiles | None,
    must_have_checkpoint: bool,
    recompute: bool = False,
    processes: int = USUAL_PROCESSES,
) -> int:
    """Verifies everything and the checkpoint file with it, even if a server refuses to start on it.

    The public keys are enough, and nothing is written: neither to the database nor beside it. With `recompute`
    everything that the engine made is computed again and compared. A large database keeps several `processes` busy.
    """
    reopen = partial(database_of, database_name, read_only=True)
    database = reopen()
    files = files or default_files(database)
    log_keys = key_files.load_public(files.key).operator
    kept_checkpoints, findings = _checkpoint_file(files.checkpoint, log_keys, must_have_checkpoint)
    for finding in findings:
        _print(finding)
    count = len(findings)
    recomputation = Recomputation(recomputed) if recompute else None
    async with _closing(database), database.auditing() as auditing:
        with closing(Workers(reopen, processes)) as workers:
            events = with_heartbeat(verify(auditing, log_keys, kept_checkpoints, recomputation, workers))
            async for event in shown_on_terminal(events):
                match event:
                    case Finding():
                        count += 1
                        _print(event)
                    case Result():
                        _print_result(event, count, recompute)
    return FAULTY if count else 0


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
        print(f"The log is checked against the {counted(in_file.checkpoint.size, 'record')} of {path}")
        return [in_file.checkpoint], []
    if must_exist:
        return [], [Finding(FindingKind.CHECKPOINT, str(path), "there is no such file")]
    print(NO_CHECKPOINT_FILE % path)
    return [], []


def _newest_checkpoint(key_file: Path, checkpoint_file: Path) -> tuple[Checkpoint, bool]:
    """What the checkpoint file says, and whether the newest key has signed it; any key that counts may have."""
    log_keys = key_files.load(key_file).operator
    try:
        in_file = read_checkpoint_file(checkpoint_file, log_keys.in_no_order)
    except NoteRefused as error:
        raise KeyRefused(f"{checkpoint_file} is no checkpoint: {error}") from None
    if in_file is None:
        raise KeyRefused(
            f"there is no checkpoint file {checkpoint_file}, which says from which record on a key counts:"
            " name it with --checkpoint, or give the number of records in the log with --size"
        )
    return in_file.checkpoint, log_keys.newest.verifier.signing_key in signed_by(in_file.note)


async def shown_on_terminal(events: AsyncGenerator[Event, None]) -> AsyncIterator[Event]:
    """The events, with their progress on a line that each event takes away again, if anybody sees it."""
    began, terminal = monotonic(), sys.stderr.isatty()
    async with aclosing(events):
        async for event in events:
            if terminal and isinstance(event, Progress):
                seconds = f"{monotonic() - began:.0f} s"
                line = f"verifying: {event.checked:,} of {event.total:,}, {seconds}"
                print(f"{CLEAR}{line}", end="", file=sys.stderr, flush=True)
            elif terminal:
                print(CLEAR, end="", file=sys.stderr, flush=True)
            yield event


def _print_result(result: Result, findings: int, recompute: bool) -> None:
    for name, documents in result.other_releases:
        print(f"{name}: {documents} of another release, not computed again")
    again = f"{result.recomputed} computed again, " if recompute else ""
    checked = f"{counted(result.documents, 'document')}, {counted(result.records, 'record')}"
    print(f"{checked}, {again}{counted(findings, 'finding')}")


def _print(finding: Finding) -> None:
    print(f"{finding.kind.name} {finding.where}: {finding.description}")
