"""A real server on a real socket over a real file, and the calls that tests make."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_status import rpc_status

from seawall.engine import DatasetVersion
from seawall.engine.inputs.scenario import Assumptions
from seawall.server.run import serving
from seawall.server.store.opening import LogFiles
from seawall.server.wire.to_message import message
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.evidence_service_pb2_grpc import EvidenceServiceStub
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from seawall.v1.sweep_service_pb2_grpc import SweepServiceStub
from tests.companies import company
from tests.places import run

TABLES = ("evidence", "parents", "requests")


@dataclass(frozen=True)
class Running:
    """A server that runs, seen from a caller."""

    address: str
    database: Any  #: the path of a SQLite file, or the URL of a PostgreSQL database
    channel: grpc.aio.Channel

    @property
    def stress(self) -> Any:
        return StressServiceStub(self.channel)

    @property
    def sweeps(self) -> Any:
        return SweepServiceStub(self.channel)

    @property
    def evidence(self) -> Any:
        return EvidenceServiceStub(self.channel)


@dataclass(frozen=True)
class Known:
    """Ids of what is stored."""

    dataset_version_id: str
    scenario_id: str
    execution_id: str


@asynccontextmanager
async def running(
    database: Path | str, files: LogFiles | None = None, address: str = "127.0.0.1:0", **options: Any
) -> AsyncIterator[Running]:
    async with serving(database, address, files, **options) as served, grpc.aio.insecure_channel(served) as channel:
        yield Running(served, database, channel)


async def with_an_execution(server: Running, template: str = "severe") -> Known:
    """Registers the usual company, creates a scenario from a template and executes it."""
    dataset_version_id = await registered(server)
    scenario_id = await created(server, dataset_version_id, template)
    events = await executed(server, scenario_id, dataset_version_id)
    return Known(dataset_version_id, scenario_id, events[0].execution_id)


async def registered(server: Running, value: DatasetVersion | None = None) -> str:
    answer = await server.stress.RegisterDatasetVersion(registration(value))
    return str(answer.dataset_version_id)


async def created(server: Running, dataset_version_id: str, template: str = "severe", months: int = 24) -> str:
    scenario = c.Scenario(dataset_version_id=dataset_version_id, name=template or "base", horizon_months=months)
    request = s.CreateScenarioRequest(scenario=scenario, template_name=template or None)
    return str((await server.stress.CreateScenario(request)).scenario_id)


async def executed(
    server: Running, scenario_id: str, dataset_version_id: str, **options: Any
) -> list[s.ExecuteResponse]:
    source = s.ScenarioSource(scenario_id=scenario_id, dataset_version_id=dataset_version_id)
    return [event async for event in server.stress.Execute(s.ExecuteRequest(scenario=source, **options))]


async def replayed(server: Running, known: Known, **changes: Any) -> list[s.ReplayResponse]:
    ids = {"execution_id": known.execution_id, "dataset_version_id": known.dataset_version_id}
    return [event async for event in server.stress.Replay(s.ReplayRequest(**(ids | changes)))]


def registration(value: DatasetVersion | None = None) -> s.RegisterDatasetVersionRequest:
    return s.RegisterDatasetVersionRequest(dataset_version=message(d.DatasetVersion, value or company()))


def assumptions(value: Assumptions) -> c.Assumptions:
    return message(c.Assumptions, value)


def months_in(events: Any) -> list[Any]:
    """The period results of a stream, in the order in which they came."""
    return [month for event in events for month in event.periods.periods]


def everything_in(database: Path | str) -> dict[str, list[tuple[Any, ...]]]:
    """Every document, parent and request, read past the server."""
    return {table: run(database, [f"SELECT * FROM {table}"]) for table in TABLES}


def detail(error: grpc.aio.AioRpcError, kind: Any) -> Any:
    """The detail of this kind in the status of an error."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]  # it has what a call has
    for packed in status.details if status else ():
        if packed.Is(kind.DESCRIPTOR):
            unpacked = kind()
            packed.Unpack(unpacked)
            return unpacked
    return None


def reason(error: grpc.aio.AioRpcError) -> str:
    return str(detail(error, ErrorInfo).reason)


def faults(error: grpc.aio.AioRpcError) -> dict[str, str]:
    """Field -> reason, for every field at fault."""
    return {violation.field: violation.reason for violation in _violations(error)}


def descriptions(error: grpc.aio.AioRpcError) -> dict[str, str]:
    """Field -> what was found there and what is allowed, for every field at fault."""
    return {violation.field: violation.description for violation in _violations(error)}


def _violations(error: grpc.aio.AioRpcError) -> Any:
    request = detail(error, BadRequest)
    return request.field_violations if request else ()
