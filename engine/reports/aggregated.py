"""The horizon in figures: totals, extremes with their months, what breaks first, and how risky that is."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from ..horizon.cumulative import month_totals
from ..horizon.results import Execution, ShortfallCategory, Totals
from ..month.results import Month, Unpaid
from ..numbers.exact import half_even
from ..numbers.ratio import is_defined
from .beside_results import Beside
from .breaches import critical_periods
from .cash_bridge import cash_bridge
from .debt_summaries import capital_structure, collateral_summary, covenant_lines, recovery_summary
from .headline import headline_of, lowest, months_through, through_period
from .results import AggregatedReport
from .risk import risk
from .summary_results import AfterDefault, CategorySummary, CoverageSummary, Extreme, ShortfallSummary
from .thresholds import TABLE

EXTREMES = (
    "position.cash",
    "available_liquidity",
    "income.revenue",
    "income.ebitda",
    "cash_flow.operating_cash_flow",
    "position.working_capital",
    "position.debt",
    "position.equity",
    "shortfalls.total_outstanding",
    "exposure.claims",
)
RATIOS = ("dscr", "fixed_charge_coverage", "interest_coverage", "principal_coverage")


def aggregated_report(execution: Execution, beside: Beside) -> AggregatedReport:
    """The horizon in figures, up to the first default; what follows it stands apart."""
    months, critical = months_through(execution), critical_periods(execution)
    return AggregatedReport(
        through_period=through_period(execution),
        headline_figures=headline_of(execution),
        comparison=beside.runs,
        totals=totals(months),
        cash_bridge=cash_bridge(months),
        extremes=tuple(extreme(path, months) for path in EXTREMES),
        first_breach_period=critical[0].period if critical else 0,
        first_breach_rules=critical[0].rules if critical else (),
        critical_periods=critical,
        coverage=tuple(coverage_summary(figure, execution, months) for figure in RATIOS),
        capital_structure=tuple(capital_structure(execution)),
        covenants=tuple(covenant_lines(execution)),
        categories=tuple(category_summaries(execution, months)),
        collateral=collateral_summary(execution),
        recovery=recovery_summary(execution),
        debt_service=execution.debt_service,
        risk=risk(execution),
        after_default=after_default(execution),
        thresholds=TABLE,
    )


def totals(months: Sequence[Month]) -> Totals:
    """Sums over some months."""
    return Totals(*map(sum, zip(*map(month_totals, months), strict=True)))


def after_default(execution: Execution) -> AfterDefault | None:
    """What follows the first default, months of the whole horizon; None without one."""
    if not execution.metrics.first_default_period:
        return None
    return AfterDefault(
        standstill_peak=execution.metrics.standstill_peak,
        standstill_peak_period=execution.metrics.standstill_peak_period,
        shortfalls=tuple(shortfall_summaries(execution.months)),
    )


def extreme(path: str, months: Sequence[Month]) -> Extreme:
    """The lowest and the highest month of a figure."""
    column = list(map(attrgetter(path), months))
    lowest, highest = min(column), max(column)
    return Extreme(
        figure=path,
        lowest=lowest,
        lowest_period=column.index(lowest) + 1,
        highest=highest,
        highest_period=column.index(highest) + 1,
        closing=column[-1],
    )


def shortfall_summaries(months: Sequence[Month]) -> Iterator[ShortfallSummary]:
    """By category, in the order of the waterfall."""
    for category in ShortfallCategory:
        column: list[Unpaid] = [getattr(month.shortfalls, category.value) for month in months]
        stocks = [unpaid.outstanding for unpaid in column]
        highest = max(stocks)
        yield ShortfallSummary(
            category=category,
            shortfall=sum(unpaid.shortfall for unpaid in column),
            cured=sum(unpaid.cured for unpaid in column),
            outstanding=stocks[-1],
            highest_outstanding=highest,
            highest_outstanding_period=stocks.index(highest) + 1 if highest else 0,
        )


def coverage_summary(figure: str, execution: Execution, months: Sequence[Month]) -> CoverageSummary:
    """The minimum and the mean, both NEGATIVE where a month is, and the ratio of the horizon.

    NEGATIVE is below every number: a mean of the other months would praise the company for the worst ones.
    """
    ratios = [getattr(month.coverage_last_twelve_months, figure) for month in months]
    defined = [ratio for ratio in ratios if is_defined(ratio)]
    minimum = lowest(ratios)
    return CoverageSummary(
        figure=figure,
        minimum=minimum.ratio,
        minimum_period=minimum.period,
        average=half_even(sum(defined), len(defined)) if is_defined(minimum.ratio) else minimum.ratio,
        horizon=getattr(execution.metrics.coverage_horizon, figure),
    )


def category_summaries(execution: Execution, months: Sequence[Month]) -> Iterator[CategorySummary]:
    """Market values by category."""
    for position, name in enumerate(execution.category_names):
        column = [month.categories[position] for month in months]
        values = [exposure.market_value for exposure in column]
        yield CategorySummary(
            category=name,
            opening=column[0].market_value_before,
            closing=values[-1],
            lowest=min(values),
            lowest_period=values.index(min(values)) + 1,
        )
