"""Equal payments: the factor that levels principal and interest over some periods, taken once in Decimal."""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from ..numbers.exact import ACCRUAL_DIVISOR
from ..numbers.powers import POWERS
from ..values.kept import kept
from ..values.units import AllInRate, Number, Ticks

UNIT = Decimal(1)  #: a payment, or what a period of no interest grows by
#: Whose values are kept, of some 400 bytes each: more than one annuity can have, daily from 1900 to 2200.
MOST_PAYMENTS = 150_000
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
        self._hash = hash(self.periods)  # taken once, for each look-up of a factor

    def __len__(self) -> int:
        return len(self.periods)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, PaymentPeriods) and self.periods == other.periods)


class PaymentFactors(NamedTuple):
    """What an annuity pays, in 10^-40 of what is owed."""

    of_principal: int  #: some time before the first payment: 10 %, 12 months: 0.0879158872...
    of_accrued: int  #: on the day of the first payment; two equal payments at 0 %: one half


def payment_factors(rate: AllInRate, first: Ticks, periods: PaymentPeriods, start: Number) -> PaymentFactors:
    """The factors of the payments from a position on, the first of them in `first` ticks.

    1 / (1 + 1/(1 + r Y_1) + 1/((1 + r Y_1)(1 + r Y_2)) + ...): the present value of the payments is what is owed.
    """
    worth = _worth(rate, periods).at(start)
    return PaymentFactors(_scaled(POWERS.divide(_growth(rate, first), worth)), _scaled(POWERS.divide(UNIT, worth)))


class _Worth:
    """The present values of an annuity's payments at one rate.

    Each run of equal periods is a geometric series, taken at once, and its value follows from that of the next run: all
    levellings at a rate together walk the runs once.
    """

    def __init__(self, rate: AllInRate, periods: PaymentPeriods) -> None:
        self._rate, self._runs = rate, periods.runs
        self._series: dict[tuple[Ticks, Number], tuple[Decimal, Decimal]] = {}
        self._on_days: dict[Number, Decimal] = {}
        value, values, known = UNIT, [UNIT], self._series
        add, multiply = POWERS.add, POWERS.multiply
        for period, first, end in reversed(self._runs):  # months of actual days are two thousand runs to 2200
            power, series = known.get((period, end - first)) or self._geometric(period, end - first)
            value = add(multiply(value, power), series)
            values.append(value)
        self._at_runs = values[::-1]  # on the first day of each run, and on the day of the last payment

    def at(self, start: Number) -> Decimal:
        """On the day of the payment at a position."""
        if start not in self._on_days:
            self._on_days[start] = self._value(start)
        return self._on_days[start]

    def _value(self, start: Number) -> Decimal:
        number = bisect_right(self._runs, start, key=attrgetter("end"))  # of the run in which it lies
        if number == len(self._runs):
            return self._at_runs[-1]
        return self._before(self._runs[number], start, self._at_runs[number + 1])

    def _before(self, run: Run, start: Number, after: Decimal) -> Decimal:
        """The value at a position of a run, from the value at its end: after x d^n + 1 + d + ... + d^(n - 1)."""
        power, series = self._geometric(run.period, run.end - start)
        return POWERS.add(POWERS.multiply(after, power), series)

    def _geometric(self, period: Ticks, count: Number) -> tuple[Decimal, Decimal]:
        """d^n and 1 + d + ... + d^(n - 1), for the discount d over a period; over no time it is 1."""
        if (period, count) not in self._series:
            growth = _growth(self._rate, period)
            discount = POWERS.divide(UNIT, growth)
            power, series = POWERS.power(discount, Decimal(count)), Decimal(count)
            if growth != UNIT:
                series = POWERS.divide(POWERS.subtract(UNIT, power), POWERS.subtract(UNIT, discount))
            self._series[period, count] = power, series
        return self._series[period, count]


@kept(MOST_PAYMENTS, weight=lambda rate, periods, worth: len(periods))
def _worth(rate: AllInRate, periods: PaymentPeriods) -> _Worth:
    return _Worth(rate, periods)


def _growth(rate: AllInRate, period: Ticks) -> Decimal:
    exact = rate * period  # an int, or a Fraction in the rational lane
    interest = POWERS.divide(Decimal(exact.numerator), Decimal(exact.denominator * ACCRUAL_DIVISOR))
    return POWERS.add(UNIT, interest)


def _scaled(factor: Decimal) -> int:
    return int(POWERS.to_integral_value(POWERS.scaleb(factor, 40)))
