"""The checkpoint file outside the database: who loses or rewrites the database does not lose this with it.

Servers on one SQLite file share it, so a note is replaced only by one over more records, whoever comes last. And it is
a proof, which no server may destroy: only what is known to be of the same log is replaced.
"""

from pathlib import Path
from typing import NamedTuple

from ..database.database import StoreUnavailable
from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.files import locked_folder, write_atomically
from ..log.keys import Keys
from ..log.note import NoteRefused


class CheckpointNotWritten(StoreUnavailable):
    """The file cannot be written: what its note would cover is stored, and not acknowledged until it can."""

    text = "Stored but not yet acknowledged: the checkpoint file cannot be written. Retry."


class CommitNotBegun(CheckpointNotWritten):
    """The same before a commit, which is not begun: nothing more is stored that could not be acknowledged."""

    text = "Not stored: the checkpoint file cannot be written, and nothing new is stored until it can. Retry."


class FolderLocked(CheckpointNotWritten):
    """Somebody else is at the file at this moment, most likely another server on it, and most likely not for long."""


class KeptCheckpoint(NamedTuple):
    """What stands in the file."""

    note: str
    checkpoint: Checkpoint


def read_checkpoint_file(path: Path, keys: Keys) -> KeptCheckpoint | None:
    """What the file says, None where there is none; `NoteRefused` where it says nothing that the keys have signed."""
    try:
        note = _text(path)
    except OSError as error:
        raise NoteRefused(f"it cannot be read: {error.strerror}") from None
    return None if note is None else KeptCheckpoint(note, read_checkpoint(note, keys))


def replace_checkpoint_file(path: Path, note: str, keys: Keys, older: str) -> KeptCheckpoint | None:
    """Writes a note where none stands but `older`; gives another that was signed, and stays until it is known."""
    try:
        with locked_folder(path):
            there = _text(path)
            if there == note:
                return None
            other = None if there in (None, older) else _signed(there, keys)
            if other is None:
                write_atomically(path, note)
            return other
    except BlockingIOError as error:
        raise FolderLocked(f"the folder of the checkpoint file is locked by somebody else: {path.parent}") from error
    except OSError as error:
        raise CheckpointNotWritten(f"the checkpoint file cannot be written: {error}") from error


def _text(path: Path) -> str | None:
    """Bytes that are no text become one that nobody can have signed."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _signed(note: str, keys: Keys) -> KeptCheckpoint | None:
    try:
        return KeptCheckpoint(note, read_checkpoint(note, keys))
    except NoteRefused:
        return None  # damaged while the server ran, which knows better
