"""Sweeps on a real server: what a plan says before it runs, what a run leaves, and what proves a row."""

import asyncio
import io
import threading
from dataclasses import replace
from typing import Any
from uuid import uuid4

import grpc
import polars
import pyarrow
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, QuotaFailure

from seawall.clients import verify
from seawall.engine.sweeps.figures import COLUMNS, ROW_BYTES
from seawall.server.sweeping.executors import start
from seawall.server.sweeping.refusals import WorkersLost
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from seawall.v1 import sweep_pb2 as w
from seawall.v1 import sweep_service_pb2 as q
from tests.companies import company
from tests.places import run
from tests.server.running import detail, executed, registered, running
from tests.server.sweeping import SALES, created, lost, plan, small_blocks, state_of, swept, threads

NOBODY = "sha256:" + "0123456789abcdef" * 4


@pytest.fixture
def blocks(monkeypatch):
    """Blocks of four rows, computed by threads."""
    small_blocks(monkeypatch)
    return threads(monkeypatch)


@pytest.fixture
async def sqlite_server(sqlite_place):
    async with running(sqlite_place.database, sqlite_place.files) as started:
        yield started


async def companies(server, count=2):
    return [await registered(server, company(company_name=f"Borrower {number}")) for number in range(count)]


async def findings(server, recompute=False):
    request = v.VerifyEvidenceRequest(recompute=recompute)
    events = [event async for event in server.evidence.VerifyEvidence(request)]
    return [event.finding for event in events if event.HasField("finding")], events[-1].result


async def test_a_plan_says_what_it_is_before_anything_runs(sqlite_server):
    server = sqlite_server
    ids = await companies(server)
    request = q.CreateSweepRequest(plan=plan(ids), validate_only=True)
    checked = await server.sweeps.CreateSweep(request)
    assert not checked.created
    assert not checked.HasField("recorded_at")
    estimate = checked.estimate
    assert (estimate.rows, estimate.scenarios, estimate.companies, estimate.blocks) == (12, 6, 2, 1)
    assert (estimate.refused_rows, estimate.stored_bytes) == (0, 12 * ROW_BYTES)
    assert estimate.price > 0
    assert checked.retention == w.RETENTION_ROWS
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.sweeps.GetSweep(q.GetSweepRequest(sweep_plan_id=checked.sweep_plan_id))
    assert detail(refused.value, ErrorInfo).reason == "SWEEP_NOT_FOUND"

    first = await created(server.sweeps, ids)
    assert (first.created, first.sweep_plan_id, first.estimate) == (True, checked.sweep_plan_id, estimate)
    backwards = [w.SweepAxis(assumption=SALES.assumption, values=SALES.values[::-1])]
    again = await created(server.sweeps, ids[::-1], grid=w.SweepGrid(axes=[*plan(ids).grid.axes[1:], *backwards]))
    assert (again.created, again.sweep_plan_id) == (False, first.sweep_plan_id)
    assert verify.check_receipt(first.receipt.tlog_proof, await keys(server)).record["action"] == "sweep_planned"


async def keys(server):
    return list((await server.evidence.GetCheckpoint(v.GetCheckpointRequest())).verifier_keys)


async def test_a_company_that_refuses_every_scenario_is_rows_that_say_so(sqlite_server, blocks):
    server = sqlite_server
    late = {"analysis_date": "2031-01-01"}  # after the maturity of its loan
    ids = [await registered(server)]
    made = await created(server.sweeps, ids, **late)
    assert (made.estimate.refused_rows, made.estimate.refused_companies) == (6, 1)
    *_, last = await swept(server.sweeps, made.sweep_plan_id)
    assert last.completed.summary.refused == 6
    assert [(each.reason, each.rows) for each in last.completed.summary.refusals] == [("MATURED", 6)]
    row = await server.sweeps.GetSweepRow(q.GetSweepRowRequest(sweep_plan_id=made.sweep_plan_id, row=5))
    assert row.figures[0].text == "MATURED"
    assert {figure.text for figure in row.figures[1:]} == {""}
    assert (row.refusals[0].field, row.refusals[0].reason) == ("analysis_date", "MATURED")


