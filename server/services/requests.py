"""The requests as values with the fields of their messages: reading one checks it like any other value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from seawall.engine import DatasetVersion, Scenario
from seawall.engine.assessment.debt_service import DEFAULT_TERMS, AssessmentTerms
from seawall.engine.preview.preview import Preview
from seawall.engine.reports import ReportView
from seawall.engine.values.faults import Fault, Reason
from seawall.engine.values.units import MOST_LABELS, Address, Day, Identifier, Kind, Most, Name, Unit
from seawall.engine.values.value import Value

_HEX = "[0-9a-fA-F]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
RequestId = Annotated[str, Unit(Kind.TEXT, 36, 36, _UUID, "a UUID")]
PageSize = Annotated[int, Unit(Kind.COUNT, 1, 2**31 - 1, allowed="a whole number from 1; more than 1000 is 1000")]
IdPrefix = Annotated[
    str, Unit(Kind.TEXT, 15, 71, r"sha256:[0-9a-f]{8,64}", "sha256: and 64 hex digits, or at least the first 8 of them")
]
PageToken = Annotated[str, Unit(Kind.TEXT, 0, 200, r"[A-Za-z0-9_-]{0,200}", "a next_page_token of this list")]
LogSize = Annotated[int, Unit(Kind.COUNT, 1, 10**15, allowed="1 to the records in the log")]
Note = Annotated[
    str, Unit(Kind.TEXT, 1, 100_000, r"[^\x00-\x09\x0b-\x1f]{1,100000}", "a checkpoint of this log, a signed note")
]
Switch = Annotated[bool, Unit(Kind.FLAG, 0, 1, allowed="true or false")]
Period = Annotated[int, Unit(Kind.COUNT, 1, 25, allowed="1 to the horizon + 1")]
PeriodsPerMessage = Annotated[int, Unit(Kind.COUNT, 1, 24, allowed="a whole number from 1 to 24")]


def checks_leave_no_answer(request: Any) -> Iterator[Fault]:
    """A rule of every request that may only be checked: nothing is stored that its id could give again."""
    if request.validate_only and request.request_id is not None:
        yield Fault("request_id", Reason.CONFLICT, request.request_id, "none with validate_only, which stores nothing")


def template_conflicts(field: str, stress: Any) -> tuple[Fault, ...]:
    """What a message has beside a template, named in this field, that the template fills in; once."""
    filled_in = [name for name in ("assumptions", "course") if stress.HasField(name)]
    return tuple(Fault(field, Reason.CONFLICT, f"a template and {name}", "one of the two") for name in filled_in[:1])


def _a_pair_is_only_checked(request: "CreateScenario") -> Iterator[Fault]:
    if request.dataset_version is not None and not request.validate_only:
        allowed = "only with validate_only; else register it and name its id"
        yield Fault("dataset_version", Reason.CONFLICT, "a dataset version", allowed)


@dataclass(frozen=True, slots=True)
class RegisterDatasetVersion(Value):
    """Figures to store."""

    RULES: ClassVar = (checks_leave_no_answer,)

    dataset_version: DatasetVersion
    request_id: RequestId | None = None
    validate_only: Switch = False


@dataclass(frozen=True, slots=True)
class GetDatasetVersion(Value):
    """A dataset version to read."""

    dataset_version_id: IdPrefix


@dataclass(frozen=True, slots=True)
class ListDatasetVersions(Value):
    """A page of dataset versions."""

    page_size: PageSize = 50
    page_token: PageToken = ""
    company_id: Identifier | None = None
    labels: Annotated[tuple[Identifier, ...], Most(MOST_LABELS)] = ()


@dataclass(frozen=True, slots=True)
class CreateScenario(Value):
    """A scenario to store; with the dataset version itself only to check the two."""

    RULES: ClassVar = (checks_leave_no_answer, _a_pair_is_only_checked)

    scenario: Scenario
    template_name: Name | None = None
    request_id: RequestId | None = None
    validate_only: Switch = False
    dataset_version: DatasetVersion | None = None


@dataclass(frozen=True, slots=True)
class GetScenario(Value):
    """A scenario to read, named together with its dataset version."""

    scenario_id: IdPrefix
    dataset_version_id: IdPrefix


@dataclass(frozen=True, slots=True)
class ListScenarios(Value):
    """A page of scenarios."""

    page_size: PageSize = 50
    page_token: PageToken = ""
    dataset_version_id: IdPrefix | None = None


@dataclass(frozen=True, slots=True)
class ListScenarioTemplates(Value):
    """The scenario templates to read."""


@dataclass(frozen=True, slots=True)
class ScenarioSource(Value):
    """A scenario with the dataset version it was made for."""

    scenario_id: Address
    dataset_version_id: Address
    analysis_date: Day | None = None


def _has_source(request: "Execute") -> Iterator[Fault]:
    if request.scenario is None and request.execution_id is None:
        yield Fault("scenario", Reason.REQUIRED, "neither", "one of scenario and execution_id")


@dataclass(frozen=True, slots=True)
class Execute(Value):
    """A scenario to execute or an execution to read, and how to stream it."""

    RULES: ClassVar = (_has_source,)

    scenario: ScenarioSource | None = None
    execution_id: Address | None = None
    start_period: Period = 1
    periods_per_message: PeriodsPerMessage = 1
    request_id: RequestId | None = None


@dataclass(frozen=True, slots=True)
class GetExecution(Value):
    """An execution to read, without its months."""

    execution_id: IdPrefix


@dataclass(frozen=True, slots=True)
class ListExecutions(Value):
    """A page of executions."""

    page_size: PageSize = 50
    page_token: PageToken = ""
    dataset_version_id: IdPrefix | None = None
    scenario_id: IdPrefix | None = None


@dataclass(frozen=True, slots=True)
class Replay(Value):
    """An execution to compute again, on its own dataset version or on another one."""

    execution_id: Address
    dataset_version_id: Address
    analysis_date: Day | None = None
    start_period: Period = 1
    periods_per_message: PeriodsPerMessage = 1
    request_id: RequestId | None = None


#: The cash flows of an instrument: the request is a value of the engine.
PreviewInstrument = Preview


@dataclass(frozen=True, slots=True)
class GetReport(Value):
    """A view of an execution to report."""

    execution_id: Address
    view: ReportView
    request_id: RequestId | None = None


@dataclass(frozen=True, slots=True)
class AssessDebtService(Value):
    """A dataset version to assess."""

    RULES: ClassVar = (checks_leave_no_answer,)

    dataset_version_id: Address
    analysis_date: Day | None = None
    terms: AssessmentTerms = DEFAULT_TERMS
    request_id: RequestId | None = None
    validate_only: Switch = False


@dataclass(frozen=True, slots=True)
class GetEvidence(Value):
    """A document whose stored bytes to read."""

    address: IdPrefix


@dataclass(frozen=True, slots=True)
class GetProof(Value):
    """A document whose receipt to read."""

    address: IdPrefix


@dataclass(frozen=True, slots=True)
class GetCheckpoint(Value):
    """The newest checkpoint of the log."""


@dataclass(frozen=True, slots=True)
class GetConsistencyProof(Value):
    """Two sizes of the log, the older one first."""

    first_size: LogSize
    second_size: LogSize | None = None


@dataclass(frozen=True, slots=True)
class VerifyEvidence(Value):
    """A verification of all evidence, and of the history since a checkpoint."""

    checkpoint: Note | None = None
    recompute: Switch = False
