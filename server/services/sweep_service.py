"""The work of SweepService: a plan is checked and stored, computed block by block, and its rows are proven."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from seawall.engine import DatasetVersion, Fault, Reason, Refused, check
from seawall.engine.sweeps.block import block_count, rows_of_block
from seawall.engine.sweeps.figures import COLUMNS
from seawall.engine.sweeps.plan import SweepPlan
from seawall.engine.sweeps.results import Sweep
from seawall.engine.sweeps.rows import BLOCK_ROWS, Integers, columns_in, leaves_of, path, root
from seawall.engine.sweeps.scenarios import scenario_of
from seawall.v1 import sweep_service_pb2 as s

from ..documents.document import address_of, seal, unseal
from ..documents.kinds import SWEEP_PLAN
from ..refusals import NotFound, Trouble
from ..store.appends import Damaged, PendingAppend, StoredDocument, SweepEvent
from ..store.sweep_rows import Event, KnownBlock, block_body, blocks_of, last_event, sweeps_of
from ..sweeping.arrow import record_batch
from ..sweeping.dispatch import compute
from ..sweeping.estimate import Estimate, estimated
from ..sweeping.refusals import SweepIncomplete
from ..sweeping.run import Job, Progress, Run, State, progress_of, task_of
from . import sweep_answers as answers
from . import sweep_requests as requests
from .archive import Answer, Archive
from .computing import request_paths
from .paging import page
from .price import LIMIT, TooCostly, price_of
from .requests import template_conflicts

SIGN_SECONDS = 5.0  #: between two progresses where no block is done


def templates_with_assumptions(message: s.CreateSweepRequest) -> tuple[Fault, ...]:
    """A template and what it fills in exclude each other, even where that is neutral: which of them would count?"""
    plan, faults = message.plan, list[Fault]()
    stresses = [("plan.grid.base", plan.grid.base), ("plan.draws.base", plan.draws.base)]
    stresses += [(f"plan.scenarios[{place}].stress", each.stress) for place, each in enumerate(plan.scenarios)]
    for where, stress in stresses:
        if stress.HasField("template_name"):
            faults += template_conflicts(f"{where}.template_name", stress)
    return tuple(faults)


async def create_sweep(archive: Archive, request: requests.CreateSweep) -> Answer:
    """Stores a plan that its tenant can afford, or only says what it is and costs."""
    plan = await archive.documents.run(request.plan.settled)
    document = await archive.documents.run(seal, plan)
    estimate = await estimated(archive.store, plan, request.plan.dataset_version_ids, _price)
    archive.sweeps.meter.refuse_beyond(archive.store.tenant, estimate.price)
    await archive.store.refuse_beyond(estimate.stored_bytes)
    archive.sweeps.estimates.add(document.address, estimate)
    if request.validate_only:
        return answers.sweep_created(document, plan, estimate, None)
    stored = await archive.file(document)
    return answers.sweep_created(stored, plan, estimate, await archive.receipt(stored))


async def run_sweep(archive: Archive, request: requests.RunSweep) -> AsyncIterator[Answer]:
    """Computes what is missing, whoever watches, and streams how far it is."""
    stored = await _plan(archive, request.sweep_plan_id)
    done = await _complete(archive, stored.address)
    plan = await archive.documents.run(_opened, stored)
    if done is None:
        run = archive.sweeps.running(archive.store.tenant, stored.address) or await _started(archive, stored, plan)
        yield answers.progressed(stored.address, run.progress)
        while not run.is_over:
            await run.changed(SIGN_SECONDS)
            if not run.is_over:
                yield answers.progressed(stored.address, run.progress)
        done = await run.result()
    yield answers.progressed(stored.address, await _progress(archive, stored.address, plan, done))
    receipt = await archive.receipt(done)
    yield await archive.answer(answers.completed, stored.address, done, receipt)


async def get_sweep(archive: Archive, request: requests.GetSweep) -> bytes:
    """Reads a plan, where its sweep stands, and its summary."""
    stored = await _plan(archive, await archive.full_id(request.sweep_plan_id, "sweep_plan_id", SWEEP_PLAN))
    done = await _complete(archive, stored.address)
    plan = await archive.documents.run(_opened, stored)
    progress = await _progress(archive, stored.address, plan, done)
    return await archive.answer(answers.sweep, stored, progress, done)


async def list_sweeps(archive: Archive, request: requests.ListSweeps) -> bytes:
    """A page of sweeps, newest plan first."""
    plans, next_page_token = await page(archive.store, SWEEP_PLAN, request)
    done = await sweeps_of(archive.store, [stored.address for stored in plans])
    return await archive.answer(answers.sweeps, plans, done, next_page_token)


async def cancel_sweep(archive: Archive, request: requests.CancelSweep) -> s.CancelSweepResponse:
    """Stops a sweep that is not complete, on whichever server it runs."""
    stored = await _plan(archive, request.sweep_plan_id)
    plan = await archive.documents.run(_opened, stored)
    done = await _complete(archive, stored.address)
    if done is None:
        event = SweepEvent(stored.address, Event.CANCELLED.value)
        await archive.store.append_to_sweep(PendingAppend(archive.store.tenant, (), event=event))
        run = archive.sweeps.running(archive.store.tenant, stored.address)
        if run:
            run.look()
            await run.over()
        done = await _complete(archive, stored.address)
    return s.CancelSweepResponse(progress=answers.progress(await _progress(archive, stored.address, plan, done)))


async def read_sweep_rows(archive: Archive, request: requests.ReadSweepRows) -> AsyncIterator[Answer]:
    """Rows block by block, each as a record batch."""
    unknown = [(place, name) for place, name in enumerate(request.columns) if name not in COLUMNS]
    if unknown:
        raise Refused(
            Fault(f"columns[{place}]", Reason.UNKNOWN_REFERENCE, name, "a column in the summary of the sweep")
            for place, name in unknown
        )
    rows = await _rows(archive, request.sweep_plan_id)
    _refuse_beyond(rows.plan, "first_row", request.first_row)
    last = min(rows.plan.row_count, request.first_row + (request.most_rows or rows.plan.row_count))
    wanted = request.columns or COLUMNS
    for number in range(request.first_row // BLOCK_ROWS, -(-last // BLOCK_ROWS)):
        body = await rows.body(number)
        yield await archive.documents.run(_batch, rows.plan, number, body, request.first_row, last, wanted)


async def get_sweep_row(archive: Archive, request: requests.GetSweepRow) -> bytes:
    """A row, and all that proves it."""
    rows = await _rows(archive, request.sweep_plan_id)
    _refuse_beyond(rows.plan, "row", request.row)
    scenario = scenario_of(rows.plan, request.row)
    body = await rows.body(request.row // BLOCK_ROWS)
    stored = await archive.dataset_version(scenario.dataset_version_id)
    company: DatasetVersion = (await archive.documents.run(unseal, stored.body)).value
    day = rows.plan.analysis_date or company.as_of_date
    answer = await archive.documents.run(
        partial(_proven_row, rows.done, request.row, body, [block.root for block in rows.blocks], scenario, str(day))
    )
    if answer.figures[0].entry:
        answer.refusals.extend(
            map(answers.refusal, await archive.engine.threads.run(_refusals, scenario, company, day))
        )
    answer.receipt.CopyFrom(await archive.receipt_of(rows.done.address))
    return answer.SerializeToString()


def _price(company: DatasetVersion, plan: SweepPlan) -> int:
    """Of one row. Raises `TooCostly` where an execution of the company would be."""
    price = price_of(company, plan.horizon_months, plan.analysis_date or company.as_of_date)
    if price > LIMIT:
        raise TooCostly(price)
    return price


def _opened(stored: StoredDocument) -> SweepPlan:
    plan: SweepPlan = unseal(stored.body).value
    return plan


async def _plan(archive: Archive, address: str) -> StoredDocument:
    stored = await archive.store.get(address, SWEEP_PLAN.names)
    if stored is None:
        raise NotFound(Trouble.SWEEP_NOT_FOUND, "sweep plan", address)
    return stored


async def _complete(archive: Archive, plan_id: str) -> StoredDocument | None:
    """The sweep of a plan, None while rows are missing."""
    done = await sweeps_of(archive.store, [plan_id])
    return await archive.store.get(done[plan_id]) if done else None


async def _progress(archive: Archive, plan_id: str, plan: SweepPlan, done: StoredDocument | None) -> Progress:
    """Where a sweep stands, as this server knows it."""
    if done:
        return progress_of(plan, set(range(block_count(plan))), State.COMPLETE)
    run = archive.sweeps.running(archive.store.tenant, plan_id)
    if run:
        return run.progress
    event, detail = await last_event(archive.store, plan_id)
    state = {Event.CANCELLED.value: State.CANCELLED, Event.FAILED.value: State.FAILED}.get(event, State.CREATED)
    return progress_of(plan, set(await blocks_of(archive.store, plan_id)), state, detail)


async def _started(archive: Archive, stored: StoredDocument, plan: SweepPlan) -> Run:
    async def estimate() -> Estimate:
        known = archive.sweeps.estimates.get(stored.address)
        return known or await estimated(archive.store, plan, plan.dataset_version_ids, _price)

    return archive.sweeps.start(
        Job(
            store=archive.store,
            plan_id=stored.address,
            plan=plan,
            estimate=estimate,
            actor=archive.caller.actor,
            on_behalf_of=archive.caller.on_behalf_of,
            charge=archive.payer.charge,
        )
    )


def _refuse_beyond(plan: SweepPlan, field: str, row: int) -> None:
    if row >= plan.row_count:
        allowed = f"0 to {plan.row_count - 1}, the rows of the sweep"
        raise Refused([Fault(field, Reason.OUT_OF_RANGE, str(row), allowed)])


class _Rows:
    """The rows of a complete sweep."""

    def __init__(self, archive: Archive, plan: SweepPlan, done: StoredDocument, blocks: Sequence[KnownBlock]) -> None:
        self._archive = archive
        self.plan, self.done, self.blocks = plan, done, blocks

    async def body(self, number: int) -> bytes:
        """The bytes of a block: kept, or computed again. Raises `Damaged` where they are not those of the sweep."""
        address = self.blocks[number].address
        body = await block_body(self._archive.store, address)
        return body if body is not None else await self._computed(number, address)

    async def _computed(self, number: int, address: str) -> bytes:
        task = await task_of(self._archive.store, self.plan, number)

        async def charged_task(_: int) -> Any:
            return task

        price = await self._archive.documents.run(lambda: max(_price(company, self.plan) for company in task.companies))
        self._archive.payer.charge(price * task.rows)
        async with aclosing(compute(self._archive.sweeps.workers, [number], charged_task)) as blocks:
            async for computed in blocks:
                if await self._archive.documents.run(address_of, computed.block.columns) != address:
                    raise Damaged(self.done.address)
                return computed.block.columns
        raise AssertionError("a block is computed, or refused")


async def _rows(archive: Archive, plan_id: str) -> _Rows:
    """The rows of a sweep. Raises `SweepIncomplete` unless all are computed, `Damaged` where blocks are not its own."""
    stored = await _plan(archive, plan_id)
    plan = await archive.documents.run(_opened, stored)
    done = await _complete(archive, plan_id)
    if done is None:
        raise SweepIncomplete(plan_id, (await _progress(archive, plan_id, plan, None)).state.name)
    known = await blocks_of(archive.store, plan_id)
    blocks = [known[number] for number in sorted(known)]
    if not await archive.documents.run(_is_over, done, blocks):
        raise Damaged(done.address)
    return _Rows(archive, plan, done, blocks)


def _is_over(done: StoredDocument, blocks: Sequence[KnownBlock]) -> bool:
    """Whether a sweep is over exactly these blocks."""
    sweep: Sweep = unseal(done.body).value
    over = tuple(block.address for block in blocks), root([block.root for block in blocks]).hex()
    return over == (sweep.blocks, sweep.root)


def _batch(plan: SweepPlan, number: int, body: bytes, first: int, last: int, wanted: Sequence[str]) -> bytes:
    """The rows of a block that are asked for, as a message."""
    rows = rows_of_block(plan, number)
    start, stop = max(rows.start, first), min(rows.stop, last)
    columns: Integers = columns_in(body)[:, start - rows.start : stop - rows.start]
    batch = record_batch(plan, start, columns, wanted)
    return s.ReadSweepRowsResponse(first_row=start, rows=stop - start, record_batch=batch).SerializeToString()


def _proven_row(
    done: StoredDocument, row: int, body: bytes, roots: Sequence[bytes], scenario: Any, day: str
) -> s.GetSweepRowResponse:
    number, place = divmod(row, BLOCK_ROWS)
    entries = columns_in(body)[:, place].tolist()
    beside = [*path(leaves_of(body), place), *path(roots, number)]
    return answers.row(done, row, entries, beside, scenario, day)


def _refusals(scenario: Any, company: DatasetVersion, day: Any) -> tuple[Fault, ...]:
    """Why a scenario cannot be executed on a company."""
    try:
        with request_paths("analysis_date"):
            check(scenario, company, day)
    except Refused as refused:
        return refused.faults
    return ()
