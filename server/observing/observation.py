"""A call as an operator sees it: who made it, how it ended, how long it took, how much went in and out."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

from ..identity.caller import Caller

NOBODY = Caller("", "", frozenset())
TRACE_PARENT = "traceparent"  #: metadata of W3C Trace Context
#: Version, trace, parent, flags; only a later version may have more behind them, and ff is none.
_TRACE = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(slots=True)
class Observation:
    """A call, filled in while it runs; of what its caller sends only what has a fixed form."""

    method: str  #: as `seawall.v1.StressService/Execute`
    trace_id: str = ""
    caller: Caller = NOBODY
    request_id: str = ""
    code: str = "OK"
    reason: str = ""  #: of a refusal, one of the API's ErrorReason
    cause: str = ""  #: of a refusal, which check of a credential or which quota: no caller is told
    seconds: float = 0.0
    messages: int = 0  #: sent
    bytes_in: int = 0
    bytes_out: int = 0

    def request(self, message: Any) -> None:
        """Takes the request id of a message, where it has one."""
        request_id = getattr(message, "request_id", "")
        self.request_id = request_id.lower() if _UUID.fullmatch(request_id) else ""

    def sent(self, body: bytes) -> None:
        """Counts a message of the answer."""
        self.messages += 1
        self.bytes_out += len(body)

    def refused(self, code: str, reason: str, cause: str) -> None:
        """Takes the status that ends the call."""
        self.code, self.reason, self.cause = code, reason, cause


class Commit(NamedTuple):
    """A commit that was acknowledged."""

    calls: int
    seconds: float  #: until it was in the database
    checkpoint_seconds: float  #: from there until its checkpoint files were on the disk


CommitObserver = Callable[[Commit], None]
Observer = Callable[[Observation], None]  #: takes a call that has ended


@contextmanager
def observed(observation: Observation, observers: Iterable[Observer]) -> Iterator[None]:
    """Shows a call to its observers once it has ended, also where its caller left before."""
    began = perf_counter()
    try:
        yield
    except (asyncio.CancelledError, GeneratorExit):
        observation.code = "CANCELLED"
        raise
    finally:
        observation.seconds = perf_counter() - began
        for observe in observers:
            observe(observation)


def trace_id_in(metadata: Iterable[tuple[str, str | bytes]]) -> str:
    """The trace that a call belongs to, as its metadata says; "" where it says none."""
    for name, value in metadata:
        if name == TRACE_PARENT:
            match = _TRACE.fullmatch(value) if isinstance(value, str) else None
            return "" if match is None or (match[1] == "00" and match[3]) else match[2]
    return ""
