"""The checkpoint file outside the database: who loses or rewrites the database does not lose this with it.

Servers on one SQLite file share it, so a note is replaced only by one over more records, whoever comes last.
"""

from pathlib import Path
from typing import NamedTuple

from seawall.server.database import StoreUnavailable
from seawall.server.files import locked_folder, write_atomically
from seawall.server.log.checkpoint import Checkpoint, read_checkpoint
from seawall.server.log.keys import Keys
from seawall.server.log.note import NoteRefused


class CheckpointOwed(StoreUnavailable):
    """The file cannot be written: what its note would cover is stored, and not acknowledged until it can."""


class StillOwed(CheckpointOwed):
    """The same before a commit, which is not begun: nothing more is stored that could not be acknowledged."""


class Kept(NamedTuple):
    """What stands in the file."""

    note: str
    checkpoint: Checkpoint


def read_outside(path: Path, keys: Keys) -> Kept | None:
    """What the file says, None where there is none; `NoteRefused` where it says nothing that the keys have signed."""
    try:
        note = _text(path)
    except OSError as error:
        raise NoteRefused(f"it cannot be read: {error.strerror}") from None
    return None if note is None else Kept(note, read_checkpoint(note, keys))


def keep_outside(path: Path, note: str, keys: Keys, older: str) -> None:
    """Writes a note, unless one over as many records or more stands there; `older` is known to be replaceable."""
    try:
        with locked_folder(path):
            there = _text(path)
            if there in (None, older) or _size(there, keys) < _size(note, keys):
                write_atomically(path, note)
    except OSError as error:
        raise CheckpointOwed(f"the checkpoint file cannot be written: {error}") from error


def _text(path: Path) -> str | None:
    """Bytes that are no text become one that nobody can have signed."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _size(note: str, keys: Keys) -> int:
    try:
        return read_checkpoint(note, keys).size
    except NoteRefused:
        return -1  # damaged while the server ran, which knows better
