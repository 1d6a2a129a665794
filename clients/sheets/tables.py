"""A table: an item a row, below a line of headings. The key of a sheet names the item that a row belongs to."""

from collections.abc import Iterator

from ..files.tree import Fields, FileFault, Unusable
from . import cells, words
from .branches import Entry, branch
from .grid import Grid, Row, fault
from .layout import Line, Sheet, sheet_of
from .names import meant, plain

Columns = dict[int, Line | None]  #: None where a fault says why a column stands for no line


def read(sheet: Sheet, grid: Grid, faults: list[FileFault]) -> Iterator[Fields]:
    """The items of a table, each at the place of its row; adds what is wrong with its columns and rows."""
    heading, columns = _columns(sheet, grid, faults)
    if not columns:
        return
    for number, row in grid.after(heading):
        for cell in (cell for column, cell in row.items() if column not in columns):
            problem = f"found {cell.shown} in a column without a heading"
            instead = "write numbers without separators of thousands" if cell.numeric else ""
            faults.append(fault(cell.place, problem, "a heading above", instead))
        yield _item(sheet, grid, number, row, columns)


def _item(sheet: Sheet, grid: Grid, number: int, row: Row, columns: Columns) -> Fields:
    filled = [(line, cell) for column, cell in sorted(row.items()) if (line := columns.get(column))]
    entries = [Entry(line, cell.place, cells.node(cell, line)) for line, cell in filled]

    def empty(line: Line) -> Unusable:
        column = next((column for column, other in columns.items() if other == line), 1)
        return Unusable(grid.at(number, column), "nothing", words.value(line))

    return branch(grid.at(number, min(row)), entries, sheet.columns, empty)


def _columns(sheet: Sheet, grid: Grid, faults: list[FileFault]) -> tuple[int, Columns]:
    """The line of the headings, and the line of the layout that each column stands for."""
    for number, row in grid.after(0):
        if 1 in row and plain(row[1].text) == sheet.columns[0].name:
            columns: Columns = {}
            for column, cell in sorted(row.items()):
                columns[column] = _column(sheet, cell, columns, faults)
            missing = [line.label for line in sheet.columns if line.required and line not in columns.values()]
            if missing and None not in columns.values():
                needed = ", ".join(line.label for line in sheet.columns if line.required)
                faults.append(fault(row[1].place, f"has no column {', '.join(missing)}", needed))
            return number, columns
    problem = f"has no line of headings that begins with {sheet.columns[0].label}"
    faults.append(fault(grid.place, problem, ", ".join(line.label for line in sheet.columns)))
    return 0, {}


def _column(sheet: Sheet, cell: cells.Cell, columns: Columns, faults: list[FileFault]) -> Line | None:
    name = plain(cell.text)
    line = sheet.by_name.get(name)
    if line and line not in columns.values():
        return line
    if line:
        faults.append(fault(cell.place, f"the column {line.label} occurs twice", "each column once"))
        return None
    labels = [line.label for line in sheet.columns]
    owner = sheet_of(name)
    instead = f"it belongs on the sheet {owner}" if owner else meant(cell.text, labels)
    problem = f"{cell.shown} is no column of the sheet {sheet.title}"
    faults.append(fault(cell.place, problem, ", ".join(labels), instead))
    return None
