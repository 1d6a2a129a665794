"""Which thresholds a month breaches, on exact fractions."""

from collections.abc import Iterator

from ..horizon.results import Execution
from ..month.debt_results import CovenantStatus, CovenantTest
from ..month.results import Month
from ..numbers.exact import UndefinedRatio
from . import thresholds
from .judgement_results import CriticalPeriod, Rule


def critical_periods(execution: Execution) -> tuple[CriticalPeriod, ...]:
    """The months that breach a rule of the table."""
    periods = (
        CriticalPeriod(number, month.after_default, tuple(breaches(execution, month)))
        for number, month in enumerate(execution.months, 1)
    )
    return tuple(period for period in periods if period.rules)


def breaches(execution: Execution, month: Month) -> Iterator[Rule]:
    """The rules that one month breaches, of a pair only the stricter one."""
    size = execution.opening_total_assets
    if month.shortfalls.total_outstanding > thresholds.value(Rule.ANY_DEFAULT):
        yield Rule.ANY_DEFAULT
    yield from first_above(MINIMUM_CASH, month.liquidity.minimum_cash_gap, size)
    yield from first_below(LIQUIDITY, month.available_liquidity, size)
    yield from covenants(month.covenants)
    coverage = month.coverage_last_twelve_months
    if coverage.debt_service is not None:
        yield from first_below(DSCR, coverage.cfads, coverage.debt_service)
    yield from loan_to_value(month)


#: Pairs of rules, the stricter one first.
MINIMUM_CASH = (Rule.FAR_BELOW_MINIMUM_CASH, Rule.BELOW_MINIMUM_CASH)
LIQUIDITY = (Rule.NO_LIQUIDITY, Rule.THIN_LIQUIDITY)
DSCR = (Rule.DSCR_BELOW_ONE, Rule.DSCR_BELOW_MINIMUM)
WALL = (Rule.LARGE_WALL, Rule.WALL_ABOVE_LIQUIDITY)
LOAN_TO_VALUE = (Rule.UNDER_WATER, Rule.HIGH_LOAN_TO_VALUE)
RUNWAY = (Rule.NO_RUNWAY, Rule.SHORT_RUNWAY)


def covenants(tests: tuple[CovenantTest, ...]) -> Iterator[Rule]:
    """An event of default, or a covenant that lacks something."""
    if any(test.status in (CovenantStatus.EVENT_OF_DEFAULT, CovenantStatus.BREACH) for test in tests):
        yield Rule.COVENANT_EVENT_OF_DEFAULT
    elif any(test.headroom < thresholds.value(Rule.COVENANT_BREACH) for test in tests):
        yield Rule.COVENANT_BREACH


def loan_to_value(month: Month) -> Iterator[Rule]:
    """Claims against the market value of all assets; claims on worthless assets are under water."""
    if not month.categories:  # no assets are given: it is not known
        return
    if month.exposure.loan_to_value == UndefinedRatio.NO_COLLATERAL:
        yield from (Rule.UNDER_WATER,) if month.exposure.claims else ()
        return
    value = sum(category.market_value for category in month.categories)
    yield from first_above(LOAN_TO_VALUE, month.exposure.claims, value)


def first_below(rules: tuple[Rule, ...], part: int, whole: int) -> Iterator[Rule]:
    """The first of some rules, strictest first, that part / whole lies below; none where there is no whole."""
    yield from [rule for rule in rules if whole > 0 and thresholds.below(rule, part, whole)][:1]


def first_above(rules: tuple[Rule, ...], part: int, whole: int) -> Iterator[Rule]:
    """The first of some rules, strictest first, that part / whole lies above."""
    yield from [rule for rule in rules if thresholds.above(rule, part, whole)][:1]