async def test_rows_are_those_of_executions_and_are_proven_offline(server, blocks, tmp_path):
    ids = await companies(server)
    made = await created(server.sweeps, ids)
    *progress, last = await swept(server.sweeps, made.sweep_plan_id)
    assert [event.WhichOneof("event") for event in progress] == ["progress"] * len(progress)
    done = last.completed
    assert done.created
    assert (done.summary.rows, done.summary.currency, done.summary.refused) == (12, "USD", 0)
    assert list(done.summary.columns) == list(COLUMNS)
    stored = await server.sweeps.GetSweep(q.GetSweepRequest(sweep_plan_id=made.sweep_plan_id[:15]))
    assert (stored.sweep_id, stored.summary) == (done.sweep_id, done.summary)
    assert list(stored.plan.dataset_version_ids) == sorted(ids)
    assert await state_of(server.sweeps, made.sweep_plan_id) == ("COMPLETE", 3)

    row = await server.sweeps.GetSweepRow(q.GetSweepRowRequest(sweep_plan_id=made.sweep_plan_id, row=7))
    scenario = await server.stress.CreateScenario(s.CreateScenarioRequest(scenario=row.scenario))
    *_, end = await executed(server, scenario.scenario_id, row.dataset_version_id)
    figures = {figure.name: figure.entry for figure in row.figures}
    metrics = end.completed.metrics
    assert figures["totals.ebitda_minor"] == metrics.totals.ebitda_minor
    assert figures["lowest_liquidity_minor"] == metrics.lowest_liquidity_minor
    assert figures["wall.total_minor"] == metrics.wall.total_minor

    document = await server.evidence.GetEvidence(v.GetEvidenceRequest(address=row.sweep_id))
    shown = verify.check_row(row.leaf, row.row, row.path, document.body, row.receipt.tlog_proof, await keys(server))
    assert shown["totals.ebitda_minor"] == metrics.totals.ebitda_minor
    with pytest.raises(verify.Wrong, match="row 6"):
        verify.check_row(row.leaf, 6, row.path, document.body, row.receipt.tlog_proof, await keys(server))
    changed = row.leaf[:-1] + bytes([row.leaf[-1] ^ 1])
    with pytest.raises(verify.Wrong, match="row 7"):
        verify.check_row(changed, 7, row.path, document.body, row.receipt.tlog_proof, await keys(server))

    listed = await server.sweeps.ListSweeps(q.ListSweepsRequest())
    assert [(entry.sweep_plan_id, entry.sweep_id, entry.companies, entry.scenarios) for entry in listed.sweeps] == [
        (made.sweep_plan_id, done.sweep_id, 2, 6)
    ]
    faults, result = await findings(server, recompute=True)
    assert (faults, result.intact) == ([], True)
    assert result.recomputed == 2  # the sweep and the execution


async def rows_of(service, plan_id, **options):
    """The record batches of some rows as one table."""
    batches, row = [], options.get("first_row", 0)
    async for event in service.ReadSweepRows(q.ReadSweepRowsRequest(sweep_plan_id=plan_id, **options)):
        assert event.first_row == row
        row += event.rows
        batches.append(pyarrow.ipc.open_stream(io.BytesIO(event.record_batch)).read_all())
        assert polars.read_ipc_stream(io.BytesIO(event.record_batch)).height == event.rows == batches[-1].num_rows
    return pyarrow.concat_tables(batches)


@pytest.mark.parametrize("retention", ["RETENTION_ROWS", "RETENTION_HASHES"])
async def test_rows_are_read_as_record_batches_whatever_is_kept(sqlite_server, blocks, retention):
    server = sqlite_server
    made = await created(server.sweeps, await companies(server), retention=retention)
    assert made.estimate.stored_bytes == (12 * ROW_BYTES if retention == "RETENTION_ROWS" else 0)
    *_, last = await swept(server.sweeps, made.sweep_plan_id)
    table = await rows_of(server.sweeps, made.sweep_plan_id)
    assert table.column("row").to_pylist() == list(range(12))
    assert table.column("company").to_pylist() == [0] * 6 + [1] * 6
    assert table.column("interest_rate_shift").to_pylist() == [0, 0, 0, 20_000_000, 20_000_000, 20_000_000] * 2
    ebitda = next(figure for figure in last.completed.summary.figures if figure.name == "totals.ebitda_minor")
    assert sum(table.column("totals.ebitda_minor").to_pylist()) == int(ebitda.total)
    part = await rows_of(
        server.sweeps, made.sweep_plan_id, first_row=3, most_rows=6, columns=["totals.ebitda_minor", "refusal"]
    )
    assert part.column_names[-2:] == ["refusal", "totals.ebitda_minor"]
    assert part.column("totals.ebitda_minor") == table.column("totals.ebitda_minor").slice(3, 6)
    row = await server.sweeps.GetSweepRow(q.GetSweepRowRequest(sweep_plan_id=made.sweep_plan_id, row=4))
    assert row.figures[2].entry == table.column("totals.ebitda_minor")[4].as_py()
    bytes_of_rows = run(
        server.database, ["SELECT coalesce(sum(length(body)), 0) FROM evidence WHERE kind = 'sweep_block.v1'"]
    )
    assert bytes_of_rows == [(made.estimate.stored_bytes,)]
    assert (await findings(server, recompute=True))[0] == []


