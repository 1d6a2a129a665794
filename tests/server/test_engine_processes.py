"""Processes that compute for a server: the same answers and refusals, ended with their callers and with the server."""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager, closing
from pathlib import Path

import grpc
import pytest

from seawall.engine import Refused
from seawall.server.refusals import QuotaExceeded
from seawall.server.services.price import LIMIT, TooCostly
from seawall.server.sweeping.executors import start
from seawall.server.work import beside as module
from seawall.server.work.beside import NOBODY, EngineLost, Payer
from seawall.server.work.engine import MOST_WAITING, Engine
from seawall.server.work.engine_process import AT_ONCE
from seawall.server.work.pools import Overloaded
from tests.processes import IS_LISTED, children
from tests.server import engine_work as work
from tests.server.running import Running, executed, reason, running, with_an_execution
from tests.server.test_pools import until
from tests.server.test_process import SERVE


@asynccontextmanager
async def engine(monkeypatch, processes=1):
    monkeypatch.setattr(module, "START_SECONDS", 0)
    monkeypatch.setattr(module, "RESTART_SECONDS", 0)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # for the work of these tests
    made = Engine(processes, work.say)
    made.start()
    try:
        yield made
    finally:
        await made.close()


async def done(made, function, *args, payer=NOBODY):
    return await made.compute("", payer, function, *args)


async def ready(made):
    """The process that computes, once one does."""
    await until(lambda: all(process.is_ready for process in made._beside))
    return await done(made, work.process)


async def test_threads_compute_until_a_process_is_ready_and_none_is_left_at_the_end(monkeypatch):
    async with engine(monkeypatch) as made:
        assert await done(made, work.process) == os.getpid()
        process = await ready(made)
        assert await done(made, work.say) == "answered"
        assert await done(made, work.large, 10_000_000) == bytes(10_000_000)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


async def test_who_answers_comes_before_who_computes_and_a_call_before_a_sweep(monkeypatch):
    async with engine(monkeypatch) as made:
        server, computing = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, await ready(made)))
    sweeping = start("1")
    with closing(sweeping):
        worker = sweeping.executor.submit(os.getpriority, os.PRIO_PROCESS, 0).result()
    assert server < computing < worker


async def test_what_work_raises_reaches_its_caller_whole_and_the_process_goes_on(monkeypatch):
    async with engine(monkeypatch) as made:
        process = await ready(made)
        with pytest.raises(Refused) as refused:
            await done(made, work.refuse)
        with pytest.raises(Refused) as expected:
            work.refuse()
        assert refused.value.faults == expected.value.faults
        with pytest.raises(TooCostly) as costly:
            await done(made, work.cost_too_much)
        assert costly.value.metadata == {"price": "31000000", "limit": str(LIMIT)}
        assert costly.value.text == TooCostly(31_000_000).text
        with pytest.raises(ZeroDivisionError, match="a defect") as defect:
            await done(made, work.fail)
        assert "in fail" in defect.value.__notes__[0]  # the log of the server shows where
        with pytest.raises(TypeError, match="cannot be sent"):
            await done(made, work.unsendable)
        assert await done(made, work.process) == process


async def test_charges_are_counted_by_the_server_and_refused_there(monkeypatch):
    charged: list[int] = []

    def charge(operations):
        if sum(charged) + operations > 10:
            raise QuotaExceeded("operations_per_day", 10, 60)
        charged.append(operations)

    async with engine(monkeypatch) as made:
        await ready(made)
        payer = Payer(charge, is_metered=True)
        assert await done(made, work.charge, 4, 5, payer=payer) == 2
        with pytest.raises(QuotaExceeded) as refused:
            await done(made, work.charge, 1, 1, payer=payer)
        assert charged == [4, 5, 1]
        assert (refused.value.cause, refused.value.retry_seconds) == ("operations_per_day", 60)
        assert await done(made, work.charge, 100) == 1  # nobody pays


