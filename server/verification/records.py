"""A record of the log by itself, and the checkpoint after it: what can be checked without the records before."""

from typing import NamedTuple

from ..documents.kinds import STORED_KINDS
from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused, signed_by
from ..log.record import TENANT_CHECKPOINT, Record, read_record
from ..log.tenants import OPERATOR
from ..log.tree import leaf_hash
from .documents import decoded
from .findings import Finding, FindingKind
from .pages import RecordRow

_COLUMNS = ("tenant", "seq", "subject", "request_id")  #: the first of a row
#: What a record says of a document of each kind.
_ACTIONS = {name: set(kind.actions.values()) for name, kind in STORED_KINDS.items()}


class CheckedNote(NamedTuple):
    """What a note says, None where it is no checkpoint of this log, and what is wrong with it by itself."""

    checkpoint: Checkpoint | None
    findings: list[Finding]


class CheckedRecord(NamedTuple):
    """What the tree and the order of the log take from a record, and what is wrong with it by itself."""

    seq: int
    leaf: bytes
    hashes: bytes  #: as they are stored
    recorded_at: str  #: empty where the record cannot be read
    findings: list[Finding]
    note: CheckedNote | None = None  #: of the checkpoint after it, None where there is none


def check_record(row: RecordRow, note: str | None, size: int, keys: Keys) -> CheckedRecord:
    """A row of `records` with the `kind` of its document, and the note over so many records, if there is one."""
    where = f"record {row.seq}"
    record, findings = _read(row.body, where)
    if record:
        findings += _in_columns(row, record, where)
        if row.kind in _ACTIONS and record.action not in _ACTIONS[row.kind]:
            findings.append(Finding(FindingKind.RECORD, where, f"no {row.kind} is {record.action}"))
        if record.action == TENANT_CHECKPOINT and record.tenant != OPERATOR:
            findings.append(Finding(FindingKind.RECORD, where, "only the operator's log has checkpoints of others"))
    checked_note = None if note is None else _check_note(note, size, keys)
    recorded_at = record.recorded_at if record else ""
    return CheckedRecord(row.seq, leaf_hash(row.body), row.hashes, recorded_at, findings, checked_note)


def _in_columns(row: RecordRow, record: Record, where: str) -> list[Finding]:
    """The columns by which a record is found, against its bytes."""
    if row[: len(_COLUMNS)] == (record.tenant, record.seq, record.subject, record.request_id):
        return []
    return [
        Finding(FindingKind.COLUMN, where, f"{name} says {column!r}, the bytes {field!r}")
        for name in _COLUMNS
        if (column := getattr(row, name)) != (field := getattr(record, name))
    ]


def _read(body: bytes, where: str) -> tuple[Record | None, list[Finding]]:
    try:
        return read_record(body), []
    except ValueError as error:
        if decoded(body) is None:
            return None, [Finding(FindingKind.CANONICAL_FORM, where, "its bytes are not canonical JSON")]
        return None, [Finding(FindingKind.RECORD, where, str(error))]


def _check_note(note: str, size: int, keys: Keys) -> CheckedNote:
    """Each key that counts at this size signs once, and no other key."""
    where = f"checkpoint {size}"
    try:
        checkpoint, signers = read_checkpoint(note, keys), signed_by(note)
    except NoteRefused as error:
        return CheckedNote(None, [Finding(FindingKind.CHECKPOINT, where, str(error))])
    counting = keys.counting_at(size)
    if counting - set(signers):
        return CheckedNote(
            checkpoint, [Finding(FindingKind.CHECKPOINT, where, "a key that counts at this size has not signed")]
        )
    if len(signers) != len(counting):
        return CheckedNote(
            checkpoint, [Finding(FindingKind.CHECKPOINT, where, "it has a line of a signature too many")]
        )
    return CheckedNote(checkpoint, [])
