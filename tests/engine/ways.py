"""Random ways of random companies: from no stress to one of the random scenarios, and the events to look for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from seawall.engine.analyse import Subject
from seawall.engine.analysis.between import Between, between
from seawall.engine.analysis.conditions import Condition, condition
from seawall.engine.analysis.events import BreakingEvent, EventKind, Side, Threshold
from seawall.engine.analysis.headers import Header
from seawall.engine.horizon.results import ShortfallCategory
from seawall.engine.inputs.scenario import Assumptions, Scenario
from seawall.engine.values.faults import Refused
from seawall.engine.values.units import NANO
from tests.engine.companies import group

EVENTS = (
    BreakingEvent(EventKind.DEFAULT),
    BreakingEvent(EventKind.OBLIGATION_UNPAID),
    BreakingEvent(EventKind.OBLIGATION_UNPAID, category=ShortfallCategory.OPERATING),
    BreakingEvent(EventKind.COVENANT_BREACH),
    BreakingEvent(EventKind.LIQUIDITY_BELOW_MINIMUM),
    BreakingEvent(EventKind.LIQUIDITY_BELOW_MINIMUM, minimum_liquidity=10_000_00),
    BreakingEvent(EventKind.LOAN_TO_VALUE_ABOVE_ONE),
    BreakingEvent(EventKind.THRESHOLD, threshold=Threshold("coverage_horizon.dscr", Side.BELOW, ratio=5 * NANO // 4)),
    BreakingEvent(EventKind.THRESHOLD, threshold=Threshold("first_default_period", Side.BELOW, months=7)),
    BreakingEvent(EventKind.THRESHOLD, threshold=Threshold("totals.net_income_minor", Side.BELOW, amount=0)),
)


@dataclass(frozen=True)
class Remembering(Subject):
    """A company whose headers are computed once, however many events are looked for."""

    known: dict[tuple[Scenario, bool], Header | Refused] = field(default_factory=dict)

    def headers(self, scenarios: Sequence[Scenario], with_collateral: bool = False) -> list[Header | Refused]:
        of_each = [(scenario, with_collateral) for scenario in scenarios]
        new = [key for key in dict.fromkeys(of_each) if key not in self.known]
        headers = super().headers([scenario for scenario, _ in new], with_collateral)
        self.known.update(zip(new, headers, strict=True))
        return [self.known[key] for key in of_each]


class Way(NamedTuple):
    """A company, and where it is stressed to."""

    subject: Subject
    between: Between


def ways(seed: int, alike: int = 1) -> Iterator[Way]:
    """Companies for ever, the same of one seed, so many of each structure, as what that costs is paid once.

    Each has a way whose first and last step can be executed.
    """
    for number in count(1):
        for case in group(seed, number, alike):
            subject = Remembering(case.company, case.analysis_date)
            base = replace(case.scenario, name="base", assumptions=Assumptions(), course=None)
            try:
                way = between(base, case.scenario.assumptions, case.scenario.course, "target")
            except Refused:  # the scenario stresses nothing
                continue
            if not any(isinstance(header, Refused) for header in subject.headers([way.at(0), way.at(way.steps)])):
                yield Way(subject, way)


def conditions(subject: Subject) -> Iterator[Condition]:
    """The events that the company can have."""
    for event in EVENTS:
        try:
            yield condition(event, subject.company, "event")
        except Refused:
            continue
