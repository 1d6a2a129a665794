"""The evidence store: documents under their addresses, only ever added to, each addition in a signed log.

Each tenant has documents and a log of its own: `of` gives what its calls see. What they append is committed together or
not at all: documents, their parents, the answer to a request and the records of the log.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from time import perf_counter

from ..database import schema
from ..database.connect import database_of
from ..database.database import Database, StoreUnavailable
from ..log.key_file import KeyFile
from ..log.tenants import LOCAL, is_tenant
from ..observing.observation import Commit, CommitObserver
from .appends import Answer, Damaged, PendingAppend, Request, RequestReused, StoredDocument
from .clock import seconds_ahead
from .logs import Logs
from .opening import LogFiles, default_files
from .operator_documents import OperatorDocuments
from .operator_log import OperatorLog
from .quotas import NO_QUOTAS, StoreQuotas
from .stored_bytes import StoredBytes
from .tenant_commit import JointCommit, TenantCommit, by_tenant, together
from .tenant_store import TenantStore
from .writer import Writer, nobody

log = logging.getLogger("seawall.server")

__all__ = [
    "Damaged",
    "Request",
    "RequestReused",
    "Store",
    "StoreUnavailable",
    "StoredDocument",
    "TenantStore",
]  #: what its callers use


class Store:
    """The evidence of one database. One writer at a time; readers see what is committed."""

    def __init__(
        self,
        database: Path | str,
        files: LogFiles | None = None,
        *,
        accept_truncation: bool = False,
        foreign: Collection[str] = (),
        quotas: StoreQuotas = NO_QUOTAS,
        to_come: Callable[[], int] = nobody,
    ) -> None:
        """`foreign` names what there is in the database of other programs, `to_come` says how many calls wait to be
        computed."""
        self.database: Database = database_of(database, foreign=foreign)
        self.files = files or default_files(self.database)
        self._accept_truncation = accept_truncation
        self._writer = Writer(self._commit, quotas.writer_share, to_come=to_come)
        self._stored_bytes = StoredBytes(self.database, quotas)
        self._logs = Logs(self.database, self.files)
        self._operator_log = OperatorLog(self.database, self._logs)
        self.operator_documents = OperatorDocuments(self.database, self._logs)
        self._verifying = asyncio.Lock()
        self.commit_observers: list[CommitObserver] = []

    def waiting(self) -> int:
        """How many calls wait for a commit."""
        return self._writer.waiting()

    def documents(self) -> int:
        """How many documents this server knows of, of all tenants."""
        return sum(known.head.position for known in self._logs.all())

    def records(self) -> int:
        """How many records the logs of all tenants have, as far as this server knows."""
        return sum(known.head.size for known in self._logs.all())

    @property
    def key_file(self) -> KeyFile:
        """The keys of all logs."""
        return self._logs.key_file

    def of(self, tenant: str = LOCAL) -> TenantStore:
        """The store of a tenant, whose name is one that a tenant may have."""
        assert is_tenant(tenant)
        return TenantStore(tenant, self.database, self._logs, self._writer, self._stored_bytes, self._verifying)

    async def open(self) -> None:
        """Checks the tables, the keys and the logs, makes what is missing, and begins to write."""
        try:
            with self.database.errors_translated():
                for name, fault in await schema.prepare(self.database):
                    log.warning("%s: %s; seawall db check and verify report this until it is mended", name, fault)
                await self.database.check_durability()
                await self._logs.open(self._accept_truncation)
        except BaseException:
            await self.database.dispose()
            raise
        self._writer.start()
        await self._operator_log.start()

    async def close(self) -> None:
        """Commits what waits, records how far the logs go, then closes the database."""
        await self._writer.stop()
        await self._operator_log.stop()
        await self.database.dispose()

    async def ping(self) -> None:
        """Raises unless database and key are those that were opened, and checkpoint files cover the logs."""
        self._check_files()
        await self._logs.check()

    def seconds_ahead(self) -> float:
        """How far the newest record is ahead of this machine's clock: later ones are dated by it until that is past."""
        return seconds_ahead(max((known.head.recorded_at for known in self._logs.all()), default=""))

    async def _commit(self, appends: Sequence[PendingAppend]) -> list[Answer]:
        """Stores what several calls append, and writes the checkpoint files before any of them is answered.

        What stops one tenant, as a log that is not the one that was signed, is the answer to its calls alone.
        """
        self._check_files()
        began = perf_counter()
        commits = by_tenant(appends)
        writing = await together(commits, lambda commit: commit.begin(self._logs))
        if writing:
            joint = JointCommit(writing, self.database, self._stored_bytes)
            try:
                with self.database.errors_translated():
                    await self.database.commit(joint)
            except self.database.broken_rules:
                await self._refuse_lost(appends)
                raise
            for commit in writing:
                commit.count(self._stored_bytes)
            committed = joint.committed_at or perf_counter()
            await together([commit for commit in writing if not commit.refusal], TenantCommit.keep)
            self._show(Commit(len(appends), committed - began, perf_counter() - committed))
        answers = {commit.tenant: iter(commit.answers()) for commit in commits}
        return [next(answers[pending.tenant]) for pending in appends]

    async def _refuse_lost(self, appends: Sequence[PendingAppend]) -> None:
        """Raises `Damaged` where what a document stands on is no longer stored: it may have been computed from memory,
        and somebody has removed the row past every server."""
        for pending in appends:
            for _, parent in (link for document in pending.documents for link in document.parents):
                if await self.of(pending.tenant).get(parent) is None:
                    raise Damaged(parent)

    def _show(self, commit: Commit) -> None:
        for observe in self.commit_observers:
            observe(commit)

    def _check_files(self) -> None:
        """Raises `StoreUnavailable` where the database was moved, or a key was changed and this server signs on."""
        self.database.check_place()
        self._logs.check_key()
