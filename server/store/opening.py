"""When a log is opened: does it still have every record that its checkpoint file was signed over?

That file is outside the database. A log that is shorter than the file says, or another one, is refused. A restored
backup is accepted only if its operator says so, and the log then records that for good.
"""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.engine.values.in_words import counted

from ..database.database import Database
from ..database.sqlite import Sqlite
from ..documents.document import address_of
from ..log import tree
from ..log.note import NoteRefused
from ..log.record import read_record
from ..log.tenants import has_log
from .checkpoint_file import NO_CHECKPOINT_FILE, read_checkpoint_file
from .clock import time_after
from .known_log import KnownLog
from .ledger import Head, first_record, inclusion
from .log_check import LogRefused, begins_with, checked_head
from .transaction import Transaction

log = logging.getLogger("seawall.server")


@dataclass(frozen=True, slots=True)
class LogFiles:
    """The key file of all logs, and the folder with the checkpoint file of each; both outside the database."""

    key: Path
    checkpoints: Path

    @classmethod
    def beside(cls, database: Path) -> "LogFiles":
        """The default of a SQLite database: beside its file. A backup of the database copies neither."""
        return cls(database.with_name(database.name + ".key"), database.with_name(database.name + ".checkpoints"))

    @property
    def spools(self) -> Path:
        """The folder for what is computed of sweeps until they are complete; its name is that of no tenant."""
        return self.checkpoints / ".sweeps"

    def checkpoint_of(self, tenant: str) -> Path:
        """The checkpoint file of a tenant's log."""
        return self.checkpoints / tenant

    def tenants(self) -> list[str]:
        """Whose logs have a checkpoint file."""
        try:
            return sorted(
                name for name in os.listdir(self.checkpoints) if has_log(name) and self.checkpoint_of(name).exists()
            )
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LogRefused(f"{self.checkpoints} cannot be read: {error.strerror}") from None


class LostCheckpoint(NamedTuple):
    """The note in the checkpoint file over records that the log no longer has, "" where nothing is lost."""

    note: str = ""
    recorded: bool = True  #: whether the log says already that this was lost


def default_files(database: Database) -> LogFiles:
    """The files of a log whose operator names none; only a SQLite file has a place for them."""
    if isinstance(database, Sqlite):
        return LogFiles.beside(database.path)
    raise LogRefused(f"{database.name} needs --key and --checkpoints: files of this machine, outside the database")


async def open_log(connection: AsyncConnection, known: KnownLog, accept_truncation: bool) -> Head:
    """Checks a log of which nothing is known yet, adds what must be recorded of its start, and gives its head."""
    head = await checked_head(connection, known.tenant, Head(), known.keys)
    lost = await _lost_checkpoint(connection, head, known, accept_truncation)
    known.lost(lost.note)
    transaction = Transaction(known.tenant, head, time_after(head.recorded_at))
    if not lost.recorded:
        transaction.accept_truncation(lost.note)
    if lost.note:
        log.warning(
            "The log lost records that %s was signed over. This was accepted, and the log records it.",
            known.checkpoint_file,
        )
    if _newest_key_must_sign(head, known, lost):
        transaction.add_key(known.keys.newest.verifier)
    await transaction.write(connection, known.keys)
    return transaction.head_after()


async def _lost_checkpoint(
    connection: AsyncConnection, head: Head, known: KnownLog, accept_truncation: bool
) -> LostCheckpoint:
    """What was lost, if that is accepted now or was before; else `LogRefused`."""
    checkpoint_file = known.checkpoint_file
    try:
        in_file = read_checkpoint_file(checkpoint_file, known.keys)
    except NoteRefused as error:
        raise LogRefused(f"{checkpoint_file} is no checkpoint: {error}") from None
    if in_file is None:
        if head.size:
            log.warning(NO_CHECKPOINT_FILE, checkpoint_file)
        return LostCheckpoint()
    note, checkpoint = in_file
    if await begins_with(connection, known.tenant, head.size, checkpoint):
        return LostCheckpoint()
    if await _is_recorded(connection, known.tenant, head, note):
        return LostCheckpoint(note)  # the file could not be replaced, or is another server's
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


def _newest_key_must_sign(head: Head, known: KnownLog, lost: LostCheckpoint) -> bool:
    """Whether the newest key has signed nothing yet, since the log did not grow after it was added.

    Else `LogRefused` where it has not signed the log: who holds a retired key could have cut the log back to its days.
    """
    first = known.keys.newest.first
    if first <= max(head.size, 1):
        return False  # the newest checkpoint carries it, or there is none to carry it
    in_file = read_checkpoint_file(known.checkpoint_file, known.keys)
    if first == head.size + 1 and (lost.note or (in_file and in_file.checkpoint.size == head.size)):
        return True
    raise LogRefused(
        f"the log has {counted(head.size, 'record')}, and its newest key, which counts from {first}, has not signed it:"
        f" records are missing, or {known.checkpoint_file} is"
    )


async def _is_recorded(connection: AsyncConnection, tenant: str, head: Head, lost: str) -> bool:
    """Whether a record says that this was lost. The record is proven: who can alter rows could write one."""
    row = await first_record(connection, tenant, address_of(lost.encode()))
    if row is None:
        return False
    try:
        proof = await inclusion(connection, tenant, row.seq, head.size)
        root = tree.root_of_inclusion(row.seq, head.size, tree.leaf_hash(row.body), proof)
        return root == head.root and read_record(row.body).checkpoint == lost
    except (KeyError, ValueError):
        return False
