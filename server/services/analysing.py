"""The work of AnalysisService that leaves the event loop: stored inputs decoded, the engine run on them, sealed.

Each answer is computed from a request here and, for a verification, again from what its document says.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

from seawall.engine import (
    TEMPLATES,
    Fault,
    Reason,
    Refused,
    Scenario,
    Subject,
    attribute,
    check,
    find_breaking_point,
    measure_sensitivity,
)
from seawall.engine.analyse import Example
from seawall.engine.analysis.attribution import Group, checked_groups, players
from seawall.engine.analysis.between import Between, along, between
from seawall.engine.analysis.breaking_point import most_points
from seawall.engine.analysis.conditions import condition
from seawall.engine.analysis.events import BreakingEvent
from seawall.engine.analysis.funds import NAME as FUNDS
from seawall.engine.analysis.funds import Funds
from seawall.engine.analysis.header_figures import HeaderFigure
from seawall.engine.analysis.sensitivity import AssumptionRange, Ends, ends_of
from seawall.engine.inputs.scenario import Assumptions

from ..documents.document import Document, seal
from ..work.job import pause
from .analysis_requests import Target
from .computing import request_paths
from .memory import Input
from .price import check_price, check_price_of_headers


class Base(NamedTuple):
    """A stored scenario on its stored dataset version, from a day: where every analysis starts."""

    scenario: Input
    dataset_version: Input
    analysis_date: date | None

    @property
    def about(self) -> str:
        """What its work is about."""
        return self.dataset_version.address

    @property
    def parents(self) -> dict[str, str]:
        """The addresses of both, by the names of parents."""
        return {"scenario": self.scenario.address, "dataset_version": self.dataset_version.address}


class Terms(NamedTuple):
    """What a breaking point is about, beyond its base."""

    event: BreakingEvent
    scan_points: int
    template_name: str
    way: Callable[[Scenario], Between]


def computed_breaking_point(base: Base, terms: Terms) -> Sequence[Document]:
    """A breaking point with the scenarios and executions on either side of it, which come first."""
    scenario, subject = _opened(base)
    what = condition(terms.event, subject.company, "event")
    way = terms.way(scenario)
    _check_price(subject, scenario, most_points(way.steps, terms.scan_points))
    answer = find_breaking_point(subject, way, what, terms.scan_points, terms.template_name)
    documents: list[Document] = []
    parents = base.parents
    for side, example in (("first_breaking", answer.first_breaking), ("last_holding", answer.last_holding)):
        if example:
            made = _executed(subject, example, base.dataset_version.address)
            documents += made
            parents |= {f"{side}_scenario": made[0].address, f"{side}_execution": made[1].address}
    return [*documents, seal(answer.point, **parents)]


def way_to(target: Target) -> Callable[[Scenario], Between]:
    """The way from a scenario to the target of a request."""

    return partial(_way_to, target)


def _way_to(target: Target, scenario: Scenario) -> Between:
    if target.way is not None:
        return along(scenario, target.way, "target.way")
    if target.template_name is not None:
        template = TEMPLATES[target.template_name]
        return between(scenario, template.assumptions, template.course, "target")
    return between(scenario, target.assumptions or Assumptions(), target.course, "target")


def computed_sensitivity(base: Base, figure: str, ranges: Sequence[AssumptionRange]) -> Document:
    """A sensitivity to some ranges, or to those that follow from the scenario."""
    return _sensitivity(base, figure, lambda scenario: ends_of(scenario, ranges, "ranges"))


def sensitivity_again(base: Base, figure: str, ends: Sequence[Ends]) -> Document:
    """A sensitivity to the ends that its document has."""
    return _sensitivity(base, figure, lambda _: ends)


def _sensitivity(base: Base, figure: str, ends: Callable[[Scenario], Sequence[Ends]]) -> Document:
    scenario, subject = _opened(base)
    measured, both = subject.figure(figure), ends(scenario)
    _check_price(subject, scenario, 3 + 2 * len(both))
    return seal(measure_sensitivity(subject, scenario, measured, both), **base.parents)


class Attributed(NamedTuple):
    """The figure of an attribution by its name, and its month where it is one of a month; else 0."""

    figure: str
    period: int = 0


def computed_attribution(base: Base, target: Input, what: Attributed, groups: Sequence[Group]) -> Document:
    """An attribution between two stored scenarios."""
    scenario, subject = _opened(base)
    other: Scenario = target.open()
    _refuse_other_than_assumptions(scenario, other)
    way = _way_between(scenario, other)
    attributed, checked = _figure(subject, scenario, what), checked_groups(groups, way.differing, "groups")
    _check_price(subject, scenario, 1 << len(players(checked, way.differing)))
    answer = attribute(subject, way, attributed, checked)
    return seal(answer, **base.parents, target_scenario=target.address)


def _figure(subject: Subject, scenario: Scenario, what: Attributed) -> HeaderFigure | Funds:
    if what.figure != FUNDS:
        return subject.figure(what.figure)
    if not 1 <= what.period <= scenario.horizon_months:
        allowed = f"1 to {scenario.horizon_months}, the months of the scenario"
        raise Refused([Fault("period", Reason.OUT_OF_RANGE, str(what.period), allowed)])
    return Funds(what.period)


def _way_between(base: Scenario, target: Scenario) -> Between:
    try:
        return between(base, target.assumptions, target.course, "")
    except Refused as refused:
        raise Refused(replace(fault, field="target_scenario_id") for fault in refused.faults) from None


def _refuse_other_than_assumptions(base: Scenario, target: Scenario) -> None:
    """Two scenarios over other months, or with other creditors, differ in more than can be attributed."""
    for name in ("horizon_months", "posture", "acceleration_months"):
        here, there = getattr(base, name), getattr(target, name)
        if here != there:
            words, allowed = f"{name} {_word(there)}", f"{name} {_word(here)}, as the base has it"
            raise Refused([Fault("target_scenario_id", Reason.CONFLICT, words, allowed)])


def _word(value: object) -> str:
    return str(getattr(value, "name", value))


def _opened(base: Base) -> tuple[Scenario, Subject]:
    """The scenario and the company. Refuses what could not be executed as it is."""
    scenario, company = base.scenario.open(), base.dataset_version.open()
    day = base.analysis_date or company.as_of_date
    check_price(company, scenario.horizon_months, day)
    with request_paths("scenario.analysis_date"):
        check(scenario, company, day, pause)
    return scenario, Subject(company, day, pause)


def _check_price(subject: Subject, scenario: Scenario, headers: int) -> None:
    check_price_of_headers(subject.company, scenario.horizon_months, subject.analysis_date, headers)


def _executed(subject: Subject, example: Example, dataset_version: str) -> tuple[Document, Document]:
    """A scenario and its execution."""
    scenario = seal(example.scenario)
    return scenario, seal(example.execution, scenario=scenario.address, dataset_version=dataset_version)
