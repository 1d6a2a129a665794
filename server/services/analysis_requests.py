"""The requests of AnalysisService as values with the fields of their messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from seawall.engine.analysis.attribution import MOST_GROUPS, Group
from seawall.engine.analysis.between import NUMBERS, AssumptionWay
from seawall.engine.analysis.breaking_point import LEAST_SCAN, ScanPoints
from seawall.engine.analysis.events import BreakingEvent, FigureName
from seawall.engine.analysis.funds import NAME as FUNDS
from seawall.engine.analysis.sensitivity import AssumptionRange
from seawall.engine.inputs.scenario import Assumptions, Course
from seawall.engine.values.faults import Fault, Reason
from seawall.engine.values.units import Address, Kind, Most, Name, Unit
from seawall.engine.values.value import Value

from .requests import RequestId, ScenarioSource

FigurePeriod = Annotated[int, Unit(Kind.COUNT, 1, 24, allowed="a whole number from 1 to 24")]


def _is_somewhere(target: "Target") -> Iterator[Fault]:
    if target.template_name is None and target.assumptions is None and target.way is None:
        yield Fault("assumptions", Reason.REQUIRED, "none", "one of template_name, assumptions and way")
    if target.course is not None and target.assumptions is None:
        yield Fault("course", Reason.CONFLICT, "a course without assumptions", "a course with assumptions")


@dataclass(frozen=True, slots=True)
class Target(Value):
    """Where the way from the base leads."""

    RULES: ClassVar = (_is_somewhere,)

    template_name: Name | None = None
    assumptions: Assumptions | None = None
    way: AssumptionWay | None = None
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class FindBreakingPoint(Value):
    """What to look for, and on which way."""

    scenario: ScenarioSource
    event: BreakingEvent
    target: Target
    scan_points: ScanPoints = LEAST_SCAN
    request_id: RequestId | None = None


@dataclass(frozen=True, slots=True)
class MeasureSensitivity(Value):
    """A figure to measure, and the assumptions to try."""

    scenario: ScenarioSource
    figure: FigureName
    ranges: Annotated[tuple[AssumptionRange, ...], Most(len(NUMBERS))] = ()
    request_id: RequestId | None = None


def _period_goes_with_funds(request: "Attribute") -> Iterator[Fault]:
    if request.figure == FUNDS and request.period is None:
        yield Fault("period", Reason.REQUIRED, "nothing", f"the month at whose end {FUNDS} is measured")
    if request.figure != FUNDS and request.period is not None:
        yield Fault("period", Reason.CONFLICT, f"a period with {request.figure}", f"only with {FUNDS}")


@dataclass(frozen=True, slots=True)
class Attribute(Value):
    """A figure to attribute between two scenarios, and the groups of assumptions."""

    RULES: ClassVar = (_period_goes_with_funds,)

    scenario: ScenarioSource
    target_scenario_id: Address
    figure: FigureName
    groups: Annotated[tuple[Group, ...], Most(MOST_GROUPS)] = ()
    request_id: RequestId | None = None
    period: FigurePeriod | None = None  #: of funds alone
