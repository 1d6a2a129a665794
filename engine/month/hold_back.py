"""The cash that a company holds back for the three months ahead before it invests, repays or prepays anything."""

from ..compile.case import MonthTerms
from ..numbers.exact import Arithmetic
from ..numbers.months import FORESIGHT
from ..values.units import Money
from .outlook import Outlook


def hold_back(
    m: Arithmetic,
    outlook: Outlook,
    terms: MonthTerms,
    number: int,
    *,
    revolver_interest: Money,
    revolver_drawn: Money,
    tax_position: Money,
    minimum_cash: Money,
) -> Money:
    """For j = 3, 2, 1: h = most(h + gap of month t + j + the revolver's cash interest, 0); then what is owed beside it.

    That is the tax owed, the drawn revolver where it matures in these months, and the minimum cash.  A coupon of
    900.00 in two months and 50.00 of trading cash a month: 800.00.
    """
    ahead: Money = 0
    for gap in reversed(outlook.gaps[number : number + FORESIGHT]):
        ahead = m.most(ahead + gap + revolver_interest, 0)
    maturing = revolver_drawn - m.times(revolver_drawn, terms.revolver.refinanced_at_maturity)
    return ahead + m.most(tax_position, 0) + m.where(terms.revolver.matures_soon, maturing, 0) + minimum_cash
