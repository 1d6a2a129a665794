"""The liquidity shock: a part of the cash and of the undrawn revolver of the analysis date cannot be used."""

from ..compile.case import MonthTerms
from ..compile.opening import OpeningBalances
from ..numbers.exact import Arithmetic
from ..values.units import Factor, Money
from .state import State


def cash_held_back(m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, before: State) -> Money:
    """The cash that the shock holds back in a month, at most all there is; what it held back before counts as cash.

    100,000.00 on the analysis date under a factor of 0.6: 40,000.00 becomes restricted cash.
    """
    return m.least(shock_loss(m, opening.cash, terms.liquidity_factor), before.cash_held_back + before.position.cash)


def shock_loss(m: Arithmetic, amount: Money, liquidity_factor: Factor) -> Money:
    """Amount - amount x liquidity factor.  50,000.00 under a factor of 0.6 loses 20,000.00."""
    return amount - m.times(amount, liquidity_factor)
