"""Many ratios as texts at once, as `engine.numbers.ratio.ratio_text` writes each, and columns of them as numbers."""

import re
from collections.abc import Sequence

import msgspec
import numpy as np

from seawall.engine.numbers.exact import MICRO, UndefinedRatio
from seawall.engine.numbers.ratio import MOST_DEFINED, ratio_text

from .columns import Integers

_COMMA, _POINT, _LINE, _NOTHING = b",.\n\0"
_NOT_SIX_DIGITS = re.compile(r"\.(?!\d{6}(?:[ *\n]|$))")
_LENGTH_WITH_POINT = re.compile(r"\*\d+\.")
_ZEROS_BEFORE = re.compile(r"(?<!\d)0+(?=\d)")
_NAMES = {int(reason): reason.name for reason in UndefinedRatio}
#: As if they were numbers: those that begin like another one first.
_REASONS = {
    reason.name: f"{'-' * (reason < 0)}{abs(reason) // MICRO}.{abs(reason) % MICRO:06d}"
    for reason in sorted(UndefinedRatio, key=lambda reason: len(reason.name), reverse=True)
}


def ratio_texts(ratios: Integers) -> list[str]:
    """The text of each ratio.  1250000 is 1.250000, and 500000 is 0.500000.

    Both parts are written in one step as whole numbers, the second as 1500000: its 1 keeps the zeros that follow the
    point, and is taken out again.
    """
    if not len(ratios):
        return []
    whole, part = np.divmod(ratios, MICRO)
    numbers = np.stack([whole, part + MICRO], axis=1).ravel().tolist()
    letters = np.frombuffer(bytearray(msgspec.json.encode(numbers)[1:-1]), dtype=np.uint8)
    commas = np.flatnonzero(letters == _COMMA)
    letters[commas[::2]] = _POINT
    letters[commas[::2] + 1] = _NOTHING
    letters[commas[1::2]] = _LINE
    texts = letters.tobytes().translate(None, b"\0").decode().split("\n")
    others = np.flatnonzero((ratios < 0) | (ratios >= MOST_DEFINED))  # below 0, or no number
    for position, other in zip(others.tolist(), ratios[others].tolist(), strict=True):
        texts[position] = _NAMES.get(other) or ratio_text(other)
    return texts


def columns_in_micros(columns: Sequence[str]) -> list[str]:
    """Columns of ratios as columns of whole numbers in 10^-6.  "0.500000*2 NO_DEBT" is "500000*2 1152921504606846979".

    Raises ValueError for what is no ratio.
    """
    text = "\n".join(columns)
    for reason, number in _REASONS.items():
        if reason in text:
            text = text.replace(reason, number)
    is_each_with_point = text.count(".") == text.count(" ") + text.count("\n") + 1
    if not is_each_with_point or _NOT_SIX_DIGITS.search(text) or _LENGTH_WITH_POINT.search(text):
        raise ValueError("a column of ratios has something else than six digits after a point, or a reason")
    return _ZEROS_BEFORE.sub("", text.replace(".", "")).split("\n")
