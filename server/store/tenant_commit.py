"""What a commit of several tenants adds for one of them: what is wrong with its log stops its own calls alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from ..database.commits import ADDED_TO, Results, Rows
from ..database.database import Database
from ..database.statements import Read
from ..refusals import CallRefused
from .appends import Answer, PendingAppend
from .checkpoint_file import CheckpointNotWritten
from .known_log import KnownLog
from .ledger import TIP, Head, Tip, tip_of
from .log_check import LogRefused, grown_head, known_head
from .logs import Logs
from .stored_bytes import StoredBytes
from .transaction import Transaction, reads_for, transaction_from

FEW = 8  #: calls whose rows are gathered on the event loop, a tenth of a millisecond each


class TenantCommit:
    """The calls of one tenant in a commit, in the order in which they came."""

    def __init__(self, tenant: str, appends: Sequence[PendingAppend]) -> None:
        self.tenant = tenant
        self.refusal: CallRefused | None = None  #: of all its calls
        self.log: KnownLog
        self.appends = appends
        self._tip: Tip
        self._head: Head | None = None  #: that it builds on, once it is known
        self._stored: Results
        self._transaction: Transaction
        self._is_kept = False

    async def begin(self, logs: Logs) -> None:
        """Before the commit: its log must be one that can be gone on with."""
        with self._own_refusals():
            self.log = await logs.of(self.tenant)
            await self.log.settle()

    def reads(self) -> list[Read]:
        """What is to be read within the commit."""
        return [Read(TIP, {"tenant": self.tenant}), *reads_for(self.tenant, self.appends)]

    def take(self, results: Results) -> None:
        """Takes what its reads gave. Its head is not known where another server has added to its log."""
        ((tip,), *self._stored) = results
        self._tip = tip_of(tip)
        with self._own_refusals():
            self._head = known_head(self._tip, self.log.head)

    def is_ready(self, stored_bytes: StoredBytes) -> bool:
        """Whether its rows can be gathered, or are refused, without reading more."""
        head = self._head
        return bool(self.refusal) or (head is not None and stored_bytes.is_counted(self.tenant, head.position))

    async def read_more(self, database: Database, stored_bytes: StoredBytes) -> None:
        """Reads and checks what others have added."""
        if self.refusal:
            return
        with self._own_refusals():
            if self._head is None:
                async with database.reader.connect() as connection:
                    known = self.log
                    self._head = await grown_head(connection, self.tenant, self._tip, known.head, known.keys)
            await stored_bytes.count_to(self.tenant, self._head.position)

    def gather(self, stored_bytes: StoredBytes) -> Rows:
        """The rows that it adds, by table."""
        if self.refusal or self._head is None:
            return {}
        transaction = transaction_from(self.tenant, self._head, self.appends, self._stored)
        transaction.room = stored_bytes.room(self.tenant)
        for pending in self.appends:
            transaction.append(pending)
        transaction.sign(self.log.keys)
        self._transaction = transaction
        return transaction.rows

    def write_at_once(self) -> None:
        """After the commit, on its thread: writes its checkpoint file, if that is possible without waiting."""
        if not self.refusal and self._transaction.logged:
            self._is_kept = self.log.write_at_once(self._transaction.head_after())

    def count(self, stored_bytes: StoredBytes) -> None:
        """After the commit: so that the next one need not read what this has added."""
        if self._head and not self.refusal:
            added = [len(row["body"]) for row in self._transaction.rows["evidence"]]
            stored_bytes.add(self.tenant, self._head.position, added)

    async def keep(self) -> None:
        """After the commit, and before any call is answered: writes its checkpoint file, unless that is done."""
        with self._own_refusals():
            head = self._transaction.head_after()
            if self._is_kept:
                self.log.keep_written(head)
            else:
                await self.log.keep_added(head)

    def answers(self) -> list[Answer]:
        """One for each call."""
        return [self.refusal] * len(self.appends) if self.refusal else self._transaction.answers

    @contextmanager
    def _own_refusals(self) -> Iterator[None]:
        try:
            yield
        except (LogRefused, CheckpointNotWritten) as error:
            self.refusal = error


class JointCommit:
    """What several tenants add in one transaction: an `Addition`."""

    def __init__(self, commits: Sequence[TenantCommit], database: Database, stored_bytes: StoredBytes) -> None:
        self.tenants = [commit.tenant for commit in commits]
        self.is_long = sum(len(commit.appends) for commit in commits) > FEW
        self._reads = [commit.reads() for commit in commits]
        self._commits, self._database, self._stored_bytes = commits, database, stored_bytes
        self.committed_at = 0.0  #: by the clock of `perf_counter`

    @property
    def reads(self) -> list[Read]:
        """What each reads within the commit."""
        return [read for reads in self._reads for read in reads]

    def rows(self, results: Results) -> Rows | Awaitable[Rows]:
        """Those of all; where one has to read more, they come once that is done."""
        each = iter(results)
        for commit, reads in zip(self._commits, self._reads, strict=True):
            commit.take([next(each) for _ in reads])
        are_ready = all(commit.is_ready(self._stored_bytes) for commit in self._commits)
        return self._gathered() if are_ready else self._read_more()

    def committed(self) -> None:
        """Writes the checkpoint file of the only tenant."""
        self.committed_at = perf_counter()
        if len(self._commits) == 1:  # as mostly; those of several are written beside each other
            self._commits[0].write_at_once()

    async def _read_more(self) -> Rows:
        for commit in self._commits:
            await commit.read_more(self._database, self._stored_bytes)
        return await asyncio.to_thread(self._gathered)

    def _gathered(self) -> Rows:
        rows = [commit.gather(self._stored_bytes) for commit in self._commits]
        return {table.name: [row for of in rows for row in of.get(table.name, ())] for table in ADDED_TO}


def by_tenant(appends: Sequence[PendingAppend]) -> list[TenantCommit]:
    """The calls of each tenant."""
    calls: dict[str, list[PendingAppend]] = {}
    for pending in appends:
        calls.setdefault(pending.tenant, []).append(pending)
    return [TenantCommit(tenant, of_tenant) for tenant, of_tenant in calls.items()]


async def together(
    commits: Sequence[TenantCommit], step: Callable[[TenantCommit], Awaitable[None]]
) -> list[TenantCommit]:
    """Takes a step with all at once, and gives those that nothing stops."""
    if len(commits) == 1:  # as mostly: no task for it
        await step(commits[0])
    else:
        for result in await asyncio.gather(*map(step, commits), return_exceptions=True):
            if result:
                raise result
    return [commit for commit in commits if not commit.refusal]
