"""The verbs by which money meets a number, for one execution at a time: in whole minor units, or unrounded.

The month is written once over these verbs and runs in any lane that has them. `Scalar` rounds half-even, once per
verb; `Rational` does not round at all; `batch.Batch` does what `Scalar` does on whole arrays. In every lane `+`, `-`
and comparisons are exact, and so the lanes that round agree in every figure.
"""

from collections.abc import Sequence
from enum import IntEnum
from fractions import Fraction
from typing import Any, Protocol

from ..values.units import NANO, AllInRate, Carry, Factor, Figure, Flag, Money, Number, Part, Ratio, Ticks

YEAR_TICKS = 1_603_080  #: lcm(360, 365, 366): the day of every day count is a whole number of ticks
ACCRUAL_DIVISOR = NANO * YEAR_TICKS  #: balance x rate in nanos x ticks over this is interest
MICRO = 10**6  #: ratios are whole numbers of 10^-6
MOST_RATIO = 10**9  #: a ratio beyond this says OUT_OF_RANGE


class UndefinedRatio(IntEnum):
    """Why a ratio has no value. The codes lie far beyond every ratio, so that a figure needs no second field."""

    NO_DEBT_SERVICE = 2**60
    NO_INTEREST = 2**60 + 1
    NO_PRINCIPAL = 2**60 + 2
    NO_DEBT = 2**60 + 3
    NO_COLLATERAL = 2**60 + 4
    NO_EBITDA = 2**60 + 5
    OUT_OF_RANGE = 2**60 + 6
    INSUFFICIENT_DATA = 2**60 + 7
    NOT_TESTED = 2**60 + 8
    NO_MINIMUM = 2**60 + 9
    NEGATIVE = -(2**60)  #: a negative numerator: no number, and below every number


class Arithmetic(Protocol):
    """The verbs. Money in minor units, factors and rates in nanos; every rounding is half-even.

    The types are those of the reference lane. The rational lane takes and gives fractions in their place, the batch
    lane arrays of int64.
    """

    def times(self, money: Money, factor: Factor) -> Money:
        """money x factor, |result| at most 10^16.  1.00 x 0.85 is 0.85."""

    def prorate(self, money: Money, part: Part, whole: Part) -> Money:
        """money x part / whole, 0 <= part <= whole <= 2 x 10^15; 0 where `whole` is 0.  1.00 x 1/12 is 0.08."""

    def accrue(
        self, balance: Money, rate: AllInRate, ticks: Ticks, accrued: Money, carry: Carry
    ) -> tuple[Money, Carry]:
        """accrued + balance x rate x ticks: the interest of a coupon so far, and the fraction of a cent to carry on.

        The carry (in 1/ACCRUAL_DIVISOR of a minor unit) is what makes a coupon round once, however its balance
        and its rate change on the way.
        """

    def ratio(self, numerator: Money, denominator: Money, undefined: UndefinedRatio) -> Ratio:
        """numerator / denominator in 10^-6, or why there is none: `undefined` where the denominator is not positive,
        OUT_OF_RANGE beyond 10^9.
        """

    def least(self, a: Figure, b: Figure) -> Figure:
        """The smaller of two."""

    def most(self, a: Figure, b: Figure) -> Figure:
        """The larger of two."""

    def where(self, condition: Flag, a: Figure, b: Figure) -> Figure:
        """`a` where the condition is true, `b` elsewhere."""

    def ago(self, history: Sequence[Figure], months: Number) -> Figure:
        """The figure of a history (oldest first) so many months before its last; 0 months is the last."""


