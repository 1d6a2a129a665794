"""What an operator does besides serving: make and replace keys, upgrade a database, check and verify it."""

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
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
from .log.tenants import LOCAL, OPERATOR, tenant_in
from .services.recomputing import recomputed
from .store.checkpoint_file import NO_CHECKPOINT_FILE, read_checkpoint_file
from .store.opening import LogFiles, default_files
from .verification.findings import Event, Finding, FindingKind, Progress, Result
from .verification.heartbeat import with_heartbeat
from .verification.recompute import Recomputation
from .verification.verify import verify, verify_all
from .verification.workers import USUAL_PROCESSES, Workers

FAULTY = 1
LONGEST_ORIGIN = 4_096  #: bytes
CLEAR = "\r\x1b[K"  #: the line of a terminal

Change = Callable[..., KeyFile]  #: `key_file.rotate` or `key_file.retire`


def keygen(
    path: Path, name: str | None, change: Change | None, checkpoints: Path | None, sizes: Mapping[str, int]
) -> int:
    """Makes or replaces a key and prints the published file, for auditors.

    From which record of a log on a key counts stands in its checkpoint file, by default in the folder beside the key;
    `sizes` says it, by tenant, where there is none.
    """
    if change is None:
        key_file = key_files.make(path, name)
    else:
        files = LogFiles(path, checkpoints or path.with_suffix(".checkpoints"))
        key_file = change(path, _signed_sizes(files, sizes))
    print("\n".join(key_file.lines))
    return 0


async def upgrade(database_name: str, foreign: Collection[str] = ()) -> int:
    """Creates the tables that this release needs."""
    async with closing_database(database_of(database_name, foreign=foreign)) as database:
        await schema.upgrade(database)
    print(f"{database.name} is at step {schema.LATEST}")
    return 0


async def check(database_name: str, foreign: Collection[str] = ()) -> int:
    """Whether the tables are those of this release, and each as it must be."""
    async with closing_database(database_of(database_name, read_only=True, foreign=foreign)) as database:
        await schema.check(database)
        async with database.reader.connect() as connection:
            faults = await connection.run_sync(schema.faults_in_schema, database)
    for name, fault in faults:
        print(f"{name}: {fault}")
    print(f"{database.name} is at step {schema.LATEST}, {len(faults)} faults")
    return FAULTY if faults else 0


async def verify_database(
    database_name: str,
    files: LogFiles | None,
    must_have_checkpoints: bool,
    recompute: bool = False,
    processes: int = USUAL_PROCESSES,
    tenant: str | None = None,
    foreign: Collection[str] = (),
) -> int:
    """Verifies every tenant or one, and the checkpoint files with them, even if a server refuses to start on it.

    The public keys are enough, and nothing is written: neither to the database nor beside it. With `recompute`
    everything that the engine made is computed again and compared. A large database keeps several `processes` busy.
    """
    reopen = partial(database_of, database_name, read_only=True, foreign=foreign)
    database = reopen()
    async with closing_database(database):
        files = files or default_files(database)
        key_file = key_files.load_public(files.key)
        kept, findings = _kept_checkpoints(files, key_file, must_have_checkpoints, tenant)
        for finding in findings:
            _print(finding)
        count = len(findings)
        recomputation = Recomputation(recomputed) if recompute else None
        async with database.auditing() as auditing:
            with closing(Workers(reopen, processes)) as workers:
                if tenant:
                    own = key_file.of(tenant)
                    events = verify(auditing, tenant, own, kept.get(tenant, ()), recomputation, workers)
                else:
                    events = verify_all(auditing, key_file, kept, recomputation, workers)
                async for event in shown_on_terminal(with_heartbeat(events)):
                    match event:
                        case Finding():
                            count += 1
                            _print(event)
                        case Result():
                            _print_result(event, count, recompute)
    return FAULTY if count else 0


@asynccontextmanager
async def closing_database(database: Database) -> AsyncIterator[Database]:
    """The database, closed at the end of the block; its errors become the store's."""
    try:
        with database.errors_translated():
            yield database
        database.check_place()
    finally:
        await database.dispose()


def _kept_checkpoints(
    files: LogFiles, key_file: KeyFile, must_exist: bool, tenant: str | None
) -> tuple[dict[str, list[Checkpoint]], list[Finding]]:
    """The checkpoints that the logs must be consistent with, by tenant, and what is wrong with their files.

    They are those of a folder; or there is one file, which says itself whose log it is of.
    """
    if files.checkpoints.is_file():
        paths = {_tenant_of(files.checkpoints, key_file) or tenant or LOCAL: files.checkpoints}
    else:
        paths = {name: files.checkpoint_of(name) for name in ([tenant] if tenant else files.tenants())}
    kept: dict[str, list[Checkpoint]] = {}
    findings = []
    for name, path in paths.items():
        try:
            in_file = read_checkpoint_file(path, key_file.of(name))
        except NoteRefused as error:
            findings.append(Finding(FindingKind.CHECKPOINT, str(path), f"it is no checkpoint: {error}"))
            continue
        if in_file:
            print(f"The log is checked against the {counted(in_file.checkpoint.size, 'record')} of {path}")
            kept[name] = [in_file.checkpoint]
    if not kept and not findings and must_exist:
        findings.append(Finding(FindingKind.CHECKPOINT, str(files.checkpoints), "there is no checkpoint"))
    elif not kept and not findings:
        print(NO_CHECKPOINT_FILE % files.checkpoint_of(tenant or LOCAL))
    return kept, findings


def _tenant_of(path: Path, key_file: KeyFile) -> str:
    """Whose log a checkpoint says that it is of; its signature is looked at later."""
    with path.open("rb") as file:
        origin = file.readline(LONGEST_ORIGIN).decode(errors="replace").removesuffix("\n")
    return tenant_in(key_file.operator.origin, origin)


def _signed_sizes(files: LogFiles, sizes: Mapping[str, int]) -> dict[str, SignedSize]:
    """What the checkpoint file of each log says, and whether the newest key has signed it; any that counts may have."""
    key_file = key_files.load(files.key)
    signed = {tenant: _signed_size(files.checkpoint_of(tenant), key_file.of(tenant)) for tenant in files.tenants()}
    signed |= {tenant: SignedSize(size) for tenant, size in sizes.items()}
    for tenant in (OPERATOR, *key_file.tenants):
        if tenant not in signed:
            option = "--size RECORDS" if tenant == OPERATOR else f"--size {tenant}=RECORDS"
            raise KeyRefused(
                f"there is no checkpoint file {files.checkpoint_of(tenant)}, which says from which record on a key"
                f" counts: name its folder with --checkpoints, or give the number of records in the log with {option}"
            )
    return dict(sorted(signed.items()))


def _signed_size(path: Path, log_keys: Keys) -> SignedSize:
    try:
        in_file = read_checkpoint_file(path, log_keys.in_no_order)
    except NoteRefused as error:
        raise KeyRefused(f"{path} is no checkpoint: {error}") from None
    if in_file is None:
        raise KeyRefused(f"{path} was taken away")
    return SignedSize(in_file.checkpoint.size, log_keys.newest.verifier.signing_key in signed_by(in_file.note))


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
