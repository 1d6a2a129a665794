"""Work that leaves the event loop: bounded, apart from the store, and ended with its caller."""

import asyncio
import sys
import threading
import time
from contextlib import closing
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc

from seawall.server.services import admission, computing
from seawall.server.work import pools
from seawall.server.work.job import pause
from seawall.server.work.pools import Overloaded, Pool
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from tests.companies import AS_OF, company
from tests.server.running import Known, Running, created, detail, executed, reason, registered, with_an_execution
from tests.server.test_process import SERVING


@pytest.fixture
def pool():
    with closing(Pool("test", threads=1, most_waiting=2)) as made:
        yield made


class Gate:
    """Work that goes on until it is let go, and counts how many began and how many still run."""

    def __init__(self):
        self.opened, self.begun, self.running = threading.Event(), 0, 0

    def __call__(self, *_, **__):
        self.begun += 1
        self.running += 1
        try:
            while not self.opened.wait(0.01):
                pause()
        finally:
            self.running -= 1
        return self.begun


async def until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(0.01)


async def test_a_pool_refuses_what_its_queue_does_not_hold_and_serves_the_rest_in_order(pool):
    gate = Gate()
    running = asyncio.create_task(pool.run(gate))
    await until(lambda: gate.running == 1)
    waiting = [asyncio.create_task(pool.run(gate)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await pool.run(gate)
    gate.opened.set()
    assert await asyncio.gather(running, *waiting) == [1, 2, 3]


async def test_work_that_fails_fails_its_caller_and_leaves_the_thread_for_the_next(pool):
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 // 0)
    assert await pool.run(lambda: 1) == 1


async def test_work_ends_with_its_caller_whether_it_runs_or_waits(pool):
    gate = Gate()
    callers = [asyncio.create_task(pool.run(gate)) for _ in range(3)]
    await until(lambda: gate.running == 1)
    # Those that wait first: else the thread, once it is free, may begin one before its caller has gone. The loop is
    # held meanwhile, as by a busy machine, so that none has taken its work out of the queue.
    for caller in reversed(callers):
        caller.cancel()
    time.sleep(0.05)  # noqa: ASYNC251
    await asyncio.wait(callers)
    await until(lambda: gate.running == 0)
    assert await pool.run(lambda: gate.begun) == 1  # those that waited were never begun


def test_outside_a_pool_nobody_pauses_work():
    pause()


@pytest.fixture
async def known(server):
    dataset_version_id = await registered(server)
    return Known(dataset_version_id, await created(server, dataset_version_id), "")


@pytest.fixture
def gate(monkeypatch):
    """The engine, busy until the gate opens."""
    made = Gate()
    monkeypatch.setattr(computing, "execute", made)
    yield made
    made.opened.set()


def executions(server, known, number, deadline=None):
    """That many calls at once, each of another day, so that none is stored; gives them with their first reads."""
    source = {"scenario_id": known.scenario_id, "dataset_version_id": known.dataset_version_id}
    days = [f"2026-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(number)]
    requests = [s.ExecuteRequest(scenario=s.ScenarioSource(**source, analysis_date=day)) for day in days]
    calls = [server.stress.Execute(request, timeout=deadline) for request in requests]
    return calls, [asyncio.create_task(call.read()) for call in calls]


async def test_a_busy_engine_keeps_neither_the_store_nor_health_waiting_and_refuses_what_its_queue_does_not_hold(
    server, known, gate
):
    calls, reads = executions(server, known, pools.ENGINE_THREADS + pools.ENGINE_WAITING + 1)
    (refused,), waiting = await asyncio.wait(reads, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    refusal = refused.exception()
    assert isinstance(refusal, grpc.aio.AioRpcError)
    assert (refusal.code(), reason(refusal)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
    assert detail(refusal, RetryInfo).retry_delay.seconds == 1

    health: Any = health_pb2_grpc.HealthStub(server.channel)
    checked = await asyncio.wait_for(health.Check(health_pb2.HealthCheckRequest()), 10)
    assert checked.status == SERVING
    assert await asyncio.wait_for(registered(server, company(company_name="Another")), 10)
    assert gate.begun == gate.running == pools.ENGINE_THREADS
    for call in calls:
        call.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_is_stored_is_read_while_the_engine_is_busy(server, known, gate, monkeypatch):
    monkeypatch.undo()
    (first, *_) = await executed(server, known.scenario_id, known.dataset_version_id)
    monkeypatch.setattr(computing, "execute", gate)
    calls, reads = executions(server, known, pools.ENGINE_THREADS + pools.ENGINE_WAITING)
    await until(lambda: gate.begun == pools.ENGINE_THREADS)
    again = server.stress.Execute(s.ExecuteRequest(execution_id=first.execution_id))
    assert (await asyncio.wait_for(again.read(), 10)).execution_id == first.execution_id
    for call in (*calls, again):
        call.cancel()
    await asyncio.gather(*reads, return_exceptions=True)


async def test_a_verification_waits_for_the_engine_and_stops_with_its_caller(server, monkeypatch):
    known = await with_an_execution(server)
    gate, days = Gate(), []

    def begin(scenario, borrower, day, **_):
        days.append(day)
        return gate()

    monkeypatch.setattr(computing, "execute", begin)
    calls, reads = executions(server, known, pools.ENGINE_THREADS + pools.ENGINE_WAITING)
    await until(lambda: gate.begun == pools.ENGINE_THREADS)
    verification = server.evidence.VerifyEvidence(v.VerifyEvidenceRequest(recompute=True))
    while (await verification.read()).progress.checked < 6:
        pass
    assert AS_OF not in days
    for call in calls:
        call.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    await until(lambda: AS_OF in days)  # the day of what it computes again
    verification.cancel()
    await until(lambda: gate.running == 0)
    gate.opened.set()


@pytest.mark.parametrize("deadline", [None, 5.0])
async def test_fourteen_abandoned_calls_leave_nothing_behind(server, known, gate, deadline):
    calls, reads = executions(server, known, 14, deadline)
    await until(lambda: gate.begun >= pools.ENGINE_THREADS)
    if deadline is None:
        for call in calls:
            call.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    await until(lambda: gate.running == 0)
    gate.opened.set()
    _, (read,) = executions(server, known, 1)
    await asyncio.gather(read, return_exceptions=True)  # the next one finds free threads
    assert gate.begun < 14  # deadlines pass a little apart, so that a few more than two may have begun


async def test_a_stream_counts_until_its_caller_has_gone(server, known, gate, monkeypatch):
    monkeypatch.setattr(admission, "MOST", {**admission.MOST, "streams": 2})
    calls, reads = executions(server, known, 3)
    (refused,), _ = await asyncio.wait(reads, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    assert reason(refused.exception()) == "OVERLOADED"
    for call in calls:
        call.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    await until(lambda: gate.running == 0)
    gate.opened.set()
    for _ in range(200):  # the server hears a little later that they have gone
        _, (read,) = executions(server, known, 1)
        await asyncio.wait((read,))
        if reason(read.exception()) != "OVERLOADED":
            break
        await asyncio.sleep(0.05)
    assert reason(read.exception()) == "INTERNAL"  # of the engine that is none: it was let in


HANGS = """
import asyncio, sys, time
from seawall.server import run, stopping
from seawall.server.__main__ import main
from seawall.server.services import computing
from seawall.server.store.store import Store

stopping.GRACE_SECONDS = run.GRACE_SECONDS = 0.5
stopping.CLOSING_SECONDS = 1.5

def forever(*_, **__):
    while True:
        time.sleep(0.01)

async def hanging_disk(store):
    await asyncio.to_thread(forever)

computing.execute = forever
if sys.argv.pop(1) == "disk":
    Store.close = hanging_disk
sys.exit(main())
"""


@pytest.mark.parametrize(("hanging", "code"), [("engine", 0), ("disk", 1)])
async def test_a_signal_ends_the_process_in_time_whatever_its_threads_do(tmp_path, hanging, code):
    database = tmp_path / "seawall.db"
    arguments = (hanging, "serve", "--database", str(database), "--address", "127.0.0.1:0")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HANGS, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        address = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().split()[-1]
        async with grpc.aio.insecure_channel(address) as channel:
            server = Running(address, database, channel)
            dataset_version_id = await registered(server)
            known = Known(dataset_version_id, await created(server, dataset_version_id), "")
            _, reads = executions(server, known, 3)
            await asyncio.wait(reads, timeout=0.5)
            process.terminate()
            assert await asyncio.wait_for(process.wait(), 20) == code
            await asyncio.gather(*reads, return_exceptions=True)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
