"""One sweep, from what exists of it to its document. It depends on no call: who started it may leave."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from seawall.engine.sweeps.block import Block, BlockTask, block_count, block_task, companies_of_block, rows_of_block
from seawall.engine.sweeps.figures import COLUMNS
from seawall.engine.sweeps.plan import Retention, SweepPlan
from seawall.engine.sweeps.results import Sweep
from seawall.engine.sweeps.rows import root
from seawall.engine.sweeps.summary import summary_of

from ..documents.document import Document, seal
from ..documents.kinds import SWEEP_BLOCK
from ..refusals import CallRefused, Internal
from ..store.appends import Damaged, PendingAppend, StoredDocument, SweepEvent, SweptBlock
from ..store.sweep_rows import Event, KnownBlock, block_body, blocks_of, last_event
from ..store.tenant_store import TenantStore
from .companies import companies_at
from .dispatch import Computed, Workers, compute
from .estimate import Estimate
from .refusals import SweepCancelled, SweepStopped
from .spool import Spool

POLL_SECONDS = 2.0  #: how often a run asks whether another server was told to cancel it

log = logging.getLogger("seawall.server")


class State(Enum):
    """Where a sweep stands."""

    CREATED = "created"
    RUNNING = "running"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Progress(NamedTuple):
    """How much of a sweep is computed."""

    state: State
    rows_done: int
    rows: int
    blocks_done: int
    blocks: int
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What a run needs: whose sweep it is, and who has started it."""

    store: TenantStore
    plan_id: str
    plan: SweepPlan
    estimate: Callable[[], Awaitable[Estimate]]
    actor: str
    on_behalf_of: str
    charge: Callable[[int], None]  #: operations, before they are done; raises where there are fewer left


