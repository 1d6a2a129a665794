"""Tax by fiscal year: on the profit of the year so far after the losses carried forward, paid by quarter."""

from typing import NamedTuple

from ..compile.opening import OpeningBalances
from ..numbers.exact import Arithmetic
from ..values.units import Factor, Flag, Money


class TaxYear(NamedTuple):
    """The fiscal year so far."""

    profit: Money  #: before tax
    booked: Money
    losses: Money  #: carried forward from the years before


def opening_tax_year(m: Arithmetic, opening: OpeningBalances) -> TaxYear:
    """The months since the last year end, their tax booked and taken as paid."""
    year = TaxYear(opening.profit_of_fiscal_year, 0, opening.tax_losses)
    return year._replace(booked=tax_so_far(m, year, opening.tax_rate))


def tax_so_far(m: Arithmetic, year: TaxYear, tax_rate: Factor) -> Money:
    """most(profit of the year - losses, 0) x rate.  A profit of 100.00 after losses of 40.00 at 25 % costs 15.00."""
    return m.times(m.most(year.profit - year.losses, 0), tax_rate)


def tax_of_month(
    m: Arithmetic, before: TaxYear, profit_before_tax: Money, tax_rate: Factor, is_year_end: Flag
) -> tuple[TaxYear, Money]:
    """The year with this month, and the tax expense of the month: tax of the year so far less what is booked.

    A loss takes back what the year has booked: the expense is then below 0. A year that ends leaves only losses.
    """
    year = before._replace(profit=before.profit + profit_before_tax)
    so_far = tax_so_far(m, year, tax_rate)
    after = TaxYear(
        profit=m.where(is_year_end, 0, year.profit),
        booked=m.where(is_year_end, 0, so_far),
        losses=m.where(is_year_end, m.most(year.losses - year.profit, 0), year.losses),
    )
    return after, so_far - before.booked


def tax_due(m: Arithmetic, tax_position: Money, is_quarter_end: Flag) -> Money:
    """What is owed at the end of a fiscal quarter; a position below 0 waits for later tax."""
    return m.where(is_quarter_end, m.most(tax_position, 0), 0)
