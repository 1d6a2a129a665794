"""Columns of whole numbers, ratios and words over months as texts, and back: many columns at once, in arrays.

A column is a text, from month 1 on: 100, 100, 90 is "100*2 90". Each number, each length of a run, each word and both
parts of a ratio are items of a single list, which is written in one step; what stands between them says which is which.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.engine.numbers.exact import MICRO, UndefinedRatio
from seawall.engine.numbers.ratio import MOST_DEFINED, ratio_text

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NOT_KNOWN = "NOT_KNOWN"  #: what stands in a column for a figure that a month does not know
UNKNOWN = -(2**63)  #: and in an array, beyond every figure
MOST_NUMBER = 2**63 - 1  #: that an array has; what would be more is read as this
SPACE, TIMES, NEXT, POINT = b" *\n."  #: before the next run, the length of a run, the next column, part of a ratio
_MARKS = np.array((SPACE, POINT, TIMES), dtype=np.uint8)
_COMMA, _QUOTE = b',"'
_OF_A_NUMBER, _BETWEEN = b"-0123456789", b" *\n"
_SPACES = bytes.maketrans(_BETWEEN, b"   ")
_REASONS = {int(reason): reason.name for reason in UndefinedRatio}


def texts_of(
    columns: Integers, first_ratio: int, first_word: int, writers: Sequence[Callable[[int], str]]
) -> list[str]:
    """The text of each row of an array [columns, months]: whole numbers, then ratios, then columns of words.

    `writers` has for each row what writes a figure of it that is no number, or no ratio from 0 on.
    """
    months = columns.shape[1]
    at, items, marks = _runs_of(columns)
    figures, parts, lengths = items.T
    is_item = np.zeros(items.shape, dtype=np.bool_)
    is_item[:, 0] = True
    np.greater(lengths, 1, out=is_item[:, 2])
    begin, end = np.searchsorted(at, (first_ratio * months, first_word * months))
    is_word = figures == UNKNOWN
    is_word[end:] = True
    ratios = figures[begin:end]
    is_item[begin:end, 1] = is_split = (ratios >= 0) & (ratios < MOST_DEFINED)
    is_word[begin:end] = ~is_split
    words = np.flatnonzero(is_word)
    named = zip((at[words] // months).tolist(), figures[words].tolist(), strict=True)
    ratios[:], parts[begin:end] = split(ratios)
    taken = np.flatnonzero(is_item)
    said: list[Any] = items.ravel()[taken].tolist()
    for place, (row, figure) in zip(np.searchsorted(taken, 3 * words).tolist(), named, strict=True):
        said[place] = writers[row](figure)
    return joined(said, marks.ravel()[taken[1:]]).decode().split("\n")


def _runs_of(columns: Integers) -> tuple[Integers, Integers, Bytes]:
    """The runs of equal numbers in an array [columns, months], row after row: where each begins, and up to three items
    of each, with what stands before them: its figure, what follows the point, its months."""
    flat, months = columns.ravel(), columns.shape[1]
    before = np.zeros(len(flat), dtype=np.uint8)
    np.not_equal(flat[1:], flat[:-1], out=before[1:].view(np.bool_))
    before *= SPACE
    before[::months] = NEXT
    at = np.flatnonzero(before)
    items, marks = np.empty((len(at), 3), dtype=np.int64), np.empty((len(at), 3), dtype=np.uint8)
    items[:, 0] = flat[at]
    items[-1, 2] = len(flat) - at[-1]
    np.subtract(at[1:], at[:-1], out=items[:-1, 2])
    marks[:] = _MARKS
    marks[:, 0] = before[at]
    return at, items, marks


def split(ratios: Integers) -> tuple[Integers, Integers]:
    """Both parts of ratios: 500000, which is 0.500000, is 0 and 1500000, whose 1 keeps the zeros after the point."""
    whole, part = np.divmod(ratios, MICRO)
    return whole, part + MICRO


def text_of_other(ratio: int) -> str:
    """The text of a ratio below 0, or of none."""
    return _REASONS.get(ratio) or ratio_text(ratio)


def joined(items: Sequence[int | str], between: Bytes) -> bytes:
    """Numbers and plain words with these letters between them; the 1 that follows a point is left out."""
    letters = np.frombuffer(bytearray(msgspec.json.encode(items)), dtype=np.uint8)
    commas = np.flatnonzero(letters == _COMMA)
    letters[commas] = between
    letters[commas[between == POINT] + 1] = _QUOTE
    return letters[1:-1].tobytes().translate(None, b'"')


def columns_of(texts: Sequence[str], months: int) -> Integers:
    """The array [columns, months] of texts of whole numbers, of which any may have zeros before it.

    Raises ValueError for what is no such text, or has more or fewer months.
    """
    text = "\n".join(texts).encode()
    between = text.translate(None, _OF_A_NUMBER)
    if between.translate(None, _BETWEEN):
        raise ValueError("a column has something else than whole numbers")
    if between.count(b"\n") != len(texts) - 1 or b"**" in between:
        raise ValueError("a column has a run of a run, or a second line")
    numbers = _numbers(text, len(between) + 1)
    kinds = np.frombuffer(b"\n" + between, dtype=np.uint8)
    at = np.flatnonzero(kinds != TIMES)
    last = np.append(at[1:], len(numbers)) - 1
    lengths = np.where(last > at, numbers[last], 1)
    if not (lengths.min() >= 1 and lengths.max() <= months):
        raise ValueError(f"a column has a run of no months, or of more than {months}")
    if (np.add.reduceat(lengths, np.flatnonzero(kinds[at] == NEXT)) != months).any():
        raise ValueError(f"a column has more or fewer months than {months}")
    return np.repeat(numbers[at], lengths).reshape(len(texts), months)


def _numbers(text: bytes, count: int) -> Integers:
    try:
        numbers = np.fromstring(text.translate(_SPACES), dtype=np.int64, sep=" ")
    except (ValueError, DeprecationWarning):  # of which numpy before 2.4 only warns
        numbers = np.zeros(0, dtype=np.int64)
    if len(numbers) != count:
        raise ValueError("a column is malformed: a number is missing between its spaces, or has a sign inside")
    if numbers.max() == MOST_NUMBER:
        raise ValueError("a column has a number of more than 64 bits")
    return numbers


def in_numbers(column: str, read: Callable[[str], str]) -> str:
    """A column of words as one of whole numbers.  "0.5*2 0" in nanos is "0500000000*2 0000000000"."""
    runs = (run.partition("*") for run in column.split(" "))
    return " ".join([f"{read(text)}{times}{length}" for text, times, length in runs])


def months_of(column: str) -> Iterator[str]:
    """The value of each month of a column: "100*2 90" is 100, 100, 90."""
    for run in column.split(" "):
        text, _, length = run.partition("*")
        yield from repeat(text, int(length or 1))
