"""Stock that looks forward: what a company holds for the sales ahead, at base-year unit cost, and what it buys for it.

A count-forward over the variable cost of sales, without any factor: months of 365/12 days, the last one prorated.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from ..numbers.exact import Arithmetic
from ..numbers.months import COMPILED_MONTHS, MONTH_UNITS, YEAR, day_units
from ..values.units import Money
from .base_year import REACH_YEARS, BaseYear, DaysOutstanding, days_outstanding


class StockPlan(NamedTuple):
    """The stock that no days explain apart: what is planned and what is wanted at the end of each month."""

    days: DaysOutstanding
    planned: tuple[Money, ...]  #: for the sales of the base year
    wanted: tuple[Money, ...]  #: for the days and the sales of the scenario
    base_purchases: tuple[Money, ...]  #: of the twelve months of the base year


def stock_plan(
    m: Arithmetic, inventory: Money, year: BaseYear, extension_days: Sequence[int], revenue_factors: Sequence[int]
) -> StockPlan:
    """The opening stock as days of what is sold next, and that many days, or the scenario's, in each month.

    wanted = times(count_forward(t, days + extension), f_revenue)
    """
    materials = year.cost_of_sales_variable
    days = days_outstanding(m, inventory, list(materials) * REACH_YEARS)
    running = tuple(accumulate(materials * (REACH_YEARS + 2), initial=0))
    year_ahead = [count_forward(m, running, month, days.units) for month in range(YEAR)]
    planned = tuple(year_ahead[month % YEAR] for month in range(1, COMPILED_MONTHS + 1))
    wanted = tuple(
        m.times(
            count_forward(m, running, month, max(days.units + day_units(extension), 0))
            if extension
            else planned[month - 1],
            factor,
        )
        for month, (extension, factor) in enumerate(zip(extension_days, revenue_factors, strict=True), start=1)
    )
    return StockPlan(days, planned, wanted, _base_purchases(m, year, year_ahead))


def count_forward(m: Arithmetic, running: Sequence[Money], month: int, units: int) -> Money:
    """The flow of so many days after the end of a month; `running` has the running sums of the year, repeated.

    A month and a half of 100.00 a month is 150.00.
    """
    months, part = divmod(units, MONTH_UNITS)
    start = month % YEAR
    last = start + months
    return running[last] - running[start] + m.prorate(running[last + 1] - running[last], part, MONTH_UNITS)


def _base_purchases(m: Arithmetic, year: BaseYear, planned: Sequence[Money]) -> tuple[Money, ...]:
    """Fixed cost + most(materials + rise of the planned stock, 0), month by month."""
    return tuple(
        year.cost_of_sales_fixed[month - 1]
        + m.most(year.cost_of_sales_variable[month - 1] + planned[month % YEAR] - planned[month - 1], 0)
        for month in range(1, YEAR + 1)
    )
