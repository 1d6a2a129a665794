"""Execute on a server of its own process, beside a bare grpc.aio server that streams the same bytes."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, NamedTuple

import grpc

from seawall.engine import Scenario
from seawall.server.wire.to_message import message
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests import places
from tests.bench import bare
from tests.bench.clock import ROUNDS, Rounds, line, percentile, title
from tests.bench.companies import company, scenario
from tests.bench.load import write
from tests.bench.processes import EARLIER, Child, child, server
from tests.places import Place
from tests.processes import at_rest

CALLERS, SEED = 16, 20_171_231
EXECUTE = "/seawall.v1.StressService/Execute"
BARE, TODAY, BEFORE, POSTGRES = "the bare stream", "Execute", "Execute of the earlier checkout", "Execute on PostgreSQL"
PACKED = {"24 messages of a month": 1, "1 message of 24 months": 24}
ROUND_SECONDS, PING_SECONDS = 0.5, 1.5  #: of a server's processor, about
FEWEST, MOST, BARE_CALLS = 2 * CALLERS, 400, 400  #: in a round


class Stubs:
    """What prepares the calls of a server: for each a company and a scenario that it never saw."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stress: Any = StressServiceStub(channel)
        self._luck, self._numbers = Random(SEED), count()

    async def requests(self, number: int, packed: int) -> list[bytes]:
        """So many requests of Execute, as bytes."""
        made: list[bytes] = []
        for start in range(0, number, CALLERS):
            fewer = min(CALLERS, number - start)
            made += await asyncio.gather(*(self._request(company(self._luck), packed) for _ in range(fewer)))
        return made

    async def _request(self, figures: Any, packed: int) -> bytes:
        registration = s.RegisterDatasetVersionRequest(dataset_version=message(d.DatasetVersion, figures))
        dataset = (await self._stress.RegisterDatasetVersion(registration)).dataset_version_id
        usual = scenario()
        named = Scenario(
            dataset, f"moderate {next(self._numbers)}", 24, assumptions=usual.assumptions, course=usual.course
        )
        created = await self._stress.CreateScenario(s.CreateScenarioRequest(scenario=message(c.Scenario, named)))
        source = s.ScenarioSource(scenario_id=created.scenario_id, dataset_version_id=dataset)
        return s.ExecuteRequest(scenario=source, periods_per_message=packed).SerializeToString()

    async def streamed(self, request: bytes) -> list[bytes]:
        """The messages of one call."""
        return [event.SerializeToString() async for event in self._stress.Execute(s.ExecuteRequest.FromString(request))]


@dataclass
class Subject:
    """A server that is measured, and how it is called."""

    name: str
    process: Child
    address: str
    stubs: Stubs | None = None  #: none for the bare one
    calls: int = BARE_CALLS
    seconds: list[float] = field(default_factory=list)  #: of its processor, for a call, by round
    rates: list[float] = field(default_factory=list)  #: calls a second, by round


class Waits(NamedTuple):
    """What checks of health took."""

    middle: float
    worst: float


async def report() -> None:
    """Each line by processor time of the server and by calls a second; then what others wait beside."""
    if sys.platform != "linux":
        print("\nservice: measured on Linux alone")
        return
    title(
        f"service: Execute of companies never seen, 5 loans, 24 months, {CALLERS} callers; processor time of the server"
    )
    with TemporaryDirectory() as folder, places.postgres(on_disk=True) as url:
        for words, packed in PACKED.items():
            folder_of_its_own = Path(mkdtemp(dir=folder))
            stands = {TODAY: places.sqlite_place(folder_of_its_own)}
            if packed == 1:
                stands[POSTGRES] = places.postgres_place(url, folder_of_its_own)
            async with _subjects(folder_of_its_own, stands, packed) as subjects:
                await _measure(subjects, packed, folder_of_its_own / "calls", words)


