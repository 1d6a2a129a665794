"""Rounding: half-even, once for each verb of DESIGN section 3; inside `unrounded()` not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

NANO = 10**9  #: factors, rates, shares and days are whole numbers of 10^-9
MOST_RATIO = 10**9  #: a ratio beyond this is OUT_OF_RANGE

Money = Any  #: a whole number of minor units; a fraction of them inside `unrounded()`
Ratio = Any  #: a whole number of 10^-6, or the name of the reason why there is none

_EXACT: ContextVar[bool] = ContextVar("_EXACT", default=False)


@contextmanager
def unrounded() -> Iterator[None]:
    """Amounts and ratios stay fractions, for the laws that hold without rounding only."""
    token = _EXACT.set(True)
    try:
        yield
    finally:
        _EXACT.reset(token)


def rounded(amount: Fraction | int) -> Money:
    """Half-even to the minor unit.  0.5 is 0, 1.5 is 2."""
    return amount if _EXACT.get() else round(amount)


def nanos(number: Fraction) -> int:
    """A factor, half-even to 10^-9, in every lane."""
    return round(number * NANO)


def times(amount: Money, factor: int) -> Money:
    """Money times a factor in nanos.  1.00 x 0.85 is 0.85."""
    return divide(amount * factor, NANO)


def prorate(amount: Money, part: Money, whole: Money) -> Money:
    """Money times part over whole; 0 of nothing.  1.00 x 1/12 is 0.08."""
    return divide(amount * part, whole) if whole else 0


def divide(numerator: Money, denominator: Money) -> Money:
    """Half-even; denominator above 0.  5/2 is 2, 7/2 is 4."""
    if _EXACT.get():
        return Fraction(numerator) / denominator
    quotient, remainder = divmod(numerator, denominator)
    above_half = 2 * remainder > denominator or (2 * remainder == denominator and quotient % 2)
    return quotient + 1 if above_half else quotient


def share_out(amount: Money, weights: Sequence[Money]) -> list[Money]:
    """Parts in proportion to weights, by cumulative prorate, so that they add up.  1.00 over 1 1 1: 0.33 0.34 0.33."""
    whole = sum(weights)
    running = [prorate(amount, upto, whole) for upto in accumulate(weights, initial=0)]
    return [after - before for before, after in pairwise(running)]


def ratio(numerator: Money, denominator: Money, without: str) -> Ratio:
    """In 10^-6; the reason `without` where the denominator is not above 0, NEGATIVE where the numerator is below 0."""
    if denominator <= 0:
        return without
    if numerator < 0:
        return "NEGATIVE"
    if numerator > MOST_RATIO * denominator:
        return "OUT_OF_RANGE"
    return divide(numerator * 10**6, denominator)