def half_even(numerator: int, denominator: int) -> int:
    """The nearest whole number, a tie to the even one; denominator > 0.  5/2 is 2, 7/2 is 4, -5/2 is -2."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient & 1):
        return quotient + 1
    return quotient


class _SingleNumbers:
    """What both lanes of single numbers share: choosing never rounds."""

    def least(self, a: Any, b: Any) -> Any:
        return a if a <= b else b

    def most(self, a: Any, b: Any) -> Any:
        return a if a >= b else b

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        return a if condition else b

    def ago(self, history: Sequence[Any], months: int) -> Any:
        return history[-1 - months]


class Scalar(_SingleNumbers):
    """Whole minor units in Python integers: the reference lane."""

    def times(self, money: Money, factor: Factor) -> Money:
        return money if factor == NANO else half_even(money * factor, NANO)

    def prorate(self, money: Money, part: Part, whole: Part) -> Money:
        return half_even(money * part, whole) if part and whole else 0

    def accrue(
        self, balance: Money, rate: AllInRate, ticks: Ticks, accrued: Money, carry: Carry
    ) -> tuple[Money, Carry]:
        exact = accrued * ACCRUAL_DIVISOR + carry + balance * rate * ticks
        rounded = half_even(exact, ACCRUAL_DIVISOR)
        return rounded, exact - rounded * ACCRUAL_DIVISOR

    def ratio(self, numerator: Money, denominator: Money, undefined: UndefinedRatio) -> Ratio:
        if denominator <= 0:
            return int(undefined)
        if abs(numerator) > MOST_RATIO * denominator:
            return int(UndefinedRatio.OUT_OF_RANGE)
        return half_even(numerator * MICRO, denominator)


SCALAR = Scalar()


class Rational(_SingleNumbers):
    """Unrounded fractions: for the laws that need exact proportions, and for the ACTUS tests."""

    def times(self, money: Any, factor: Any) -> Any:
        return Fraction(money) * factor / NANO

    def prorate(self, money: Any, part: Any, whole: Any) -> Any:
        return Fraction(money) * part / whole if whole else Fraction(0)

    def accrue(self, balance: Any, rate: Any, ticks: Any, accrued: Any, carry: Any) -> tuple[Any, Any]:
        return accrued + Fraction(balance) * rate * ticks / ACCRUAL_DIVISOR, 0

    def ratio(self, numerator: Any, denominator: Any, undefined: UndefinedRatio) -> Any:
        if denominator <= 0:
            return int(undefined)
        if abs(numerator) > MOST_RATIO * denominator:
            return int(UndefinedRatio.OUT_OF_RANGE)
        return Fraction(numerator) * MICRO / denominator


def clamp(m: Arithmetic, figure: Figure, floor: Figure | None, cap: Figure | None) -> Figure:
    """The figure between a floor and a cap, each None where there is none.  7 % with a cap of 5 % is 5 %."""
    figure = figure if cap is None else m.least(figure, cap)
    return figure if floor is None else m.most(figure, floor)


def times_each(m: Arithmetic, amounts: Sequence[Money], factors: Sequence[Factor]) -> list[Money]:
    """Each amount x its factor; what meets in several months, as columns do, is multiplied once."""
    pairs = {(id(money), id(factor)): (money, factor) for money, factor in zip(amounts, factors, strict=True)}
    products = {pair: m.times(money, factor) for pair, (money, factor) in pairs.items()}
    return [products[id(money), id(factor)] for money, factor in zip(amounts, factors, strict=True)]


def cover(m: Arithmetic, cash: Money, due: Money, undefined: UndefinedRatio) -> Ratio:
    """How often cash covers what is due: their ratio; NEGATIVE where there is less than none.

    So coverage never improves with losses.  -1.00 and -2.00 over 1.00 are both NEGATIVE.
    """
    return m.where((cash < 0) & (due > 0), int(UndefinedRatio.NEGATIVE), m.ratio(cash, due, undefined))


def share_out(m: Arithmetic, money: Money, dues: Sequence[Money]) -> list[Money]:
    """money x due / sum of dues for each due, by cumulative prorate: the parts add up to the cent.

    `money` is at most the sum of the dues. 10.00 over dues of 3.33, 3.33 and 3.34 pays each in full; 1.00 over three
    of 5.00 pays 0.33, 0.34, 0.33.
    """
    if len(dues) == 1:
        return [money]
    whole = sum(dues)
    parts, before, running = [], 0, 0
    for due in dues:
        running = running + due
        upto = m.prorate(money, running, whole)
        parts.append(upto - before)
        before = upto
    return parts
