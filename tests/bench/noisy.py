"""What a tenant feels of a noisy one: with no quotas, at its quotas, and above them without ever waiting.

`python -m tests.bench.noisy` prints the table. Server and noisy callers are processes of their own. Who calls stands in
the metadata, as credentials would say it: nothing of identity is measured here.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import grpc
from google.rpc.error_details_pb2 import RetryInfo

from seawall.engine import Scenario
from seawall.server.accounts.changes import changing
from seawall.server.documents.accounts import QuotaEntry, TenantEntry, TenantState
from seawall.server.run import serving
from seawall.server.wire.to_message import message
from seawall.server.work.pools import SWITCH_SECONDS
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.accounts.tenants import TENANT, named_caller
from tests.bench.clock import line, percentile, title
from tests.bench.companies import company, scenario
from tests.server.running import detail

SEED, SECONDS, SETTLE_SECONDS = 20_171_231, 8.0, 1.0
NOISY_CALLERS = 8
PAUSE_SECONDS = 0.02  #: between two calls of the quiet tenant
QUOTAS = {"calls_per_second": 10, "calls_at_once": 1, "writer_share": 10}
#: What runs beside the quiet tenant: the quotas of the noisy one, None where nobody is noisy, and whether it waits when
#: it is told to.
CASES: Sequence[tuple[str, Mapping[str, int] | None, str]] = (
    ("nobody else", None, ""),
    ("a noisy tenant without quotas", {}, "patient"),
    ("a noisy tenant at its quotas", QUOTAS, "patient"),
    ("a noisy tenant that never waits, at its quotas", QUOTAS, "impatient"),
)


async def report() -> None:
    """p50 and p99 of the quiet tenant's calls in each case."""
    limits = ", ".join(f"{name} {limit}" for name, limit in QUOTAS.items())
    title(f"noisy: one tenant registers and executes, {NOISY_CALLERS} callers of another do so beside it; {limits}")
    for words, quotas, manners in CASES:
        with TemporaryDirectory() as folder:
            seconds = await _felt(Path(folder), quotas, manners)
        middle, worst = (f"{1_000 * percentile(seconds, percent):.0f}" for percent in (50, 99))
        line(f"beside {words}: a call, p50 and p99", f"{middle} and {worst} ms")


async def _felt(folder: Path, quotas: Mapping[str, int] | None, manners: str) -> list[float]:
    """The seconds of each call of the quiet tenant."""
    limits = [f"{name}={limit}" for name, limit in (quotas or {}).items()]
    async with _process("serve", f"{folder / 'bench.db'}", *limits) as server:
        address = (await server.readline()).decode().strip()
        if quotas is None:
            return await _quiet(address)
        async with _process("noisy", address, manners):
            await asyncio.sleep(SETTLE_SECONDS)
            return await _quiet(address)


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[asyncio.StreamReader]:
    command = (sys.executable, "-m", "tests.bench.noisy", *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def _quiet(address: str) -> list[float]:
    seconds: list[float] = []
    async with grpc.aio.insecure_channel(address) as channel:
        caller, ends = _Caller(channel, "quiet"), perf_counter() + SECONDS
        while perf_counter() < ends:
            for act in (caller.register, caller.create, caller.execute):
                begun = perf_counter()
                await act()
                seconds.append(perf_counter() - begun)
                await asyncio.sleep(PAUSE_SECONDS)
    return seconds


class _Caller:
    """Registers a company, creates a scenario and executes it, each time another one."""

    def __init__(self, channel: grpc.aio.Channel, tenant: str) -> None:
        self._stress: Any = StressServiceStub(channel)
        self._metadata = ((TENANT, tenant.partition(" ")[0]),)
        self._figures, self._tenant, self._numbers = company(Random(SEED)), tenant, count()
        self._dataset = self._scenario = ""

    async def register(self) -> None:
        figures = message(d.DatasetVersion, self._figures)
        figures.company_name = f"{self._tenant} {next(self._numbers)}"
        request = s.RegisterDatasetVersionRequest(dataset_version=figures)
        answer = await self._stress.RegisterDatasetVersion(request, metadata=self._metadata)
        self._dataset = answer.dataset_version_id

    async def create(self) -> None:
        named = Scenario(self._dataset, "moderate", 24, assumptions=scenario().assumptions)
        request = s.CreateScenarioRequest(scenario=message(c.Scenario, named))
        self._scenario = (await self._stress.CreateScenario(request, metadata=self._metadata)).scenario_id

    async def execute(self) -> None:
        source = s.ScenarioSource(scenario_id=self._scenario, dataset_version_id=self._dataset)
        async for _ in self._stress.Execute(s.ExecuteRequest(scenario=source), metadata=self._metadata):
            pass


async def _noisy(address: str, manners: str) -> None:
    """Callers that go on for ever, each with a connection of its own; a patient one waits for as long as it is told."""

    async def call(number: int) -> None:
        options = (("grpc.use_local_subchannel_pool", 1),)
        async with grpc.aio.insecure_channel(address, options=options) as channel:
            caller = _Caller(channel, f"noisy {number}")
            while True:
                for act in (caller.register, caller.create, caller.execute):
                    await _insisting(act, manners)

    await asyncio.gather(*map(call, range(NOISY_CALLERS)))


async def _insisting(act: Any, manners: str) -> None:
    """Until it is answered."""
    while True:
        try:
            await act()
            return
        except grpc.aio.AioRpcError as error:
            retry = detail(error, RetryInfo)
            if retry is None:
                raise
            if manners == "patient":
                await asyncio.sleep(retry.retry_delay.ToTimedelta().total_seconds())


async def _serve(database: Path, limits: Sequence[str]) -> None:
    """A server whose noisy tenant has these quotas; the quiet one has none."""
    sys.setswitchinterval(SWITCH_SECONDS)  # as `seawall serve` does
    await _made(database)
    async with changing(f"{database}", None) as changes:
        await changes.make(lambda register: TenantEntry("noisy", TenantState.OPEN))
        if limits:
            quotas = QuotaEntry("noisy", **dict(limit.split("=") for limit in limits))
            await changes.make(lambda register: quotas)
    async with serving(database, "127.0.0.1:0", identify=named_caller) as address:
        print(address, flush=True)
        await asyncio.Event().wait()


async def _made(database: Path) -> None:
    """Its tables and its key."""
    async with serving(database, "127.0.0.1:0"):
        pass


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", database, *limits]:
            asyncio.run(_serve(Path(database), limits))
        case ["noisy", address, manners]:
            asyncio.run(_noisy(address, manners))
        case _:
            asyncio.run(report())
