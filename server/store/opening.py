"""When a server starts: does the log still have every record that the checkpoint file was signed over?

That file is outside the database. A log that is shorter than the file says, or another one, is refused. A restored
backup is accepted only if its operator says so, and the log then records that for good.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.engine.values.in_words import counted

from ..database.database import Database
from ..database.sqlite import Sqlite
from ..documents.document import address_of
from ..log import tree
from ..log.keys import Keys
from ..log.note import NoteRefused
from ..log.record import read_record
from .appends import TENANT
from .checkpoint_file import NO_CHECKPOINT_FILE, read_checkpoint_file
from .ledger import Head, first_record, inclusion
from .log_check import LogRefused, begins_with

log = logging.getLogger("seawall.server")


@dataclass(frozen=True, slots=True)
class LogFiles:
    """The key file and the checkpoint file of a log, both outside the database."""

    key: Path
    checkpoint: Path

    @classmethod
    def beside(cls, database: Path) -> "LogFiles":
        """The default of a SQLite database: beside its file. A backup of the database copies neither."""
        return cls(database.with_name(database.name + ".key"), database.with_name(database.name + ".checkpoint"))


class LostCheckpoint(NamedTuple):
    """The note in the checkpoint file over records that the log no longer has, "" where nothing is lost."""

    note: str = ""
    recorded: bool = True  #: whether the log says already that this was lost


def default_files(database: Database) -> LogFiles:
    """The files of a log whose operator names none; only a SQLite file has a place for them."""
    if isinstance(database, Sqlite):
        return LogFiles.beside(database.path)
    raise LogRefused(f"{database.name} needs --key and --checkpoint: files of this machine, outside the database")


async def lost_checkpoint(
    connection: AsyncConnection, head: Head, keys: Keys, checkpoint_file: Path, accept_truncation: bool
) -> LostCheckpoint:
    """What was lost, if that is accepted now or was before; else `LogRefused`."""
    try:
        in_file = read_checkpoint_file(checkpoint_file, keys)
    except NoteRefused as error:
        raise LogRefused(f"{checkpoint_file} is no checkpoint: {error}") from None
    if in_file is None:
        if head.size:
            log.warning(NO_CHECKPOINT_FILE, checkpoint_file)
        return LostCheckpoint()
    note, checkpoint = in_file
    if await begins_with(connection, head.size, checkpoint):
        return LostCheckpoint()
    if await _is_recorded(connection, head, note):  # and the file could not be replaced, or is another server's
        return LostCheckpoint(note)
    if checkpoint.size > head.size:
        if accept_truncation:
            return LostCheckpoint(note, recorded=False)
        raise LogRefused(
            f"the log has {counted(head.size, 'record')} and {checkpoint_file} was signed over {checkpoint.size}:"
            " records are missing; --accept-truncation goes on without them, and the log will say so"
        )
    raise LogRefused(
        f"the log does not begin with the {counted(checkpoint.size, 'record')} that {checkpoint_file} was signed over"
    )


def newest_key_must_sign(head: Head, keys: Keys, checkpoint_file: Path, lost: LostCheckpoint) -> bool:
    """Whether the newest key has signed nothing yet, since the log did not grow after it was added.

    Else `LogRefused` where it has not signed the log: who holds a retired key could have cut the log back to its days.
    """
    first = keys.newest.first
    if first <= max(head.size, 1):
        return False  # the newest checkpoint carries it, or there is none to carry it
    in_file = read_checkpoint_file(checkpoint_file, keys)
    if first == head.size + 1 and (lost.note or (in_file and in_file.checkpoint.size == head.size)):
        return True
    raise LogRefused(
        f"the log has {counted(head.size, 'record')}, and its newest key, which counts from {first}, has not signed it:"
        f" records are missing, or {checkpoint_file} is"
    )


async def _is_recorded(connection: AsyncConnection, head: Head, lost: str) -> bool:
    """Whether a record says that this was lost. The record is proven: who can alter rows could write one."""
    row = await first_record(connection, TENANT, address_of(lost.encode()))
    if row is None:
        return False
    try:
        proof = await inclusion(connection, row.seq, head.size)
        root = tree.root_of_inclusion(row.seq, head.size, tree.leaf_hash(row.body), proof)
        return root == head.root and read_record(row.body).checkpoint == lost
    except (KeyError, ValueError):
        return False
