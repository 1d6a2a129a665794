"""How far the log goes, as a server knows it, and how far the checkpoint file covers it: nothing beyond is answered."""

import logging
from asyncio import Lock, get_running_loop, sleep, to_thread
from contextlib import suppress
from pathlib import Path

from seawall.engine.values.in_words import counted

from ..database.database import Database
from ..database.statements import Read
from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused
from .checkpoint_file import (
    CHANGED,
    CheckpointNotWritten,
    CommitNotBegun,
    FileLocked,
    SignedCheckpoint,
    is_in_file,
    read_checkpoint_file,
    replace_checkpoint_file,
)
from .ledger import TIP, Head, read_tip, tip_of
from .log_check import LogRefused, begins_with, grown_head, known_head

log = logging.getLogger("seawall.server")

LOCK_SECONDS = 2.0  #: how long to wait for the lock of the file: servers that share it hold it for one write
LOCK_PAUSE_SECONDS = 0.01
COMMITS = 16  #: that are remembered: more are hardly made while the end of the log is read


class KnownLog:
    """The log of a tenant as one server knows it. Its server may take it for longer, never for shorter."""

    def __init__(self, database: Database, tenant: str, keys: Keys, checkpoint_file: Path) -> None:
        self._database = database
        self.tenant = tenant
        self.keys = keys
        self.checkpoint_file = checkpoint_file
        self._covered = Head()  #: the head that the checkpoint file is over
        self._committed: tuple[Head, ...] = (Head(),)  #: of this server; the last may be on its way to the file
        self._writing = Lock()
        self.head = Head()  #: of the log in the database

    @property
    def covered_note(self) -> str:
        """The checkpoint that its file has, "" before the first record."""
        return self._covered.note if self._covered.size else ""

    def lost(self, note: str) -> None:
        """Before anything is known: this note in the checkpoint file may be replaced by one over fewer records."""
        self._covered = Head(note=note)

    def covers(self, position: int) -> bool:
        """Whether the checkpoint file is over the record of the document with this position."""
        return position <= self._covered.position

    async def keep(self, head: Head) -> None:
        """Knows that the log goes to this head or further, and writes its checkpoint; else `CheckpointNotWritten`.

        If the file holds another signed checkpoint, that must be of this log: else `LogRefused`, and nothing is
        acknowledged.
        """
        self.head = newest = max(head, self.head, key=_size)
        if newest.note:
            older = self._covered.note if self._covered.size < newest.size else ""
            while other := await self._write(newest.note, older):
                await self._check(other.checkpoint)
                if other.checkpoint.size < self._covered.size and other.note != older:
                    log.warning(
                        CHANGED, self.checkpoint_file, f"is over {counted(other.checkpoint.size, 'record')} again"
                    )
                if other.checkpoint.size >= newest.size:
                    break  # another server on the same file was faster
                older = other.note
            self._covered = max(newest, self._covered, key=_size)

    async def keep_newest(self) -> None:
        """The same for the head that the database has now, whichever server added to the log."""
        await self._keep_unless_covered(await self._newest())

    async def look(self) -> None:
        """The same for health, which leaves the file to a commit of this server that is on its way to it."""
        covered = self._covered
        head = await self._newest()
        if self._covered is covered and self._committed[-1].size <= self.head.size:
            await self._keep_unless_covered(head)

    async def _newest(self) -> Head:
        """The head of the log in the database: mostly one that this server knows, or has just committed."""
        known = self.head  # taken before the database is read, which then can only have more
        with self._database.errors_translated():
            ((row,),) = await self._database.read(Read(TIP, {"tenant": self.tenant}))
            tip = tip_of(row)
            for own in (known, *self._committed):
                if own.size >= known.size and (head := known_head(tip, own)):
                    return head
            async with self._database.reader.connect() as connection:
                return await grown_head(connection, self.tenant, tip, known, self.keys)

    async def _keep_unless_covered(self, head: Head) -> None:
        covered = self._covered
        if head.size == covered.size and await to_thread(is_in_file, self.checkpoint_file, head.note):
            self.keep_written(head)  # which may be over more documents
        elif self._covered is covered or head.size > self._covered.size:  # else a commit has written it meanwhile
            await self.keep(head)

    async def keep_added(self, head: Head) -> None:
        """The same after a commit; if it added no record, and the file covers all others, nothing is written."""
        if head.size > self._covered.size:
            await self.keep(head)

    def write_at_once(self, head: Head) -> bool:
        """On the thread of a commit: whether the checkpoint file now has its note. Then `keep_written` follows.

        If that takes longer, as somebody else writes the file or has changed it, it is left to `keep_added`.
        """
        covered, self._committed = self._covered, (*self._committed[1 - COMMITS :], head)
        with suppress(CheckpointNotWritten):
            path, was_covered = self.checkpoint_file, covered.size > 0
            return replace_checkpoint_file(path, head.note, self.keys, covered.note, was_covered) is None
        return False

    def keep_written(self, head: Head) -> None:
        """Knows that the log and the checkpoint file go to this head or further."""
        self.head, self._covered = (max(head, known, key=_size) for known in (self.head, self._covered))

    async def settle(self) -> None:
        """Before a commit: writes the checkpoint that an earlier commit could not; else `CommitNotBegun`."""
        try:
            await self.keep_added(self.head)
        except CheckpointNotWritten as error:
            raise CommitNotBegun(str(error)) from error

    async def acknowledge(self, size: int) -> None:
        """Before an answer with the checkpoint over `size` records: makes sure that the file covers them."""
        if size != self._covered.size:
            await self.keep_newest()

    async def checkpoints(self) -> list[Checkpoint]:
        """The checkpoints that the log must be consistent with: what this server knows, and what the file holds."""
        covered = self._covered
        checkpoints = [Checkpoint(self.keys.origin, covered.size, covered.root)] if covered.size else []
        with suppress(NoteRefused):
            in_file = await to_thread(read_checkpoint_file, self.checkpoint_file, self.keys)
            checkpoints += [in_file.checkpoint] if in_file else []
        return checkpoints

    async def _write(self, note: str, older: str) -> SignedCheckpoint | None:
        """`replace_checkpoint_file`, once nobody else has the lock. No thread waits for it: every call needs threads.

        Callers of this server who queue here share one deadline with the first: all of them fail as soon as it does.
        """
        loop = get_running_loop()
        deadline = loop.time() + LOCK_SECONDS
        async with self._writing:
            while True:
                try:
                    covered = self._covered.size > 0
                    return await to_thread(
                        replace_checkpoint_file, self.checkpoint_file, note, self.keys, older, covered
                    )
                except FileLocked:
                    if loop.time() >= deadline:
                        raise
                await sleep(LOCK_PAUSE_SECONDS)

    async def _check(self, checkpoint: Checkpoint) -> None:
        """Refuses a log that does not begin with the checkpoint in the file.

        Whoever wrote that had committed before, so the database is read again: it may have more than is known.
        """
        with self._database.errors_translated():
            async with self._database.reader.connect() as connection:
                if await begins_with(
                    connection, self.tenant, (await read_tip(connection, self.tenant)).size, checkpoint
                ):
                    return
        raise LogRefused(
            f"the log does not begin with the {counted(checkpoint.size, 'record')} that {self.checkpoint_file} was"
            " signed over"
        )


def _size(head: Head) -> int:
    return head.size
