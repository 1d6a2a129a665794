"""Before a server writes: is the log at hand the one that was signed, and all of it?

The newest checkpoint also stands in a file outside the database. A log that is shorter than that, or another one, is
refused; a restored backup is taken up only where its owner says so, and the log then tells it for good.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.server.database import Database
from seawall.server.log.checkpoint import Checkpoint, read_checkpoint
from seawall.server.log.keys import Keys
from seawall.server.log.ledger import last_checkpoint, root_at
from seawall.server.log.note import NoteRefused
from seawall.server.sqlite import Sqlite


class LogRefused(RuntimeError):
    """A log that is not the one that was signed."""


@dataclass(frozen=True, slots=True)
class LogFiles:
    """Where the key and the checkpoint stand, both outside the database."""

    key: Path
    checkpoint: Path

    @classmethod
    def beside(cls, database: Path) -> "LogFiles":
        """Where they stand unless told: beside a SQLite file, which is what a backup copies."""
        return cls(database.with_name(database.name + ".key"), database.with_name(database.name + ".checkpoint"))


async def lost_checkpoint(
    connection: AsyncConnection, size: int, keys: Keys, outside: Path, accept_truncation: bool
) -> str:
    """The note of what was lost, where that is accepted; "" where the log is whole; else `LogRefused`."""
    await _check_head(connection, size, keys)
    note = _read(outside)
    if not note:
        return ""
    kept = _opened(note, keys, str(outside))
    if kept.size > size:
        if accept_truncation:
            return note
        raise LogRefused(
            f"the log has {size} records and {outside} was signed over {kept.size}: records are missing;"
            " --accept-truncation goes on without them, and the log will say so"
        )
    if await _root(connection, kept.size) != kept.root:
        raise LogRefused(f"the log does not begin with the {kept.size} records that {outside} was signed over")
    return ""


async def _check_head(connection: AsyncConnection, size: int, keys: Keys) -> None:
    last = await last_checkpoint(connection)
    if (last.size if last else 0) != size:
        raise LogRefused(f"the log has {size} records and its last checkpoint is over {last.size if last else 0}")
    if last:
        signed = _opened(last.note, keys, f"the checkpoint over {size} records")
        if (signed.size, signed.root) != (size, await _root(connection, size)):
            raise LogRefused(f"the log of {size} records is not the one that its checkpoint was signed over")


async def _root(connection: AsyncConnection, size: int) -> bytes:
    try:
        return await root_at(connection, size)
    except KeyError as error:
        raise LogRefused(f"the log lacks a hash: {error}") from None


def _opened(note: str, keys: Keys, where: str) -> Checkpoint:
    try:
        return read_checkpoint(note, keys)
    except NoteRefused as error:
        raise LogRefused(f"{where}: {error}") from None


def _read(outside: Path) -> str:
    try:
        return outside.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def files_of(database: Database) -> LogFiles:
    """Where the key and the checkpoint stand unless told."""
    if isinstance(database, Sqlite):
        return LogFiles.beside(database.path)
    raise LogRefused(f"{database.name} needs --key and --checkpoint: files of this machine, outside the database")
