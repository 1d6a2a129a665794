"""Powers, taken once when inputs are compiled: in Decimal, under a Context of their own, never the ambient one."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from ..values.units import NANO
from .months import YEAR

POWERS = Context(prec=50, rounding=ROUND_HALF_EVEN)  #: powers are taken here and never in the ambient context


@lru_cache(maxsize=4096)
def power(factor: int, months: int) -> Decimal:
    """f^(months/12): an annual factor in nanos, over some months, as a number.  850000000 over 12 months is 0.85."""
    base = POWERS.divide(Decimal(factor), Decimal(NANO))
    return POWERS.power(base, POWERS.divide(Decimal(months), Decimal(YEAR)))
