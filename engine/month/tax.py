"""Tax of the month: on the profit after the losses carried forward."""

from ..numbers.exact import Arithmetic
from ..values.units import Factor, Money


def tax_and_losses(m: Arithmetic, profit_before_tax: Money, losses: Money, tax_rate: Factor) -> tuple[Money, Money]:
    """(Profit before tax - losses carried forward) x tax rate, never below 0; and the losses to carry forward.

    A profit of 100.00 after losses of 40.00 at 25 % costs 15.00 and leaves none; a loss of 100.00 makes them 140.00.
    """
    profit, loss = m.most(profit_before_tax, 0), m.most(-profit_before_tax, 0)
    relieved = m.least(losses, profit)
    return m.times(profit - relieved, tax_rate), losses - relieved + loss
