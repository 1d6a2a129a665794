"""The verbs by which money meets a number, for one execution at a time: in whole cents, or unrounded.

The month is written once over these verbs and runs in any lane that has them. `Scalar` rounds half-even, once per
verb; `Rational` does not round at all; `batch.Batch` does what `Scalar` does on whole arrays. In every lane `+`, `-`
and comparisons are exact, and so the lanes that round agree in every cell.
"""

from collections.abc import Sequence
from enum import IntEnum
from fractions import Fraction
from typing import Any, Protocol

from ..values.units import NANO

YEAR_TICKS = 1_603_080  #: lcm(360, 365, 366): the day of every day count is a whole number of ticks
ACCRUAL_DIVISOR = NANO * YEAR_TICKS  #: balance x rate in nanos x ticks over this is interest
MICRO = 10**6  #: ratios are whole numbers of 10^-6
MOST_RATIO = 10**9  #: a ratio beyond this says OUT_OF_RANGE

#: A value of the lane: an int, a Fraction, or an array of int64. Money, a number, or the truth of a comparison.
Cell = Any


class UndefinedRatio(IntEnum):
    """Why a ratio has no value. The codes lie far beyond every ratio, so a cell needs no second field."""

    NO_DEBT_SERVICE = 2**60
    NO_INTEREST = 2**60 + 1
    NO_PRINCIPAL = 2**60 + 2
    NO_DEBT = 2**60 + 3
    NO_COLLATERAL = 2**60 + 4
    NO_EBITDA = 2**60 + 5
    OUT_OF_RANGE = 2**60 + 6
    INSUFFICIENT_DATA = 2**60 + 7


class Arithmetic(Protocol):
    """The verbs. Money in minor units, factors and rates in nanos; every rounding is half-even."""

    def times(self, money: Cell, factor: Cell) -> Cell:
        """Money times a factor in nanos, |result| at most 10^16.  1.00 x 0.85 is 0.85."""

    def prorate(self, money: Cell, part: Cell, whole: Cell) -> Cell:
        """`part` of `whole` of the money, 0 <= part <= whole <= 2 x 10^15; nothing where `whole` is 0."""

    def accrue(self, balance: Cell, rate: Cell, ticks: Cell, accrued: Cell, carry: Cell) -> tuple[Cell, Cell]:
        """Interest accrued so far in a coupon after `ticks` more, and the fraction of a cent to carry on.

        The carry (in 1/ACCRUAL_DIVISOR of a minor unit) is what makes a coupon round once, however its balance
        and its rate changed on the way.
        """

    def ratio(self, numerator: Cell, denominator: Cell, undefined: UndefinedRatio) -> Cell:
        """The ratio in 10^-6, or why there is none: `undefined` without a positive denominator, or OUT_OF_RANGE."""

    def least(self, a: Cell, b: Cell) -> Cell:
        """The smaller of two."""

    def most(self, a: Cell, b: Cell) -> Cell:
        """The larger of two."""

    def where(self, condition: Cell, a: Cell, b: Cell) -> Cell:
        """`a` where the condition holds, `b` elsewhere."""

    def ago(self, history: Sequence[Cell], months: Cell) -> Cell:
        """The value of a history (oldest first) so many months before its last one; 0 is the last."""


def half_even(numerator: int, denominator: int) -> int:
    """The nearest whole number, a tie to the even one; denominator > 0.  5/2 is 2, 7/2 is 4, -5/2 is -2."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient & 1):
        return quotient + 1
    return quotient


class _OneAtATime:
    """What both lanes of single numbers share: choosing never rounds."""

    def least(self, a: Cell, b: Cell) -> Cell:
        return a if a <= b else b

    def most(self, a: Cell, b: Cell) -> Cell:
        return a if a >= b else b

    def where(self, condition: Cell, a: Cell, b: Cell) -> Cell:
        return a if condition else b

    def ago(self, history: Sequence[Cell], months: Cell) -> Cell:
        return history[-1 - months]


class Scalar(_OneAtATime):
    """Whole minor units in Python integers."""

    def times(self, money: Cell, factor: Cell) -> Cell:
        return money if factor == NANO else half_even(money * factor, NANO)

    def prorate(self, money: Cell, part: Cell, whole: Cell) -> Cell:
        return half_even(money * part, whole) if part and whole else 0

    def accrue(self, balance: Cell, rate: Cell, ticks: Cell, accrued: Cell, carry: Cell) -> tuple[Cell, Cell]:
        exact = accrued * ACCRUAL_DIVISOR + carry + balance * rate * ticks
        rounded = half_even(exact, ACCRUAL_DIVISOR)
        return rounded, exact - rounded * ACCRUAL_DIVISOR

    def ratio(self, numerator: Cell, denominator: Cell, undefined: UndefinedRatio) -> Cell:
        if denominator <= 0:
            return int(undefined)
        if abs(numerator) > MOST_RATIO * denominator:
            return int(UndefinedRatio.OUT_OF_RANGE)
        return half_even(numerator * MICRO, denominator)


SCALAR = Scalar()


class Rational(_OneAtATime):
    """Unrounded fractions: for the laws that hold only without rounding."""

    def times(self, money: Cell, factor: Cell) -> Cell:
        return Fraction(money) * factor / NANO

    def prorate(self, money: Cell, part: Cell, whole: Cell) -> Cell:
        return Fraction(money) * part / whole if whole else Fraction(0)

    def accrue(self, balance: Cell, rate: Cell, ticks: Cell, accrued: Cell, carry: Cell) -> tuple[Cell, Cell]:
        return accrued + Fraction(balance) * rate * ticks / ACCRUAL_DIVISOR, 0

    def ratio(self, numerator: Cell, denominator: Cell, undefined: UndefinedRatio) -> Cell:
        if denominator <= 0:
            return int(undefined)
        if abs(numerator) > MOST_RATIO * denominator:
            return int(UndefinedRatio.OUT_OF_RANGE)
        return Fraction(numerator) * MICRO / denominator


def share_out(m: Arithmetic, money: Cell, dues: Sequence[Cell]) -> list[Cell]:
    """Pay `dues` pro rata out of `money` (at most their sum) by cumulative prorate: the parts add up to the cent.

    10.00 over dues of 3.33, 3.33 and 3.34 pays each in full; 1.00 over three of 5.00 pays 0.33, 0.34, 0.33.
    """
    if len(dues) == 1:
        return [money]
    whole = sum(dues)
    paid, before, running = [], 0, 0
    for due in dues:
        running = running + due
        upto = m.prorate(money, running, whole)
        paid.append(upto - before)
        before = upto
    return paid