async def test_what_is_kept_and_who_computes_change_no_row(sqlite_server, monkeypatch):
    server = sqlite_server
    ids = await companies(server, 3)
    roots = set()
    for retention, setting in (("RETENTION_ROWS", 2), ("RETENTION_HASHES", 1)):
        monkeypatch.setattr("seawall.server.sweeping.dispatch.IN_FLIGHT", setting)
        made = await created(server.sweeps, ids, retention=retention)
        *_, last = await swept(server.sweeps, made.sweep_plan_id)
        roots.add(last.completed.summary.root)
    small_blocks(monkeypatch)
    threads(monkeypatch)
    made = await created(server.sweeps, ids[::-1], name="desk of small blocks")
    *_, last = await swept(server.sweeps, made.sweep_plan_id)
    assert roots == {last.completed.summary.root}


async def test_a_caller_who_leaves_stops_nothing(sqlite_server, monkeypatch):
    server = sqlite_server
    small_blocks(monkeypatch)
    go_on = threading.Event()
    threads(monkeypatch, lambda block: go_on.wait(60) if block == 2 else None)
    made = await created(server.sweeps, await companies(server))
    call = server.sweeps.RunSweep(q.RunSweepRequest(sweep_plan_id=made.sweep_plan_id))
    async for event in call:
        if event.progress.blocks_done:
            break
    call.cancel()
    assert await state_of(server.sweeps, made.sweep_plan_id) == ("RUNNING", 1)
    go_on.set()
    *_, last = await swept(server.sweeps, made.sweep_plan_id)  # joins the run
    assert last.completed.summary.rows == 12
    assert actions(server) == ["registered", "registered", "sweep_planned", "swept"]


def actions(server):
    """What the log says, without what keys did."""
    records = run(server.database, ["SELECT body FROM records WHERE tenant = 'local' ORDER BY seq"])
    said = [bytes(body).split(b'"action":"')[1].split(b'"')[0].decode() for (body,) in records]
    return [action for action in said if action != "key_added"]


async def test_a_sweep_that_is_cancelled_goes_on_with_what_exists(server, monkeypatch):
    small_blocks(monkeypatch)
    go_on = threading.Event()
    executors = threads(monkeypatch, lambda block: go_on.wait(60) if block == 3 else None)
    made = await created(server.sweeps, await companies(server))
    call = server.sweeps.RunSweep(q.RunSweepRequest(sweep_plan_id=made.sweep_plan_id))
    async for event in call:
        if event.progress.blocks_done == 2:
            break
    answer = asyncio.create_task(
        awaited(server.sweeps.CancelSweep(q.CancelSweepRequest(sweep_plan_id=made.sweep_plan_id)))
    )
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        async for _ in call:
            pass
    assert (ended.value.code(), detail(ended.value, ErrorInfo).reason) == (grpc.StatusCode.ABORTED, "SWEEP_CANCELLED")
    assert (await answer).progress.state == w.SWEEP_STATE_CANCELLED
    assert await state_of(server.sweeps, made.sweep_plan_id) == ("CANCELLED", 2)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await rows_of(server.sweeps, made.sweep_plan_id)
    assert detail(refused.value, ErrorInfo).reason == "SWEEP_INCOMPLETE"
    assert (await findings(server))[0] == []
    go_on.set()
    events = await swept(server.sweeps, made.sweep_plan_id)
    assert events[-1].completed.created
    assert executors[0]._blocks == 4  # two, one that nobody waited for, and that one again
    cancelled = await server.sweeps.CancelSweep(q.CancelSweepRequest(sweep_plan_id=made.sweep_plan_id))
    assert cancelled.progress.state == w.SWEEP_STATE_COMPLETE


async def awaited(call):
    return await call


