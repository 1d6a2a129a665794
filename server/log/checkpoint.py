"""The texts that callers and auditors keep (C2SP tlog-checkpoint, tlog-proof): the signed head, and receipts."""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple

from seawall.engine.values.in_words import counted

from .keys import Keys
from .note import NoteRefused, open_note, sign, signed_by
from .tree import HASH_BYTES

RECEIPT_HEADER = "c2sp.org/tlog-proof@v1"
_BODY = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


class Checkpoint(NamedTuple):
    """How many records a log has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def signed(self, keys: Keys) -> str:
        """The checkpoint as a note with the signature of every key."""
        root = b64encode(self.root).decode()
        return sign(f"{self.origin}\n{self.size}\n{root}\n", keys.signers)


def read_checkpoint(note: str, keys: Keys) -> Checkpoint:
    """What a note says if the newest key that counts at its size signed it; else `NoteRefused`."""
    match = _BODY.fullmatch(open_note(note, keys.verifiers))
    if match is None:
        raise NoteRefused("no checkpoint: an origin, a size and a root")
    origin, size, root = match.groups()
    if origin != keys.origin:
        raise NoteRefused(f"the checkpoint is of the log {origin}, not of {keys.origin}")
    if keys.newest_at(int(size)).isdisjoint(signed_by(note)):
        raise NoteRefused(f"the newest key that counts at {counted(int(size), 'record')} has not signed it")
    return Checkpoint(origin, int(size), _hash(root))


def receipt(record: bytes, number: int, proof: Sequence[bytes], note: str) -> str:
    """One text that shows, with the public key alone, that a record is in the log; it carries the record itself."""
    lines = [RECEIPT_HEADER, f"extra {b64encode(record).decode()}", f"index {number}"]
    lines += [b64encode(each).decode() for each in proof]
    return "\n".join(lines) + "\n\n" + note


def _hash(text: str) -> bytes:
    root = b64decode(text)
    assert len(root) == HASH_BYTES
    return root
