"""Whole Execute calls through a real server: computed, committed, streamed; beside a bare stream of the same bytes."""

import tempfile
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import grpc

from seawall.engine import Scenario
from seawall.server.run import serving
from seawall.server.wire.to_message import message
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.evidence_service_pb2 import GetEvidenceRequest
from seawall.v1.evidence_service_pb2_grpc import EvidenceServiceStub
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.bench.clock import Timing, line, timing_of
from tests.bench.companies import company, scenario

CALLS, SEED = 60, 20_171_231
BARE = "/bench.Bare/Stream"


async def report() -> None:
    """Execute calls a second with 24 messages and with 1, each beside the bare stream; bytes of the evidence."""
    print(f"service: {CALLS} Execute calls in a row, 24 months, 5 loans, each a scenario of its own, seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        async with serving(database, "127.0.0.1:0") as address, grpc.aio.insecure_channel(address) as channel:
            await _report(channel)


async def _report(channel: grpc.aio.Channel) -> None:
    stress: Any = StressServiceStub(channel)
    dataset_version_id = await _registered(stress)
    names = count()
    for packed, messages in ((1, "24 messages"), (24, "1 message")):
        sources = [await _scenario(stress, dataset_version_id, next(names)) for _ in range(CALLS)]
        executed, streams = await _executed(stress, sources, packed)
        bare = await _bare(streams[0])
        line(f"Execute, committed, {messages} of months", f"{1 / executed.best:.0f} a second", executed)
        line(f"bare grpc.aio stream of the same bytes, {messages} of months", f"{1 / bare.best:.0f} a second", bare)
        line("Execute over bare stream, time", f"{executed.best / bare.best:.1f} x")
    evidence: Any = EvidenceServiceStub(channel)
    document = await evidence.GetEvidence(GetEvidenceRequest(address=streams[0][0].execution_id))
    line("evidence bytes of an execution of 24 months and 5 loans", f"{len(document.body)}")


async def _registered(stress: Any) -> str:
    figures = message(d.DatasetVersion, company(Random(SEED)))
    answer = await stress.RegisterDatasetVersion(s.RegisterDatasetVersionRequest(dataset_version=figures))
    return str(answer.dataset_version_id)


async def _scenario(stress: Any, dataset_version_id: str, number: int) -> s.ScenarioSource:
    named = Scenario(dataset_version_id, f"moderate {number}", 24, assumptions=scenario().assumptions)
    answer = await stress.CreateScenario(s.CreateScenarioRequest(scenario=message(c.Scenario, named)))
    return s.ScenarioSource(scenario_id=answer.scenario_id, dataset_version_id=dataset_version_id)


async def _executed(stress: Any, sources: list[s.ScenarioSource], packed: int) -> tuple[Timing, list[Any]]:
    seconds, streams = [], []
    for source in sources:
        started = perf_counter()
        stream = stress.Execute(s.ExecuteRequest(scenario=source, periods_per_message=packed))
        streams.append([event async for event in stream])
        seconds.append(perf_counter() - started)
    return timing_of(seconds), streams


async def _bare(events: list[Any]) -> Timing:
    """A server that does nothing but send the same messages."""
    bodies = [event.SerializeToString() for event in events]

    async def stream(request: bytes, context: Any) -> AsyncIterator[bytes]:
        for body in bodies:
            yield body

    server = grpc.aio.server()
    handler: Any = grpc.unary_stream_rpc_method_handler(stream)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Bare", {"Stream": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    seconds = []
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call: Any = channel.unary_stream(BARE)
        for _ in range(CALLS):
            started = perf_counter()
            async for _ in call(b""):
                pass
            seconds.append(perf_counter() - started)
    await server.stop(None)
    return timing_of(seconds)
