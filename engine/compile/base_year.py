"""The year before the stress: annual amounts as twelve months, and the days of working capital behind the balances."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from ..inputs.company import DatasetVersion, IncomeStatement
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import MONTH_UNITS, YEAR
from ..values.units import DayUnits, Money

REACH_YEARS = 3  #: how far back, or ahead, the opening balances reach; a stress of 365 days reaches one year further
FLAT = (1,) * YEAR


class BaseYear(NamedTuple):
    """Each line as twelve amounts in calendar order; any twelve months in a row add up to the annual amount."""

    revenue: tuple[Money, ...]
    cost_of_sales_fixed: tuple[Money, ...]
    cost_of_sales_variable: tuple[Money, ...]
    operating_expenses_fixed: tuple[Money, ...]
    operating_expenses_variable: tuple[Money, ...]
    depreciation_and_amortisation: tuple[Money, ...]
    capital_expenditure: tuple[Money, ...]
    ebitda_adjustment: tuple[Money, ...]  #: reported less derived EBITDA, a memo
    interest: tuple[Money, ...]
    scheduled_principal: tuple[Money, ...]
    tax: tuple[Money, ...]

    @property
    def cost_of_sales(self) -> tuple[Money, ...]:
        return tuple(map(sum, zip(self.cost_of_sales_fixed, self.cost_of_sales_variable, strict=True)))

    @property
    def operating_expenses(self) -> tuple[Money, ...]:
        return tuple(map(sum, zip(self.operating_expenses_fixed, self.operating_expenses_variable, strict=True)))

    def opening_with(self, calendar_month: int) -> "BaseYear":
        """The same year from another month on: 1 is January, the order in which `base_year` makes it."""
        return BaseYear(*(line[calendar_month - 1 :] + line[: calendar_month - 1] for line in self))

    @property
    def ebitda(self) -> tuple[Money, ...]:
        lines = zip(self.revenue, self.cost_of_sales, self.operating_expenses, strict=True)
        return tuple(revenue - cost_of_sales - expenses for revenue, cost_of_sales, expenses in lines)

    @property
    def profit(self) -> tuple[Money, ...]:
        """Before tax: EBITDA less depreciation and interest."""
        lines = zip(self.ebitda, self.depreciation_and_amortisation, self.interest, strict=True)
        return tuple(ebitda - depreciation - interest for ebitda, depreciation, interest in lines)


def base_year(m: Arithmetic, company: DatasetVersion, interest_run_rate: Money) -> BaseYear:
    """The twelve months of a dataset version, January first. Sales and variable cost have seasons, the rest is flat.

    `interest_run_rate` stands for the interest of the year where the dataset does not say it.
    """
    year = company.income_statement
    seasons = company.seasonality_weights or FLAT
    cost_fixed = m.times(year.cost_of_sales_annual, year.cost_of_sales_fixed_share)
    expenses_fixed = m.times(year.operating_expenses_annual, year.operating_expenses_fixed_share)
    interest = interest_run_rate if year.interest_annual is None else year.interest_annual
    profit = derived_ebitda(year) - year.depreciation_and_amortisation_annual - interest
    return BaseYear(
        revenue=spread(m, year.revenue_annual, seasons),
        cost_of_sales_fixed=spread(m, cost_fixed, FLAT),
        cost_of_sales_variable=spread(m, year.cost_of_sales_annual - cost_fixed, seasons),
        operating_expenses_fixed=spread(m, expenses_fixed, FLAT),
        operating_expenses_variable=spread(m, year.operating_expenses_annual - expenses_fixed, seasons),
        depreciation_and_amortisation=spread(m, year.depreciation_and_amortisation_annual, FLAT),
        capital_expenditure=spread(m, company.capital_expenditure_annual, FLAT),
        ebitda_adjustment=spread(m, ebitda_adjustment(year), FLAT),
        interest=spread(m, interest, FLAT),
        scheduled_principal=spread(m, year.scheduled_principal_annual or 0, FLAT),
        tax=spread(m, m.times(m.most(profit, 0), year.tax_rate), FLAT),
    )


def derived_ebitda(year: IncomeStatement) -> int:
    """Revenue less cost of sales less operating expenses, a year."""
    return year.revenue_annual - year.cost_of_sales_annual - year.operating_expenses_annual


def ebitda_adjustment(year: IncomeStatement) -> int:
    """Reported less derived EBITDA, a year; 0 where none is reported."""
    return 0 if year.reported_ebitda_annual is None else year.reported_ebitda_annual - derived_ebitda(year)


def spread(m: Arithmetic, annual: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """An annual amount over twelve weights, by cumulative prorate.  1.00 flat is 0.08, 0.09, 0.08, 0.08, 0.09 ..."""
    if m is SCALAR and weights is FLAT:
        pairs, rest = divmod(annual, 2 * YEAR)  # an even number of cents a month moves no rounding, half-even
        return tuple([2 * pairs + month for month in _flat(rest)])
    return _spread(m, annual, weights)


@lru_cache(maxsize=2 * YEAR)
def _flat(annual: Money) -> tuple[Money, ...]:
    return _spread(SCALAR, annual, FLAT)


def _spread(m: Arithmetic, annual: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    running = tuple(accumulate(weights))
    upto = [m.prorate(annual, so_far, running[-1]) for so_far in running]
    return tuple(map(sub, upto, [0, *upto]))


class DaysOutstanding(NamedTuple):
    """The days of a flow behind an opening balance, and the part of the balance that no days explain."""

    units: DayUnits
    unexplained: Money


def days_outstanding(m: Arithmetic, balance: Money, months: Sequence[Money]) -> DaysOutstanding:
    """How many days of a flow a balance is worth; `months` are its amounts, the nearest first.

    A balance of 150.00 over months of 100.00 is a month and a half. Days are rounded down to the unit, so that the
    unexplained part is never negative.
    """
    remaining, whole, part = balance, 0, 0
    if not any(months):
        return DaysOutstanding(0, balance)
    while whole < len(months) and remaining and months[whole] <= remaining:
        remaining -= months[whole]
        whole += 1
    if whole < len(months) and remaining:
        part = int(remaining * MONTH_UNITS // months[whole])
        remaining -= m.prorate(months[whole], part, MONTH_UNITS)
    return DaysOutstanding(whole * MONTH_UNITS + part, remaining)


def nearest_first(line: Sequence[Money]) -> list[Money]:
    """The months before the analysis date as the balances reach back: the year repeated, the latest month first."""
    return list(reversed(line)) * REACH_YEARS


def history(line: Sequence[Money]) -> list[Money]:
    """The same a year further back, oldest first."""
    return list(line) * (REACH_YEARS + 1)
