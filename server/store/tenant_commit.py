"""What a commit of several tenants adds for one of them: what is wrong with its log stops its own calls alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from ..refusals import CallRefused
from .appends import Answer, PendingAppend
from .checkpoint_file import CheckpointNotWritten
from .known_log import KnownLog
from .log_check import LogRefused, checked_head
from .logs import Logs
from .stored_bytes import StoredBytes
from .transaction import Transaction, transaction_for


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

    async def write(self, connection: AsyncConnection, stored_bytes: StoredBytes) -> None:
        """Within the commit, and the lock of its log: adds its rows."""
        with self._own_refusals():
            head = await checked_head(connection, self.tenant, self._known.head, self._known.keys)
        if not self.refusal:
            self._transaction = await transaction_for(connection, self.tenant, self._appends, head)
            self._transaction.room = await stored_bytes.room(connection, self.tenant, head.position)
            for pending in self._appends:
                self._transaction.append(pending)
            await self._transaction.write(connection, self._known.keys)

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
