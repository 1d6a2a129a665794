"""The year before the stress: annual amounts as twelve months, and the days of working capital behind the balances."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ..inputs.company import DatasetVersion, IncomeStatement
from ..numbers.exact import Arithmetic, Cell
from ..numbers.months import MONTH_UNITS
from ..values.units import NANO

HISTORY_YEARS = 3  #: how far back the opening balances reach; a stress of 365 days reaches one year further
FLAT = (NANO,) * 12


class BaseYear(NamedTuple):
    """Each line as twelve amounts in calendar order; any twelve months in a row add up to the annual amount."""

    revenue: tuple[Cell, ...]
    cost_of_sales_fixed: tuple[Cell, ...]
    cost_of_sales_variable: tuple[Cell, ...]
    operating_expenses_fixed: tuple[Cell, ...]
    operating_expenses_variable: tuple[Cell, ...]
    depreciation_and_amortisation: tuple[Cell, ...]
    capital_expenditure: tuple[Cell, ...]
    ebitda_adjustment: tuple[Cell, ...]  #: reported less derived EBITDA, a memo
    interest: tuple[Cell, ...]
    scheduled_principal: tuple[Cell, ...]
    tax: tuple[Cell, ...]

    @property
    def cost_of_sales(self) -> tuple[Cell, ...]:
        return tuple(map(sum, zip(self.cost_of_sales_fixed, self.cost_of_sales_variable, strict=True)))

    @property
    def operating_expenses(self) -> tuple[Cell, ...]:
        return tuple(map(sum, zip(self.operating_expenses_fixed, self.operating_expenses_variable, strict=True)))

    def opening_with(self, calendar_month: int) -> "BaseYear":
        """The same year from another month on: 1 is January, the order in which `base_year` makes it."""
        return BaseYear(*(line[calendar_month - 1 :] + line[: calendar_month - 1] for line in self))

    @staticmethod
    def history(line: Sequence[Cell]) -> list[Cell]:
        """The months up to the analysis date, oldest first: the year repeated back."""
        return list(line) * (HISTORY_YEARS + 1)


def base_year(m: Arithmetic, company: DatasetVersion, interest_run_rate: Cell) -> BaseYear:
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
    """What the reported EBITDA has above the derived one; 0 where none is reported."""
    return 0 if year.reported_ebitda_annual is None else year.reported_ebitda_annual - derived_ebitda(year)


def spread(m: Arithmetic, annual: Cell, weights: Sequence[int]) -> tuple[Cell, ...]:
    """An annual amount over twelve weights by cumulative prorate.  1.00 flat is 0.08, 0.09, 0.08, 0.08, 0.09 ..."""
    upto = [m.prorate(annual, running, sum(weights)) for running in accumulate(weights)]
    return tuple(after - before for before, after in pairwise([0, *upto]))


class Turnover(NamedTuple):
    """The days behind an opening balance, in twelfths of a nano-day, and what of it no days explain."""

    units: int
    leftover: Cell


def turnover(m: Arithmetic, balance: Cell, history: Sequence[Cell]) -> Turnover:
    """Invert the count-back: how many days of `history` (monthly amounts, oldest first) a balance is worth.

    Days are rounded down to the unit, so that the leftover is never negative.
    """
    rest, months, part = balance, 0, 0
    recent = list(reversed(history[-12 * HISTORY_YEARS :]))
    if not any(recent):
        return Turnover(0, balance)
    while months < len(recent) and rest and recent[months] <= rest:
        rest -= recent[months]
        months += 1
    if months < len(recent) and rest:
        part = int(rest * MONTH_UNITS // recent[months])
        rest -= m.prorate(recent[months], part, MONTH_UNITS)
    return Turnover(months * MONTH_UNITS + part, rest)
