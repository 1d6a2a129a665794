"""A table: an item a row, below a line of headings. The key of a sheet names the item that a row belongs to."""

from collections.abc import Iterator

from ..files.hints import choice
from ..files.tree import Fields, FileFault, Place
from . import cells
from .branches import Entry, branch
from .grid import Grid, Row, fault
from .layout import Line, Sheet, sheet_of
from .names import plain

Columns = dict[int, Line]


def read(sheet: Sheet, grid: Grid, faults: list[FileFault]) -> Iterator[Fields]:
    """The items of a table, each at the place of its row; adds what is wrong with its columns and rows."""
    heading, columns = _columns(sheet, grid, faults)
    if not columns:
        return
    at = {line: column for column, line in columns.items()}
    for number, row in grid.after(heading):
        for column, cell in row.items():
            if column not in columns:
                instead = "write numbers without separators of thousands" if cell.numeric else ""
                faults.append(
                    fault(cell.place, f"found {cell.shown} in a column without a heading", "a heading above", instead)
                )
        yield _item(sheet, grid, number, row, columns, at)


def _item(sheet: Sheet, grid: Grid, number: int, row: Row, columns: Columns, at: dict[Line, int]) -> Fields:
    filled = [(columns[column], cell) for column, cell in sorted(row.items()) if column in columns]
    entries = [Entry(line, cell.place, cells.node(cell, line)) for line, cell in filled]

    def empty(line: Line) -> Place:
        return grid.at(number, at.get(line, 1))

    return branch(grid.at(number, min(row)), entries, sheet.columns, empty)


def _columns(sheet: Sheet, grid: Grid, faults: list[FileFault]) -> tuple[int, Columns]:
    """The line of the headings, and the line of the layout that each column stands for."""
    first = sheet.columns[0]
    for number, row in grid.after(0):
        if 1 in row and plain(row[1].text) == first.name:
            columns: Columns = {}
            for column, cell in sorted(row.items()):
                _column(sheet, column, cell, columns, faults)
            missing = [line for line in sheet.columns if line.required and line not in columns.values()]
            if missing:
                labels = ", ".join(line.label for line in missing)
                faults.append(fault(grid.at(number, 1), f"has no column {labels}", "every required column"))
            return number, columns
    problem = f"has no line of headings that begins with {first.label}"
    faults.append(fault(grid.place, problem, ", ".join(line.label for line in sheet.columns)))
    return 0, {}


def _column(sheet: Sheet, column: int, cell: cells.Cell, columns: Columns, faults: list[FileFault]) -> None:
    name = plain(cell.text)
    line = sheet.by_name.get(name)
    if line and line not in columns.values():
        columns[column] = line
    elif line:
        faults.append(fault(cell.place, f"the column {line.label} occurs twice", "each column once"))
    else:
        owner = sheet_of(name)
        instead = f"it belongs on the sheet {owner}" if owner else choice([*sheet.by_name], cell.text)
        problem = f"{cell.shown} is no column of the sheet {sheet.title}"
        faults.append(fault(cell.place, problem, ", ".join(line.label for line in sheet.columns), instead))
