"""The risk of an execution as points: six questions, each answered by one figure and one rule of the table.

| question | 0 | some | all |
|---|---|---|---|
| runway | nothing is left unpaid | first default after month 12: 10, after month 6: 18 | 25 |
| default | every obligation is met | default after month 12: 15, after month 6: 20 | 25 |
| shortfall | nothing, of opening total assets | up to 2 %: 5, up to 10 %: 12 | 20 |
| debt service | DSCR on stressed figures 1.25 and more, or none due | from 1.00: 8 | 15 |
| liquidity | lowest is 5 % and more of opening total assets | from 1 %: 5 | 10 |
| collateral | loan-to-value at most 0.80 | up to 1.00: 3 | 5 |

Low below 20 points, moderate below 45, high below 70, critical from there. A company that leaves operating needs unpaid
in month 3, defaults in it and ends with half its assets unpaid has 25 + 25 + 20 + 15 + 10: 95, critical.
"""

from collections.abc import Iterator

from ..horizon.results import Execution
from ..values.units import NANO
from . import thresholds
from .breaches import first_above, first_below, loan_to_value, short_of_months
from .judgement_results import Figure, Risk, RiskLevel, RiskPart, Rule

_LEVELS = (
    (Rule.CRITICAL_RISK, RiskLevel.CRITICAL),
    (Rule.HIGH_RISK, RiskLevel.HIGH),
    (Rule.MODERATE_RISK, RiskLevel.MODERATE),
)
_RUNWAY_POINTS = {Rule.NO_RUNWAY: 25, Rule.SHORT_RUNWAY: 18}
_DEFAULT_POINTS = {Rule.NO_RUNWAY: 25, Rule.SHORT_RUNWAY: 20}
_SHORTFALL_POINTS = {Rule.LARGE_SHORTFALL: 20, Rule.NOTABLE_SHORTFALL: 12}
_SERVICE_POINTS = {Rule.DSCR_BELOW_ONE: 15, Rule.DSCR_BELOW_MINIMUM: 8}
_LIQUIDITY_POINTS = {Rule.NO_LIQUIDITY: 10, Rule.THIN_LIQUIDITY: 5}
_COLLATERAL_POINTS = {Rule.UNDER_WATER: 5, Rule.HIGH_LOAN_TO_VALUE: 3}


def risk(execution: Execution) -> Risk:
    """The points, their sum and the level."""
    parts = tuple(_parts(execution))
    score = sum(part.points for part in parts)
    level = next((level for rule, level in _LEVELS if score * NANO >= thresholds.value(rule)), RiskLevel.LOW)
    return Risk(level, score, parts)


def _parts(execution: Execution) -> Iterator[RiskPart]:
    yield _runway(execution)
    yield _default(execution)
    yield _shortfall(execution)
    yield _debt_service(execution)
    yield _liquidity(execution)
    yield _collateral(execution)


def _runway(execution: Execution) -> RiskPart:
    period, months = execution.header.first_default_period, execution.header.months_of_runway
    figure = Figure("header.months_of_runway", period, months=months)
    if not period:
        return RiskPart("runway", 0, 25, figure, None)
    rule = short_of_months(months)
    return RiskPart("runway", _RUNWAY_POINTS[rule] if rule else 10, 25, figure, rule or Rule.ANY_SHORTFALL)


def _default(execution: Execution) -> RiskPart:
    period = execution.header.first_default_period
    figure = Figure("header.first_default_kind", period, words=execution.header.first_default_kind.value)
    if not period:
        return RiskPart("default", 0, 25, figure, None)
    rule = short_of_months(period - 1)
    return RiskPart("default", _DEFAULT_POINTS[rule] if rule else 15, 25, figure, rule or Rule.ANY_DEFAULT)


def _shortfall(execution: Execution) -> RiskPart:
    stocks = [month.shortfalls.total_outstanding for month in execution.months]
    highest = max(stocks)
    figure = Figure("shortfalls.total_outstanding", stocks.index(highest) + 1 if highest else 0, amount=highest)
    if not highest:
        return RiskPart("shortfall", 0, 20, figure, None)
    rules = (Rule.LARGE_SHORTFALL, Rule.NOTABLE_SHORTFALL)
    rule = next(first_above(rules, highest, execution.opening_total_assets), None)
    return RiskPart("shortfall", _SHORTFALL_POINTS[rule] if rule else 5, 20, figure, rule or Rule.ANY_SHORTFALL)


def _debt_service(execution: Execution) -> RiskPart:
    """DSCR of the assessment, whose cash follows EBITDA: CFADS would praise a collapse for the receivables it frees."""
    debt_service = execution.debt_service
    figure = Figure("debt_service.dscr", 0, ratio=debt_service.dscr)
    cash, due = debt_service.cash_horizon, debt_service.debt_service_horizon
    rules = (Rule.DSCR_BELOW_ONE, Rule.DSCR_BELOW_MINIMUM)
    rule = None if cash is None else next(first_below(rules, cash, due), None)
    return RiskPart("debt_service", _SERVICE_POINTS[rule] if rule else 0, 15, figure, rule)


def _liquidity(execution: Execution) -> RiskPart:
    lowest, period = execution.header.lowest_liquidity, execution.header.lowest_liquidity_period
    figure = Figure("available_liquidity", period, amount=lowest)
    rules = (Rule.NO_LIQUIDITY, Rule.THIN_LIQUIDITY)
    rule = next(first_below(rules, lowest, execution.opening_total_assets), None)
    return RiskPart("liquidity", _LIQUIDITY_POINTS[rule] if rule else 0, 10, figure, rule)


def _collateral(execution: Execution) -> RiskPart:
    """The month with the worst breach, and of those the first."""
    worst, points, rule = 0, 0, None
    for number, month in enumerate(execution.months, start=1):
        breached = next(loan_to_value(month), None)
        if breached and _COLLATERAL_POINTS[breached] > points:
            worst, points, rule = number, _COLLATERAL_POINTS[breached], breached
    ratio = execution.months[max(worst, 1) - 1].exposure.loan_to_value
    return RiskPart("collateral", points, 5, Figure("exposure.loan_to_value", max(worst, 1), ratio=ratio), rule)
