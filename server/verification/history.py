"""The log: records without gaps, a tree over exactly these, checkpoints over that tree, documents in that order."""

from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy

from seawall.engine.values.in_words import counted

from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from ..log.tree import HASH_BYTES, Frontier
from .findings import Finding, FindingKind
from .records import CheckedNote, CheckedRecord

PlaceOfDocument = tuple[int, str, int | None]  #: its position and its address, and the number of its first record


class History:
    """Grows the tree again, record by record, and compares every checkpoint with it on the way.

    A stored hash is compared with what the stored hashes below it give, so that an altered one is a finding and not
    all above it; the roots come from the records alone.
    """

    def __init__(self, keys: Keys, kept_checkpoints: Collection[Checkpoint]) -> None:
        self._keys = keys
        self._kept_roots: dict[int, set[bytes]] = {}  #: by size
        for checkpoint in kept_checkpoints:
            self._kept_roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
        self._tree = Frontier()
        self._stored: Frontier | None = None  #: of the stored hashes, once they are others
        self._next = 0
        self._recorded_at = ""
        self._signed = 0  #: size of the last checkpoint
        self._forked = False  #: a checkpoint is over another log; so are all that follow, and one finding is enough

    def add(self, record: CheckedRecord) -> Iterator[Finding]:
        """Every fault of the next record and of the checkpoint after it."""
        where = f"record {record.seq}"
        if record.seq != self._next:
            yield Finding(FindingKind.RECORD, f"record {self._next}", f"it is missing: record {record.seq} follows")
        self._next = record.seq + 1
        yield from record.findings
        if record.recorded_at:
            yield from self._check_time(record.recorded_at, where)
        completed = self._tree.add(record.leaf)
        if self._stored:
            completed = self._stored.add(record.leaf)
        if b"".join(completed) != record.hashes:
            yield Finding(FindingKind.TREE, where, "the hashes stored with it are not those that it completes")
            self._stored = self._stored or deepcopy(self._tree)
            self._stored.hashes[-1] = record.hashes[-HASH_BYTES:]
        kept_roots = self._kept_roots.get(self._tree.size)
        if kept_roots and kept_roots != {self._tree.root()}:
            description = f"the kept checkpoint is over {counted(self._tree.size, 'other record')}"
            yield Finding(FindingKind.HISTORY, f"record {self._tree.size - 1} or before", description)
        if record.note is not None:
            self._signed = self._tree.size
            yield from self._check_note(record.note)

    def end(self, beyond: Collection[int]) -> Iterator[Finding]:
        """The faults of the log as a whole; `beyond` are sizes of checkpoints that are no size of the log."""
        size = self._tree.size
        if size != self._signed:
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", "none is signed over the whole log")
        first = self._keys.newest.first
        if size < first and first > 1:
            description = f"the newest key, which counts from {counted(first, 'record')} on, has not signed it"
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", description)
        for number in beyond:
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {number}", f"the log has only {counted(size, 'record')}")
        for kept_size in sorted(kept for kept in self._kept_roots if kept > size):
            description = f"the kept checkpoint is over {counted(kept_size, 'record')}, the log has {size}"
            yield Finding(FindingKind.HISTORY, f"record {size}", description)

    def _check_time(self, recorded_at: str, where: str) -> Iterator[Finding]:
        """Time never goes back, and the records of one commit have one time and end with a checkpoint."""
        if recorded_at < self._recorded_at:
            yield Finding(FindingKind.RECORD, where, f"{recorded_at} is before the record that it follows")
        if recorded_at > self._recorded_at and self._signed != self._tree.size:
            yield Finding(
                FindingKind.CHECKPOINT, f"checkpoint {self._tree.size}", "it is missing: a commit ended there"
            )
        self._recorded_at = recorded_at

    def _check_note(self, note: CheckedNote) -> Iterator[Finding]:
        yield from note.findings
        size = self._tree.size
        over = note.checkpoint and (note.checkpoint.size, note.checkpoint.root)
        if over and not self._forked and over != (size, self._tree.root()):
            self._forked = True
            yield Finding(FindingKind.CHECKPOINT, f"checkpoint {size}", "it is signed over other records, as all after")


class DocumentOrder:
    """Documents are numbered without gaps, in the order in which they were logged."""

    def __init__(self) -> None:
        self._position = 0
        self._seq = -1  #: of the first record of the last document that has one

    def add(self, documents: Iterable[PlaceOfDocument]) -> Iterator[Finding]:
        """Every fault of the next documents."""
        for position, address, seq in documents:
            if position != self._position + 1:
                yield Finding(FindingKind.COLUMN, address, f"position {position} follows {self._position}")
            self._position = position
            if seq is not None and seq < self._seq:
                description = f"position {position} says another order than record {seq}"
                yield Finding(FindingKind.COLUMN, address, description)
            self._seq = self._seq if seq is None else seq