@pytest.mark.parametrize("retention", ["RETENTION_ROWS", "RETENTION_HASHES"])
async def test_a_server_that_stops_leaves_what_another_goes_on_with(place, monkeypatch, retention):
    small_blocks(monkeypatch)
    threads(monkeypatch)
    async with running(place.database, place.files) as server:
        ids = await companies(server)
        whole = await created(server.sweeps, ids, name="undisturbed", retention=retention)
        *_, expected = await swept(server.sweeps, whole.sweep_plan_id)
    go_on = threading.Event()
    threads(monkeypatch, lambda block: go_on.wait(60) if block == 3 else None)
    async with running(place.database, place.files) as server:
        made = await created(server.sweeps, ids, retention=retention)
        call = server.sweeps.RunSweep(q.RunSweepRequest(sweep_plan_id=made.sweep_plan_id))
        async for event in call:
            if event.progress.blocks_done == 2:
                break
    go_on.set()
    again = threads(monkeypatch)
    async with running(place.database, place.files) as server:
        assert await state_of(server.sweeps, made.sweep_plan_id) == ("CREATED", 2)
        *_, last = await swept(server.sweeps, made.sweep_plan_id)
        assert again[0]._blocks == 1
        assert last.completed.summary.root == expected.completed.summary.root
        assert actions(server) == ["registered"] * 2 + ["sweep_planned", "swept"] * 2
        assert (await findings(server, recompute=True))[0] == []
    assert not list(place.files.spools.iterdir())


async def test_a_lost_block_is_computed_again(sqlite_server, monkeypatch):
    server = sqlite_server
    small_blocks(monkeypatch)
    losses = iter((2, 4))

    def before(_block):
        if next(losses, 0):
            lost(0)

    executors = threads(monkeypatch, before)
    made = await created(server.sweeps, await companies(server))
    *_, last = await swept(server.sweeps, made.sweep_plan_id)
    assert last.completed.summary.rows == 12
    assert len(executors) > 1  # a loss starts others


async def test_a_block_that_is_lost_every_time_stops_the_sweep_and_what_is_done_is_kept(sqlite_server, monkeypatch):
    server = sqlite_server
    small_blocks(monkeypatch)
    done: list[int] = []

    def before(_block):
        if done:
            lost(0)
        done.append(1)

    monkeypatch.setattr("seawall.server.sweeping.dispatch.IN_FLIGHT", 1)
    executors = threads(monkeypatch, before)
    made = await created(server.sweeps, await companies(server))
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await swept(server.sweeps, made.sweep_plan_id)
    assert detail(ended.value, ErrorInfo).reason == "WORKERS_LOST"
    assert len(executors) == 4
    assert await state_of(server.sweeps, made.sweep_plan_id) == ("FAILED", 1)
    threads(monkeypatch)
    assert (await swept(server.sweeps, made.sweep_plan_id))[-1].completed.created


async def test_workers_of_another_release_are_refused(sqlite_server, blocks, monkeypatch):
    server = sqlite_server
    monkeypatch.setattr("seawall.engine.sweeps.block.MODEL", "month.v1")
    made = await created(server.sweeps, await companies(server))
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await swept(server.sweeps, made.sweep_plan_id)
    assert detail(ended.value, ErrorInfo).reason == "WORKERS_LOST"
    assert await state_of(server.sweeps, made.sweep_plan_id) == ("FAILED", 0)


def test_a_cluster_on_another_machine_needs_certificates_of_dask():
    with pytest.raises(WorkersLost, match=r"reached by TLS, and Dask's configuration names no certificate"):
        start("dask://192.0.2.1:8786")


BAD: dict[str, Any] = {
    "no rows": (lambda ids: {"dataset_version_ids": []}, [("plan.dataset_version_ids", "REQUIRED")]),
    "no scenarios": (lambda ids: {"grid": None}, [("plan.grid", "REQUIRED")]),
    "a dataset version twice": (
        lambda ids: {"dataset_version_ids": [ids[0], ids[1], ids[0]]},
        [("plan.dataset_version_ids[2]", "DUPLICATE")],
    ),
    "an unknown dataset version": (
        lambda ids: {"dataset_version_ids": [ids[0], NOBODY]},
        [("plan.dataset_version_ids[1]", "DATASET_VERSION_NOT_FOUND")],
    ),
    "an axis twice": (
        lambda ids: {"grid": w.SweepGrid(axes=[SALES, SALES])},
        [("plan.grid.axes[1].assumption", "DUPLICATE")],
    ),
    "a value out of range": (
        lambda ids: {"grid": w.SweepGrid(axes=[w.SweepAxis(assumption="refinanced_share", values=["0", "1.5"])])},
        [("plan.grid.axes[0].values[1]", "OUT_OF_RANGE")],
    ),
    "no such assumption": (
        lambda ids: {"grid": w.SweepGrid(axes=[w.SweepAxis(assumption="sales", values=["0"])])},
        [("plan.grid.axes[0].assumption", "UNKNOWN_REFERENCE")],
    ),
    "seven axes": (
        lambda ids: {"grid": w.SweepGrid(axes=[SALES] * 7)},
        [("plan.grid.axes", "WRONG_LENGTH")],
    ),
    "a table that falls": (
        lambda ids: {
            "grid": None,
            "draws": w.SweepDraws(
                seed="1", count=5, axes=[w.DrawnAxis(assumption="refinanced_share", quantiles=["0", "0.5", "0.4"])]
            ),
        },
        [("plan.draws.axes[0].quantiles[2]", "OUT_OF_RANGE")],
    ),
    "too many rows": (
        lambda ids: {
            "grid": w.SweepGrid(
                axes=[
                    w.SweepAxis(assumption=name, values=[str(number / 10_000) for number in range(9_000)])
                    for name in ("refinanced_share", "revenue_change_factor")
                ]
            )
        },
        [("plan", "OUT_OF_RANGE")],
    ),
    "a template and assumptions": (
        lambda ids: {
            "grid": w.SweepGrid(axes=[SALES], base=w.Stress(template_name="severe", course={"onset_months": 1}))
        },
        [("plan.grid.base.template_name", "CONFLICT")],
    ),
    "no such template": (
        lambda ids: {"grid": w.SweepGrid(axes=[SALES], base=w.Stress(template_name="worst"))},
        [("plan.grid.base.template_name", "UNKNOWN_REFERENCE")],
    ),
}


