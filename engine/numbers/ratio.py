"""A ratio in 10^-6, or the reason why it is undefined, told apart and as text."""

from ..values.units import Ratio
from .exact import MICRO, UndefinedRatio

MOST_DEFINED = 2**59  #: every ratio is far nearer to 0 than this, every reason further away


def is_defined(ratio: Ratio) -> bool:
    """Whether it is a number, and no reason why there is none."""
    return abs(ratio) < MOST_DEFINED


def ratio_text(ratio: Ratio) -> str:
    """A ratio with six digits, or the name of the reason why there is none.  1250000 is 1.250000."""
    if not is_defined(ratio):
        return UndefinedRatio(ratio).name
    whole, part = divmod(abs(ratio), MICRO)
    return f"{whole}.{part:06d}" if ratio >= 0 else f"-{whole}.{part:06d}"
