"""Breaking points, sensitivities and attributions: same arguments, same answer, for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from .analysis import attribution, breaking_point, sensitivity
from .analysis.attribution import Attribution, Group
from .analysis.between import Between, severity_of
from .analysis.binding import binding
from .analysis.breaking_point import BreakingPoint, Point, PointState, Stop
from .analysis.conditions import Condition, unknown_figure
from .analysis.figure_value import FigureValue, difference, in_unit, number_of, value_of, why_unknown
from .analysis.funds import Funds
from .analysis.header_figures import HeaderFigure, header_figures
from .analysis.headers import Header, headers, headers_along, of_runs
from .analysis.sensitivity import Ends, Sensitivity
from .execute import execute
from .horizon.results import Execution
from .inputs.company import DatasetVersion
from .inputs.scenario import Scenario
from .values.faults import Fault, Reason, Refused
from .values.pause import Pause, no_pause


@dataclass(frozen=True)
class Subject:
    """The company that is analysed, from which day, and how long work is stopped."""

    company: DatasetVersion
    analysis_date: date
    pause: Pause = no_pause

    def headers(self, scenarios: Sequence[Scenario], with_collateral: bool = False) -> list[Header | Refused]:
        """The header of each scenario, or its refusal."""
        return headers(self.company, self.analysis_date, scenarios, self.pause, with_collateral)

    def headers_along(
        self, way: Between, steps: Sequence[int], with_collateral: bool = False
    ) -> list[Header | Refused]:
        """The same after each of some steps of a way."""
        return headers_along(self.company, self.analysis_date, way, steps, self.pause, with_collateral)

    def figure(self, name: str, field: str = "figure") -> HeaderFigure:
        """The figure of this name. Raises `Refused` where the company has none; `field` is its path in the request."""
        figures = header_figures(self.company)
        fault = unknown_figure(figures, name)
        if fault:
            raise Refused([replace(fault, field=field)])
        return figures[name]

    def values(self, figure: HeaderFigure | Funds, scenarios: Sequence[Scenario]) -> list[FigureValue | Refused]:
        """The figure under each scenario, or its refusal."""
        if isinstance(figure, Funds):
            return of_runs(self.company, self.analysis_date, scenarios, figure.of_run, self.pause)
        return [
            header if isinstance(header, Refused) else value_of(figure, header.metrics)
            for header in self.headers(scenarios)
        ]

    def about(self, scenario: Scenario) -> dict[str, Any]:
        """What every answer says of the company and the months."""
        return {
            "analysis_date": self.analysis_date,
            "horizon_months": scenario.horizon_months,
            "currency": self.company.currency,
            "minor_digits": self.company.minor_digits,
        }


class Example(NamedTuple):
    """A scenario of an answer, executed: it can be opened like any other."""

    scenario: Scenario
    execution: Execution


class BreakingPointWithExamples(NamedTuple):
    """A breaking point, and what lies on either side of it."""

    point: BreakingPoint
    first_breaking: Example | None
    last_holding: Example | None


def find_breaking_point(
    subject: Subject, way: Between, condition: Condition, scan_points: int, template_name: str = ""
) -> BreakingPointWithExamples:
    """Look along a way for the first step with an event, and execute it and the last step without."""

    def look(steps: Sequence[int]) -> list[Point]:
        answers = subject.headers_along(way, steps, condition.needs_collateral)
        return [_point(condition, step, answer) for step, answer in zip(steps, answers, strict=True)]

    def example(point: Point | None, state: PointState) -> Example | None:
        if point is None or point.state is not state:
            return None
        scenario = way.at(point.step)
        return Example(scenario, execute(scenario, subject.company, subject.analysis_date, pause=subject.pause))

    def stop(point: Point | None) -> Stop | None:
        if point is None:
            return None
        severity = severity_of(point.step, way.steps)
        return Stop(point.step, severity, point.state, point.reason, way.at(point.step).assumptions)

    seen = breaking_point.search(way.steps, scan_points, look)
    breaking = example(seen.first_breaking, PointState.BREAKS)
    point = BreakingPoint(
        method=breaking_point.METHOD,
        **subject.about(way.base),
        event=condition.event,
        template_name=template_name,
        scan_points=scan_points,
        base=way.base.assumptions,
        target=way.target,
        course=way.base.course,
        steps=way.steps,
        verdict=seen.verdict,
        is_monotone=int(seen.is_monotone),
        first_breaking=stop(seen.first_breaking),
        before_it=stop(seen.before_it),
        binding=binding(condition, breaking.execution) if breaking else None,
        flips=seen.flips,
        scan=seen.scan,
    )
    return BreakingPointWithExamples(point, breaking, example(seen.before_it, PointState.HOLDS))


def _point(condition: Condition, step: int, answer: Header | Refused) -> Point:
    if isinstance(answer, Refused):
        return Point(step, PointState.REFUSED, str(answer.faults[0])[:LONGEST_REASON])
    undefined = condition.undefined(answer)
    if undefined:
        return Point(step, PointState.UNDEFINED, undefined)
    return Point(step, PointState.BREAKS if condition.breaks(answer) else PointState.HOLDS)


LONGEST_REASON = 400  #: letters of a refusal that a point quotes


def measure_sensitivity(
    subject: Subject, scenario: Scenario, figure: HeaderFigure, ends: Sequence[Ends]
) -> Sensitivity:
    """A figure under each assumption by itself, low and high. Raises `Refused` where a scenario of it is refused."""
    names = ["the scenario", "all low", "all high", *(f"{end.assumption} {side}" for end in ends for side in SIDES)]
    answers = subject.values(figure, sensitivity.tried(scenario, ends))
    values = [_not_refused(answer, "ranges", name) for name, answer in zip(names, answers, strict=True)]
    return Sensitivity(
        method=sensitivity.METHOD,
        **subject.about(scenario),
        figure=figure.name,
        **sensitivity.tornado(figure.unit, ends, values)._asdict(),
    )


SIDES = ("low", "high")


def attribute(subject: Subject, way: Between, figure: HeaderFigure | Funds, groups: Sequence[Group]) -> Attribution:
    """What each group of assumptions did to a figure between base and target.

    `groups` are checked. Raises `Refused` where a combination is refused, or the figure has no number in it.
    """
    acting = attribution.players(groups, way.differing)
    combinations = [attribution.members(acting, combination) for combination in range(1 << len(acting))]
    scenarios = [
        way.mixed(tuple(name for group in combination for name in group.assumptions)) for combination in combinations
    ]
    values: list[FigureValue] = []
    numbers: list[int] = []
    for combination, answer in zip(combinations, subject.values(figure, scenarios), strict=True):
        names = " + ".join(group.name for group in combination) or "the base"
        value = _not_refused(answer, "groups", names)
        number = number_of(value)
        if number is None:
            allowed = "a figure that is a number under every combination of the groups"
            raise Refused([Fault("figure", Reason.CONFLICT, f"{why_unknown(value)} under {names}", allowed)])
        values.append(value)
        numbers.append(number)
    exact = dict.fromkeys((group.name for group in groups), Fraction(0))
    exact |= zip((group.name for group in acting), attribution.shapley(numbers, len(acting)), strict=True)
    rounded = attribution.largest_remainder(exact)
    return Attribution(
        method=attribution.METHOD,
        **subject.about(way.base),
        figure=figure.name,
        base_value=values[0],
        target_value=values[-1],
        change=difference(figure.unit, values[-1], values[0]),
        shares=tuple(
            attribution.Share(
                group.name, group.assumptions, in_unit(figure.unit, rounded[group.name]), str(exact[group.name])
            )
            for group in groups
        ),
        combinations=tuple(values),
        period=figure.period if isinstance(figure, Funds) else 0,
    )


def _not_refused(answer: FigureValue | Refused, field: str, name: str) -> FigureValue:
    """A figure; the refusal of a scenario says which it is."""
    if isinstance(answer, Refused):
        reason, allowed = answer.faults[0].reason, "scenarios that can be executed"
        raise Refused([Fault(field, reason, f"{name}: {answer.faults[0]}"[:LONGEST_REASON], allowed)])
    return answer
