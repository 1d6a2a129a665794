"""One table turns every reason into a gRPC status; nobody else chooses a code.

A status is bounded: clients refuse more than 8 KiB of trailers, and one refused for its size would say nothing at all.
"""

from collections.abc import Iterable, Sequence
from enum import Enum, auto

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure, ResourceInfo, RetryInfo
from google.rpc.status_pb2 import Status

from seawall.engine import Fault, Refused
from seawall.server.commits import Overloaded
from seawall.server.database import StoreFull, StoreUnavailable
from seawall.server.filing import Damaged
from seawall.server.log.opening import LogRefused
from seawall.server.log.outside import CheckpointOwed, StillOwed

DOMAIN = "seawall.v1"
MOST_BYTES = 5 * 2**10  #: of violations in one status; base64 and the other entries bring it to less than 8 KiB
LONGEST_TEXT = 300
RETRY_SECONDS = 1
FULL_RETRY_SECONDS = 5  #: longer than the writer's pause: by then it tries the disk again


class Trouble(Enum):
    """Why the server refuses what the engine would not; the contract's ErrorReason has the same names."""

    PAGE_TOKEN_INVALID = auto()
    START_PERIOD_OUT_OF_RANGE = auto()
    DATASET_VERSION_NOT_FOUND = auto()
    SCENARIO_NOT_FOUND = auto()
    EXECUTION_NOT_FOUND = auto()
    EVIDENCE_NOT_FOUND = auto()
    TEMPLATE_NOT_FOUND = auto()
    DATASET_MISMATCH = auto()
    REQUEST_ID_REUSED = auto()
    MESSAGE_TOO_LARGE = auto()
    STORE_UNAVAILABLE = auto()
    INTERNAL = auto()
    EVIDENCE_DAMAGED = auto()
    STORE_FULL = auto()
    OVERLOADED = auto()
    NOT_LOGGED = auto()
    OUT_OF_LOG = auto()
    CHECKPOINT_REFUSED = auto()
    LOG_REFUSED = auto()


#: Every reason of the engine is INVALID_ARGUMENT: documents never change, so what is refused once always is.
CODES = {
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
}


class CallRefused(Exception):
    """A call that ends with a status other than OK."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.message)
        self.status = status


def refused(error: Refused) -> CallRefused:
    """Fields at fault: all of them, each with its reason."""
    first = error.faults[0]
    more = f", and {len(error.faults) - 1} more" if len(error.faults) > 1 else ""
    info = {**_field_keys(first), "faults": str(len(error.faults))}
    details = [_info(first.reason.name, info), _violations(error.faults)]
    return _call_refused(grpc.StatusCode.INVALID_ARGUMENT, f"{_short(str(first))}{more}", details)


def field_refused(trouble: Trouble, field: str, found: str, allowed: str) -> CallRefused:
    """One field, for a reason of the server's own."""
    description = f"found {_short(found)}, allowed: {allowed}"
    violation = BadRequest.FieldViolation(field=field, description=description, reason=trouble.name)
    info = {"field": field, "found": _short(found), "allowed": allowed, "faults": "1"}
    details = [_info(trouble.name, info), BadRequest(field_violations=[violation])]
    return _call_refused(CODES[trouble], f"{field}: {trouble.name}, {description}", details)


def not_found(trouble: Trouble, resource_type: str, name: str) -> CallRefused:
    """An id that names nothing here."""
    resource = ResourceInfo(resource_type=resource_type, resource_name=name, description="not stored here")
    return _call_refused(
        CODES[trouble], f"no {resource_type} {name}", [_info(trouble.name, {"resource": name}), resource]
    )


def dataset_mismatch(scenario_id: str, expected: str, found: str) -> CallRefused:
    """A scenario told together with a dataset version that it was not made for."""
    description = f"the scenario was made for {expected}, the call says {found}"
    violation = PreconditionFailure.Violation(
        type=Trouble.DATASET_MISMATCH.name, subject=scenario_id, description=description
    )
    info = {"scenario_id": scenario_id, "expected": expected, "found": found}
    details = [_info(Trouble.DATASET_MISMATCH.name, info), PreconditionFailure(violations=[violation])]
    return _call_refused(CODES[Trouble.DATASET_MISMATCH], description, details)


