"""Many ratios as texts at once: what `engine.numbers.ratio.ratio_text` writes of each."""

import msgspec
import numpy as np

from seawall.engine.numbers.exact import MICRO
from seawall.engine.numbers.ratio import MOST_DEFINED, ratio_text

from .columns import Integers

_COMMA, _POINT, _LINE, _NOTHING = b",.\n\0"


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
    for position in np.flatnonzero((ratios < 0) | (ratios >= MOST_DEFINED)).tolist():  # no number, or one below 0
        texts[position] = ratio_text(int(ratios[position]))
    return texts
