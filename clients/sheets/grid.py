"""A sheet as its filled cells, of a workbook or of a CSV file alike: what both are read from."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..files.tree import FileFault, FileRefused, Place
from .cells import Cell

Row = dict[int, Cell]  #: the filled cells of a row by their columns, which count from 1


@dataclass(frozen=True, slots=True)
class Grid:
    """The filled cells of a sheet, by row and column. `title` is as the file has it."""

    place: Place
    title: str
    rows: dict[int, Row] = field(default_factory=dict)

    def after(self, line: int) -> Iterator[tuple[int, Row]]:
        """The rows below a line."""
        return ((number, row) for number, row in sorted(self.rows.items()) if number > line)

    def at(self, line: int, column: int) -> Place:
        """The place of a cell, filled or not."""
        return Place(self.place.file, line, column, self.place.sheet)


def fault(place: Place, problem: str, allowed: str, instead: str = "", name: str = "") -> FileFault:
    """One thing wrong with a sheet."""
    return FileFault(place, name, problem, allowed, instead)


def refused(place: Place, problem: str, allowed: str, instead: str = "") -> FileRefused:
    """What is wrong with a file that cannot be read further."""
    return FileRefused([fault(place, problem, allowed, instead)])
