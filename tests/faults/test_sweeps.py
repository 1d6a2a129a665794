"""Sweeps whose workers and servers are killed: the same root on 1, 2 and 8 processes and on a Dask cluster.

Each of these starts several servers with processes of their own: `make faults` has them.
"""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest

from seawall.v1 import sweep_pb2 as w
from seawall.v1 import sweep_service_pb2 as q
from tests.companies import company
from tests.faults.scale import LONG, luck
from tests.faults.servers import started
from tests.log.stores import verified
from tests.server.running import Running, registered
from tests.server.sweeping import plan, small_blocks, state_of, swept

pytestmark = pytest.mark.skipif(not LONG, reason="runs with SEAWALL_FAULTS=long: many processes")

BLOCKS = 60  #: of 16 rows
SALES = [f"0.{number:03}1" for number in range(BLOCKS * 16 // 3)]
GRID = w.SweepGrid(axes=[w.SweepAxis(assumption="revenue_change_factor", values=SALES)])


@pytest.fixture(autouse=True)
def cut_small(monkeypatch):
    """Servers that cut sweeps into small blocks, and the verification in this process too."""
    small_blocks(monkeypatch, 16)
    command = (sys.executable, "-m", "tests.faults.small_blocks", "serve", "--address")
    monkeypatch.setattr("tests.faults.servers.SERVE", command)


@asynccontextmanager
async def server(place, *options):
    """A server process with its channel."""
    async with (
        started(place, "127.0.0.1:0", *options) as (process, address),
        grpc.aio.insecure_channel(address) as channel,
    ):
        yield process, Running(address, place.database, channel)


async def planned(running, name):
    """Three companies, each under a third of the rows."""
    ids = [await registered(running, company(company_name=f"Borrower {number}")) for number in range(3)]
    request = q.CreateSweepRequest(plan=plan(ids, name=name, grid=GRID))
    return (await running.sweeps.CreateSweep(request)).sweep_plan_id


async def root_of(running, plan_id):
    return (await swept(running.sweeps, plan_id))[-1].completed.summary.root


def children_of(process):
    """The processes that a server has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    workers = [int(child) for child in children]
    return [child for child in workers if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


async def test_any_number_of_processes_gives_one_root(sqlite_place, say):
    roots = {}
    for workers in ("1", "2", "8"):
        async with server(sqlite_place, "--workers", workers) as (_, running):
            roots[workers] = await root_of(running, await planned(running, f"on {workers}"))
    assert len(set(roots.values())) == 1
    say(f"960 rows on 1, 2 and 8 processes: root {roots['1'][:16]}")


async def test_killed_workers_and_killed_servers_change_no_root_and_log_nothing_twice(sqlite_place, say):
    async with server(sqlite_place, "--workers", "2") as (_, running):
        expected = await root_of(running, await planned(running, "undisturbed"))
        plan_id = await planned(running, "killed")
    kills = 0
    for blocks in (BLOCKS // 3, 2 * BLOCKS // 3):
        async with server(sqlite_place, "--workers", "2") as (process, running):
            call = running.sweeps.RunSweep(q.RunSweepRequest(sweep_plan_id=plan_id))
            async for event in call:
                if event.progress.blocks_done > 5 and not kills:
                    await asyncio.sleep(luck().random() / 10)
                    victims = children_of(process)
                    assert victims
                    os.kill(victims[0], signal.SIGKILL)
                    kills += 1
                if event.progress.blocks_done >= blocks:
                    break
            process.kill()
    async with server(sqlite_place, "--workers", "2") as (_, running):
        _, done = await state_of(running.sweeps, plan_id)
        assert 2 * BLOCKS // 3 <= done < BLOCKS
        assert await root_of(running, plan_id) == expected
    findings, _ = await verified(sqlite_place, sqlite_place.checkpoint.read_text())
    assert findings == []
    records = [bytes(body) for (body,) in sqlite_place.rows("SELECT body FROM records WHERE tenant = 'local'")]
    assert sum(b'"action":"swept"' in body for body in records) == 2
    say(f"{kills} worker and 2 servers killed, the same root {expected[:16]}")


@asynccontextmanager
async def cluster():
    """A scheduler and two workers of Dask, as processes; gives the address and the workers."""
    python = (sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--no-dashboard")
    scheduler = await asyncio.create_subprocess_exec(*python, "--port", "0", stderr=asyncio.subprocess.PIPE)
    workers = []
    try:
        assert scheduler.stderr is not None
        while b"Scheduler at:" not in (line := await asyncio.wait_for(scheduler.stderr.readline(), 60)):
            assert line
        port = line.decode().rsplit(":", 1)[1].strip()
        for _ in range(2):
            command = (sys.executable, "-m", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}")
            options = ("--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny")
            workers.append(await asyncio.create_subprocess_exec(*command, *options, stderr=asyncio.subprocess.DEVNULL))
        await asyncio.sleep(5)
        yield f"dask://127.0.0.1:{port}", workers
    finally:
        for process in (*workers, scheduler):
            if process.returncode is None:
                process.kill()
            await process.wait()


async def test_a_cluster_gives_the_same_root_with_a_worker_killed_in_mid_run(sqlite_place, say):
    async with server(sqlite_place, "--workers", "1") as (_, running):
        expected = await root_of(running, await planned(running, "on one process"))
    async with cluster() as (address, workers), server(sqlite_place, "--workers", address) as (_, running):
        plan_id = await planned(running, "on a cluster")
        async for event in running.sweeps.RunSweep(q.RunSweepRequest(sweep_plan_id=plan_id)):
            if event.progress.blocks_done == BLOCKS // 3:
                workers[0].kill()
        assert event.completed.summary.root == expected
    say(f"a worker of two killed, the same root {expected[:16]}")
