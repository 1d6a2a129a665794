"""Every RPC in one table: its request, the work that answers it, and the kind of document that it stores.

All else follows. Its messages, its idempotency and whether it streams come from the API's descriptors, its action in
the log from the kind of its document; the server serves exactly the rows of this table.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar, cast

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from seawall.engine import Fault
from seawall.v1 import analysis_service_pb2, evidence_service_pb2, stress_service_pb2, sweep_service_pb2

from ..accounts.metering import Meter
from ..documents.kinds import (
    ASSESSMENT,
    ATTRIBUTION,
    BREAKING_POINT,
    DATASET_VERSION,
    EXECUTION,
    REPORT,
    SCENARIO,
    SENSITIVITY,
    SWEEP,
    SWEEP_PLAN,
    DocumentKind,
)
from ..identity.caller import Caller
from ..identity.permissions import require
from ..store.store import Store
from ..sweeping.sweeps import Sweeps
from ..wire.from_message import read
from ..wire.pieces import parsed
from ..work.beside import Payer
from ..work.engine import Pools
from . import (
    analysis_requests,
    analysis_service,
    evidence_service,
    requests,
    stress_service,
    sweep_requests,
    sweep_service,
)
from .archive import Answer, Archive, identified, serialised
from .memory import Memory

A = TypeVar("A")
LARGE_BYTES = 2**10  #: a larger request is read off the event loop: each KiB of it takes a millisecond or more
SERVICES = (
    stress_service_pb2.DESCRIPTOR.services_by_name["StressService"],
    analysis_service_pb2.DESCRIPTOR.services_by_name["AnalysisService"],
    sweep_service_pb2.DESCRIPTOR.services_by_name["SweepService"],
    evidence_service_pb2.DESCRIPTOR.services_by_name["EvidenceService"],
)
METHODS: dict[str, MethodDescriptor] = {method.name: method for service in SERVICES for method in service.methods}


def _no_faults(message: Any) -> tuple[Fault, ...]:
    return ()


def _as_it_is(message: Any) -> Any:
    return message


@dataclass(frozen=True, slots=True)
class Call(Generic[A]):
    """A row of the table: a method of the API and what serving it takes."""

    name: str
    request: type[A]  #: the class of the value that its request message is read into
    work: Callable[[Archive, A], Awaitable[Answer] | AsyncIterator[Answer]]
    document: DocumentKind | None = None  #: what it stores; None where it only reads
    faults: Callable[[Any], tuple[Fault, ...]] = _no_faults  #: those that the message shows and its value does not
    completed: Callable[[Any], Any] = _as_it_is  #: the message with what follows from its other fields
    changes: bool = False  #: something that is no document

    @property
    def method(self) -> MethodDescriptor:
        """Its descriptor: messages, options, whether it streams."""
        return METHODS[self.name]

    @property
    def action(self) -> str:
        """The action of its records in the log; empty where it only reads."""
        return self.document.actions[self.name] if self.document else ""


CALLS: tuple[Call[Any], ...] = (
    Call(
        "RegisterDatasetVersion",
        requests.RegisterDatasetVersion,
        stress_service.register_dataset_version,
        DATASET_VERSION,
    ),
    Call("GetDatasetVersion", requests.GetDatasetVersion, stress_service.get_dataset_version),
    Call("ListDatasetVersions", requests.ListDatasetVersions, stress_service.list_dataset_versions),
    Call(
        "CreateScenario",
        requests.CreateScenario,
        stress_service.create_scenario,
        SCENARIO,
        stress_service.template_with_assumptions,
        stress_service.with_dataset_version_id,
    ),
    Call("GetScenario", requests.GetScenario, stress_service.get_scenario),
    Call("ListScenarios", requests.ListScenarios, stress_service.list_scenarios),
    Call("ListScenarioTemplates", requests.ListScenarioTemplates, stress_service.list_scenario_templates),
    Call("Execute", requests.Execute, stress_service.execute, EXECUTION),
    Call("GetExecution", requests.GetExecution, stress_service.get_execution),
    Call("ListExecutions", requests.ListExecutions, stress_service.list_executions),
    Call("Replay", requests.Replay, stress_service.replay, EXECUTION),
    Call("PreviewInstrument", requests.PreviewInstrument, stress_service.preview_instrument),
    Call("GetReport", requests.GetReport, stress_service.get_report, REPORT),
    Call("AssessDebtService", requests.AssessDebtService, stress_service.assess_debt_service, ASSESSMENT),
    Call(
        "FindBreakingPoint", analysis_requests.FindBreakingPoint, analysis_service.find_breaking_point, BREAKING_POINT
    ),
    Call("MeasureSensitivity", analysis_requests.MeasureSensitivity, analysis_service.measure_sensitivity, SENSITIVITY),
    Call("Attribute", analysis_requests.Attribute, analysis_service.attribute, ATTRIBUTION),
    Call(
        "CreateSweep",
        sweep_requests.CreateSweep,
        sweep_service.create_sweep,
        SWEEP_PLAN,
        sweep_service.templates_with_assumptions,
    ),
    Call("RunSweep", sweep_requests.RunSweep, sweep_service.run_sweep, SWEEP),
    Call("GetSweep", sweep_requests.GetSweep, sweep_service.get_sweep),
    Call("ListSweeps", sweep_requests.ListSweeps, sweep_service.list_sweeps),
    Call("CancelSweep", sweep_requests.CancelSweep, sweep_service.cancel_sweep, changes=True),
    Call("ReadSweepRows", sweep_requests.ReadSweepRows, sweep_service.read_sweep_rows),
    Call("GetSweepRow", sweep_requests.GetSweepRow, sweep_service.get_sweep_row),
    Call("GetEvidence", requests.GetEvidence, evidence_service.get_evidence),
    Call("GetProof", requests.GetProof, evidence_service.get_proof),
    Call("GetCheckpoint", requests.GetCheckpoint, evidence_service.get_checkpoint),
    Call("GetConsistencyProof", requests.GetConsistencyProof, evidence_service.get_consistency_proof),
    Call("VerifyEvidence", requests.VerifyEvidence, evidence_service.verify_evidence),
)


class _Received(NamedTuple):
    """A request message, and the bytes that it came in."""

    message: Message
    size: int


class _Shared(NamedTuple):
    """What all calls to a server use."""

    store: Store
    pools: Pools
    meter: Meter
    memory: Memory
    sweeps: Sweeps


def handlers(store: Store, pools: Pools, meter: Meter, sweeps: Sweeps) -> Iterator[grpc.GenericRpcHandler]:
    """The handlers that a gRPC server takes, one for each service."""
    shared = _Shared(store, pools, meter, Memory(), sweeps)
    for service in SERVICES:
        methods = {call.name: _handler(call, shared) for call in CALLS if call.method.containing_service is service}
        yield grpc.method_handlers_generic_handler(service.full_name, methods)


def _handler(call: Call[A], shared: _Shared) -> Any:
    kind = GetMessageClass(call.method.input_type)

    def parse(body: bytes) -> _Received:
        return _Received(parsed(kind, body), len(body))

    async def unary(received: _Received, caller: Caller) -> Answer:
        return await cast(Awaitable[Answer], call.work(*await _understood(call, shared, received, caller)))

    async def stream(received: _Received, caller: Caller) -> AsyncIterator[Answer]:
        understood = await _understood(call, shared, received, caller)
        responses = cast(AsyncGenerator[Answer, None], call.work(*understood))
        async with aclosing(responses):
            async for response in responses:
                yield response

    if call.method.server_streaming:
        return grpc.unary_stream_rpc_method_handler(stream, parse, serialised)
    return grpc.unary_unary_rpc_method_handler(unary, parse, serialised)


async def _understood(call: Call[A], shared: _Shared, received: _Received, caller: Caller) -> tuple[Archive, A]:
    """The store as this call sees it, and its request; raises `PermissionDenied`, or `Refused` with every fault."""
    message, size = received
    require(caller, call.method, message)

    def understand() -> tuple[Archive, A]:
        identity, faults = identified(message), call.faults(message)
        payer = Payer(partial(shared.meter.charge, caller.tenant), shared.meter.is_metered(caller.tenant))
        store, memory = shared.store.of(caller.tenant), shared.memory.of(caller.tenant)
        archive = Archive(store, memory, shared.pools, caller, identity, payer, shared.sweeps)
        return archive, read(call.completed(message), call.request, faults)

    return await shared.pools.documents.run_if(size > LARGE_BYTES, understand)
