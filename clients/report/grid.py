"""Lines and tables that end at the width of a terminal, and never inside a word.

A table that is too wide first folds its headings and its words, then goes on in a further block below, in which the
columns that name a row stand again: no column is left out. A program has no width: for it lines and rows stay whole.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Self

from rich.cells import cell_len
from rich.console import Console

GAP = "  "
WHOLE = 10_000  #: columns, more than any line needs
#: Where text may be folded. A figure stays beside what it counts: 20.0 m, month 15 (2019-03-31).
BETWEEN_WORDS = re.compile(r"(?<!\d)(?<!\bmonth) ")
BETWEEN_FIGURES = re.compile(r"(?<!\d) (?!\d)")


class Grid(NamedTuple):
    """Text in rows under headings; columns of words stand to the left, all others to the right."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset((0,))
    keys: int = 1  #: columns that name a row, the first ones
    sums: Sequence[str] = ()  #: a last row, below a rule of its own


class Column(NamedTuple):
    """A column from its heading down, with the width of what is in it."""

    heading: str
    cells: Sequence[str]
    is_words: bool
    full: int  #: with everything on one line
    least: int  #: with everything folded

    @classmethod
    def of(cls, heading: str, cells: Sequence[str], is_words: bool) -> Self:
        texts = (heading, *cells)
        least = max(cell_len(part) for text in texts for part in _unbroken(text, is_words))
        return cls(heading, cells, is_words, full=max(map(cell_len, texts)), least=least)

    def folded(self, text: str, width: int) -> list[str]:
        """A text as lines, padded to a width."""
        return [_padded(line, width, self.is_words) for line in filled(_unbroken(text, self.is_words), width)]


def _unbroken(text: str, is_words: bool) -> list[str]:
    """The parts of a text that stay whole."""
    return (BETWEEN_WORDS if is_words else BETWEEN_FIGURES).split(text)


def width_of(console: Console) -> int:
    """The columns to fill: those of the terminal or of COLUMNS, all of them for a program."""
    return console.width if console.is_terminal or os.environ.get("COLUMNS") else WHOLE


def say(console: Console, line: str = "", style: str = "", before: str = "") -> None:
    """A sentence, folded between words below what stands before it."""
    margin = cell_len(before)
    for part in filled(BETWEEN_WORDS.split(line), width_of(console) - margin):
        _print(console, f"{before}{part}", style)
        before = " " * margin


def show(grid: Grid, console: Console) -> None:
    """A table as wide as it is, or as the terminal allows."""
    columns = [
        Column.of(heading, [row[at] for row in (*grid.rows, *([grid.sums] if grid.sums else []))], at in grid.words)
        for at, heading in enumerate(grid.headings)
    ]
    for number, block in enumerate(_blocks(columns, grid.keys, width_of(console))):
        if number:
            _print(console, "")
        _show_block(block, bool(grid.sums), console)


def filled(parts: Iterable[str], width: int) -> list[str]:
    """Parts on lines of a width; one that is longer has a line of its own."""
    lines: list[list[str]] = []
    used = 0
    for part in parts:
        size = cell_len(part)
        if lines and used + 1 + size <= width:
            lines[-1].append(part)
            used += 1 + size
        else:
            lines.append([part])
            used = size
    return [" ".join(line) for line in lines]


def _blocks(columns: Sequence[Column], keys: int, width: int) -> list[list[Column]]:
    """As few blocks as hold all columns, all about as wide."""
    if _total(column.full for column in columns) <= width:
        return [list(columns)]
    fewest = len(_cut(columns, keys, width))
    return next(blocks for limit in range(width + 1) if len(blocks := _cut(columns, keys, limit)) == fewest)


def _cut(columns: Sequence[Column], keys: int, width: int) -> list[list[Column]]:
    names, others = list(columns[:keys]), columns[keys:]
    blocks: list[list[Column]] = []
    for column in others:
        if blocks and _total(wide.least for wide in (*blocks[-1], column)) <= width:
            blocks[-1].append(column)
        else:
            blocks.append([*names, column])
    return blocks


def _total(widths: Iterable[int]) -> int:
    """The width of columns with the gaps between them."""
    return sum(width + len(GAP) for width in widths) - len(GAP)


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """The width of each column; what is left over goes to the first ones."""
    left, widths = width - _total(column.least for column in columns), []
    for column in columns:
        added = max(min(column.full - column.least, left), 0)
        widths.append(column.least + added)
        left -= added
    return widths


def _show_block(columns: Sequence[Column], has_sums: bool, console: Console) -> None:
    widths = _widths(columns, width_of(console))
    rule = "─" * _total(widths)
    headings = _row([(column, column.heading) for column in columns], widths, to_the_bottom=True)
    rows = [_row([(column, column.cells[at]) for column in columns], widths) for at in range(len(columns[0].cells))]
    for line in headings:
        _print(console, line, "bold")
    _print(console, rule)
    for number, row in enumerate(rows, start=1):
        if has_sums and number == len(rows):
            _print(console, rule)
        for line in row:
            _print(console, line)


def _row(cells: Sequence[tuple[Column, str]], widths: Sequence[int], to_the_bottom: bool = False) -> Iterator[str]:
    folded = [column.folded(text, width) for (column, text), width in zip(cells, widths, strict=True)]
    height = max(map(len, folded))
    for lines, width in zip(folded, widths, strict=True):
        missing = [" " * width] * (height - len(lines))
        lines[:] = [*missing, *lines] if to_the_bottom else [*lines, *missing]
    return (GAP.join(line).rstrip() for line in zip(*folded, strict=True))


def _padded(line: str, width: int, to_the_left: bool) -> str:
    spaces = " " * (width - cell_len(line))
    return f"{line}{spaces}" if to_the_left else f"{spaces}{line}"


def _print(console: Console, line: str, style: str = "") -> None:
    console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)
