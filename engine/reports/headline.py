"""The headline figures of an execution: what happens up to the first default, and nothing of what follows it."""

from collections.abc import Sequence

from ..horizon.results import CumulativeMetrics, Execution
from ..month.debt_results import Facility
from ..month.results import Month
from ..values.units import Number
from .beside_results import HeadlineFigures


def through_period(execution: Execution) -> int:
    """The month of the first default, else the last: the last month that a headline may look at."""
    return execution.metrics.first_default_period or execution.horizon_months


def months_through(execution: Execution) -> tuple[Month, ...]:
    """The months up to the first default, that month included."""
    return execution.months[: through_period(execution)]


def liquidity_before_default(execution: Execution) -> tuple[int, ...]:
    """Liquidity at the end of each month before the first default."""
    return tuple(month.available_liquidity for month in execution.months if not month.after_default)


def headline_figures(metrics: CumulativeMetrics, facilities: Sequence[Facility]) -> HeadlineFigures:
    """The figures of a committee's first line, of a run that may end with its first default."""
    period, position = metrics.first_default_period, metrics.first_default_facility
    breaches = (covenant.first_breach_period for covenant in metrics.covenants)
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
        first_covenant_breach_period=min((month for month in breaches if up_to(month, metrics)), default=0),
        wall=None if period else metrics.wall.total,
        closing_liquidity=None if period else metrics.wall.liquidity,
    )


def up_to(period: Number, metrics: CumulativeMetrics) -> Number:
    """A period, or 0 where it lies after the first default."""
    return 0 if 0 < metrics.first_default_period < period else period
