"""How far the log goes, as a server knows it, and how far of that stands outside: what is beyond is not told yet."""

from asyncio import Lock, get_running_loop, sleep, to_thread
from contextlib import suppress
from pathlib import Path

from ..database.database import Database
from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused
from .checkpoint_file import (
    CheckpointNotWritten,
    CommitNotBegun,
    FolderLocked,
    KeptCheckpoint,
    read_checkpoint_file,
    replace_checkpoint_file,
)
from .ledger import Head, read_tip
from .opening import LogRefused, begins_with, checked_head

LOCK_SECONDS = 2.0  #: how long the file may be locked before that is told: its servers hold it for one write
LOCK_PAUSE_SECONDS = 0.01


class KnownLog:
    """The log of one database as one server knows it. Its server may take it for longer, never for shorter."""

    def __init__(self, database: Database, keys: Keys, outside: Path, lost: str = "") -> None:
        """`lost` is a note in the file outside that may be replaced by one over fewer records."""
        self._database = database
        self._keys = keys
        self._outside = outside
        self._kept = Head(note=lost)
        self._turn = Lock()
        self.head = Head()  #: where the log ends in the database

    def covers(self, position: int) -> bool:
        """Whether the checkpoint outside is over the record of the document of this position."""
        return position <= self._kept.position

    async def keep(self, head: Head) -> None:
        """Knows that the log ends there or further on, and writes its checkpoint outside; else `CheckpointNotWritten`.

        Whatever else was signed and stands there is of this log, or nothing is acknowledged: `LogRefused`.
        """
        self.head = newest = max(head, self.head, key=_size)
        if newest.note:
            older = self._kept.note if self._kept.size < newest.size else ""
            while there := await self._write(newest.note, older):
                await self._check(there.checkpoint)
                if there.checkpoint.size >= newest.size:
                    break  # another server on the same file was faster
                older = there.note
            self._kept = max(newest, self._kept, key=_size)

    async def keep_newest(self) -> None:
        """The same of the log as it now stands in the database, whichever server added to it."""
        known = self.head  # taken before the database is read, which then can only have more
        with self._database.errors_translated():
            async with self._database.reader.connect() as connection:
                head = await checked_head(connection, known, self._keys)
        await self.keep(head)

    async def keep_added(self, head: Head) -> None:
        """The same after a commit; where it added nothing, and all is kept, there is nothing to write."""
        if head.size > self._kept.size:
            await self.keep(head)

    async def settle(self) -> None:
        """Before a commit: writes what an earlier one could not; `CommitNotBegun` where that still cannot be."""
        try:
            await self.keep_added(self.head)
        except CheckpointNotWritten as error:
            raise CommitNotBegun(str(error)) from error

    async def acknowledge(self, size: int) -> None:
        """Before a checkpoint is told that was read over `size` records."""
        if size != self._kept.size:
            await self.keep_newest()

    async def checkpoints(self) -> list[Checkpoint]:
        """What the log must begin with: by what this server knows, and by the file."""
        kept = [Checkpoint(self._keys.origin, self._kept.size, self._kept.root)] if self._kept.size else []
        with suppress(NoteRefused):
            outside = await to_thread(read_checkpoint_file, self._outside, self._keys)
            kept += [outside.checkpoint] if outside else []
        return kept

    async def _write(self, note: str, older: str) -> KeptCheckpoint | None:
        """`replace_checkpoint_file`, once nobody else has the lock. No thread waits for it: every call needs threads.

        Callers of this server who queue here share one deadline with the first: all of them fail as soon as it does.
        """
        loop = get_running_loop()
        until = loop.time() + LOCK_SECONDS
        async with self._turn:
            while True:
                try:
                    return await to_thread(replace_checkpoint_file, self._outside, note, self._keys, older)
                except FolderLocked:
                    if loop.time() >= until:
                        raise
                await sleep(LOCK_PAUSE_SECONDS)

    async def _check(self, outside: Checkpoint) -> None:
        """Whoever wrote it had committed before, so the database is read again: it may have more than is known."""
        with self._database.errors_translated():
            async with self._database.reader.connect() as connection:
                if await begins_with(connection, (await read_tip(connection)).size, outside):
                    return
        raise LogRefused(f"the log does not begin with the {outside.size} records that {self._outside} was signed over")


def _size(head: Head) -> int:
    return head.size