def request_id_reused(request_id: str) -> CallRefused:
    """A request id that stands for another request."""
    description = "was used before with another request"
    resource = ResourceInfo(resource_type="request_id", resource_name=request_id, description=description)
    details = [_info(Trouble.REQUEST_ID_REUSED.name, {"request_id": request_id}), resource]
    return _call_refused(CODES[Trouble.REQUEST_ID_REUSED], f"request_id {request_id} {description}", details)


def too_large(size: int, allowed: int) -> CallRefused:
    """A request of more bytes than a message may have."""
    info = {"found": str(size), "allowed": str(allowed)}
    message = f"the request has {size} bytes, allowed: {allowed}"
    return _call_refused(CODES[Trouble.MESSAGE_TOO_LARGE], message, [_info(Trouble.MESSAGE_TOO_LARGE.name, info)])


def unforeseen(error: Exception) -> CallRefused:
    """What went wrong in the server; its insides stay in its log."""
    match error:
        case StillOwed():
            message = "nothing new is stored until the checkpoint file outside the database can be written: try again"
            return _later(Trouble.STORE_UNAVAILABLE, message, RETRY_SECONDS)
        case CheckpointOwed():
            message = "it is stored, and acknowledged once the checkpoint file outside the database can be written"
            return _later(Trouble.STORE_UNAVAILABLE, f"{message}: try again", RETRY_SECONDS)
        case StoreUnavailable():
            return _later(Trouble.STORE_UNAVAILABLE, "the store cannot be reached: try again", RETRY_SECONDS)
        case StoreFull():
            return _later(Trouble.STORE_FULL, "there is no space to store anything: nothing was", FULL_RETRY_SECONDS)
        case Overloaded():
            return _later(Trouble.OVERLOADED, "too many calls wait to be stored: try again", RETRY_SECONDS)
        case LogRefused():
            message = "the log is not the one that this server or its checkpoint file knows: nothing is acknowledged"
            return _call_refused(CODES[Trouble.LOG_REFUSED], message, [_info(Trouble.LOG_REFUSED.name, {})])
        case Damaged(address=address):
            details = [_info(Trouble.EVIDENCE_DAMAGED.name, {"address": address})]
            message = f"the stored bytes of {address} are not its own"
            return _call_refused(CODES[Trouble.EVIDENCE_DAMAGED], message, details)
        case _:
            details = [_info(Trouble.INTERNAL.name, {})]
            return _call_refused(CODES[Trouble.INTERNAL], "a fault of the server: its log has the details", details)


def _later(trouble: Trouble, message: str, seconds: int) -> CallRefused:
    """What the same call may not meet when it is made again."""
    retry = RetryInfo(retry_delay=Duration(seconds=seconds))
    return _call_refused(CODES[trouble], message, [_info(trouble.name, {}), retry])


def _field_keys(fault: Fault) -> dict[str, str]:
    return {"field": _short(fault.field), "found": _short(fault.found), "allowed": _short(fault.allowed)}


def _violations(faults: Iterable[Fault]) -> BadRequest:
    """As many as fit, from the first on; ErrorInfo says how many there are."""
    told = BadRequest()
    for fault in faults:
        description = f"found {_short(fault.found)}, allowed: {_short(fault.allowed)}"
        violation = BadRequest.FieldViolation(
            field=_short(fault.field), description=description, reason=fault.reason.name
        )
        if told.ByteSize() + violation.ByteSize() > MOST_BYTES:
            break
        told.field_violations.append(violation)
    return told


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."


def _info(reason: str, metadata: dict[str, str]) -> ErrorInfo:
    return ErrorInfo(reason=reason, domain=DOMAIN, metadata=metadata)


def _call_refused(code: grpc.StatusCode, message: str, details: Sequence[Message]) -> CallRefused:
    status = Status(code=Code.Value(code.name), message=message)
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return CallRefused(status)
