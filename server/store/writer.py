"""The only task that writes. Calls queue up, and those that wait while a commit reaches the disk share the next one.

Each tenant has a queue of its own, and a commit takes a call from each in turn: one that sends many calls waits for
itself. If a call is cancelled, what it appends is committed whole or not begun: nobody cancels a commit.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from ..database.database import StoreFull, StoreUnavailable
from ..observing.spans import span
from ..refusals import CallRefused, QuotaExceeded, Trouble
from .appends import Answer, PendingAppend, StoredDocument
from .quotas import NO_QUOTAS

MOST_WAITING = 1_024  #: of a tenant: more would wait longer than a caller should: they are refused, and retry
MOST_WAITING_OF_ALL = 4_096  #: beyond these a tenant has one call in the queue
MOST_IN_A_COMMIT = 256
PAUSE_SECONDS = 1.0  #: how long writes are refused at once after one met a full disk
#: A commit waits so long for others to share it where so many calls wait to be computed, which takes longer than that:
#: to sign, to sync and to write the checkpoint file costs as much for one call as for ten.
GATHER_SECONDS, MANY_TO_COME = 0.01, 4

Commit = Callable[[Sequence[PendingAppend]], Awaitable[list[Answer]]]
Result = asyncio.Future[list[StoredDocument]]
Share = Callable[[str], int | None]  #: of a tenant, in per cent of a commit; None where nothing limits it
Waiting = tuple[PendingAppend, Result]


def nobody() -> int:
    """No call waits to be computed."""
    return 0


class Overloaded(CallRefused):
    """More calls wait to be committed than the queue holds."""

    reason, retry_seconds, operator_reads = Trouble.OVERLOADED, 1, True
    text = "Not stored: too many calls wait to be stored. Retry."


class Queue:
    """Calls that wait, by tenant, and whose turn it is."""

    def __init__(self, most_of_a_tenant: int, most_of_all: int, share: Share = NO_QUOTAS.writer_share) -> None:
        self._most_of_a_tenant, self._most_of_all = most_of_a_tenant, most_of_all
        self._share = share
        self._waiting: dict[str, deque[Waiting]] = {}
        self._turns: deque[str] = deque()  #: the tenants of these, each once
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, waiting: Waiting) -> None:
        """Adds a call. Raises `Overloaded` if too many wait: nobody's first call is one too many.

        A tenant that may use a share of the writer has that share of its queue: then it raises `QuotaExceeded`.
        """
        tenant = waiting[0].tenant
        own = self._waiting.get(tenant)
        if own is None:
            own = self._waiting[tenant] = deque()
            self._turns.append(tenant)
        elif len(own) >= self._most_of_a_tenant or self._size >= self._most_of_all:
            raise Overloaded
        elif (share := self._share(tenant)) is not None and len(own) >= _part(self._most_of_a_tenant, share):
            raise QuotaExceeded("writer_share", share, Overloaded.retry_seconds)
        own.append(waiting)
        self._size += 1

    def take(self, most: int) -> list[Waiting]:
        """The next calls, one of each tenant in turn, in the order in which each tenant's came.

        None has more than its share, also where nobody else waits: who comes meanwhile waits for this commit.
        """
        taken: list[Waiting] = []
        counts = Counter[str]()
        with_their_share: list[str] = []
        while self._turns and len(taken) < most:
            tenant = self._turns.popleft()
            own = self._waiting[tenant]
            taken.append(own.popleft())
            counts[tenant] += 1
            if not own:
                del self._waiting[tenant]
            elif (share := self._share(tenant)) is not None and counts[tenant] >= _part(MOST_IN_A_COMMIT, share):
                with_their_share.append(tenant)
            else:
                self._turns.append(tenant)
        self._turns.extend(with_their_share)
        self._size -= len(taken)
        return taken


def _part(most: int, share: int) -> int:
    """So many per cent, and at least one.  5 % of 256 is 12."""
    return max(1, most * share // 100)


class Writer:
    """Gives what is queued to `commit`, as much at a time as has come."""

    def __init__(
        self,
        commit: Commit,
        share: Share = NO_QUOTAS.writer_share,
        most_waiting: int = MOST_WAITING,
        most_of_all: int = MOST_WAITING_OF_ALL,
        to_come: Callable[[], int] = nobody,
    ) -> None:
        """`to_come` says how many calls wait to be computed."""
        self._commit, self._to_come = commit, to_come
        self._queue = Queue(most_waiting, most_of_all, share)
        self._something_new = asyncio.Event()
        self._ending = False
        self._full_until = 0.0
        self._task: asyncio.Task[None] | None = None

    def waiting(self) -> int:
        """How many calls wait for a commit."""
        return len(self._queue)

    def start(self) -> None:
        """Begins to commit."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Commits what waits, and ends."""
        if self._task:
            self._ending = True
            self._something_new.set()
            await self._task
            self._task = None

    async def append(self, pending: PendingAppend) -> list[StoredDocument]:
        """Waits until this is committed. Raises `Overloaded` at once if too many wait."""
        if self._task is None or self._ending:
            raise StoreUnavailable("the store is closed")
        loop = asyncio.get_running_loop()
        if loop.time() < self._full_until:
            raise StoreFull("there was no space a moment ago")
        result: Result = loop.create_future()
        self._queue.put((pending, result))
        self._something_new.set()
        with span("commit"):
            return await result

    async def _run(self) -> None:
        while True:
            await self._something_new.wait()
            if self._queue and self._to_come() >= MANY_TO_COME:
                await asyncio.sleep(GATHER_SECONDS)
            if batch := self._queue.take(MOST_IN_A_COMMIT):
                await self._commit_together(batch)
            elif self._ending:
                return
            else:
                self._something_new.clear()

    async def _commit_together(self, batch: list[Waiting]) -> None:
        """One commit for all calls; if one of them cannot be stored, one commit for each."""
        try:
            answers = await self._commit([pending for pending, _ in batch])
        except Exception as error:
            if len(batch) == 1 or isinstance(error, StoreUnavailable | StoreFull):
                self._refuse(batch, error)
            else:
                for waiting in batch:
                    await self._commit_together([waiting])
            return
        for (_, result), answer in zip(batch, answers, strict=True):
            _settle(result, answer)

    def _refuse(self, batch: list[Waiting], error: Exception) -> None:
        if isinstance(error, StoreFull):
            self._full_until = asyncio.get_running_loop().time() + PAUSE_SECONDS
        for _, result in batch:
            _settle(result, error)


def _settle(result: Result, answer: list[StoredDocument] | Exception) -> None:
    with suppress(asyncio.InvalidStateError):  # its caller has gone
        if isinstance(answer, Exception):
            result.set_exception(answer)
        else:
            result.set_result(answer)
