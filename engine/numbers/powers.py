"""Powers and roots, taken when inputs are compiled: in Decimal under a Context of its own, or in whole numbers."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context
from functools import lru_cache
from math import isqrt, prod

from ..values.units import NANO
from .months import YEAR

POWERS = Context(prec=50, rounding=ROUND_HALF_EVEN)  #: powers are taken here and never in the ambient context

BITS = 96  #: behind the point of a root, and of a product of roots
HALF = 1 << (BITS - 1)
#: How far from a tie a product of three years of roots, each a little too small, is sure to be on the right side of it.
CERTAIN = 1 << 48


def compounded(factors: Sequence[int]) -> list[int]:
    """What is left after each month, in nanos, where month s has the annual factor f_s, in nanos and at most 1.

    The product of f_s^(1/12) so far, rounded half-even once: twelve months of 0.85 leave exactly 0.85, twenty-four
    0.7225. In a product of roots of 96 bits nothing but a tie is in doubt, and that is decided by twelfth powers.
    """
    left, product = [], 1 << BITS
    for month, factor in enumerate(factors, start=1):
        product = product * _twelfth_root(factor) >> BITS
        whole, rest = divmod(product * NANO, 1 << BITS)
        above = rest > HALF if abs(rest - HALF) > CERTAIN else _is_above_tie(whole, factors[:month])
        left.append(whole + above)
    return left


def _is_above_tie(whole: int, factors: Sequence[int]) -> bool:
    """Whether the product of their roots rounds up from `whole`: it is above the half behind it, or on it and odd."""
    tie, exact = (2 * whole + 1) ** YEAR * NANO ** len(factors), (2 * NANO) ** YEAR * prod(factors)
    return exact > tie or (exact == tie and whole % 2 == 1)


@lru_cache(maxsize=4096)
def _twelfth_root(factor: int) -> int:
    """f^(1/12) with 96 bits behind the point, rounded down: the cube root of a root of a root."""
    return _cube_root(isqrt(isqrt((factor << YEAR * BITS) // NANO)))


def _cube_root(number: int) -> int:
    """The largest whole number whose cube is not above it: by Newton, from above.  26 has 2."""
    root = 1 << -(-number.bit_length() // 3)
    while root**3 > number:
        root = (2 * root + number // root**2) // 3
    return root
