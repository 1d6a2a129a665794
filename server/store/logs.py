"""The logs of all tenants, as one server knows them: those that are there when it starts, and each new one when its
tenant comes."""

import asyncio
import logging
from collections import deque
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.database import Database, StoreUnavailable
from ..database.tenants import next_tenant, tenants_in
from ..log import key_file as key_files
from ..log.files import stamp
from ..log.key_file import KeyFile
from ..log.keys import Keys
from ..log.tenants import LOCAL, OPERATOR, has_log
from .checkpoint_file import CheckpointNotWritten
from .known_log import KnownLog
from .log_check import LogRefused
from .opening import LogFiles, open_log

log = logging.getLogger("seawall.server")

CHECKED_AT_ONCE = 4  #: logs that health looks at each time, in turn


class Logs:
    """Opens each log once: it must be the one that its checkpoint file was signed over."""

    def __init__(self, database: Database, files: LogFiles) -> None:
        self._database = database
        self._files = files
        self._keys: dict[str, Keys] = {}
        self._known: dict[str, KnownLog] = {}
        self._in_turn: deque[KnownLog] = deque()  #: those of tenants
        self._opening = asyncio.Lock()
        self.key_file: KeyFile
        self._key_stamp: tuple[int, int] | None

    async def open(self, accept_truncation: bool) -> None:
        """Loads the keys, and opens the operator's log and that of every tenant that has rows or a checkpoint file."""
        await self.load_keys()
        with_rows = {tenant async for tenant in tenants_in(self._database) if has_log(tenant)}
        for tenant in sorted({OPERATOR, LOCAL, *with_rows, *self._files.tenants()}):
            await self._open(tenant, accept_truncation)

    def keys_of(self, tenant: str) -> Keys:
        """The keys of a tenant's log."""
        if tenant not in self._keys:
            self._keys[tenant] = self.key_file.of(tenant)
        return self._keys[tenant]

    async def of(self, tenant: str) -> KnownLog:
        """The log of a tenant; `LogRefused` where it is not the one that was signed."""
        if tenant not in self._known:
            async with self._opening:
                if tenant not in self._known:
                    with self._database.errors_translated():
                        await self._open(tenant)
        return self._known[tenant]

    def all(self) -> list[KnownLog]:
        """Every log that is open."""
        return list(self._known.values())

    async def check(self) -> None:
        """Raises unless the checkpoint files cover the logs, of which it looks at some, in turn.

        One that is refused stops the calls of its tenant alone: that is raised where none of these can be gone on with.
        """
        looked_at = min(len(self._in_turn), CHECKED_AT_ONCE)
        refused: list[LogRefused] = []
        for known in list(self._in_turn)[:looked_at]:
            try:
                await known.look()
            except LogRefused as error:
                refused.append(error)
        self._in_turn.rotate(-looked_at)
        if refused and len(refused) == looked_at:
            raise refused[0]

    def check_key(self) -> None:
        """Raises `StoreUnavailable` where the key file was changed and this server would sign on with what it read."""
        if stamp(self._files.key) not in (None, self._key_stamp):
            raise StoreUnavailable(f"{self._files.key} was changed since the server started: start it again")

    async def load_keys(self) -> None:
        """Those of the file; a new SQLite database without one makes it."""
        _make_folder(self._files.checkpoints)
        async with self._database.changing() as connection:
            await self._database.lock(connection, OPERATOR)
            await self._load_keys(connection)

    async def _load_keys(self, connection: AsyncConnection) -> None:
        is_made = self._database.makes_its_key and not self._files.key.exists()
        if is_made and not await next_tenant(connection, self._database):
            self._refuse_other_checkpoints()
            self.key_file = await asyncio.to_thread(key_files.make, self._files.key)
            log.warning("Made the key of the log: %s. Keep it out of backups of the database.", self._files.key)
        else:
            self.key_file = await asyncio.to_thread(key_files.load, self._files.key)
        self._key_stamp = stamp(self._files.key)

    def _refuse_other_checkpoints(self) -> None:
        """A key that is made now has signed none of them."""
        for tenant in self._files.tenants():
            raise LogRefused(
                f"{self._files.checkpoint_of(tenant)} is no checkpoint of a new database: it was signed for another one"
            )

    async def _open(self, tenant: str, accept_truncation: bool = False) -> None:
        known = KnownLog(self._database, tenant, self.keys_of(tenant), self._files.checkpoint_of(tenant))
        async with self._database.changing() as connection:
            await self._database.lock(connection, tenant)
            try:
                head = await open_log(connection, known, accept_truncation)
            except LogRefused as error:
                raise error if tenant == LOCAL else LogRefused(f"{tenant}: {error}") from None
        await known.keep(head)
        self._known[tenant] = known
        if tenant != OPERATOR:
            self._in_turn.append(known)


def _make_folder(path: Path) -> None:
    """Its parent must be there: a disk that is not mounted is no new folder."""
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise CheckpointNotWritten(f"the folder of the checkpoint files cannot be made: {error}") from error
