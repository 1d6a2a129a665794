"""The verbs on whole arrays: the same integers as `arithmetic.Scalar`, for many executions at once.

A product of two 64-bit integers does not fit into 64 bits, and need not. A float64 only *estimates* the quotient;
wrapping int64 arithmetic *decides* it: the exact remainder is small, so it survives the wrap-around. The estimate is
made even, so that rounding the remainder half-even rounds the quotient half-even. Which SIMD instructions made the
estimate cannot change the result.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from seawall.engine.arithmetic import ACCRUAL_DIVISOR, MICRO, MOST_RATIO, SCALAR, Cell, UndefinedRatio
from seawall.engine.domains import NANO

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]


#: Up to here a divisor and its remainders are exact float64, and their quotient tells a tie from its neighbours.
EXACT_AS_FLOAT = 2**51


def _float(cell: Cell) -> Cell:
    """The cell as float64, exact up to 2^53; converting first is cheaper than letting numpy mix its types."""
    return cell.astype(np.float64) if isinstance(cell, np.ndarray) else float(cell)


def _estimate(a: Cell, b: Cell) -> Floats:
    """About a x b; one of them is an array."""
    product: Floats
    if isinstance(a, np.ndarray):
        product = _float(a)
        product *= _float(b)
    else:
        product = _float(b)
        product *= float(a)
    return product


def _even_near(quotient: Floats) -> Integers:
    """An even integer within about one of the estimate, which is used up."""
    quotient *= 0.5
    np.rint(quotient, out=quotient)
    even: Integers = quotient.astype(np.int64)
    even <<= 1
    return even


def _divide(a: Cell, b: Cell, divisor: Cell, estimate: Floats) -> Integers:
    """a x b / divisor, half-even, for a divisor of at most 2^51: its remainder is exact as a float64."""
    quotient = _even_near(estimate)
    remainder = a * b
    remainder -= quotient * divisor
    quotient += _whole(remainder, divisor)
    return quotient


def _whole(remainder: Integers, divisor: Cell) -> Integers:
    """remainder / divisor, half-even."""
    parts: Floats = _float(remainder)
    parts /= _float(divisor)
    whole: Integers = np.rint(parts, out=parts).astype(np.int64)
    return whole


def _divide_by_money(a: Cell, b: Cell, divisor: Cell, estimate: Floats) -> Integers:
    """a x b / divisor, half-even, for a divisor that may be too large for a float64 to tell a tie: integers decide."""
    quotient = _even_near(estimate)
    remainder = a * b - quotient * divisor
    for _ in range(2):  # the estimate is at most two away
        twice, odd = remainder * 2, (quotient & 1) == 1
        up = (twice > divisor) | ((twice == divisor) & odd)
        down = (twice < -divisor) | ((twice == -divisor) & odd)
        away = up.astype(np.int64) - down.astype(np.int64)
        quotient, remainder = quotient + away, remainder - away * divisor
    return quotient


class Batch:
    """int64 arrays of one length; a plain int stands for an array of equal values, and ints alone stay an int."""

    def times(self, money: Cell, factor: Cell) -> Cell:
        if _plain(money, factor):
            return SCALAR.times(money, factor)
        if _plain(factor) and factor in (0, NANO):
            return money if factor else 0
        estimate = _estimate(money, factor)
        estimate *= 1.0 / NANO
        return _divide(money, factor, NANO, estimate)

    def prorate(self, money: Cell, part: Cell, whole: Cell) -> Cell:
        if _plain(money, part, whole):
            return SCALAR.prorate(money, part, whole)
        if _plain(part) and part == 0:
            return 0
        if _plain(money, part):
            money = np.full(whole.shape, money)
        divisor = np.maximum(whole, 1)  # the part is 0 where the whole is
        estimate = _estimate(money, part)
        estimate /= _float(divisor)
        divide = _divide if np.max(divisor) <= EXACT_AS_FLOAT else _divide_by_money
        return divide(money, part, divisor, estimate)

    def accrue(self, balance: Cell, rate: Cell, ticks: Cell, accrued: Cell, carry: Cell) -> tuple[Cell, Cell]:
        if _plain(balance, rate, ticks, accrued, carry):
            return SCALAR.accrue(balance, rate, ticks, accrued, carry)
        speed = rate * ticks
        if _plain(balance, speed):
            balance = np.full(np.broadcast(accrued, carry).shape, balance)
        estimate = _estimate(balance, speed)
        estimate *= 1.0 / ACCRUAL_DIVISOR
        estimate += _float(accrued)
        so_far = _even_near(estimate)
        remainder = balance * speed
        remainder += carry
        remainder -= (so_far - accrued) * ACCRUAL_DIVISOR
        up = _whole(remainder, ACCRUAL_DIVISOR)
        so_far += up
        up *= ACCRUAL_DIVISOR
        remainder -= up
        return so_far, remainder

    def ratio(self, numerator: Cell, denominator: Cell, undefined: UndefinedRatio) -> Cell:
        if _plain(numerator, denominator):
            return SCALAR.ratio(numerator, denominator, undefined)
        divisor = np.maximum(denominator, 1)
        # From 10^8 on no numerator can pass 10^9 times the divisor, and the product below stays in 64 bits.
        beyond = np.abs(numerator) > np.minimum(divisor, MOST_RATIO // 10) * MOST_RATIO
        within = np.where(beyond, 0, numerator)
        estimate = _estimate(within, MICRO)
        estimate /= _float(divisor)
        value = np.where(beyond, int(UndefinedRatio.OUT_OF_RANGE), _divide_by_money(within, MICRO, divisor, estimate))
        return np.where(np.greater(denominator, 0), value, int(undefined))

    def least(self, a: Cell, b: Cell) -> Cell:
        return min(a, b) if _plain(a, b) else np.minimum(a, b)

    def most(self, a: Cell, b: Cell) -> Cell:
        return max(a, b) if _plain(a, b) else np.maximum(a, b)

    def where(self, condition: Cell, a: Cell, b: Cell) -> Cell:
        if _plain(condition):
            return a if condition else b
        return np.where(condition, a, b)

    def ago(self, history: Sequence[Cell], months: Cell) -> Cell:
        if _plain(months):
            return history[-1 - months]
        found = np.empty(len(months), dtype=np.int64)
        for back in np.flatnonzero(np.bincount(months)).tolist():
            np.copyto(found, history[-1 - back], where=months == back)
        return found


def _plain(*cells: Cell) -> bool:
    return not any(isinstance(cell, np.ndarray) for cell in cells)
