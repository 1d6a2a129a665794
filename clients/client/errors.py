"""What a server refused, as one typed exception: its gRPC code, its reason and every field at fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

D = TypeVar("D", bound=Message)


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of the request that is at fault: its path in the request, the reason, and the reason in words."""

    field: str
    reason: str
    description: str

    def __str__(self) -> str:
        return f"{self.field}: {self.description}"


@dataclass(eq=False)
class SeawallError(Exception):
    """A call that failed. `reason` is a value of the API's ErrorReason without its prefix, or ""."""

    code: grpc.StatusCode
    message: str
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[FieldViolation, ...] = ()
    retry_after_seconds: float | None = None  #: set where the server says that a retry helps

    def __str__(self) -> str:
        reason = f" {self.reason}" if self.reason not in ("", self.code.name) else ""
        unmentioned = [violation for violation in map(str, self.violations) if violation not in self.message]
        return "\n  ".join([f"{self.code.name}{reason}: {self.message}", *unmentioned])


def from_rpc_error(error: grpc.aio.AioRpcError) -> SeawallError:
    """The same failure with the details that came as google.rpc.Status beside it."""
    status = _status(error)
    info = _detail(status, ErrorInfo)
    retry = _detail(status, RetryInfo)
    return SeawallError(
        code=error.code(),
        message=error.details() or "no details",
        reason=info.reason if info else "",
        metadata=dict(info.metadata) if info else {},
        violations=tuple(
            FieldViolation(violation.field, violation.reason, violation.description)
            for violation in (_detail(status, BadRequest) or BadRequest()).field_violations
        ),
        retry_after_seconds=retry.retry_delay.ToTimedelta().total_seconds() if retry else None,
    )


def _status(error: grpc.aio.AioRpcError) -> Status:
    try:
        return rpc_status.from_call(cast(grpc.Call, error)) or Status()
    except ValueError:  # the details contradict the call's own code: the code is what counts
        return Status()


def _detail(status: Status, kind: type[D]) -> D | None:
    for packed in status.details:
        detail = kind()
        if packed.Unpack(detail):
            return detail
    return None
