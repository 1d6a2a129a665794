"""Columns of whole numbers over months as texts, and back: many columns at once, in arrays.

A column is a text, from month 1 on: 100, 100, 90 is "100*2 90". Each number, and each length of a run, is one number of
a single list, which is written and read in one step; what stands between them says which is which.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat

import msgspec
import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

_SPACE, _TIMES, _NEXT, _COMMA = b" *\n,"  #: before the next run, the length of a run, the next column
_COMMAS = bytes.maketrans(b" *\n", b",,,")
_OF_A_NUMBER = b"-0123456789,"
_NUMBERS = msgspec.json.Decoder(list[int])


def texts_of(columns: Integers) -> list[str]:
    """The text of each row of an array [columns, months]."""
    if not columns.size:
        return []
    at, lengths = runs_of(columns)
    said = lengths > 1
    places = np.arange(len(at)) + np.cumsum(said) - said
    numbers = np.empty(len(at) + np.count_nonzero(said), dtype=np.int64)
    between = np.full(len(numbers), _SPACE, dtype=np.uint8)
    numbers[places] = columns.ravel()[at]
    between[places[at % columns.shape[1] == 0]] = _NEXT
    places = places[said] + 1
    numbers[places] = lengths[said]
    between[places] = _TIMES
    text = np.frombuffer(bytearray(msgspec.json.encode(numbers.tolist())), dtype=np.uint8)
    text[np.flatnonzero(text == _COMMA)] = between[1:]
    return text[1:-1].tobytes().decode().split("\n")


def runs_of(columns: Integers) -> tuple[Integers, Integers]:
    """Where each run of equal numbers begins in an array [columns, months], row after row, and its months."""
    begins = np.ones(columns.shape, dtype=np.bool_)
    np.not_equal(columns[:, 1:], columns[:, :-1], out=begins[:, 1:])
    at = np.flatnonzero(begins)
    return at, np.diff(at, append=columns.size)


def columns_of(texts: Sequence[str], months: int) -> Integers:
    """The array [columns, months] of such texts; raises ValueError for what is none, or has more or fewer months."""
    if not texts:
        return np.zeros((0, months), dtype=np.int64)
    text = "\n".join(texts).encode()
    between = np.frombuffer(text.translate(None, _OF_A_NUMBER), dtype=np.uint8)
    numbers = integers(_NUMBERS.decode(b"[%b]" % text.translate(_COMMAS)))
    if len(numbers) != len(between) + 1:
        raise ValueError("a column has a comma or a tab")
    is_length = np.concatenate(([False], between == _TIMES))
    at = np.flatnonzero(~is_length)
    lengths = np.ones(len(at), dtype=np.int64)
    places = np.flatnonzero(is_length)
    lengths[np.searchsorted(at, places) - 1] = numbers[places]
    begins = np.concatenate(([0], np.flatnonzero(between == _NEXT) + 1))
    if len(begins) != len(texts) or is_length[1:][is_length[:-1]].any():
        raise ValueError("a column has a run of a run, or a second line")
    if not (lengths.min() >= 1 and lengths.max() <= months):
        raise ValueError(f"a column has a run of no months, or of more than {months}")
    if (np.add.reduceat(lengths, np.searchsorted(at, begins)) != months).any():
        raise ValueError(f"a column has more or fewer months than {months}")
    return np.repeat(numbers[at], lengths).reshape(len(texts), months)


def integers(numbers: Sequence[int]) -> Integers:
    """Numbers as an array; raises ValueError where one takes more than 64 bits."""
    try:
        return np.fromiter(numbers, np.int64, len(numbers))
    except OverflowError:
        raise ValueError("a column has a number of more than 64 bits") from None


def months_of(column: str) -> Iterator[str]:
    """The value of each month of a column: "100*2 90" is 100, 100, 90."""
    for run in column.split(" "):
        text, _, length = run.partition("*")
        yield from repeat(text, int(length or 1))
