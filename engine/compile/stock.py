"""Stock that looks forward: what a company holds for the sales ahead, at base-year unit cost, and what it buys for it.

A count-forward over the variable cost of sales, without any factor: months of 365/12 days, the last one prorated.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from ..numbers.exact import Arithmetic, times_each
from ..numbers.months import COMPILED_MONTHS, MONTH_UNITS, YEAR, day_units
from ..values.units import Days, DayUnits, Factor, Money
from .base_year import REACH_YEARS, BaseYear, DaysOutstanding, days_outstanding

#: The days behind a balance, a year of stress beyond them, the month that is prorated, and none at all.
MOST_MONTHS_AHEAD = (REACH_YEARS + 1) * YEAR + 2


class StockDays(NamedTuple):
    """The stock of a company without stress: its days, and what is planned for the sales of the base year."""

    days: DaysOutstanding
    ahead: tuple[tuple[Money, ...], ...]  #: running sums of sales from each month of the year on, the last month first
    planned: tuple[Money, ...]  #: at the end of each month, that no days explain apart
    base_purchases: tuple[Money, ...]  #: of the twelve months of the base year


def stock_days(m: Arithmetic, inventory: Money, year: BaseYear) -> StockDays:
    """The opening stock as days of what is sold next, and that many days in each month."""
    materials = year.cost_of_sales_variable
    days = days_outstanding(m, inventory, list(materials) * REACH_YEARS)
    running = tuple(accumulate(materials * (REACH_YEARS + 2), initial=0))
    ahead = tuple(running[start : start + MOST_MONTHS_AHEAD][::-1] for start in range(YEAR))
    year_ahead = [count_forward(m, ahead, month, days.units) for month in range(YEAR)]
    planned = tuple(year_ahead[month % YEAR] for month in range(1, COMPILED_MONTHS + 1))
    return StockDays(days, ahead, planned, _base_purchases(m, year, year_ahead))


def wanted_stock(
    m: Arithmetic, stock: StockDays, extension_days: Sequence[Days], revenue_factors: Sequence[Factor]
) -> list[Money]:
    """The stock for the days and the sales of the scenario at the end of each month.

    wanted = times(count_forward(t, days + extension), f_revenue)
    """
    wanted: list[Money] = []
    known: dict[tuple[int, int], Money] = {}  # most months extend by the same days, and each year repeats
    for month, (extension, planned) in enumerate(zip(extension_days, stock.planned, strict=True), start=1):
        key = id(extension), month % YEAR
        if isinstance(extension, int) and extension == 0:
            known[key] = planned
        elif key not in known:
            known[key] = count_forward(m, stock.ahead, month, m.most(stock.days.units + day_units(extension), 0))
        wanted.append(known[key])
    return times_each(m, wanted, revenue_factors)


def count_forward(m: Arithmetic, ahead: Sequence[Sequence[Money]], month: int, units: DayUnits) -> Money:
    """The flow of so many days after the end of a month.  A month and a half of 100.00 a month is 150.00."""
    months, running = units // MONTH_UNITS, ahead[month % YEAR]
    whole = m.ago(running, months)
    part = m.prorate(m.ago(running, months + 1) - whole, units - months * MONTH_UNITS, MONTH_UNITS)
    return whole - running[-1] + part


def _base_purchases(m: Arithmetic, year: BaseYear, planned: Sequence[Money]) -> tuple[Money, ...]:
    """Fixed cost + most(materials + rise of the planned stock, 0), month by month."""
    return tuple(
        year.cost_of_sales_fixed[month - 1]
        + m.most(year.cost_of_sales_variable[month - 1] + planned[month % YEAR] - planned[month - 1], 0)
        for month in range(1, YEAR + 1)
    )