class Run:
    """A sweep while this server computes it."""

    def __init__(self, job: Job, workers: Workers, spool: Spool) -> None:
        self.job = job
        self._workers, self._spool = workers, spool
        self._estimate: Estimate
        self._known: dict[int, KnownBlock] = {}
        self._ready: set[int] = set()  #: blocks whose bytes are in the spool
        self._changed = asyncio.Event()
        self._poked = asyncio.Event()
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())  # nobody may be watching

    @property
    def progress(self) -> Progress:
        """How much is computed."""
        return progress_of(self.job.plan, self._ready, State.RUNNING)

    async def changed(self, seconds: float) -> None:
        """Returns at the next block or the end, and after so many seconds in any case."""
        waiting = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait([waiting, self._task], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    @property
    def is_over(self) -> bool:
        return self._task.done()

    async def result(self) -> StoredDocument:
        """The sweep once it is stored. Raises why it stopped; who waits here may leave."""
        try:
            return await asyncio.shield(self._task)
        except asyncio.CancelledError:
            if self._task.cancelled():
                raise SweepStopped from None
            raise

    def look(self) -> None:
        """Somebody has cancelled it, or may have: it looks at once."""
        self._poked.set()

    async def over(self) -> None:
        """Returns once it has ended, however that was."""
        await asyncio.wait([self._task])

    async def stop(self) -> None:
        """Ends it; what is computed is kept."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> StoredDocument:
        try:
            await self._record(Event.STARTED)
            self._estimate = await self.job.estimate()
            missing = await self._missing()
            self.job.charge(self._price(missing))
            await self._compute(missing)
            return await self._complete()
        except CallRefused as refused:
            if not isinstance(refused, SweepCancelled | SweepStopped):
                await self._record(Event.FAILED, refused.text)
            raise
        except Exception as error:
            log.error("INTERNAL: a defect of the server ended a sweep; report this traceback", exc_info=error)
            await self._record(Event.FAILED, Internal.text)
            raise

    async def _missing(self) -> list[int]:
        """The blocks that have to be computed: those that are not, and those whose bytes the summary lacks."""
        job = self.job
        self._known = await blocks_of(job.store, job.plan_id)
        missing = []
        for number in range(block_count(job.plan)):
            block = self._known.get(number)
            if block and await self._is_spooled(number, block):
                self._ready.add(number)
            else:
                missing.append(number)
        return missing

    async def _is_spooled(self, number: int, block: KnownBlock) -> bool:
        """Whether the bytes of a block are on disk, from the evidence if need be."""
        if await asyncio.to_thread(self._spool.has, number, block.address):
            return True
        body = await block_body(self.job.store, block.address)
        if body is None:
            return False
        await self._to_spool(number, body)
        return True

    async def _to_spool(self, number: int, body: bytes) -> str:
        """The address of bytes that are on disk now; a full disk is that of the database too."""
        with self.job.store.database.errors_translated():
            return await asyncio.to_thread(self._spool.add, number, body)

    def _price(self, missing: list[int]) -> int:
        """The part of the price that the missing rows are, rounded up."""
        rows = sum(len(rows_of_block(self.job.plan, number)) for number in missing)
        return -(-self._estimate.price * rows // self._estimate.rows)

    async def _compute(self, missing: list[int]) -> None:
        computing = asyncio.create_task(self._keep_each(missing))
        cancelled = asyncio.create_task(self._cancelled())
        try:
            await asyncio.wait([computing, cancelled], return_when=asyncio.FIRST_COMPLETED)
            if not computing.done():
                await cancelled
                raise SweepCancelled
            await computing
        finally:
            computing.cancel()
            cancelled.cancel()
            await asyncio.wait([computing, cancelled])

    async def _cancelled(self) -> None:
        """Returns once the sweep is cancelled, on whichever server."""
        while (await last_event(self.job.store, self.job.plan_id)).event != Event.CANCELLED.value:
            self._poked.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._poked.wait(), POLL_SECONDS)

    async def _keep_each(self, missing: list[int]) -> None:
        async with aclosing(compute(self._workers, missing, self._task_of)) as blocks:
            async for computed in blocks:
                await self._keep(computed)

    async def _task_of(self, number: int) -> BlockTask:
        return await task_of(self.job.store, self.job.plan, number)

    async def _keep(self, computed: Computed) -> None:
        """Stores a block once: one that is known must be the same again."""
        number, block = computed
        known = self._known.get(number)
        address = await self._to_spool(number, block.columns)
        if known and known != KnownBlock(address, block.root):
            raise Damaged(known.address)
        if not known:
            await self._store(number, address, block)
            self._known[number] = KnownBlock(address, block.root)
        self._ready.add(number)
        self._wake()

    async def _store(self, number: int, address: str, block: Block) -> None:
        job = self.job
        kept = job.plan.retention is Retention.ROWS
        documents = [Document(SWEEP_BLOCK, block.columns, address)] if kept else []
        swept = SweptBlock(job.plan_id, number, address, block.root)
        await job.store.append_to_sweep(PendingAppend(job.store.tenant, documents, block=swept))

    async def _complete(self) -> StoredDocument:
        """The document of the sweep, stored and logged; nothing of it is left on disk beside."""
        job = self.job
        document = await asyncio.to_thread(self._document)
        (stored,) = await job.store.append([document], actor=job.actor, on_behalf_of=job.on_behalf_of)
        await asyncio.to_thread(self._spool.remove)
        return stored

    def _document(self) -> Document:
        plan, blocks = self.job.plan, [self._known[number] for number in range(block_count(self.job.plan))]
        summary = summary_of(lambda name: self._spool.column(plan, len(blocks), name))
        sweep = Sweep(
            currency=self._estimate.currency,
            minor_digits=self._estimate.minor_digits,
            rows=plan.row_count,
            columns=COLUMNS,
            root=root([block.root for block in blocks]).hex(),
            blocks=tuple(block.address for block in blocks),
            **summary._asdict(),
        )
        return seal(sweep, plan=self.job.plan_id)

    async def _record(self, event: Event, detail: str = "") -> None:
        await self.job.store.append_to_sweep(
            PendingAppend(self.job.store.tenant, (), event=SweepEvent(self.job.plan_id, event.value, detail))
        )

    def _wake(self) -> None:
        """Everybody who waits for a change goes on, and waits for the next."""
        self._changed.set()
        self._changed = asyncio.Event()


def progress_of(plan: SweepPlan, done: set[int], state: State, failure: str = "") -> Progress:
    """How much of a plan so many of its blocks are."""
    rows = sum(len(rows_of_block(plan, number)) for number in done)
    return Progress(state, rows, plan.row_count, len(done), block_count(plan), failure)


async def task_of(store: TenantStore, plan: SweepPlan, number: int) -> BlockTask:
    """The task of a block, with its companies from the store."""
    places = companies_of_block(plan, number)
    companies = []
    async with aclosing(companies_at(store, plan.dataset_version_ids[places.start : places.stop])) as some:
        async for few in some:
            companies += few
    return await asyncio.to_thread(block_task, plan, companies, number)
