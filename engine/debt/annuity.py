"""Equal payments: the factor that levels principal and interest over some periods, taken once in Decimal."""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
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


class PresentValues:
    """The present values of an annuity's payments at one rate.

    Each run of equal periods is a geometric series, taken at once, and its value follows from that of the next run: all
    levellings at a rate together walk the runs once, as far as the earliest of them.
    """

    def __init__(self, rate: AllInRate, periods: PaymentPeriods) -> None:
        self._rate, self._periods = rate, periods
        self._growths: dict[Ticks, Decimal] = {}
        self._series: dict[tuple[Ticks, Number], tuple[Decimal, Decimal]] = {}
        self._on_runs = {len(periods.runs): UNIT}  #: on the first day of a run, and on the day of the last payment

    def payment_factor(self, first: Ticks, start: Number) -> int:
        """What is paid of the principal, in 10^-40: over the payments from a position on, the first in `first` ticks.

        1 / (1 + 1/(1 + r Y_1) + 1/((1 + r Y_1)(1 + r Y_2)) + ...): the present value of the payments is what is owed.
        10 %, 12 months: 0.0879158872...
        """
        return _scaled(POWERS.divide(self._growth(first), self._on_payment(start)))

    def accrued_factor(self, start: Number) -> int:
        """What is paid of what is owed on the day of the first payment.  Two equal payments at 0 %: one half."""
        return _scaled(POWERS.divide(UNIT, self._on_payment(start)))

    def _growth(self, period: Ticks) -> Decimal:
        """What 1 grows to over a period."""
        if period not in self._growths:
            exact = self._rate * period  # an int, or a Fraction in the rational lane
            interest = POWERS.divide(Decimal(exact.numerator), Decimal(exact.denominator * ACCRUAL_DIVISOR))
            self._growths[period] = POWERS.add(UNIT, interest)
        return self._growths[period]

    def _on_payment(self, start: Number) -> Decimal:
        """On the day of the payment at a position."""
        runs = self._periods.runs
        number = bisect_right(self._periods.ends, start)  # of the run in which it lies
        return self._before(runs[number], start, self._on_run(number + 1)) if number < len(runs) else UNIT

    def _on_run(self, number: Number) -> Decimal:
        """On the first day of a run, from those of the runs behind it: months of actual days are 2,000 to 2200."""
        known, runs, behind = self._on_runs, self._periods.runs, number
        while behind not in known:
            behind += 1
        for run in reversed(range(number, behind)):
            known[run] = self._before(runs[run], runs[run].first, known[run + 1])
        return known[number]

    def _before(self, run: Run, start: Number, after: Decimal) -> Decimal:
        """The value at a position of a run, from the value at its end: after x d^n + 1 + d + ... + d^(n - 1)."""
        power, series = self._geometric(run.period, run.end - start)
        return POWERS.add(POWERS.multiply(after, power), series)

    def _geometric(self, period: Ticks, count: Number) -> tuple[Decimal, Decimal]:
        """d^n and 1 + d + ... + d^(n - 1), for the discount d over a period; over no time it is 1."""
        if (period, count) not in self._series:
            growth = self._growth(period)
            discount = POWERS.divide(UNIT, growth)
            power, series = discount, UNIT
            if count > 1:
                power, series = POWERS.power(discount, Decimal(count)), Decimal(count)
            if count > 1 and growth != UNIT:
                series = POWERS.divide(POWERS.subtract(UNIT, power), POWERS.subtract(UNIT, discount))
            self._series[period, count] = power, series
        return self._series[period, count]


def present_values(rate: AllInRate, periods: PaymentPeriods) -> PresentValues:
    """Those of an annuity at a rate: kept where many runs of periods are walked for them."""
    return (PresentValues if len(periods.runs) <= FEW_RUNS else _kept)(rate, periods)


@kept(MOST_PAYMENTS, weight=lambda rate, periods, values: len(periods))
def _kept(rate: AllInRate, periods: PaymentPeriods) -> PresentValues:
    return PresentValues(rate, periods)


def _scaled(factor: Decimal) -> int:
    return int(POWERS.to_integral_value(POWERS.scaleb(factor, 40)))
