"""Equal payments: the factor that levels principal and interest over some periods, taken once in Decimal."""

from decimal import Decimal
from functools import lru_cache

from ..numbers.exact import ACCRUAL_DIVISOR
from ..numbers.powers import POWERS
from ..values.units import AllInRate, Ticks

SCALE = 10**40  #: factors are whole numbers of 10^-40: no payment of 10^15 can feel their rounding


@lru_cache(maxsize=65536)
def level_factor(rate: AllInRate, periods: tuple[Ticks, ...]) -> int:
    """Payment over what is owed on the day of the first one, in 10^-40; `periods` lie between payments, in ticks.

    1 / (1 + 1/(1 + r Y_1) + 1/((1 + r Y_1)(1 + r Y_2)) + ...): the present value of the payments is what is owed.
    Two equal payments at 0 %: one half.
    """
    return _scaled(POWERS.divide(Decimal(1), _present_value(rate, periods)))


@lru_cache(maxsize=65536)
def first_payment_factor(rate: AllInRate, first: Ticks, periods: tuple[Ticks, ...]) -> int:
    """Payment over the principal `first` ticks before the first one, in 10^-40.  10 %, 12 months: 0.0879158872..."""
    return _scaled(POWERS.divide(_growth(rate, first), _present_value(rate, periods)))


def _present_value(rate: AllInRate, periods: tuple[Ticks, ...]) -> Decimal:
    """The present value, on the day of the first payment, of payments of 1."""
    value = Decimal(1)
    if len(set(periods)) == 1 and rate * periods[0]:  # equal periods: the sum of a geometric series
        discount = POWERS.divide(value, _growth(rate, periods[0]))
        last = POWERS.power(discount, Decimal(len(periods) + 1))
        return POWERS.divide(POWERS.subtract(value, last), POWERS.subtract(value, discount))
    for period in reversed(periods):
        value = POWERS.add(POWERS.divide(value, _growth(rate, period)), Decimal(1))
    return value


def _growth(rate: AllInRate, period: Ticks) -> Decimal:
    exact = rate * period  # an int, or a Fraction in the rational lane
    interest = POWERS.divide(Decimal(exact.numerator), Decimal(exact.denominator * ACCRUAL_DIVISOR))
    return POWERS.add(Decimal(1), interest)


def _scaled(factor: Decimal) -> int:
    return int(POWERS.to_integral_value(POWERS.scaleb(factor, 40)))
