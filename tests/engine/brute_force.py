"""What breaks at thousands of severities of a way, written plainly: it knows neither the search nor its conditions.

The rows are played by the tape of the company itself, which an analysis has no use for.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from seawall.engine import execute
from seawall.engine.analyse import Subject, find_breaking_point
from seawall.engine.analysis.between import Between
from seawall.engine.analysis.breaking_point import PointState
from seawall.engine.analysis.conditions import Condition, condition
from seawall.engine.analysis.events import BreakingEvent, EventKind, Side, Threshold
from seawall.engine.compile.rows import compile_rows
from seawall.engine.compile.varied import varied_stress
from seawall.engine.horizon.results import ShortfallCategory
from seawall.engine.horizon.stressed_months import stressed_months
from seawall.engine.horizon.stressed_rows import StressedRows
from seawall.engine.numbers.batch import column
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.values.faults import Refused
from seawall.engine.values.units import MOST_MONEY, NANO

HOLDS, BREAKS, UNDEFINED, REFUSED = PointState.HOLDS, PointState.BREAKS, PointState.UNDEFINED, PointState.REFUSED
TOGETHER = 1_000  #: severities in memory at a time


class Rows(NamedTuple):
    """Some severities that are not refused: totals whose figures are columns, and the first month under water."""

    metrics: Any
    first_under_water: Any


def dscr_below(rows: Rows, limit: Threshold) -> Any:
    """On the parts of the ratio; a negative numerator is below every limit."""
    flows = rows.metrics.coverage_horizon
    numerator, denominator = Fraction(limit.ratio or 0, NANO).as_integer_ratio()
    return (flows.dscr == UndefinedRatio.NEGATIVE) | (denominator * flows.cfads < numerator * flows.debt_service)


def dscr_is_unknown(rows: Rows) -> Any:
    dscr = rows.metrics.coverage_horizon.dscr
    return (dscr >= UndefinedRatio.NO_DEBT_SERVICE) & (dscr != UndefinedRatio.NEGATIVE)


#: Whether a figure is below a limit; what never happens is not before any month.
BELOW: dict[str, Callable[[Rows, Threshold], Any]] = {
    "coverage_horizon.dscr": dscr_below,
    "first_default_period": lambda rows, limit: (
        (rows.metrics.first_default_period > 0) & (rows.metrics.first_default_period < limit.months)
    ),
    "totals.net_income_minor": lambda rows, limit: rows.metrics.totals.net_income < limit.amount,
    "lowest_liquidity_minor": lambda rows, limit: rows.metrics.lowest_liquidity < limit.amount,
}


def halfway(subject: Subject, way: Between) -> list[Condition]:
    """Limits that are passed somewhere on the way: halfway between what two figures are at its ends."""
    conditions = []
    ends = [execute(way.at(step), subject.company, subject.analysis_date).metrics for step in (0, way.steps)]
    for name in ("totals.net_income_minor", "lowest_liquidity_minor"):
        figure = subject.figure(name)
        middle = sum(figure.of(metrics) for metrics in ends) // 2
        limit = Threshold(name, Side.BELOW, amount=max(-MOST_MONEY, min(middle, MOST_MONEY)))
        event = BreakingEvent(EventKind.THRESHOLD, threshold=limit)
        conditions.append(condition(event, subject.company, "event"))
    return conditions


def broken(event: BreakingEvent, minimum_cash: int, rows: Rows) -> Any:
    """Whether an event is in each row."""
    metrics = rows.metrics
    if event.kind is EventKind.DEFAULT:
        return metrics.first_default_period > 0
    if event.kind is EventKind.OBLIGATION_UNPAID:
        if event.category is ShortfallCategory.OPERATING:
            return metrics.totals.operating_shortfall > 0
        return metrics.totals.debt_service_shortfall > 0
    if event.kind is EventKind.COVENANT_BREACH:
        return sum(covenant.first_breach_period for covenant in metrics.covenants) > 0
    if event.kind is EventKind.LIQUIDITY_BELOW_MINIMUM:
        minimum = minimum_cash if event.minimum_liquidity is None else event.minimum_liquidity
        return metrics.lowest_liquidity < minimum
    if event.kind is EventKind.LOAN_TO_VALUE_ABOVE_ONE:
        return rows.first_under_water > 0
    assert event.threshold
    return BELOW[event.threshold.figure](rows, event.threshold)


def states(
    subject: Subject, way: Between, steps: Sequence[int], conditions: Sequence[Condition]
) -> list[list[PointState]]:
    """What is at each of some steps, by event."""
    events = [looked_for.event for looked_for in conditions]
    seen = [np.full(len(steps), REFUSED) for _ in events]
    months = way.base.horizon_months
    rows = StressedRows(months)
    for start in range(0, len(steps), TOGETHER):
        part = steps[start : start + TOGETHER]
        values = {name: list(map(column, path)) for name, path in way.values(part).items()}
        stress = varied_stress(way.base, len(part), values)
        for compiled in compile_rows(subject.company, subject.analysis_date, stress, len(part)):
            played = Rows(rows.totals(compiled).metrics, _first_under_water(compiled, months, events))
            for of_event, event in zip(seen, events, strict=True):
                is_broken = np.broadcast_to(broken(event, subject.company.minimum_cash, played), len(compiled.rows))
                of_event[start + compiled.rows] = np.array([HOLDS, BREAKS])[is_broken.astype(int)]
                if event.threshold and event.threshold.figure == "coverage_horizon.dscr":
                    of_event[start + compiled.rows[dscr_is_unknown(played)]] = UNDEFINED
    return [of_event.tolist() for of_event in seen]


def _first_under_water(compiled: Any, months: int, events: Sequence[BreakingEvent]) -> Any:
    """Of each row, where some event asks for it."""
    first = np.zeros(len(compiled.rows), dtype=np.int64)
    if any(event.kind is EventKind.LOAN_TO_VALUE_ABOVE_ONE for event in events):
        for number, month in enumerate(stressed_months(compiled, months), start=1):
            worth = sum(category.market_value for category in month.categories)
            first[(first == 0) & (month.exposure.claims > worth)] = number
    return first


class Comparison(NamedTuple):
    """What brute force saw on a way, and what the search says in place of it."""

    flips: int  #: between neighbours of all severities
    unseen: int  #: of them, those between two points of the scan that agree
    bisected: int  #: 1 where bisection between two of all severities comes to the same two steps
    flickers: int  #: 1 where it comes to others, which break and hold as well: cents flip there more than once
    different: list[str]


def compare(subject: Subject, way: Between, condition: Condition, at: dict[int, PointState]) -> Comparison:
    """The answer of a search beside what is at each of thousands of steps, those of its scan among them."""
    point, event = find_breaking_point(subject, way, condition, 65).point, condition.event
    scan = [of_scan.step for of_scan in point.scan]
    changes, of_scan = _changes(at, sorted(at)), _changes(at, scan)
    seen = sum(low <= begin and end <= high for begin, end in changes for low, high in of_scan)
    gap = _first_gap(at, scan)
    neighbours = (point.before_it and point.before_it.step, point.first_breaking and point.first_breaking.step)
    differences = {
        "states of the scan": [at[step] for step in scan] != [each.state for each in point.scan],
        "flips": of_scan != [(flip.from_step, flip.to_step) for flip in point.flips],
        f"first and last, {neighbours}": not _agrees(subject, way, event, neighbours, gap),
    }
    bisected = gap and gap[0] is not None and _bisected(subject, way, event, gap)
    return Comparison(
        flips=len(changes),
        unseen=len(changes) - seen,
        bisected=int(bool(bisected) and bisected == neighbours),
        flickers=int(bool(bisected) and bisected != neighbours),
        different=[what for what, differ in differences.items() if differ],
    )


def flips(at: dict[int, PointState]) -> int:
    """How often it goes from holding to breaking, or back."""
    return len(_changes(at, sorted(at)))


def _changes(at: dict[int, PointState], steps: Sequence[int]) -> list[tuple[int, int]]:
    """Where it goes from holding to breaking, or back, between neighbours of which somebody can say."""
    known = [step for step in steps if at[step] in (HOLDS, BREAKS)]
    return [(low, high) for low, high in pairwise(known) if at[low] is not at[high]]


Gap = tuple[int | None, int]  #: a step that does not break, None before the first, and one that does


def _first_gap(at: dict[int, PointState], scan: Sequence[int]) -> Gap | None:
    """Where it breaks first, as far as the scan sees it: two neighbours of all severities where it does so once."""
    place = next((place for place, step in enumerate(scan) if at[step] is BREAKS), None)
    if not place:
        return None if place is None else (None, 0)
    low, high = scan[place - 1], scan[place]
    inside = [step for step in sorted(at) if low <= step <= high]
    crossings = [pair for pair in pairwise(inside) if (at[pair[0]] is BREAKS) is not (at[pair[1]] is BREAKS)]
    return crossings[0] if len(crossings) == 1 else (low, high)


def _bisected(subject: Subject, way: Between, event: BreakingEvent, gap: Gap) -> Gap:
    low, high = gap
    while low is not None and high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _breaks_in_months(subject, way, event, middle) else (middle, high)
    return low, high


def _agrees(subject: Subject, way: Between, event: BreakingEvent, neighbours: tuple[Any, Any], gap: Gap | None) -> bool:
    """Whether the ends of a search are neighbours in a gap, and in the months one of them breaks and the other not."""
    if gap is None or gap[0] is None:
        return neighbours == (gap or (None, None))
    before, breaking = neighbours
    ends = [step is not None and _breaks_in_months(subject, way, event, step) for step in neighbours]
    return ends == [False, True] and gap[0] <= before == breaking - 1 < gap[1]


def _breaks_in_months(subject: Subject, way: Between, event: BreakingEvent, step: int) -> bool:
    """Whether it breaks after a step, executed month by month."""
    try:
        execution = execute(way.at(step), subject.company, subject.analysis_date)
    except Refused:
        return False
    under_water = (
        number
        for number, month in enumerate(execution.months, start=1)
        if month.categories and month.exposure.claims > sum(each.market_value for each in month.categories)
    )
    return bool(broken(event, subject.company.minimum_cash, Rows(execution.metrics, next(under_water, 0))))