async def test_a_bad_plan_is_refused_with_every_field(sqlite_server):
    server = sqlite_server
    ids = await companies(server)
    before = run(server.database, ["SELECT count(*) FROM evidence"])
    for name, (changes, expected) in BAD.items():
        changed = changes(ids)
        request = plan(changed.pop("dataset_version_ids", ids), **changed)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await server.sweeps.CreateSweep(q.CreateSweepRequest(plan=request))
        violations = detail(refused.value, BadRequest).field_violations
        assert [(violation.field, violation.reason) for violation in violations] == expected, name
    assert run(server.database, ["SELECT count(*) FROM evidence"]) == before


async def test_companies_of_several_currencies_make_no_sweep(sqlite_server):
    ids = await companies(sqlite_server, 1)
    ids.append(await registered(sqlite_server, replace(company(), currency="EUR")))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await created(sqlite_server.sweeps, ids)
    (violation,) = detail(refused.value, BadRequest).field_violations
    assert (violation.field, violation.reason) == ("plan.dataset_version_ids[1]", "CONFLICT")
    assert "EUR with 2 digits" in violation.description


@pytest.mark.parametrize(
    ("quota", "limit"), [("operations_per_day", 100_000), ("stored_bytes", 7_000)], ids=["operations", "bytes"]
)
async def test_a_plan_beyond_a_quota_is_refused_before_it_runs(sqlite_place, tmp_path, quota, limit):
    file = tmp_path / "quotas.toml"
    file.write_text(f"{quota} = {limit}\n")
    async with running(sqlite_place.database, sqlite_place.files, quotas=file) as server:
        ids = await companies(server)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await created(server.sweeps, ids)
        assert detail(refused.value, ErrorInfo).metadata == {"quota": quota, "limit": str(limit)}
        assert detail(refused.value, QuotaFailure).violations[0].subject == quota
        small = await created(server.sweeps, ids[:1], grid=w.SweepGrid(axes=[SALES]))
        assert small.created


async def test_a_row_beyond_the_last_is_refused(sqlite_server, blocks):
    made = await created(sqlite_server.sweeps, await companies(sqlite_server, 1))
    await swept(sqlite_server.sweeps, made.sweep_plan_id)
    for request in (
        q.GetSweepRowRequest(sweep_plan_id=made.sweep_plan_id, row=6),
        q.ReadSweepRowsRequest(sweep_plan_id=made.sweep_plan_id, first_row=6),
        q.ReadSweepRowsRequest(sweep_plan_id=made.sweep_plan_id, columns=["row", "totals.ebitda_minor"]),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await answered(sqlite_server.sweeps, request)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def answered(service, request):
    """The last answer to a request."""
    call = getattr(service, type(request).__name__.removesuffix("Request"))(request)
    return [event async for event in call][-1] if isinstance(request, q.ReadSweepRowsRequest) else await call


async def test_the_same_request_id_gives_the_first_answer(sqlite_server):
    ids = await companies(sqlite_server, 1)
    request = q.CreateSweepRequest(plan=plan(ids), request_id=str(uuid4()))
    first, again = [await sqlite_server.sweeps.CreateSweep(request) for _ in range(2)]
    assert (first.sweep_plan_id, first.created) == (again.sweep_plan_id, again.created)
