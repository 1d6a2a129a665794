"""The year before the stress: annual amounts as twelve months, and the days of working capital behind the balances."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ..inputs.company import DatasetVersion, IncomeStatement
from ..numbers.exact import Arithmetic
from ..numbers.months import MONTH_UNITS, YEAR
from ..values.units import NANO, DayUnits, Money

HISTORY_YEARS = 3  #: how far back the opening balances reach; a stress of 365 days reaches one year further
FLAT = (NANO,) * YEAR


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

    @staticmethod
    def history(line: Sequence[Money]) -> list[Money]:
        """The months up to the analysis date, oldest first: the year repeated back."""
        return list(line) * (HISTORY_YEARS + 1)


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
    upto = [m.prorate(annual, running, sum(weights)) for running in accumulate(weights)]
    return tuple(after - before for before, after in pairwise([0, *upto]))


class DaysOutstanding(NamedTuple):
    """The days of a flow behind an opening balance, and the part of the balance that no days explain."""

    units: DayUnits
    unexplained: Money


def days_outstanding(m: Arithmetic, balance: Money, history: Sequence[Money]) -> DaysOutstanding:
    """How many days of `history` (monthly amounts, oldest first) a balance is worth: the count-back, inverted.

    A balance of 150.00 over months of 100.00 is a month and a half. Days are rounded down to the unit, so that the
    unexplained part is never negative.
    """
    remaining, months, part = balance, 0, 0
    recent = list(reversed(history[-YEAR * HISTORY_YEARS :]))
    if not any(recent):
        return DaysOutstanding(0, balance)
    while months < len(recent) and remaining and recent[months] <= remaining:
        remaining -= recent[months]
        months += 1
    if months < len(recent) and remaining:
        part = int(remaining * MONTH_UNITS // recent[months])
        remaining -= m.prorate(recent[months], part, MONTH_UNITS)
    return DaysOutstanding(months * MONTH_UNITS + part, remaining)
