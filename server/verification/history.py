"""The log: records without gaps, a tree over exactly these, checkpoints over exactly that tree."""

from collections.abc import Collection, Iterator
from typing import Any

from ..documents.kinds import STORED_KINDS
from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused, signed_by
from ..log.record import ADOPTED, Record, read_record
from ..log.tree import HASH_BYTES, Frontier, leaf_hash
from .documents import decoded
from .findings import Finding, FindingKind


class History:
    """Grows the tree again, record by record, and compares every checkpoint with it on the way.

    A stored hash is compared with what the stored hashes below it give, so that an altered one is a finding and not
    all above it; the roots come from the records alone.
    """

    def __init__(self, keys: Keys, kept_checkpoints: Collection[Checkpoint]) -> None:
        self._keys = keys
        self._kept_checkpoints = kept_checkpoints
        self._tree, self._stored = Frontier(), Frontier()
        self._next = 0
        self._recorded_at = ""
        self._signed = 0  #: size of the last checkpoint
        self._forked = False  #: a checkpoint is over another log; so are all that follow, and one finding is enough

    def add(self, row: Any, note: str | None, kind: str | None = None) -> Iterator[Finding]:
        """Every fault of the next record, which is about a document of `kind`, and of the checkpoint after it."""
        where = f"record {row.seq}"
        if row.seq != self._next:
            yield Finding(FindingKind.RECORD, f"record {self._next}", f"it is missing: record {row.seq} follows")
        self._next = row.seq + 1
        yield from self._check_record(row, kind, where)
        self._tree.add(leaf_hash(row.body))
        if b"".join(self._stored.add(leaf_hash(row.body))) != row.hashes:
            yield Finding(FindingKind.TREE, where, "the hashes stored with it are not those that it completes")
            self._stored.hashes[-1] = row.hashes[-HASH_BYTES:]
        yield from self._check_kept_checkpoints()
        if note is not None:
            self._signed = self._tree.size
            yield from self._check_note(note)

    def end(self, beyond: Collection[int]) -> Iterator[Finding]:
        """The faults of the log as a whole; `beyond` are sizes of checkpoints that are no size of the log."""
        size = self._tree.size
        if size != self._signed:
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", "none is signed over the whole log")
        first = self._keys.newest.first
        if size < first and first > 1:
            description = f"the newest key, which counts from {first} records on, has not signed it"
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", description)
        for number in beyond:
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {number}", f"the log has only {size} records")
        for kept_size in sorted({checkpoint.size for checkpoint in self._kept_checkpoints if checkpoint.size > size}):
            description = f"the kept checkpoint is over {kept_size} records, the log has {size}"
            yield Finding(FindingKind.HISTORY, f"record {size}", description)

    def _check_record(self, row: Any, kind: str | None, where: str) -> Iterator[Finding]:
        try:
            record = read_record(row.body)
        except ValueError as error:
            if decoded(row.body) is None:
                yield Finding(FindingKind.CANONICAL_FORM, where, "its bytes are not canonical JSON")
            else:
                yield Finding(FindingKind.RECORD, where, str(error))
            return
        yield from _check_columns(row, record, where)
        if kind in STORED_KINDS and record.action not in {ADOPTED, *STORED_KINDS[kind].actions.values()}:
            yield Finding(FindingKind.RECORD, where, f"no {kind} is {record.action}")
        if record.recorded_at < self._recorded_at:
            yield Finding(FindingKind.RECORD, where, f"{record.recorded_at} is before the record that it follows")
        if record.recorded_at > self._recorded_at and self._signed != self._tree.size:
            yield Finding(
                FindingKind.CHECKPOINT, f"checkpoint {self._tree.size}", "it is missing: a commit ended there"
            )
        self._recorded_at = record.recorded_at

    def _check_kept_checkpoints(self) -> Iterator[Finding]:
        size = self._tree.size
        roots = {checkpoint.root for checkpoint in self._kept_checkpoints if checkpoint.size == size}
        if roots and roots != {self._tree.root()}:
            description = f"the kept checkpoint is over {size} other records"
            yield Finding(FindingKind.HISTORY, f"record {size - 1} or before", description)

    def _check_note(self, note: str) -> Iterator[Finding]:
        size = self._tree.size
        try:
            signed = read_checkpoint(note, self._keys)
        except NoteRefused as error:
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", str(error))
            return
        yield from self._check_signers(note, size)
        if not self._forked and (signed.size, signed.root) != (size, self._tree.root()):
            self._forked = True
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", "it is signed over other records, as all after")

    def _check_signers(self, note: str, size: int) -> Iterator[Finding]:
        """Each key that counts at this size signs once, and no other key."""
        signers, counting = signed_by(note), self._keys.counting_at(size)
        if counting - set(signers):
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", "a key that counts at this size has not signed")
        elif len(signers) != len(counting):
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", "it has a line of a signature too many")


def _check_columns(row: Any, record: Record, where: str) -> Iterator[Finding]:
    for name in ("seq", "tenant", "subject", "request_id"):
        column, field = getattr(row, name), getattr(record, name)
        if column != field:
            yield Finding(FindingKind.COLUMN, where, f"{name} says {column!r}, the bytes {field!r}")
