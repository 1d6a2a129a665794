"""A ratio in 10^-6, or the reason why it is undefined, told apart and as text."""

from ..values.units import Ratio
from .exact import MICRO, UndefinedRatio

FIRST_UNDEFINED = min(UndefinedRatio)  #: every reason is at least this, every ratio far below


def ratio_text(ratio: Ratio) -> str:
    """A ratio with six digits, or the name of the reason why there is none.  1250000 is 1.250000."""
    if ratio >= FIRST_UNDEFINED:
        return UndefinedRatio(ratio).name
    whole, part = divmod(abs(ratio), MICRO)
    return f"{'-' if ratio < 0 else ''}{whole}.{part:06d}"
