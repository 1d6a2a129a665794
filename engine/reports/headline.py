"""The headline figures of an execution: what happens up to the first default, and nothing of what follows it."""

from ..horizon.results import Execution
from ..month.results import Month
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


def headline_figures(execution: Execution) -> HeadlineFigures:
    """The figures of a committee's first line."""
    metrics, period = execution.metrics, execution.metrics.first_default_period
    position = metrics.first_default_facility
    return HeadlineFigures(
        months_of_runway=metrics.months_of_runway,
        first_default_period=period,
        first_default_kind=metrics.first_default_kind,
        first_default_facility=execution.facilities[position - 1] if position else None,
        need_at_default=metrics.need_at_default,
        first_below_minimum_cash_period=up_to(metrics.first_below_minimum_cash_period, execution),
        largest_minimum_cash_gap=metrics.largest_minimum_cash_gap,
        largest_minimum_cash_gap_period=metrics.largest_minimum_cash_gap_period,
        lowest_liquidity=metrics.lowest_liquidity_before_default,
        lowest_liquidity_period=metrics.lowest_liquidity_before_default_period,
        first_lapsed_capital_expenditure_period=up_to(metrics.first_lapsed_capital_expenditure_period, execution),
        first_covenant_breach_period=min(
            (
                covenant.first_breach_period
                for covenant in metrics.covenants
                if up_to(covenant.first_breach_period, execution)
            ),
            default=0,
        ),
        wall=None if period else metrics.wall.total,
        closing_liquidity=None if period else metrics.wall.liquidity,
    )


def up_to(period: int, execution: Execution) -> int:
    """A period, or 0 where it lies after the first default."""
    return period if period <= through_period(execution) else 0
