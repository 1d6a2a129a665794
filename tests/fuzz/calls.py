"""Calls as bytes on the wire, and what a server answers to them."""

from typing import Any, NamedTuple, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_status import rpc_status

from seawall.v1 import analysis_service_pb2, evidence_service_pb2, stress_service_pb2, sweep_service_pb2

M = TypeVar("M", bound=Message)
METHODS: dict[str, Any] = {
    method.name: method
    for file in (stress_service_pb2, analysis_service_pb2, sweep_service_pb2, evidence_service_pb2)
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
READS_ALL = "VerifyEvidence"  #: its work grows with the log, so it is asked rarely and its cost is not judged


class Call(NamedTuple):
    """A method by its name and the bytes of a request, which need not be one."""

    method: str
    body: bytes


class Answer(NamedTuple):
    """What came back: the bytes of every message, or a status."""

    code: grpc.StatusCode
    bodies: tuple[bytes, ...] = ()
    domain: str = ""
    reason: str = ""
    violations: tuple[tuple[str, str], ...] = ()  #: field and reason of each
    text: str = ""

    @property
    def is_ok(self) -> bool:
        return self.code is grpc.StatusCode.OK


def call(request: Message) -> Call:
    """The call whose request this is."""
    return Call(request.DESCRIPTOR.name.removesuffix("Request"), request.SerializeToString(deterministic=True))


def request_class(method: str) -> Any:
    """The class of a method's request."""
    return GetMessageClass(METHODS[method].input_type)


def is_read_only(method: str) -> bool:
    """Whether the API says that a call changes nothing."""
    options = METHODS[method].GetOptions()
    return bool(options.idempotency_level == options.NO_SIDE_EFFECTS)


def answered(attempt: Call, answer: Answer) -> list[Any]:
    """The messages of an answer."""
    kind: Any = GetMessageClass(METHODS[attempt.method].output_type)
    return [kind.FromString(body) for body in answer.bodies]


def ids_in(attempt: Call, answer: Answer) -> dict[str, str]:
    """The ids that the first message of an answer names, by their fields."""
    ids: dict[str, str] = {}
    try:
        for message in answered(attempt, answer)[:1]:
            for field, value in message.ListFields():
                if field.name.endswith("_id") and isinstance(value, str):
                    ids[field.name] = value
    except DecodeError:
        pass
    return ids


async def sent(channel: grpc.aio.Channel, attempt: Call) -> Answer:
    """What a server says to a call, without a deadline: whoever waits for it has one."""
    method = METHODS[attempt.method]
    path = f"/{method.containing_service.full_name}/{method.name}"
    raw: Any = channel  # without serialisers a call takes and gives bytes
    try:
        if method.server_streaming:
            bodies = [body async for body in raw.unary_stream(path)(attempt.body)]
        else:
            bodies = [await raw.unary_unary(path)(attempt.body)]
    except grpc.aio.AioRpcError as error:
        return _refused(error)
    return Answer(grpc.StatusCode.OK, tuple(bodies))


def _refused(error: grpc.aio.AioRpcError) -> Answer:
    info, request = ErrorInfo(), BadRequest()
    status = rpc_status.from_call(error)  # type: ignore[arg-type]  # it has what a call has
    for detail in status.details if status else ():
        detail.Unpack(info)
        detail.Unpack(request)
    violations = tuple((item.field, item.reason) for item in request.field_violations)
    return Answer(error.code(), (), info.domain, info.reason, violations, error.details() or "")
