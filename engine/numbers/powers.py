"""Powers, taken once when inputs are compiled: in Decimal, under a Context of their own, never the ambient one."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from ..values.units import NANO
from .months import YEAR

POWERS = Context(prec=50, rounding=ROUND_HALF_EVEN)  #: powers are taken here and never in the ambient context


@lru_cache(maxsize=4096)
def _power(factor: int, months: int) -> Decimal:
    """An annual factor in nanos over some months: f^(months/12)."""
    base = POWERS.divide(Decimal(factor), Decimal(NANO))
    return POWERS.power(base, POWERS.divide(Decimal(months), Decimal(YEAR)))
