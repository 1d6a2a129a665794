"""The headline figures of an execution: what happens up to the first default, and nothing of what follows it."""

from collections.abc import Sequence
from typing import NamedTuple

from ..horizon.results import CumulativeMetrics, Execution
from ..month.debt_results import Facility
from ..month.recovery import Recovery
from ..month.results import Month
from ..numbers.exact import SCALAR, UndefinedRatio
from ..numbers.ratio import is_defined
from ..values.units import Number, Ratio
from .beside_results import HeadlineFigures


class CreditMonth(NamedTuple):
    """What a headline reads of a month, which a run beside the execution then lets go."""

    leverage: Ratio
    dscr: Ratio  #: of the last twelve months
    headroom: tuple[Ratio, ...]  #: by covenant, of what there is


def credit_month(month: Month) -> CreditMonth:
    """What a headline reads of a month."""
    headroom = tuple(test.headroom_share for test in month.covenants)
    return CreditMonth(month.exposure.leverage, month.coverage_last_twelve_months.dscr, headroom)


def through_period(execution: Execution) -> int:
    """The month of the first default, else the last: the last month that a headline may look at."""
    return execution.metrics.first_default_period or execution.horizon_months


def months_through(execution: Execution) -> Sequence[Month]:
    """The months up to the first default, that month included."""
    return execution.months[: through_period(execution)]


def liquidity_before_default(execution: Execution) -> tuple[int, ...]:
    """Liquidity at the end of each month before the first default."""
    return tuple(month.available_liquidity for month in execution.months if not month.after_default)


def headline_of(execution: Execution) -> HeadlineFigures:
    """The headline figures of an execution."""
    months = tuple(map(credit_month, months_through(execution)))
    return headline_figures(execution.metrics, execution.facilities, months)


def headline_figures(
    metrics: CumulativeMetrics, facilities: Sequence[Facility], months: Sequence[CreditMonth]
) -> HeadlineFigures:
    """The figures of a committee's first line, of a run and its months up to the first default."""
    period, position = metrics.first_default_period, metrics.first_default_facility
    breached = [covenant for covenant in metrics.covenants if up_to(covenant.first_breach_period, metrics)]
    first_breach = min(breached, key=lambda covenant: covenant.first_breach_period, default=None)
    least_headroom = [lowest(month.headroom).ratio for month in months if month.headroom]
    headroom, dscr = lowest(least_headroom), lowest([month.dscr for month in months])
    return HeadlineFigures(
        months_of_runway=metrics.months_of_runway,
        first_default_period=period,
        first_default_kind=metrics.first_default_kind,
        first_default_facility=facilities[position - 1] if position else None,
        need_at_default=metrics.need_at_default,
        first_below_minimum_cash_period=up_to(metrics.first_below_minimum_cash_period, metrics),
        largest_minimum_cash_gap=metrics.largest_minimum_cash_gap,
        largest_minimum_cash_gap_period=metrics.largest_minimum_cash_gap_period,
        lowest_liquidity_before_default=metrics.lowest_liquidity_before_default,
        lowest_liquidity_before_default_period=metrics.lowest_liquidity_before_default_period,
        first_lapsed_capital_expenditure_period=up_to(metrics.first_lapsed_capital_expenditure_period, metrics),
        first_covenant_breach_period=first_breach.first_breach_period if first_breach else 0,
        first_breached_covenant_id=first_breach.covenant_id if first_breach else "",
        least_covenant_headroom=headroom.ratio if least_headroom else None,
        least_covenant_headroom_period=headroom.period,
        closing_leverage=months[-1].leverage,
        lowest_dscr=dscr.ratio,
        lowest_dscr_period=dscr.period,
        recovery_share=None if metrics.recovery is None else recovery_share(metrics.recovery),
        wall=None if period else metrics.wall.total,
        closing_liquidity=None if period else metrics.wall.liquidity,
    )


def up_to(period: Number, metrics: CumulativeMetrics) -> Number:
    """A period, or 0 where it lies after the first default."""
    return 0 if 0 < metrics.first_default_period < period else period


class Lowest(NamedTuple):
    """The lowest of some ratios, and its place from 1 on; 0 where none has a rank."""

    ratio: Ratio
    period: Number


def lowest(ratios: Sequence[Ratio]) -> Lowest:
    """NEGATIVE is below every number, and no other reason has a rank; without any the first one says why."""
    ranked = [ratio for ratio in ratios if is_defined(ratio) or ratio == UndefinedRatio.NEGATIVE]
    if not ranked:
        return Lowest(ratios[0] if ratios else int(UndefinedRatio.NOT_TESTED), 0)
    return Lowest(min(ranked), ratios.index(min(ranked)) + 1)


def recovery_share(recovery: Recovery) -> Ratio:
    """What a liquidation pays the lenders, of what they claim."""
    claims = sum(facility.claim for facility in recovery.facilities)
    return SCALAR.ratio(sum(facility.paid for facility in recovery.facilities), claims, UndefinedRatio.NO_DEBT)
