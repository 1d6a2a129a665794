"""The operator's log: how far each tenant's goes, for the auditor of the whole installation.

It has the checkpoints of the tenants' logs: as the server starts and stops, and once a minute of those that grew. So
who keeps a checkpoint of this one log can tell whether any other was cut or written anew.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from ..database.database import Database
from ..documents.document import address_of
from ..log.tenants import OPERATOR
from .ledger import subjects_among
from .logs import Logs
from .operator_commit import operator_commit

log = logging.getLogger("seawall.server")

RECORDED_EVERY_SECONDS = 60.0
RECORDED_AT_ONCE = 500  #: in one commit, for which calls wait


class OperatorLog:
    """Records what the server itself has acknowledged of each log, and no checkpoint twice."""

    def __init__(self, database: Database, logs: Logs) -> None:
        self._database = database
        self._logs = logs
        self._recorded: dict[str, str] = {}  #: the last note by tenant
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Records what grew before, and begins to do so every minute."""
        await self._record_or_say()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Records once more, and ends."""
        if self._task:
            self._stopping.set()
            await self._task
            self._task = None
            await self._record_or_say()

    async def record(self) -> None:
        """Adds the newest checkpoint of each log that has grown."""
        notes = {known.tenant: known.covered_note for known in self._logs.all() if known.tenant != OPERATOR}
        grown = {tenant: note for tenant, note in notes.items() if note and note != self._recorded.get(tenant)}
        tenants = sorted(grown)
        for first in range(0, len(tenants), RECORDED_AT_ONCE):
            recorded = {tenant: grown[tenant] for tenant in tenants[first : first + RECORDED_AT_ONCE]}
            await self._add(list(recorded.values()))
            self._recorded |= recorded

    async def _add(self, notes: Sequence[str]) -> None:
        """One commit with those that the log does not have yet: another server may have recorded them."""
        async with operator_commit(self._database, self._logs) as (connection, transaction):
            known = await subjects_among(connection, OPERATOR, {address_of(note.encode()) for note in notes})
            for note in notes:
                if address_of(note.encode()) not in known:
                    transaction.record_checkpoint(note)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), RECORDED_EVERY_SECONDS)
                return
            await self._record_or_say()

    async def _record_or_say(self) -> None:
        """A server serves its tenants also where this log cannot be written."""
        try:
            self._database.check_place()
            self._logs.check_key()
            await self.record()
        except Exception as error:
            log.warning("The operator's log lacks the newest checkpoints of the tenants: %s", error)
