"""The plan of a sweep: which companies, under which scenarios. Its order is its own, whatever order it came in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any, ClassVar

from ..inputs.scenario import Assumptions, Course, Posture, Scenario
from ..inputs.templates import TEMPLATES
from ..values.faults import Fault, Reason, Refused
from ..values.in_words import grouped
from ..values.units import Acceleration, Day, Horizon, Kind, Most, Name, Unit
from ..values.value import Value
from .axes import Axis, DrawnAxis, SweepAxis, combinations

MOST_COMPANIES = 50_000
MOST_AXES = 6
MOST_SCENARIOS = 1_000  #: that are listed one by one
MOST_DRAWS = 1_000_000
MOST_SWEPT_ROWS = 10_000_000
MOST_ROWS_KEPT = 100_000  #: up to here rows are stored where the plan does not say
NOWHERE = "sha256:" + "0" * 64  #: stands for the company of a scenario that is only checked

NEUTRAL_ASSUMPTIONS = Assumptions()

#: A content address that is a figure of the plan, and not one of the few parents that a document has.
CompanyAddress = Annotated[
    str, Unit(Kind.TEXT, 71, 71, r"sha256:[0-9a-f]{64}", "the id of a dataset version: sha256: and 64 hex digits")
]
SweepName = Annotated[
    str,
    Unit(
        Kind.TEXT,
        1,
        180,
        r"(?=.*\S)[^\x00-\x1f\x7f]{1,180}",
        "1 to 180 characters, no control characters, not only spaces",
    ),
]
Seed = Annotated[str, Unit(Kind.TEXT, 1, 64, r"[A-Za-z0-9_.:-]{1,64}", "1 to 64 of A-Z a-z 0-9 _ . : -")]
DrawCount = Annotated[int, Unit(Kind.COUNT, 1, MOST_DRAWS, allowed=f"a whole number from 1 to {MOST_DRAWS}")]


class Retention(Enum):
    """What is stored of the rows."""

    ROWS = "rows"  #: every figure of every row
    HASHES = "hashes"  #: what proves them: a row is computed again where somebody asks for it


@dataclass(frozen=True, slots=True)
class Stress(Value):
    """Assumptions, and when they act: a template's, or as they are here."""

    template_name: Name | None = None
    assumptions: Assumptions = NEUTRAL_ASSUMPTIONS
    course: Course | None = None

    def resolved(self) -> "Stress":
        """With what its template fills in."""
        if self.template_name is None:
            return self
        template = TEMPLATES[self.template_name]
        return Stress(assumptions=template.assumptions, course=template.course)


NO_STRESS = Stress()


def _axes_differ(grid: Any) -> Iterator[Fault]:
    names = [axis.assumption for axis in grid.axes]
    yield from _twice("axes", "assumption", names, "each assumption at most once")


@dataclass(frozen=True, slots=True)
class SweepGrid(Value):
    """Every combination of the values of its axes; the last axis, by name, changes fastest."""

    RULES: ClassVar = (_axes_differ,)

    axes: Annotated[tuple[SweepAxis, ...], Most(MOST_AXES)]
    base: Stress = NO_STRESS


@dataclass(frozen=True, slots=True)
class SweepScenario(Value):
    """A scenario by itself."""

    name: Name
    stress: Stress = NO_STRESS


@dataclass(frozen=True, slots=True)
class SweepDraws(Value):
    """Scenarios whose values are drawn by rule, each from the table of its axis."""

    RULES: ClassVar = (_axes_differ,)

    seed: Seed
    count: DrawCount
    axes: Annotated[tuple[DrawnAxis, ...], Most(MOST_AXES)]
    base: Stress = NO_STRESS


def _companies_differ(plan: "SweepPlan") -> Iterator[Fault]:
    yield from _twice("dataset_version_ids", "", plan.dataset_version_ids, "each dataset version once")


def _names_differ(plan: "SweepPlan") -> Iterator[Fault]:
    yield from _twice("scenarios", "name", [each.name for each in plan.scenarios], "each name once")


def _has_scenarios(plan: "SweepPlan") -> Iterator[Fault]:
    ways = [name for name in ("grid", "scenarios", "draws") if getattr(plan, name)]
    allowed = "one of grid, scenarios and draws"
    if not ways:
        yield Fault("grid", Reason.REQUIRED, "none of the three", allowed)
    for name in ways[1:]:
        yield Fault(name, Reason.CONFLICT, f"{ways[0]} and {name}", allowed)


