"""Why a call is refused: each exception has its reason, the text for its caller, and when to retry.

Every room raises its own; `services/errors` turns any of them into a gRPC status.
"""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import ClassVar, NamedTuple

from seawall.engine import Fault

LONGEST_TEXT = 300


class Trouble(Enum):
    """The reasons of the server, beside those of the engine; the API's ErrorReason has the same names."""

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
    TOO_COSTLY = auto()
    ID_AMBIGUOUS = auto()
    DIFFERENT_MODEL = auto()
    UNAUTHENTICATED = auto()
    PERMISSION_DENIED = auto()
    QUOTA_EXCEEDED = auto()
    SWEEP_NOT_FOUND = auto()
    SWEEP_INCOMPLETE = auto()
    SWEEP_CANCELLED = auto()
    SWEEP_STOPPED = auto()
    WORKERS_LOST = auto()


class Violation(NamedTuple):
    """A field of a request that is at fault."""

    field: str  #: its path
    reason: Enum
    value: str
    allowed: str


class Subject(NamedTuple):
    """What a call names, and what is wrong with it."""

    kind: str
    name: str
    description: str


class CallRefused(Exception):
    """A call that ends with a status other than OK.

    `detail` is for the server's log and its commands: no caller reads it.
    """

    reason: Enum  #: its name is one of the API's ErrorReason
    text: str  #: what the caller reads: what happened, what it means, what to do
    retry_seconds: float = 0  #: after which the same call may succeed; 0: retrying does not help
    operator_reads: ClassVar[bool] = False  #: whether it is logged too, since only an operator can mend it
    violations: Sequence[Violation | Fault] = ()
    resource: Subject | None = None
    precondition: Subject | None = None
    quota: Subject | None = None

    def __init__(self, detail: str = "", **metadata: str) -> None:
        super().__init__(detail or self.text)
        self.metadata: Mapping[str, str] = metadata

    @property
    def cause(self) -> str:
        """What stands beside the reason in the log and the metrics of the operator: which quota."""
        return self.quota.name if self.quota else ""


class FieldsRefused(CallRefused):
    """All fields at fault, each with its reason."""

    def __init__(self, violations: Sequence[Violation | Fault]) -> None:
        first, others = violations[0], len(violations) - 1
        self.reason, self.violations = first.reason, violations
        text = f"{first.field}: {first.reason.name}, found {first.value}, allowed: {first.allowed}"
        self.text = short(text) + (f", and {others} more" if others else "")
        metadata = {"field": short(first.field), "found": short(first.value), "allowed": short(first.allowed)}
        super().__init__(**metadata, faults=str(len(violations)))


class FieldRefused(FieldsRefused):
    """A field at fault for a reason of the server."""

    def __init__(self, reason: Trouble, field: str, value: str, allowed: str) -> None:
        super().__init__([Violation(field, reason, value, allowed)])


class NotFound(CallRefused):
    """An id or a name that nothing is stored under."""

    def __init__(self, reason: Trouble, kind: str, name: str) -> None:
        self.reason = reason
        self.text = f"Not found: {kind} {name}. Check the id, and that it was created on this server."
        self.resource = Subject(kind, name, "not stored here")
        super().__init__(resource=name)


class DatasetMismatch(CallRefused):
    """A scenario together with a dataset version that it was not made for."""

    reason = Trouble.DATASET_MISMATCH

    def __init__(self, scenario_id: str, expected: str, requested: str) -> None:
        self.text = (
            f"The scenario was made for dataset version {expected}, and the call names {requested}."
            " Name the scenario's own, or create a scenario for the other one."
        )
        self.precondition = Subject(self.reason.name, scenario_id, self.text)
        metadata = {"scenario_id": scenario_id, "expected": expected, "found": requested}
        super().__init__(**metadata)


RELEASES = {"month.v1": "seawall 0.1"}  #: by model, the release that computes it


class DifferentModel(CallRefused):
    """A document of a model that this release does not compute."""

    reason = Trouble.DIFFERENT_MODEL

    def __init__(self, address: str, model: str) -> None:
        release = RELEASES.get(model, "a later release of seawall")
        self.text = (
            f"{address} is of the model {model}, which {release} computes, and this release does not."
            " GetEvidence gives its bytes; register its figures again to compute them here."
        )
        self.precondition = Subject(self.reason.name, address, self.text)
        super().__init__(resource=address, model=model, release=release)


class MessageTooLarge(CallRefused):
    """A request of more bytes than a message may have."""

    reason = Trouble.MESSAGE_TOO_LARGE

    def __init__(self, size: int, allowed: int) -> None:
        self.text = f"The request has {size} bytes, and at most {allowed} are allowed. Send fewer or smaller entries."
        metadata = {"found": str(size), "allowed": str(allowed)}
        super().__init__(**metadata)


class QuotaExceeded(CallRefused):
    """A tenant that has used up one of its quotas."""

    reason = Trouble.QUOTA_EXCEEDED

    def __init__(self, quota: str, limit: int, retry_seconds: float) -> None:
        self.text = f"The tenant's quota {quota} of {limit} is used up. Retry in {_in_words(retry_seconds)}."
        self.quota = Subject("quota", quota, f"the limit is {limit}")
        self.retry_seconds = retry_seconds
        super().__init__(quota=quota, limit=str(limit))


class Internal(CallRefused):
    """A defect of the server; its details are in the server's log only."""

    reason = Trouble.INTERNAL
    text = "The server has a defect and could not answer. Report it to the operator: the server's log has the details."


def _in_words(seconds: float) -> str:
    """0.25 is 250 ms, 90 is 90 s."""
    return f"{seconds:.0f} s" if seconds >= 10 else f"{max(1, seconds * 1_000):.0f} ms"


def short(words: object) -> str:
    """Words as a text no longer than a status takes."""
    text = str(words)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."
