"""Equal payments: the factor that levels principal and interest over some periods, taken once in Decimal."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from ..numbers.exact import ACCRUAL_DIVISOR
from ..numbers.powers import POWERS
from ..values.units import AllInRate, Number, Ticks

SCALE = 10**40  #: factors are whole numbers of 10^-40: no payment of 10^15 can feel their rounding


class PaymentPeriods:
    """The periods between the payments of an annuity, in ticks: one object for all its levellings, compared by value.

    A levelling takes the payments from a position on.
    """

    def __init__(self, periods: Sequence[Ticks]) -> None:
        self.periods = tuple(periods)
        self.equal_from = _first_of_the_last_equal(self.periods)
        self._hash = hash(self.periods)  # taken once, for each look-up of a factor

    def __len__(self) -> int:
        return len(self.periods)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, PaymentPeriods) and self.periods == other.periods)


def _first_of_the_last_equal(periods: Sequence[Ticks]) -> int:
    """The position from which on all periods are equal."""
    position = len(periods)
    while position and periods[position - 1] == periods[-1]:
        position -= 1
    return position


@lru_cache(maxsize=65536)
def level_factor(rate: AllInRate, periods: PaymentPeriods, start: Number) -> int:
    """Payment over what is owed on the day of the first one, in 10^-40, for the payments from a position on.

    1 / (1 + 1/(1 + r Y_1) + 1/((1 + r Y_1)(1 + r Y_2)) + ...): the present value of the payments is what is owed.
    Two equal payments at 0 %: one half.
    """
    return _scaled(POWERS.divide(Decimal(1), _present_value(rate, periods, start)))


@lru_cache(maxsize=65536)
def first_payment_factor(rate: AllInRate, first: Ticks, periods: PaymentPeriods, start: Number) -> int:
    """Payment over the principal `first` ticks before the first one, in 10^-40.  10 %, 12 months: 0.0879158872..."""
    return _scaled(POWERS.divide(_growth(rate, first), _present_value(rate, periods, start)))


def _present_value(rate: AllInRate, periods: PaymentPeriods, start: Number) -> Decimal:
    """The present value, on the day of the payment at a position, of it and all later payments of 1."""
    last = len(periods) - 1
    if periods.equal_from <= start <= last and rate * periods.periods[last]:  # the sum of a geometric series
        value = Decimal(1)
        discount = POWERS.divide(value, _growth(rate, periods.periods[last]))
        beyond = POWERS.power(discount, Decimal(len(periods) - start + 1))
        return POWERS.divide(POWERS.subtract(value, beyond), POWERS.subtract(value, discount))
    return _present_values(rate, periods)[start]


@lru_cache(maxsize=8)
def _present_values(rate: AllInRate, periods: PaymentPeriods) -> list[Decimal]:
    """The same for every position: each from the one after it, so that any number of levellings at a rate walk once."""
    growths = {period: _growth(rate, period) for period in set(periods.periods)}
    values = [Decimal(1)]
    for period in reversed(periods.periods):
        values.append(POWERS.add(POWERS.divide(values[-1], growths[period]), Decimal(1)))
    return values[::-1]


def _growth(rate: AllInRate, period: Ticks) -> Decimal:
    exact = rate * period  # an int, or a Fraction in the rational lane
    interest = POWERS.divide(Decimal(exact.numerator), Decimal(exact.denominator * ACCRUAL_DIVISOR))
    return POWERS.add(Decimal(1), interest)


def _scaled(factor: Decimal) -> int:
    return int(POWERS.to_integral_value(POWERS.scaleb(factor, 40)))
