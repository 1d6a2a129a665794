"""The risk of an execution as points: seven questions, each answered by one figure and one rule of the table.

| question | 0 | some | all |
|---|---|---|---|
| default | every obligation is paid | default after month 12: 20, after month 6: 30 | 35 |
| liquidity | lowest is 5 % and more of opening total assets | from 1 %: 7 | 15 |
| minimum cash | held in every month | a gap of up to 1 % of opening total assets: 3 | 5 |
| wall | liquidity at the end covers the year after it | up to 10 % of opening total assets beyond: 5 | 10 |
| covenants | kept | what lacks is cured: 5 | 10 |
| coverage | DSCR on stressed figures 1.25 and more, or none due | from 1.00: 5, below: 10 | 20: EBITDA below interest |
| collateral | loan-to-value at most 0.80 | up to 1.00: 3 | 5 |

A default answers the questions of liquidity, minimum cash, wall and covenants with all points: no cash is left, and not
paying breaks every promise. Where no covenants or no assets are given the question is not known: it adds nothing, and
its points are not in the most that the score can reach. No figure looks beyond the first default, but for coverage,
which says so: trading goes on as if nobody noticed.

Low below 20 points, moderate below 45, high below 60, critical from there. A company that defaults in month 3, with no
covenants and no assets given and losses, has 35 + 15 + 5 + 10 + 20: 85 of 85, critical.
"""

from collections.abc import Iterator

from ..horizon.results import Execution
from ..values.units import NANO
from . import breaches, thresholds
from .covenant_failures import first_failure
from .earnings import last_earnings
from .headline import months_through
from .judgement_results import Figure, Risk, RiskLevel, RiskPart, Rule

_LEVELS = (
    (Rule.CRITICAL_RISK, RiskLevel.CRITICAL),
    (Rule.HIGH_RISK, RiskLevel.HIGH),
    (Rule.MODERATE_RISK, RiskLevel.MODERATE),
)
#: The most points of each question, in the order of the report.
MOST_POINTS = {
    "default": 35,
    "liquidity": 15,
    "minimum_cash": 5,
    "wall": 10,
    "covenants": 10,
    "coverage": 20,
    "collateral": 5,
}
#: The points of each rule that answers a question.
POINTS = {
    Rule.NO_RUNWAY: 35,
    Rule.SHORT_RUNWAY: 30,
    Rule.ANY_DEFAULT: 20,
    Rule.NO_LIQUIDITY: 15,
    Rule.THIN_LIQUIDITY: 7,
    Rule.FAR_BELOW_MINIMUM_CASH: 5,
    Rule.BELOW_MINIMUM_CASH: 3,
    Rule.LARGE_WALL: 10,
    Rule.WALL_ABOVE_LIQUIDITY: 5,
    Rule.COVENANT_EVENT_OF_DEFAULT: 10,
    Rule.COVENANT_BREACH: 5,
    Rule.EARNINGS_BELOW_INTEREST: 20,
    Rule.DSCR_BELOW_ONE: 10,
    Rule.DSCR_BELOW_MINIMUM: 5,
    Rule.UNDER_WATER: 5,
    Rule.HIGH_LOAN_TO_VALUE: 3,
}
NOT_KNOWN = "not_known"  #: the words of a figure that the dataset does not say


def risk(execution: Execution) -> Risk:
    """The points, their sum and the level."""
    parts = tuple(_parts(execution))
    score = sum(part.points for part in parts)
    level = next((level for rule, level in _LEVELS if score * NANO >= thresholds.value(rule)), RiskLevel.LOW)
    return Risk(level, score, sum(part.most_points for part in parts if part.is_known), parts)


def _parts(execution: Execution) -> Iterator[RiskPart]:
    yield _default(execution)
    if execution.metrics.first_default_period:
        yield from _at_default(execution)
    else:
        yield _liquidity(execution)
        yield _minimum_cash(execution)
        yield _wall(execution)
        yield _covenants(execution)
    yield _coverage(execution)
    yield _collateral(execution)


def _part(question: str, figure: Figure, rule: Rule | None) -> RiskPart:
    return RiskPart(question, POINTS[rule] if rule else 0, MOST_POINTS[question], 1, figure, rule)


def _not_known(question: str, path: str) -> RiskPart:
    return RiskPart(question, 0, MOST_POINTS[question], 0, Figure(path, 0, words=NOT_KNOWN), None)


