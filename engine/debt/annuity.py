"""Equal payments: the factor that levels principal and interest over some periods, taken once in Decimal."""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..numbers.exact import ACCRUAL_DIVISOR
from ..numbers.powers import POWERS
from ..values.kept import kept
from ..values.units import AllInRate, Number, Ticks

UNIT = Decimal(1)  #: a payment, or what a period of no interest grows by
#: Whose values are kept, of some 400 bytes each: more than one annuity can have, daily from 1900 to 2200.
MOST_PAYMENTS = 150_000
FEW_RUNS = 4  #: to look up what is kept takes as long as to walk so many
SCALE = 10**40  #: factors are whole numbers of 10^-40: no payment of 10^15 can feel their rounding


class Run(NamedTuple):
    """Equal periods one after the other: their length, and the positions of the first of them and of the next run."""

    period: Ticks
    first: Number
    end: Number


class PaymentPeriods:
    """The periods between the payments of an annuity, in ticks: one object for all its levellings, compared by value.

    A levelling takes the payments from a position on.
    """

    def __init__(self, periods: Sequence[Ticks]) -> None:
        self.periods = tuple(periods)
        ends = [n for n in range(1, len(periods) + 1) if n == len(periods) or periods[n] != periods[n - 1]]
        self.runs = tuple(Run(periods[end - 1], first, end) for first, end in pairwise([0, *ends]))
        self.ends = tuple(ends)  #: of the runs
        self._hash = hash(self.periods)  # taken once, for each look-up of its values

    def __len__(self) -> int:
        return len(self.periods)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, PaymentPeriods) and self.periods == other.periods)


def payment_factor(rate: AllInRate, first: Ticks, value: Decimal) -> int:
    """What an annuity pays of the principal, in 10^-40, where the first of its payments is due in `first` ticks.

    1 / (1 + 1/(1 + r Y_1) + 1/((1 + r Y_1)(1 + r Y_2)) + ...): the present value of the payments is what is owed.
    10 %, 12 months: 0.0879158872...
    """
    return _scaled(POWERS.divide(_growth(rate, first), value))


def accrued_factor(value: Decimal) -> int:
    """What it pays of what is owed on the day of the first payment.  Two equal payments at 0 %: one half."""
    return _scaled(POWERS.divide(UNIT, value))


@lru_cache(maxsize=128)  # of the levellings of one loan after the other: equal loans share them
def present_value(rate: AllInRate, periods: PaymentPeriods, start: Number) -> Decimal:
    """The value of payments of 1, from the one at a position on, on the day of that payment.

    Each run of equal periods is a geometric series, taken at once, and its value follows from that of the next run.
    """
    runs, number = periods.runs, bisect_right(periods.ends, start)  # of the run in which it lies
    if number == len(runs):
        return UNIT
    if len(runs) > FEW_RUNS:
        value = _on_runs(rate, periods)[number + 1]
    else:
        value = UNIT
        for run in reversed(runs[number + 1 :]):
            value = _before(value, *_geometric(rate, run.period, run.end - run.first))
    run = runs[number]
    return _before(value, *_geometric(rate, run.period, run.end - start))


@kept(MOST_PAYMENTS, weight=lambda rate, periods, values: len(periods))
def _on_runs(rate: AllInRate, periods: PaymentPeriods) -> list[Decimal]:
    """The values on the first day of each run, and on the day of the last payment: all levellings walk them once."""
    values, known = [UNIT], dict[tuple[Ticks, Number], tuple[Decimal, Decimal]]()
    for run in reversed(periods.runs):  # months of actual days are two thousand runs to 2200
        key = run.period, run.end - run.first
        if key not in known:
            known[key] = _geometric(rate, *key)
        values.append(_before(values[-1], *known[key]))
    return values[::-1]


def _before(after: Decimal, power: Decimal, series: Decimal) -> Decimal:
    """The value at a position of a run, from that at its end: after x d^n + 1 + d + ... + d^(n - 1)."""
    return POWERS.add(POWERS.multiply(after, power), series)


def _geometric(rate: AllInRate, period: Ticks, count: Number) -> tuple[Decimal, Decimal]:
    """d^n and 1 + d + ... + d^(n - 1), for the discount d over a period; over no time it is 1."""
    growth = _growth(rate, period)
    discount = POWERS.divide(UNIT, growth)
    if count == 1:
        return discount, UNIT
    power = POWERS.power(discount, Decimal(count))
    if growth == UNIT:
        return power, Decimal(count)
    return power, POWERS.divide(POWERS.subtract(UNIT, power), POWERS.subtract(UNIT, discount))


def _growth(rate: AllInRate, period: Ticks) -> Decimal:
    """What 1 grows to over a period."""
    exact = rate * period  # an int, or a Fraction in the rational lane
    return POWERS.add(UNIT, POWERS.divide(Decimal(exact.numerator), Decimal(exact.denominator * ACCRUAL_DIVISOR)))


def _scaled(factor: Decimal) -> int:
    return int(POWERS.to_integral_value(POWERS.scaleb(factor, 40)))