@asynccontextmanager
async def _subjects(folder: Path, stands: Mapping[str, Place], packed: int) -> AsyncIterator[list[Subject]]:
    """A server on each place, that of an earlier checkout, and the bare one, which sends what the first one sent."""
    async with AsyncExitStack() as stack:

        async def started(name: str, place: Place, checkout: str) -> Subject:
            process = await stack.enter_async_context(server(place, folder / "server.log", checkout))
            address = process.said.split()[-1]
            channel = await stack.enter_async_context(grpc.aio.insecure_channel(address))
            return Subject(name, process, address, Stubs(channel))

        subjects = [await started(name, place, "") for name, place in stands.items()]
        if EARLIER:
            subjects.append(await started(BEFORE, places.sqlite_place(Path(mkdtemp(dir=folder))), EARLIER))
        stubs = subjects[0].stubs
        assert stubs
        (request,) = await stubs.requests(1, packed)
        write(folder / "streamed", await stubs.streamed(request))
        await at_rest(*(subject.process.pid for subject in subjects))
        process = await stack.enter_async_context(child("tests.bench.bare", str(folder / "streamed")))
        yield [*subjects, Subject(BARE, process, process.said)]


async def _measure(subjects: Sequence[Subject], packed: int, path: Path, words: str) -> None:
    async with child("tests.bench.load") as callers:
        for subject in subjects:  # warmed up, and called as often as fits into a round
            used, _ = await _called(subject, callers, packed, path, FEWEST)
            if subject.stubs:
                subject.calls = min(max(int(ROUND_SECONDS / used), FEWEST), MOST)
        for _ in range(ROUNDS):
            for subject in subjects:
                used, rate = await _called(subject, callers, packed, path, subject.calls)
                subject.seconds.append(used)
                subject.rates.append(rate)
        _print(subjects, words)
        for subject in subjects[:-1]:
            waits = await _waits(subject, callers, packed, path)
            line(f"a check of health beside {subject.name}: p50, p99", f"{_ms(waits.middle)}, {_ms(waits.worst)}")


async def _called(subject: Subject, callers: Child, packed: int, path: Path, calls: int) -> tuple[float, float]:
    """Seconds of the server's processor for a call, and calls a second."""
    write(path, await subject.stubs.requests(calls, packed) if subject.stubs else [b""] * calls)
    method = EXECUTE if subject.stubs else bare.METHOD
    before = subject.process.processor_seconds()
    seconds = float(await callers.ask(f"{subject.address} {method} {CALLERS} {path}"))
    return (subject.process.processor_seconds() - before) / calls, calls / seconds


async def _waits(subject: Subject, callers: Child, packed: int, path: Path) -> Waits:
    """Beside a longer round, which is not counted: the checks cost the server too."""
    assert subject.stubs
    calls = min(max(int(PING_SECONDS * subject.rates[0]), FEWEST), 2 * MOST)
    write(path, await subject.stubs.requests(calls, packed))
    async with child("tests.bench.load", "ping", subject.address) as pings:
        await pings.ask("")
        await callers.ask(f"{subject.address} {EXECUTE} {CALLERS} {path}")
        seconds = [float(taken) for taken in (await pings.ask("")).split()]
    return Waits(percentile(seconds, 50), percentile(seconds, 99))


def _print(subjects: Sequence[Subject], words: str) -> None:
    seconds = Rounds({subject.name: subject.seconds for subject in subjects})
    rates = Rounds({subject.name: subject.rates for subject in subjects})
    for name in seconds:
        line(
            f"{name}, {words}: processor time, calls a second", f"{_ms(seconds.middle(name))}, {rates.middle(name):.0f}"
        )
    for name in [name for name in seconds if name != BARE]:
        line(f"{BARE} over {name}: processor time", seconds.ratio(BARE, name).percent())
        line(f"{name} over {BARE}: calls a second", rates.ratio(name, BARE).percent())
    for other in (BEFORE, POSTGRES):
        if other in seconds:
            line(f"{other} over {TODAY}: processor time", seconds.ratio(other, TODAY).times())


def _ms(seconds: float) -> str:
    return f"{1_000 * seconds:.2f} ms"
