"""What a commit of several tenants adds for one of them: what is wrong with its log stops its own calls alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from ..database.commits import ADDED_TO, Commits, Rows
from ..database.database import Database
from ..database.statements import Read, Row
from ..refusals import CallRefused
from .appends import Answer, PendingAppend
from .checkpoint_file import CheckpointNotWritten
from .known_log import KnownLog
from .ledger import TIP, Head, tip_of
from .log_check import LogRefused, grown_head, known_head
from .logs import Logs
from .stored_bytes import Room, StoredBytes
from .transaction import Transaction, reads_for, transaction_from

FEW = 8  #: calls whose rows are gathered on the event loop, a tenth of a millisecond each


class TenantCommit:
    """The calls of one tenant in a commit, in the order in which they came."""

    def __init__(self, tenant: str, appends: Sequence[PendingAppend]) -> None:
        self.tenant = tenant
        self.refusal: CallRefused | None = None  #: of all its calls
        self._appends = appends
        self._known: KnownLog
        self._transaction: Transaction

    async def begin(self, logs: Logs) -> None:
        """Before the commit: its log must be one that can be gone on with."""
        with self._own_refusals():
            self._known = await logs.of(self.tenant)
            await self._known.settle()

    def reads(self) -> list[Read]:
        """What is to be read within the commit, and the lock of its log."""
        return [Read(TIP, {"tenant": self.tenant}), *reads_for(self.tenant, self._appends)]

    async def fill(self, database: Database, stored_bytes: StoredBytes, results: Sequence[Sequence[Row]]) -> None:
        """Gathers the rows that it adds; `results` are those of its reads."""
        ((tip,), *stored) = results
        with self._own_refusals():
            head = await self._head(database, tip)
            room = await stored_bytes.room(self.tenant, head.position)
            if len(self._appends) > FEW:
                await asyncio.to_thread(self._gather, head, room, stored)
            else:
                self._gather(head, room, stored)

    def _gather(self, head: Head, room: Room | None, stored: Sequence[Sequence[Row]]) -> None:
        transaction = transaction_from(self.tenant, head, self._appends, stored)
        transaction.room = room
        for pending in self._appends:
            transaction.append(pending)
        transaction.sign(self._known.keys)
        self._transaction = transaction

    def rows(self) -> Rows:
        """What it adds, by table."""
        return {} if self.refusal else self._transaction.rows

    async def _head(self, database: Database, row: Row) -> Head:
        """As it is known; or read and checked, where another server has added to it."""
        tip, known = tip_of(row), self._known
        head = known_head(tip, known.head)
        if head is None:
            async with database.reader.connect() as connection:
                head = await grown_head(connection, self.tenant, tip, known.head, known.keys)
        return head

    async def keep(self) -> None:
        """After the commit, and before any call is answered: writes its checkpoint file."""
        with self._own_refusals():
            await self._known.keep_added(self._transaction.head_after())

    def answers(self) -> list[Answer]:
        """One for each call."""
        return [self.refusal] * len(self._appends) if self.refusal else self._transaction.answers

    @contextmanager
    def _own_refusals(self) -> Iterator[None]:
        try:
            yield
        except (LogRefused, CheckpointNotWritten) as error:
            self.refusal = error


def by_tenant(appends: Sequence[PendingAppend]) -> list[TenantCommit]:
    """The calls of each tenant."""
    calls: dict[str, list[PendingAppend]] = {}
    for pending in appends:
        calls.setdefault(pending.tenant, []).append(pending)
    return [TenantCommit(tenant, of_tenant) for tenant, of_tenant in calls.items()]


async def write(
    commits: Sequence[TenantCommit], connection: Commits, database: Database, stored_bytes: StoredBytes
) -> None:
    """Writes what all of them add, in one transaction."""
    reads = [commit.reads() for commit in commits]
    results = iter(await connection.begin([commit.tenant for commit in commits], [read for of in reads for read in of]))
    for commit, of_commit in zip(commits, reads, strict=True):
        await commit.fill(database, stored_bytes, [next(results) for _ in of_commit])
    rows = [commit.rows() for commit in commits]
    await connection.end({table.name: [row for of in rows for row in of.get(table.name, ())] for table in ADDED_TO})


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
