"""The verbs on whole arrays: the same integers as `exact.Scalar`, for many executions at once.

A product of two 64-bit integers does not fit into 64 bits, and need not. A float64 only *estimates* the quotient;
wrapping int64 arithmetic *decides* it: the exact remainder is small, so it survives the wrap-around. The estimate is
made even, so that rounding the remainder half-even rounds the quotient half-even. Which SIMD instructions made the
estimate cannot change the result.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..values.units import NANO
from .exact import ACCRUAL_DIVISOR, MICRO, MOST_RATIO, SCALAR, UndefinedRatio

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Column = Any  #: one figure of many executions: an array of int64, or an int where it is the same in all


#: Up to here a divisor and its remainders are exact float64, and their quotient tells a tie from its neighbours.
EXACT_AS_FLOAT = 2**51


class Scratch(NamedTuple):
    """The arrays in which a verb works: the next verb overwrites them, so that they stay in the processor's cache."""

    estimate: Floats
    other: Floats
    product: Integers
    remainder: Integers


def column(figures: Sequence[int]) -> Column:
    """One figure of many executions, as a batch takes it: a plain int where it is the same in all."""
    first = figures[0]
    return first if figures.count(first) == len(figures) else np.array(figures, dtype=np.int64)


class Batch:
    """int64 arrays of one length; a plain int stands for an array of equal values, and ints alone stay an int."""

    def __init__(self, length: int) -> None:
        self.scratch = Scratch(np.empty(length), np.empty(length), *np.empty((2, length), dtype=np.int64))

    def times(self, money: Column, factor: Column) -> Column:
        if _plain(money, factor):
            return SCALAR.times(money, factor)
        if isinstance(factor, int) and factor in (0, NANO):
            return money if factor else 0
        half = self._estimate(money, factor)
        half *= 0.5 / NANO
        return self._divide(money, factor, NANO, NANO, _even(half))

    def prorate(self, money: Column, part: Column, whole: Column) -> Column:
        if _plain(money, part, whole):
            return SCALAR.prorate(money, part, whole)
        if isinstance(part, int) and part == 0:
            return 0
        half = self._estimate(money, part)
        divisor, as_float = self._divisor(whole)  # the part is 0 where the whole is
        half /= as_float
        half *= 0.5
        divide = self._divide if _largest(divisor) <= EXACT_AS_FLOAT else self._divide_by_money
        return divide(money, part, divisor, as_float, _even(half))

    def accrue(
        self, balance: Column, rate: Column, ticks: Column, accrued: Column, carry: Column
    ) -> tuple[Column, Column]:
        if _plain(balance, rate, ticks, accrued, carry):
            return SCALAR.accrue(balance, rate, ticks, accrued, carry)
        if _plain(rate, accrued, carry) and not (rate or accrued or carry):
            return 0, 0
        speed, product = rate * ticks, self.scratch.product
        half = self._estimate(balance, speed)
        half *= 1.0 / ACCRUAL_DIVISOR
        half += accrued
        half *= 0.5
        so_far = _even(half)
        remainder = np.empty_like(so_far)
        np.multiply(balance, speed, out=remainder)
        remainder += carry
        np.subtract(so_far, accrued, out=product)
        product *= ACCRUAL_DIVISOR
        remainder -= product
        up = self._whole(remainder, ACCRUAL_DIVISOR)
        so_far += up
        up *= ACCRUAL_DIVISOR
        remainder -= up
        return so_far, remainder

    def ratio(self, numerator: Column, denominator: Column, undefined: UndefinedRatio) -> Column:
        if _plain(numerator, denominator):
            return SCALAR.ratio(numerator, denominator, undefined)
        # From 10^8 on no numerator can pass 10^9 times the divisor, and the product below stays in 64 bits.
        beyond = np.abs(numerator) > np.minimum(np.maximum(denominator, 1), MOST_RATIO // 10) * MOST_RATIO
        within = np.where(beyond, 0, numerator)
        half = self._estimate(within, MICRO)
        divisor, as_float = self._divisor(denominator)
        half /= as_float
        half *= 0.5
        value = self._divide_by_money(within, MICRO, divisor, as_float, _even(half))
        np.copyto(value, int(UndefinedRatio.OUT_OF_RANGE), where=beyond)
        np.copyto(value, int(undefined), where=np.less_equal(denominator, 0))
        return value

    def least(self, a: Column, b: Column) -> Column:
        return min(a, b) if _plain(a, b) else np.minimum(a, b)

    def most(self, a: Column, b: Column) -> Column:
        return max(a, b) if _plain(a, b) else np.maximum(a, b)

    def where(self, condition: Column, a: Column, b: Column) -> Column:
        if _plain(condition):
            return a if condition else b
        if _plain(a, b) and a == b:
            return a
        return np.where(condition, a, b)

    def ago(self, history: Sequence[Column], months: Column) -> Column:
        if _plain(months):
            return history[-1 - months]
        if _plain(*history):
            return np.array(history, dtype=np.int64)[-1 - months]
        figures = np.empty(len(months), dtype=np.int64)
        for back in np.flatnonzero(np.bincount(months)).tolist():
            np.copyto(figures, history[-1 - back], where=months == back)
        return figures

    def _estimate(self, a: Column, b: Column) -> Floats:
        """About a x b."""
        estimate = self.scratch.estimate
        np.copyto(estimate, a)
        estimate *= self._float(b)
        return estimate

    def _float(self, figure: Column) -> Column:
        """The figure as a float, exact up to 2^53; converting first is cheaper than letting numpy mix its types."""
        if _plain(figure):
            return float(figure)
        np.copyto(self.scratch.other, figure)
        return self.scratch.other

    def _divisor(self, whole: Column) -> tuple[Column, Column]:
        """A divisor that is never 0, and the same as a float."""
        divisor = self.most(whole, 1)
        return divisor, self._float(divisor)

    def _divide(self, a: Column, b: Column, divisor: Column, as_float: Column, quotient: Integers) -> Integers:
        """a x b / divisor, half-even, for a divisor of at most 2^51: its remainder is exact as a float64."""
        remainder = self._remainder(a, b, divisor, quotient)
        quotient += self._whole(remainder, as_float)
        return quotient

    def _divide_by_money(self, a: Column, b: Column, divisor: Column, as_float: Column, quotient: Integers) -> Integers:
        """a x b / divisor, half-even, for a divisor too large for a float64 to tell a tie: integers decide."""
        remainder = self._remainder(a, b, divisor, quotient)
        nearer = self._whole(remainder, as_float)
        quotient += nearer
        nearer *= divisor
        remainder -= nearer  # now within a hair of half the divisor: at most one away
        remainder *= 2
        odd = quotient & 1
        up = remainder + odd > divisor
        down = odd - remainder > divisor
        quotient += up
        quotient -= down
        return quotient

    def _remainder(self, a: Column, b: Column, divisor: Column, quotient: Integers) -> Integers:
        """a x b - quotient x divisor: small, and so right although both products wrap around."""
        remainder = np.multiply(a, b, out=self.scratch.remainder)
        remainder -= np.multiply(quotient, divisor, out=self.scratch.product)
        return remainder

    def _whole(self, remainder: Integers, divisor: Column) -> Integers:
        """remainder / divisor, half-even, from and to the scratch."""
        parts, whole = self.scratch.estimate, self.scratch.product
        np.copyto(parts, remainder)
        parts /= divisor
        np.rint(parts, out=parts)
        np.copyto(whole, parts, casting="unsafe")
        return whole


def _even(half: Floats) -> Integers:
    """An even integer within about one of twice this estimate, which is used up."""
    np.rint(half, out=half)
    even: Integers = half.astype(np.int64)
    even <<= 1
    return even


def _largest(figure: Column) -> Column:
    return figure if _plain(figure) else figure.max()


def _plain(*figures: Column) -> bool:
    for figure in figures:  # noqa: SIM110  # a generator takes as long as a pass through an array
        if isinstance(figure, np.ndarray):
            return False
    return True
