"""The checkpoint file of a log, outside the database: who loses or rewrites that does not lose this proof with it.

Servers on one SQLite file share it, so a note is only replaced by one over more records, whoever comes last. No server
may destroy the proof: a note is only replaced once it is known to be of the same log.
"""

import logging
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..database.database import StoreUnavailable
from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.files import locked, write_atomically
from ..log.keys import Keys
from ..log.note import NoteRefused

NO_CHECKPOINT_FILE = "No checkpoint file at %s: loss of the newest records cannot be detected."

CHANGED = "Somebody changed the checkpoint file while the server ran: %s %s. It is written again."

log = logging.getLogger("seawall.server")


class CheckpointNotWritten(StoreUnavailable):
    """The file cannot be written: what its note would cover is stored, and acknowledged once it can be."""

    text = "Stored but not yet acknowledged: the checkpoint file cannot be written. Retry."


class CommitNotBegun(CheckpointNotWritten):
    """The file still cannot be written, so no commit begins: nothing more is stored that could not be acknowledged."""

    text = "Not stored: the checkpoint file cannot be written, and nothing new is stored until it can. Retry."


class FileLocked(CheckpointNotWritten):
    """Somebody else has locked the file: most likely another server on it, and most likely not for long."""


class SignedCheckpoint(NamedTuple):
    """What the file holds."""

    note: str
    checkpoint: Checkpoint


def read_checkpoint_file(path: Path, keys: Keys) -> SignedCheckpoint | None:
    """What the file says, None if there is none; `NoteRefused` if it says nothing that the keys have signed."""
    try:
        note = _text(path)
    except OSError as error:
        raise NoteRefused(f"it cannot be read: {error.strerror}") from None
    return None if note is None else SignedCheckpoint(note, read_checkpoint(note, keys))


def is_in_file(path: Path, note: str) -> bool:
    """Whether the file has this note, and nothing else."""
    with suppress(OSError):
        return _text(path) == note
    return False


def replace_checkpoint_file(
    path: Path, note: str, keys: Keys, older: str, covered: bool = False
) -> SignedCheckpoint | None:
    """Writes `note` if the file holds nothing signed, or `older`. A third signed note stays, and is given back.

    `covered` says that there was a note of this log before: that somebody took it away or damaged it is logged.
    Raises `FileLocked` and `CheckpointNotWritten`.
    """
    try:
        with locked(path):
            current = _text(path)
            if current == note:
                return None
            other = None if current in (None, older) else _signed(current, keys)
            if other is None:
                if covered and current != older:
                    log.warning(CHANGED, path, "is gone" if current is None else "is no checkpoint any more")
                write_atomically(path, note)
            return other
    except BlockingIOError as error:
        raise FileLocked(f"the checkpoint file is locked by somebody else: {path}") from error
    except OSError as error:
        raise CheckpointNotWritten(f"the checkpoint file cannot be written: {error}") from error


def _text(path: Path) -> str | None:
    """Bytes that are no UTF-8 become a text that nobody can have signed."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _signed(note: str, keys: Keys) -> SignedCheckpoint | None:
    try:
        return SignedCheckpoint(note, read_checkpoint(note, keys))
    except NoteRefused:
        return None  # damaged while the server ran, which knows better
