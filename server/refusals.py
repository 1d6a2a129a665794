"""Why a call is refused: each exception says its reason, what its caller reads, and when to try again.

Every room raises what it knows best; `errors` makes a gRPC status of any of them without knowing which.
"""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import ClassVar, NamedTuple

from seawall.engine import Fault

LONGEST_TEXT = 300


class Trouble(Enum):
    """Why the server refuses what the engine would not; the API's ErrorReason has the same names."""

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


class Violation(NamedTuple):
    """A field of the request at fault."""

    field: str  #: its path
    reason: Enum
    value: str
    allowed: str


class Subject(NamedTuple):
    """A thing that a call names, and what is the matter with it."""

    kind: str
    name: str
    description: str


class CallRefused(Exception):
    """A call that ends with a status other than OK.

    A class says what all its instances do. `detail` is for the server's own log and commands: no caller reads it.
    """

    reason: Enum  #: its name is one of the API's ErrorReason
    text: str  #: what the caller reads: what happened, what it means, what to do
    retry_seconds: ClassVar[int] = 0  #: when the same call may succeed; 0: not until something changes
    operator_reads: ClassVar[bool] = False  #: whether the server's log says it too: no caller can mend it
    violations: Sequence[Violation | Fault] = ()
    resource: Subject | None = None
    precondition: Subject | None = None

    def __init__(self, detail: str = "", **metadata: str) -> None:
        super().__init__(detail or self.text)
        self.metadata: Mapping[str, str] = metadata


class FieldsRefused(CallRefused):
    """Fields at fault: all of them, each with its reason."""

    def __init__(self, violations: Sequence[Violation | Fault]) -> None:
        first, more = violations[0], len(violations) - 1
        self.reason, self.violations = first.reason, violations
        text = f"{first.field}: {first.reason.name}, found {first.value}, allowed: {first.allowed}"
        self.text = short(text) + (f", and {more} more" if more else "")
        field, value, allowed = short(first.field), short(first.value), short(first.allowed)
        super().__init__(field=field, found=value, allowed=allowed, faults=str(len(violations)))


class FieldRefused(FieldsRefused):
    """One field, for a reason of the server's own."""

    def __init__(self, reason: Trouble, field: str, value: str, allowed: str) -> None:
        super().__init__([Violation(field, reason, value, allowed)])


class NotFound(CallRefused):
    """An id that names nothing here."""

    def __init__(self, reason: Trouble, kind: str, name: str) -> None:
        self.reason = reason
        self.text = f"no {kind} {name}"
        self.resource = Subject(kind, name, "not stored here")
        super().__init__(resource=name)


class DatasetMismatch(CallRefused):
    """A scenario together with a dataset version that it was not made for."""

    reason = Trouble.DATASET_MISMATCH

    def __init__(self, scenario_id: str, expected: str, found: str) -> None:
        self.text = f"the scenario was made for {expected}, the call says {found}"
        self.precondition = Subject(self.reason.name, scenario_id, self.text)
        super().__init__(scenario_id=scenario_id, expected=expected, found=found)


class MessageTooLarge(CallRefused):
    """A request of more bytes than a message may have."""

    reason = Trouble.MESSAGE_TOO_LARGE

    def __init__(self, size: int, allowed: int) -> None:
        self.text = f"the request has {size} bytes, allowed: {allowed}"
        super().__init__(found=str(size), allowed=str(allowed))


class Internal(CallRefused):
    """A defect of the server; its insides stay in its log."""

    reason = Trouble.INTERNAL
    text = "A fault of the server: its log has the details."


def short(text: str) -> str:
    """A text as a status takes it."""
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."
