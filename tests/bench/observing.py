"""What the access line and the metrics cost: processor time of a server for a small call, with and without them."""

import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc

from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.bench.clock import ROUNDS, Rounds, line, title
from tests.bench.processes import Child, child

CALLS = 300
WITHOUT, WITHIN = "neither access line nor metrics", "access line and metrics"
BARE = ("--log-level", "error")
OBSERVED = ("--log-level", "info", "--operations-address", "127.0.0.1:0")


async def report() -> None:
    """ListScenarioTemplates, the least of all calls, in turn on a server that shows nothing and one that shows all."""
    if sys.platform != "linux":
        print("\nobserving: measured on Linux alone")
        return
    title(f"observing: calls of the least work, {CALLS} in a row; processor time of the server a call")
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder) / "bare.db", BARE) as bare, _server(Path(folder) / "seen.db", OBSERVED) as seen:
            seconds = await _in_turn({WITHOUT: bare, WITHIN: seen})
    for name in seconds:
        line(name, f"{seconds.middle(name) * 1e6:.0f} µs")
    line(f"{WITHIN}, over {WITHOUT}", seconds.ratio(WITHIN, WITHOUT).times())


async def _in_turn(servers: Mapping[str, tuple[Child, Any]]) -> Rounds:
    seconds = Rounds({name: [] for name in servers})
    for number in range(ROUNDS + 1):  # the first warms up
        for name, (process, stress) in servers.items():
            before = process.processor_seconds()
            for _ in range(CALLS):
                await stress.ListScenarioTemplates(s.ListScenarioTemplatesRequest())
            if number:
                seconds[name].append((process.processor_seconds() - before) / CALLS)
    return seconds


@asynccontextmanager
async def _server(database: Path, options: tuple[str, ...]) -> AsyncIterator[tuple[Child, Any]]:
    command = ("serve", "--address", "127.0.0.1:0", "--until-stdin-ends", "--database", str(database), *options)
    async with (
        child("seawall.server", *command, log=database.with_suffix(".log")) as served,
        grpc.aio.insecure_channel(served.said.split()[-1]) as channel,
    ):
        yield served, StressServiceStub(channel)
