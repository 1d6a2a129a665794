"""Before a server writes, each time: is the log at hand the one that was signed, and all of it?

The newest checkpoint also stands in a file outside the database. A log that is shorter than that, or another one, is
refused; a restored backup is taken up only where its owner says so, and the log then tells it for good.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.database import Database
from ..database.sqlite import Sqlite
from ..documents.document import address_of
from ..log import tree
from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused
from ..log.record import read_record
from ..refusals import CallRefused, Trouble
from .checkpoint_file import read_checkpoint_file
from .ledger import Head, Tip, first_record, inclusion, read_head, read_tip, root_at
from .transaction import TENANT

log = logging.getLogger("seawall.server")


MOST = 2**63 - 1  #: that a number in a table can be


class LogRefused(CallRefused):
    """A log that is not the one that was signed."""

    reason, operator_reads = Trouble.LOG_REFUSED, True
    text = (
        "Not acknowledged: the log in the database lacks records that this server or its checkpoint file knows,"
        " or is another one. Its operator has to restore it."
    )


@dataclass(frozen=True, slots=True)
class LogFiles:
    """Where the key and the checkpoint stand, both outside the database."""

    key: Path
    checkpoint: Path

    @classmethod
    def beside(cls, database: Path) -> "LogFiles":
        """Where they stand unless told: beside a SQLite file, which is what a backup copies."""
        return cls(database.with_name(database.name + ".key"), database.with_name(database.name + ".checkpoint"))


class Lost(NamedTuple):
    """The note in the file over what is no longer in the log, "" where nothing is lost."""

    note: str = ""
    told: bool = True  #: whether the log says so already


async def checked_head(connection: AsyncConnection, known: Head, keys: Keys) -> Head:
    """Where the log ends: where the server knows, which is not read again, or further on; else `LogRefused`.

    Others may have added to it. Whoever restores or rewrites it under a running server is met here.
    """
    end = await read_tip(connection)
    if end.position >= MOST:
        raise LogRefused(f"a document has the number {end.position}, and no other can follow it")
    if (end.size, end.signed, end.note) == (known.size, known.size, known.note):
        return known._replace(position=max(end.position, known.position))
    await _check_end(connection, end, keys)
    if end.size < known.size:
        raise LogRefused(f"the log has {end.size} records and this server knows {known.size}: records are missing")
    if known.size and await _root(connection, known.size) != known.root:
        raise LogRefused(f"the log does not begin with the {known.size} records that this server knows")
    try:
        return await read_head(connection, end)
    except ValueError as error:
        raise LogRefused(f"record {end.size - 1} cannot be read: {error}") from None


async def lost_checkpoint(
    connection: AsyncConnection, head: Head, keys: Keys, outside: Path, accept_truncation: bool
) -> Lost:
    """What was lost, where that is accepted, now or before; else `LogRefused`."""
    try:
        kept = read_checkpoint_file(outside, keys)
    except NoteRefused as error:
        raise LogRefused(f"{outside} is no checkpoint: {error}") from None
    if kept is None:
        if head.size:
            log.warning(
                "there is no checkpoint file %s: whether the log lost its last records, or was written anew with its"
                " key, can no longer be told",
                outside,
            )
        return Lost()
    note, checkpoint = kept
    if await begins_with(connection, head.size, checkpoint):
        return Lost()
    if await _is_told(connection, head, note):  # and the file could not be replaced, or is another server's
        return Lost(note)
    if checkpoint.size > head.size:
        if accept_truncation:
            return Lost(note, told=False)
        raise LogRefused(
            f"the log has {head.size} records and {outside} was signed over {checkpoint.size}: records are missing;"
            " --accept-truncation goes on without them, and the log will say so"
        )
    raise LogRefused(f"the log does not begin with the {checkpoint.size} records that {outside} was signed over")


async def begins_with(connection: AsyncConnection, size: int, checkpoint: Checkpoint) -> bool:
    """Whether a log of this size is the one that the checkpoint was signed over, or has grown from it."""
    return checkpoint.size <= size and await _root(connection, checkpoint.size) == checkpoint.root


async def _is_told(connection: AsyncConnection, head: Head, lost: str) -> bool:
    """Whether the log says that it lost this, in a record that is proven: who can alter rows could write one."""
    row = await first_record(connection, TENANT, address_of(lost.encode()))
    if row is None:
        return False
    try:
        proof = await inclusion(connection, row.seq, head.size)
        root = tree.root_of_inclusion(row.seq, head.size, tree.leaf_hash(row.body), proof)
        return root == head.root and read_record(row.body).checkpoint == lost
    except (KeyError, ValueError):
        return False


async def _check_end(connection: AsyncConnection, end: Tip, keys: Keys) -> None:
    if end.signed != end.size:
        raise LogRefused(f"the log has {end.size} records and its last checkpoint is over {end.signed}")
    if end.size:
        where = f"the checkpoint over {end.size} records"
        try:
            signed = read_checkpoint(end.note, keys)
        except NoteRefused as error:
            raise LogRefused(f"{where}: {error}") from None
        if (signed.size, signed.root) != (end.size, await _root(connection, end.size)):
            raise LogRefused(f"the log of {end.size} records is not the one that its checkpoint was signed over")


async def _root(connection: AsyncConnection, size: int) -> bytes:
    try:
        return await root_at(connection, size)
    except KeyError as error:
        raise LogRefused(f"the log lacks a hash: {error}") from None


def default_files(database: Database) -> LogFiles:
    """Where the key and the checkpoint stand unless told."""
    if isinstance(database, Sqlite):
        return LogFiles.beside(database.path)
    raise LogRefused(f"{database.name} needs --key and --checkpoint: files of this machine, outside the database")
