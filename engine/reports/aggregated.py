"""The horizon in figures: totals, extremes with their months, what breaks first, and how risky that is."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from ..horizon.results import Execution, ShortfallCategory
from ..month.results import Month, Unpaid
from ..numbers.exact import MICRO, UndefinedRatio, half_even
from ..numbers.ratio import is_defined
from .breaches import critical_periods
from .results import (
    AggregatedReport,
    CashBridge,
    CategorySummary,
    CollateralSummary,
    CoverageSummary,
    Extreme,
    ShortfallSummary,
)
from .risk import risk
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


def aggregated_report(execution: Execution) -> AggregatedReport:
    """The horizon in figures, from the months and the cumulative metrics of an execution."""
    cumulative, months = execution.header, execution.months
    critical = critical_periods(execution)
    position = cumulative.first_default_facility
    return AggregatedReport(
        totals=cumulative.totals,
        cash_bridge=cash_bridge(months),
        extremes=tuple(extreme(path, months) for path in EXTREMES),
        first_breach_period=critical[0].period if critical else 0,
        first_breach_rules=critical[0].rules if critical else (),
        first_default_period=cumulative.first_default_period,
        first_default_facility=execution.facilities[position - 1] if position else None,
        first_default_kind=cumulative.first_default_kind,
        months_of_runway=cumulative.months_of_runway,
        need_at_default=cumulative.need_at_default,
        standstill_peak=cumulative.standstill_peak,
        standstill_peak_period=cumulative.standstill_peak_period,
        shortfalls=tuple(shortfall_summaries(months)),
        coverage=tuple(coverage_summary(figure, execution) for figure in RATIOS),
        critical_periods=critical,
        categories=tuple(category_summaries(execution)),
        collateral=collateral_summary(execution),
        debt_service=execution.debt_service,
        risk=risk(execution),
        thresholds=TABLE,
    )


def cash_bridge(months: Sequence[Month]) -> CashBridge:
    """Opening cash, what each kind of payment made of it, and so closing cash."""
    flows = [month.cash_flow for month in months]
    return CashBridge(
        opening_cash=months[0].opening_cash,
        trading=sum(flow.collections - flow.operating_payments + flow.tax_payments for flow in flows),
        tax=-sum(flow.tax_payments for flow in flows),
        interest=-sum(flow.interest_payments for flow in flows),
        capital_expenditure=sum(flow.investing_cash_flow for flow in flows),
        revolver_draws=sum(flow.revolver_draws for flow in flows),
        repayments=sum(flow.financing_cash_flow - flow.revolver_draws - flow.equity_cure for flow in flows),
        equity_cure=sum(flow.equity_cure for flow in flows),
        restricted_cash=-sum(flow.moved_to_restricted for flow in flows),
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


def coverage_summary(figure: str, execution: Execution) -> CoverageSummary:
    """The minimum (NEGATIVE is below every number) and the mean of the numbers, and the ratio of the horizon."""
    ratios = [getattr(month.coverage_last_twelve_months, figure) for month in execution.months]
    defined = [ratio for ratio in ratios if is_defined(ratio)]
    ranked = [ratio for ratio in ratios if is_defined(ratio) or ratio == UndefinedRatio.NEGATIVE]
    lowest = min(ranked) if ranked else ratios[0]
    return CoverageSummary(
        figure=figure,
        minimum=lowest,
        minimum_period=ratios.index(lowest) + 1 if ranked else 0,
        average=half_even(sum(defined), len(defined)) if defined else lowest,
        horizon=getattr(execution.header.coverage_horizon, figure),
    )


def category_summaries(execution: Execution) -> Iterator[CategorySummary]:
    """Market values by category."""
    for position, name in enumerate(execution.category_names):
        column = [month.categories[position] for month in execution.months]
        values = [exposure.market_value for exposure in column]
        yield CategorySummary(
            category=name,
            opening=column[0].market_value_before,
            closing=values[-1],
            lowest=min(values),
            lowest_period=values.index(min(values)) + 1,
        )


def collateral_summary(execution: Execution) -> CollateralSummary | None:
    """The worst loan-to-value and collateral shortfall, and recovery; None where no assets are given."""
    months, recovery = execution.months, execution.header.recovery
    if recovery is None:
        return None
    ratios = [month.exposure.loan_to_value for month in months]
    # A reason counts as more than any ratio: claims without assets are the worst that can be said.
    highest = max(ratios)
    gaps = [month.exposure.collateral_shortfall or 0 for month in months]
    claims = sum(facility.claim for facility in recovery.facilities)
    recovered = sum(facility.paid for facility in recovery.facilities)
    return CollateralSummary(
        highest_loan_to_value=highest,
        highest_loan_to_value_period=ratios.index(highest) + 1,
        closing_loan_to_value=ratios[-1],
        highest_collateral_shortfall=max(gaps),
        highest_collateral_shortfall_period=gaps.index(max(gaps)) + 1 if max(gaps) else 0,
        recovery_period=execution.header.recovery_period,
        claims=claims,
        recovered=recovered,
        recovered_share=share(recovered, claims),
    )


def share(part: int, whole: int) -> int:
    """A share in 10^-6.  1 of 3 is 0.333333."""
    return half_even(part * MICRO, whole) if whole else int(UndefinedRatio.NO_DEBT)
