"""Equal payments: the factor that levels principal and interest over given periods, taken once in Decimal."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..numbers.exact import ACCRUAL_DIVISOR
from ..numbers.powers import POWERS

SCALE = 10**40  #: factors are whole numbers of 10^-40: no payment of 10^15 can feel their rounding


@lru_cache(maxsize=65536)
def level_factor(rate: Any, periods: tuple[int, ...]) -> int:
    """Payment over what is owed on the day of the first one, in 10^-40; `periods` lie between the payments, in ticks.

    1 / (1 + 1/(1 + r Y_1) + 1/((1 + r Y_1)(1 + r Y_2)) + ...): the present value of the payments is what is owed.
    Two equal payments at 0 %: one half.
    """
    return _scaled(POWERS.divide(Decimal(1), _worth(rate, periods)))


@lru_cache(maxsize=65536)
def first_payment_factor(rate: Any, first: int, periods: tuple[int, ...]) -> int:
    """Payment over the principal `first` ticks before the first one, in 10^-40.  10 %, 12 months: 0.0879158872..."""
    return _scaled(POWERS.divide(_growth(rate, first), _worth(rate, periods)))


def _worth(rate: Any, periods: tuple[int, ...]) -> Decimal:
    """What payments of 1 are worth on the day of the first one."""
    worth = Decimal(1)
    if len(set(periods)) == 1 and rate * periods[0]:  # equal periods: the sum of a geometric series
        discount = POWERS.divide(worth, _growth(rate, periods[0]))
        last = POWERS.power(discount, Decimal(len(periods) + 1))
        return POWERS.divide(POWERS.subtract(worth, last), POWERS.subtract(worth, discount))
    for period in reversed(periods):
        worth = POWERS.add(POWERS.divide(worth, _growth(rate, period)), Decimal(1))
    return worth


def _growth(rate: Any, period: int) -> Decimal:
    exact = rate * period  # an int, or a Fraction in the rational lane
    interest = POWERS.divide(Decimal(exact.numerator), Decimal(exact.denominator * ACCRUAL_DIVISOR))
    return POWERS.add(Decimal(1), interest)


def _scaled(factor: Decimal) -> int:
    return int(POWERS.to_integral_value(POWERS.scaleb(factor, 40)))
