"""Many ratios as texts at once, as `engine.numbers.ratio.ratio_text` writes each, and columns of them as numbers."""

import re
from collections.abc import Sequence

import numpy as np

from seawall.engine.numbers.exact import MICRO, UndefinedRatio
from seawall.engine.numbers.ratio import MOST_DEFINED

from .columns import NEXT, POINT, Integers, joined, split, text_of_other

_NOT_SIX_DIGITS = re.compile(r"\.(?!\d{6}(?:[ *\n]|$))")
_LENGTH_WITH_POINT = re.compile(r"\*\d+\.")
_MARKS = np.array((NEXT, POINT), dtype=np.uint8)
#: As if they were numbers: those that begin like another one first.
_REASONS = {
    reason.name: f"{'-' * (reason < 0)}{abs(reason) // MICRO}.{abs(reason) % MICRO:06d}"
    for reason in sorted(UndefinedRatio, key=lambda reason: len(reason.name), reverse=True)
}


def ratio_texts(ratios: Integers) -> list[bytes]:
    """The text of each ratio.  1250000 is 1.250000, and 500000 is 0.500000."""
    if not len(ratios):
        return []
    items, marks = np.empty((len(ratios), 2), dtype=np.int64), np.empty((len(ratios), 2), dtype=np.uint8)
    items[:, 0], items[:, 1] = split(ratios)
    marks[:] = _MARKS
    texts = joined(items.ravel().tolist(), marks.ravel()[1:]).split(b"\n")
    others = np.flatnonzero((ratios < 0) | (ratios >= MOST_DEFINED))  # below 0, or no number
    for position, other in zip(others.tolist(), ratios[others].tolist(), strict=True):
        texts[position] = text_of_other(other).encode()
    return texts


def columns_in_micros(columns: Sequence[str]) -> list[str]:
    """Columns of ratios as columns of whole numbers in 10^-6.  "0.500000*2 NO_DEBT" is "0500000*2 1152921504606846979".

    Raises ValueError for what is no ratio.
    """
    text = "\n".join(columns)
    for reason, number in _REASONS.items():
        if reason in text:
            text = text.replace(reason, number)
    is_each_with_point = text.count(".") == text.count(" ") + text.count("\n") + 1
    if not is_each_with_point or _NOT_SIX_DIGITS.search(text) or _LENGTH_WITH_POINT.search(text):
        raise ValueError("a column of ratios has something else than six digits after a point, or a reason")
    return text.replace(".", "").split("\n")
