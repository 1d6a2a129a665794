"""Which thresholds a month breaches, on exact fractions."""

from collections.abc import Iterator

from ..horizon.results import Execution
from ..month.results import Month
from ..numbers.exact import UndefinedRatio
from ..values.units import NANO
from . import thresholds
from .judgement_results import CriticalPeriod, Rule


def critical_periods(execution: Execution) -> tuple[CriticalPeriod, ...]:
    """The months that breach a rule of the table."""
    periods = (
        CriticalPeriod(number, tuple(breaches(execution, month))) for number, month in enumerate(execution.months, 1)
    )
    return tuple(period for period in periods if period.rules)


def breaches(execution: Execution, month: Month) -> Iterator[Rule]:
    """The rules that one month breaches, of a pair only the stricter one."""
    size = execution.opening_total_assets
    if month.shortfalls.total_shortfall > thresholds.value(Rule.ANY_SHORTFALL):
        yield Rule.ANY_SHORTFALL
    unpaid = (facility.interest_arrears + facility.overdue for facility in month.facilities)
    if any(amount > thresholds.value(Rule.ANY_DEFAULT) for amount in unpaid):
        yield Rule.ANY_DEFAULT
    coverage = month.coverage_last_twelve_months
    yield from first_below((Rule.DSCR_BELOW_ONE, Rule.DSCR_BELOW_MINIMUM), coverage.cfads, coverage.debt_service)
    yield from first_below((Rule.NO_LIQUIDITY, Rule.THIN_LIQUIDITY), month.available_liquidity, size)
    yield from loan_to_value(month)


def loan_to_value(month: Month) -> Iterator[Rule]:
    """Claims against the market value of all assets; claims on worthless assets are under water."""
    if not month.categories:  # no assets are given: it is not known
        return
    if month.exposure.loan_to_value == UndefinedRatio.NO_COLLATERAL:
        yield from (Rule.UNDER_WATER,) if month.exposure.claims else ()
        return
    value = sum(category.market_value for category in month.categories)
    yield from first_above((Rule.UNDER_WATER, Rule.HIGH_LOAN_TO_VALUE), month.exposure.claims, value)


def first_below(rules: tuple[Rule, ...], part: int, whole: int) -> Iterator[Rule]:
    """The first of some rules, strictest first, that part / whole lies below; none where there is no whole."""
    yield from [rule for rule in rules if whole > 0 and thresholds.below(rule, part, whole)][:1]


def first_above(rules: tuple[Rule, ...], part: int, whole: int) -> Iterator[Rule]:
    """The first of some rules, strictest first, that part / whole lies above."""
    yield from [rule for rule in rules if thresholds.above(rule, part, whole)][:1]


def short_of_months(months: int) -> Rule | None:
    """The strictest rule of the runway that a number of months breaches; None where it breaches none."""
    return next((rule for rule in (Rule.NO_RUNWAY, Rule.SHORT_RUNWAY) if months * NANO < thresholds.value(rule)), None)