def _has_few_rows(plan: "SweepPlan") -> Iterator[Fault]:
    companies, scenarios = len(plan.dataset_version_ids), plan.scenario_count
    if companies * scenarios > MOST_SWEPT_ROWS:
        rows = f"{grouped(companies * scenarios, 0)} rows: {companies} companies under {scenarios} scenarios"
        yield Fault("", Reason.OUT_OF_RANGE, rows, f"at most {grouped(MOST_SWEPT_ROWS, 0)} rows")


def _templates_are_known(plan: "SweepPlan") -> Iterator[Fault]:
    for path, stress in plan.stresses():
        if stress.template_name is not None and stress.template_name not in TEMPLATES:
            field, allowed = f"{path}.template_name", ", ".join(TEMPLATES)
            yield Fault(field, Reason.UNKNOWN_REFERENCE, stress.template_name, allowed)


def _stresses_fit(plan: "SweepPlan") -> Iterator[Fault]:
    """What a scenario would refuse: a path beyond the horizon, a course of paths, months of no workout."""
    for path, stress in plan.stresses():
        try:
            plan.scenario("check", stress)
        except Refused as refused:
            for fault in refused.faults:
                of_stress = fault.field.startswith("assumptions.")
                if of_stress or path == plan.stresses()[0][0]:  # what is of the plan is wrong once
                    yield fault.under(path) if of_stress else fault


@dataclass(frozen=True, slots=True)
class SweepPlan(Value):
    """Companies, each under every scenario: row n is company n / S under scenario n % S, of S scenarios."""

    RULES: ClassVar = (
        _companies_differ,
        _names_differ,
        _has_scenarios,
        _has_few_rows,
        _templates_are_known,
        _stresses_fit,
    )

    name: SweepName
    dataset_version_ids: Annotated[tuple[CompanyAddress, ...], Most(MOST_COMPANIES)]
    horizon_months: Horizon
    grid: SweepGrid | None = None
    scenarios: Annotated[tuple[SweepScenario, ...], Most(MOST_SCENARIOS)] = ()
    draws: SweepDraws | None = None
    analysis_date: Day | None = None  #: None: the as-of date of each company
    posture: Posture = Posture.STANDSTILL
    acceleration_months: Acceleration | None = None
    retention: Retention | None = None  #: None: by the number of rows

    @property
    def scenario_count(self) -> int:
        """S, the scenarios of each company."""
        if self.grid:
            return combinations(self.grid.axes)
        return self.draws.count if self.draws else len(self.scenarios)

    @property
    def row_count(self) -> int:
        return len(self.dataset_version_ids) * self.scenario_count

    @property
    def axes(self) -> Sequence[Axis]:
        """What differs between the scenarios; none where they are listed."""
        varied = self.grid or self.draws
        return varied.axes if varied else ()

    def stresses(self) -> list[tuple[str, Stress]]:
        """The stresses that the plan writes out, with the path of each."""
        if self.scenarios:
            return [(f"scenarios[{n}].stress", each.stress) for n, each in enumerate(self.scenarios)]
        return [(f"{name}.base", each.base) for name in ("grid", "draws") if (each := getattr(self, name))]

    def scenario(self, name: str, stress: Stress, company: str = NOWHERE) -> Scenario:
        """A scenario of this plan. Raises `Refused` where these assumptions make none."""
        return Scenario(
            dataset_version_id=company,
            name=name,
            horizon_months=self.horizon_months,
            assumptions=stress.assumptions,
            course=stress.course,
            posture=self.posture,
            acceleration_months=self.acceleration_months,
        )

    def settled(self) -> "SweepPlan":
        """The plan as it is stored: in the order of addresses, names and values, without a template or a default."""
        grid, draws = self.grid, self.draws
        kept = Retention.ROWS if self.row_count <= MOST_ROWS_KEPT else Retention.HASHES
        return replace(
            self,
            dataset_version_ids=tuple(sorted(self.dataset_version_ids)),
            grid=grid and replace(grid, axes=_by_name(grid.axes), base=grid.base.resolved()),
            scenarios=tuple(
                SweepScenario(each.name, each.stress.resolved())
                for each in sorted(self.scenarios, key=lambda each: each.name)
            ),
            draws=draws and replace(draws, axes=_by_name(draws.axes), base=draws.base.resolved()),
            retention=self.retention or kept,
        )


def _by_name(axes: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(axis.settled() for axis in sorted(axes, key=lambda axis: axis.assumption))


def _twice(items: str, field: str, names: Collection[str], allowed: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield Fault(f"{items}[{position}]{field and '.' + field}", Reason.DUPLICATE, name, allowed)
        seen.add(name)
