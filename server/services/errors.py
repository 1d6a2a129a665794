"""Any refusal as a gRPC status: one table gives every reason its code, and no other module chooses one.

A status is bounded: clients reject trailers of more than 8 KiB, and the caller would then learn no reason at all.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from math import ceil

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import (
    BadRequest,
    ErrorInfo,
    PreconditionFailure,
    QuotaFailure,
    ResourceInfo,
    RetryInfo,
)
from google.rpc.status_pb2 import Status

from seawall.engine import Fault, Refused

from ..refusals import CallRefused, FieldsRefused, Internal, Trouble, Violation, short

DOMAIN = "seawall.v1"
MOST_BYTES = 5 * 2**10  #: of violations in one status; base64 and the other entries bring it to less than 8 KiB

#: Every reason of the engine is INVALID_ARGUMENT: documents never change, so what is refused once always is.
CODES: dict[Enum, grpc.StatusCode] = {
    Trouble.PAGE_TOKEN_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Trouble.START_PERIOD_OUT_OF_RANGE: grpc.StatusCode.OUT_OF_RANGE,
    Trouble.DATASET_VERSION_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Trouble.SCENARIO_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Trouble.EXECUTION_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Trouble.EVIDENCE_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Trouble.TEMPLATE_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Trouble.DATASET_MISMATCH: grpc.StatusCode.FAILED_PRECONDITION,
    Trouble.REQUEST_ID_REUSED: grpc.StatusCode.ALREADY_EXISTS,
    Trouble.MESSAGE_TOO_LARGE: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Trouble.STORE_UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Trouble.INTERNAL: grpc.StatusCode.INTERNAL,
    Trouble.EVIDENCE_DAMAGED: grpc.StatusCode.DATA_LOSS,
    Trouble.STORE_FULL: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Trouble.OVERLOADED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Trouble.NOT_LOGGED: grpc.StatusCode.NOT_FOUND,
    Trouble.OUT_OF_LOG: grpc.StatusCode.OUT_OF_RANGE,
    Trouble.CHECKPOINT_REFUSED: grpc.StatusCode.INVALID_ARGUMENT,
    Trouble.LOG_REFUSED: grpc.StatusCode.DATA_LOSS,
    Trouble.TOO_COSTLY: grpc.StatusCode.INVALID_ARGUMENT,
    Trouble.ID_AMBIGUOUS: grpc.StatusCode.INVALID_ARGUMENT,
    Trouble.DIFFERENT_MODEL: grpc.StatusCode.FAILED_PRECONDITION,
    Trouble.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Trouble.PERMISSION_DENIED: grpc.StatusCode.PERMISSION_DENIED,
    Trouble.QUOTA_EXCEEDED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Trouble.SWEEP_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Trouble.SWEEP_INCOMPLETE: grpc.StatusCode.FAILED_PRECONDITION,
    Trouble.SWEEP_CANCELLED: grpc.StatusCode.ABORTED,
    Trouble.SWEEP_STOPPED: grpc.StatusCode.UNAVAILABLE,
    Trouble.WORKERS_LOST: grpc.StatusCode.UNAVAILABLE,
}


def call_refused(error: Exception) -> CallRefused:
    """The refusal that an error ends a call with; any unforeseen error is a defect of the server: INTERNAL."""
    if isinstance(error, Refused):
        return FieldsRefused(error.faults)
    return error if isinstance(error, CallRefused) else Internal()


def status_of(error: CallRefused) -> Status:
    """Code, text and details of a refusal."""
    code = CODES.get(error.reason, grpc.StatusCode.INVALID_ARGUMENT)
    status = Status(code=Code.Value(code.name), message=error.text)
    for detail in _details(error):
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _details(error: CallRefused) -> Iterator[Message]:
    yield ErrorInfo(reason=error.reason.name, domain=DOMAIN, metadata=error.metadata)
    if error.violations:
        yield _bad_request(error.violations)
    if error.resource:
        kind, name, description = error.resource
        yield ResourceInfo(resource_type=kind, resource_name=name, description=description)
    if error.precondition:
        kind, name, description = error.precondition
        violation = PreconditionFailure.Violation(type=kind, subject=name, description=description)
        yield PreconditionFailure(violations=[violation])
    if error.quota:
        _, name, description = error.quota
        yield QuotaFailure(violations=[QuotaFailure.Violation(subject=name, description=description)])
    if error.retry_seconds:
        yield RetryInfo(retry_delay=_duration(error.retry_seconds))


def _duration(seconds: float) -> Duration:
    """In whole milliseconds, and never too short."""
    milliseconds = ceil(seconds * 1_000)
    return Duration(seconds=milliseconds // 1_000, nanos=milliseconds % 1_000 * 1_000_000)


def _bad_request(violations: Iterable[Violation | Fault]) -> BadRequest:
    """As many violations as fit, from the first on; ErrorInfo says how many there are."""
    request = BadRequest()
    for violation in violations:
        description = f"found {short(violation.value)}, allowed: {short(violation.allowed)}"
        entry = BadRequest.FieldViolation(
            field=short(violation.field), description=description, reason=violation.reason.name
        )
        if request.ByteSize() + entry.ByteSize() > MOST_BYTES:
            break
        request.field_violations.append(entry)
    return request
