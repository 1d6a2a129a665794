"""What the access line and the metrics cost: processor time of a server for a small call, with and without them."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc

from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.bench.clock import Timing, line, timing_of

CALLS, ROUNDS = 500, 5
BARE = ("--log-level", "error")
OBSERVED = ("--log-level", "info", "--operations-address", "127.0.0.1:0")


async def report() -> None:
    """ListScenarioTemplates, the least of all calls, in turn on a server that shows nothing and one that shows all."""
    if sys.platform != "linux":
        print("observing: measured on Linux alone")
        return
    print(f"observing: {ROUNDS} times {CALLS} calls of the least work in a row, processor time of the server alone")
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder) / "bare.db", BARE) as bare, _server(Path(folder) / "seen.db", OBSERVED) as seen:
            without, within = await _in_turn(bare, seen)
    line("a call, with neither", f"{without.best * 1e6:.0f} µs", without)
    line("a call, with its access line and metrics", f"{within.best * 1e6:.0f} µs", within)
    line("access line and metrics", f"{(within.best - without.best) * 1e6:+.0f} µs")


async def _in_turn(*servers: tuple[int, Any]) -> list[Timing]:
    seconds: list[list[float]] = [[] for _ in servers]
    for number in range(ROUNDS + 1):  # the first warms up
        for (pid, stress), of_server in zip(servers, seconds, strict=True):
            before = _processor_seconds(pid)
            for _ in range(CALLS):
                await stress.ListScenarioTemplates(s.ListScenarioTemplatesRequest())
            if number:
                of_server.append((_processor_seconds(pid) - before) / CALLS)
    return [timing_of(of_server) for of_server in seconds]


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _server(database: Path, options: tuple[str, ...]) -> AsyncIterator[tuple[int, Any]]:
    command = (sys.executable, "-m", "seawall.server", "serve", "--address", "127.0.0.1:0", "--database")
    with database.with_suffix(".log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, str(database), *options, stdout=asyncio.subprocess.PIPE, stderr=log
        )
        assert process.stdout
        address = (await process.stdout.readline()).decode().split()[-1]
        try:
            async with grpc.aio.insecure_channel(address) as channel:
                yield process.pid, StressServiceStub(channel)
        finally:
            process.terminate()
            await process.wait()
