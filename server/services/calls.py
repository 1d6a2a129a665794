"""Every call in one table: what is asked, the work that answers it, and the kind of document that it stores.

All else follows. Its messages, its idempotency and whether it streams come from the API's descriptors, what the log
says of it from the kind of its document, and the server serves what stands here.
"""

from asyncio import to_thread
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from seawall.engine import Fault
from seawall.v1 import evidence_service_pb2, stress_service_pb2

from ..documents.kinds import ASSESSMENT, DATASET_VERSION, EXECUTION, REPORT, SCENARIO, DocumentKind
from ..store.store import Store
from ..wire.from_message import read
from . import evidence_service, requests, stress_service
from .archive import Archive, request_of

A = TypeVar("A")
LARGE_BYTES = 64 * 2**10  #: a request of more is read off the event loop
SERVICES = (
    stress_service_pb2.DESCRIPTOR.services_by_name["StressService"],
    evidence_service_pb2.DESCRIPTOR.services_by_name["EvidenceService"],
)
METHODS: dict[str, MethodDescriptor] = {method.name: method for service in SERVICES for method in service.methods}


def _nothing_else(request: Any) -> tuple[Fault, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Call(Generic[A]):
    """One row: a method of the API and what there is to know of it."""

    name: str
    asked: type[A]  #: the value of its request message
    work: Callable[[Archive, A], Awaitable[Message] | AsyncIterator[Message]]
    document: DocumentKind | None = None  #: what it stores; None where it only reads
    faults: Callable[[Any], tuple[Fault, ...]] = _nothing_else  #: that only the message shows and the value does not

    @property
    def method(self) -> MethodDescriptor:
        """What the API says of it: messages, options, whether it streams."""
        return METHODS[self.name]

    @property
    def action(self) -> str:
        """What the log says of it; empty where it only reads."""
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
        stress_service.assumptions_given_twice,
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
    Call("GetEvidence", requests.GetEvidence, evidence_service.get_evidence),
    Call("GetProof", requests.GetProof, evidence_service.get_proof),
    Call("GetCheckpoint", requests.GetCheckpoint, evidence_service.get_checkpoint),
    Call("GetConsistencyProof", requests.GetConsistencyProof, evidence_service.get_consistency_proof),
    Call("VerifyEvidence", requests.VerifyEvidence, evidence_service.verify_evidence),
)


def handlers(store: Store) -> Iterator[grpc.GenericRpcHandler]:
    """What a server takes to serve each service."""
    for service in SERVICES:
        methods = {call.name: _handler(call, store) for call in CALLS if call.method.containing_service is service}
        yield grpc.method_handlers_generic_handler(service.full_name, methods)


def _handler(call: Call[A], store: Store) -> Any:
    parse = GetMessageClass(call.method.input_type).FromString
    serialise = GetMessageClass(call.method.output_type).SerializeToString

    async def unary(request: Message, context: Any) -> Message:
        return await cast(Awaitable[Message], call.work(*await _understood(call, store, request)))

    async def stream(request: Message, context: Any) -> AsyncIterator[Message]:
        messages = cast(AsyncGenerator[Message, None], call.work(*await _understood(call, store, request)))
        async with aclosing(messages):
            async for message in messages:
                yield message

    if call.method.server_streaming:
        return grpc.unary_stream_rpc_method_handler(stream, parse, serialise)
    return grpc.unary_unary_rpc_method_handler(unary, parse, serialise)


async def _understood(call: Call[A], store: Store, request: Message) -> tuple[Archive, A]:
    """The store as this call sees it, and what is asked; raises `Refused` with every fault."""

    def understand() -> tuple[Archive, A]:
        asked = read(request, call.asked, call.faults(request))
        return Archive(store, request_of(request)), asked

    return await to_thread(understand) if request.ByteSize() > LARGE_BYTES else understand()