def _default(execution: Execution) -> RiskPart:
    """Any obligation left unpaid, operating ones too."""
    period, months = execution.metrics.first_default_period, execution.metrics.months_of_runway
    figure = Figure("metrics.months_of_runway", period, months=months)
    short = (rule for rule in breaches.RUNWAY if months * NANO < thresholds.value(rule))
    return _part("default", figure, next(short, Rule.ANY_DEFAULT) if period else None)


def _at_default(execution: Execution) -> Iterator[RiskPart]:
    """No cash is left, and the default counts whatever would have come later."""
    period = execution.metrics.first_default_period
    figure = Figure("metrics.first_default_period", period, months=period)
    yield _part("liquidity", figure, Rule.NO_LIQUIDITY)
    yield _part("minimum_cash", figure, Rule.FAR_BELOW_MINIMUM_CASH)
    yield _part("wall", figure, Rule.LARGE_WALL)
    if execution.metrics.covenants:
        yield _part("covenants", figure, Rule.COVENANT_EVENT_OF_DEFAULT)
    else:
        yield _covenants(execution)


def _liquidity(execution: Execution) -> RiskPart:
    lowest, period = execution.metrics.lowest_liquidity, execution.metrics.lowest_liquidity_period
    figure = Figure("metrics.lowest_liquidity", period, amount=lowest)
    size = execution.opening_total_assets
    return _part("liquidity", figure, next(breaches.first_below(breaches.LIQUIDITY, lowest, size), None))


def _minimum_cash(execution: Execution) -> RiskPart:
    metrics = execution.metrics
    gap, size = metrics.largest_minimum_cash_gap, execution.opening_total_assets
    figure = Figure("metrics.largest_minimum_cash_gap", metrics.largest_minimum_cash_gap_period, amount=gap)
    return _part("minimum_cash", figure, next(breaches.first_above(breaches.MINIMUM_CASH, gap, size), None))


def _wall(execution: Execution) -> RiskPart:
    wall = execution.metrics.wall
    figure = Figure("metrics.wall.total", execution.horizon_months, amount=wall.total)
    beyond = wall.total - wall.liquidity
    rule = next(breaches.first_above(breaches.WALL, beyond, execution.opening_total_assets), None)
    return _part("wall", figure, rule)


def _covenants(execution: Execution) -> RiskPart:
    """The first event of default, else the first test that lacks something."""
    if not execution.metrics.covenants:
        return _not_known("covenants", "metrics.covenants")
    for rule in (Rule.COVENANT_EVENT_OF_DEFAULT, Rule.COVENANT_BREACH):
        failure = first_failure(execution, rule)
        if failure:
            return _part("covenants", Figure(f"metrics.{failure.path}", failure.period, months=failure.period), rule)
    return _part("covenants", Figure("metrics.covenants[0].first_breach_period", 0, months=0), None)


def _coverage(execution: Execution) -> RiskPart:
    """EBITDA below interest, else the DSCR of the assessment, whose cash follows EBITDA.

    CFADS would praise a collapse for the receivables it frees.
    """
    debt_service, earnings = execution.debt_service, last_earnings(execution)
    if debt_service.cash_horizon is None:
        return _not_known("coverage", "header.debt_service.cash_horizon")
    if earnings.burn:
        return _part("coverage", earnings.figure, Rule.EARNINGS_BELOW_INTEREST)
    figure = Figure("header.debt_service.dscr", 0, ratio=debt_service.dscr)
    due = debt_service.debt_service_horizon
    return _part("coverage", figure, next(breaches.first_below(breaches.DSCR, debt_service.cash_horizon, due), None))


def _collateral(execution: Execution) -> RiskPart:
    """The month with the worst breach up to the first default, and of those the first."""
    if not execution.category_names:
        return _not_known("collateral", "metrics.recovery")
    months = months_through(execution)
    rules = [next(breaches.loan_to_value(month), None) for month in months]
    worst = max(range(len(rules)), key=lambda number: (POINTS.get(rules[number], 0), -number))  # type: ignore[arg-type]
    ratio = months[worst].exposure.loan_to_value
    return _part("collateral", Figure("periods.exposure.loan_to_value", worst + 1, ratio=ratio), rules[worst])