async def test_work_ends_with_its_caller_and_leaves_its_place(monkeypatch, tmp_path):
    async with engine(monkeypatch) as made:
        await ready(made)
        names = [f"job {number}" for number in range(AT_ONCE + 2)]
        callers = [asyncio.create_task(done(made, work.wait, tmp_path, name)) for name in names]
        await until(lambda: all((tmp_path / f"{name} began").exists() for name in names[:AT_ONCE]))
        for caller in callers:
            caller.cancel()
        await asyncio.wait(callers)
        await until(lambda: all((tmp_path / f"{name} stopped").exists() for name in names[:AT_ONCE]))
        assert await done(made, work.say) == "answered"
        assert not (tmp_path / f"{names[-1]} began").exists()  # those that waited were never begun


async def test_calls_wait_in_their_order_and_one_too_many_is_refused(monkeypatch, tmp_path):
    async with engine(monkeypatch) as made:
        await ready(made)
        ended: list[str] = []

        async def call(name):
            ended.append(await done(made, work.wait, tmp_path, name))

        names = [f"job {number}" for number in range(AT_ONCE + MOST_WAITING)]
        callers = [asyncio.create_task(call(name)) for name in names]
        await until(lambda: made.waiting() == MOST_WAITING)
        with pytest.raises(Overloaded):
            await done(made, work.say)
        for name in names:
            (tmp_path / name).touch()
        await asyncio.gather(*callers)
        assert sorted(ended[AT_ONCE:], key=names.index)[: -AT_ONCE or None] == [*names[AT_ONCE:-AT_ONCE]]


async def test_who_waits_is_served_where_the_process_that_computed_ends(monkeypatch, tmp_path):
    async with engine(monkeypatch) as made:
        process = await ready(made)
        running_now = [asyncio.create_task(done(made, work.wait, tmp_path, "for ever")) for _ in range(AT_ONCE - 1)]
        ending = asyncio.create_task(done(made, work.wait, tmp_path, "for ever"))
        await until(lambda: (tmp_path / "for ever began").exists())
        waiting = [asyncio.create_task(done(made, work.say)) for _ in range(3)]
        await until(lambda: made.waiting() == 3)
        os.kill(process, signal.SIGKILL)
        for call in (*running_now, ending):
            with pytest.raises(EngineLost):
                await call
        assert await asyncio.gather(*waiting) == ["answered"] * 3
        assert await ready(made) != process


async def test_a_process_that_ends_by_itself_is_lost_to_its_caller_alone(monkeypatch):
    async with engine(monkeypatch, processes=2) as made:
        await ready(made)
        with pytest.raises(EngineLost) as lost:
            await done(made, work.end)
        assert (lost.value.reason.name, lost.value.retry_seconds) == ("OVERLOADED", 1)
        assert await done(made, work.say) == "answered"


@pytest.mark.skipif(not IS_LISTED, reason="looks for processes where Linux lists them")
async def test_a_server_gives_the_same_bytes_whoever_computes_and_takes_its_processes_with_it(tmp_path):
    async with running(tmp_path / "threads.db") as threads:
        known = await with_an_execution(threads)
        expected = await executed(threads, known.scenario_id, known.dataset_version_id)
    arguments = (*SERVE, "--database", str(tmp_path / "beside.db"), "--address", "127.0.0.1:0")
    process = await asyncio.create_subprocess_exec(*arguments, "--engine-processes", "1", stdout=PIPE, stderr=PIPE)
    assert process.stdout
    assert process.stderr
    try:
        address = (await process.stdout.readline()).decode().split()[-1]
        while b"an engine process is ready" not in await asyncio.wait_for(process.stderr.readline(), 60):
            pass
        (child,) = children(process.pid)
        async with grpc.aio.insecure_channel(address) as channel:
            beside = Running(address, tmp_path / "beside.db", channel)
            assert await with_an_execution(beside) == known
            events = await executed(beside, known.scenario_id, known.dataset_version_id)
            assert periods(events) == periods(expected)
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await executed(beside, known.dataset_version_id, known.dataset_version_id)
            assert reason(refused.value) == "SCENARIO_NOT_FOUND"
    finally:
        process.kill()
        await process.wait()
    await until(lambda: not Path(f"/proc/{child}").exists())


def periods(events):
    return [event.SerializeToString() for event in events if event.HasField("periods")]
