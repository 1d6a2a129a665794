"""How many lines a text takes in a cell, from the widths of its letters: a sheet does not make room by itself."""

NARROW, WIDE = frozenset("fijlrtI.,:;'|!()[]/ -"), frozenset("mwMW@%")
#: Width of a letter as a share of its size, in the font of the workbook, rather too much than too little.
NARROW_WIDTH, WIDTH, CAPITAL_WIDTH, WIDE_WIDTH = 0.30, 0.56, 0.70, 0.92
PADDING = 6  #: pixels of a cell that no text takes
MARGIN = 1.05  #: programs differ in how wide they draw
PIXELS_OF_A_POINT = 4 / 3


def lines_of(text: str, pixels: int, size: float) -> int:
    """The lines of a text of some size in points, in a cell some pixels wide."""
    most = (pixels - PADDING) / (size * PIXELS_OF_A_POINT * MARGIN)
    return sum(_lines(part, most) for part in text.splitlines() or [text])


def _lines(text: str, most: float) -> int:
    """Words that fit go on the line, one that is wider than a line is broken."""
    lines, used = 1, 0.0
    for word in text.split(" "):
        width = sum(map(_width, word))
        if used and used + NARROW_WIDTH + width > most:
            lines, used = lines + 1, width
        else:
            used += width + (NARROW_WIDTH if used else 0)
        broken = int(used // most)
        lines, used = lines + broken, used - broken * most
    return lines


def _width(letter: str) -> float:
    if letter in NARROW:
        return NARROW_WIDTH
    if letter in WIDE or not letter.isascii():
        return WIDE_WIDTH
    return CAPITAL_WIDTH if letter.isupper() else WIDTH
