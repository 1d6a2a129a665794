"""A form: a field a line, its name in the first column, its value under `Value`, a path of months beside it."""

from collections.abc import Iterator

from ..files.tree import Fields, FileFault, Items, Unusable
from . import cells, words
from .branches import Entry, branch
from .grid import Grid, Row, fault
from .layout import ALL, CHECKS, SECTIONS, Line, Sheet, sheet_of
from .names import meant, plain

FIELD, MAY_BE, VALUE, PURPOSE = "Field", "May be", "Value", "What it does"
MONTHS = "January February March April May June July August September October November December".split()
NOTES = frozenset(map(plain, (MAY_BE, PURPOSE)))
TITLES = [sheet.title for sheet in ALL.values()]
COMPUTED, BETWEEN = (frozenset(map(plain, texts)) for texts in (CHECKS, SECTIONS.values()))


def value_headings(sheet: Sheet) -> list[str]:
    """The headings of the values of a form: one, or one for each month."""
    if sheet.width == 1:
        return [VALUE]
    months = MONTHS if sheet.width == len(MONTHS) else [f"Month {month}" for month in range(1, sheet.width + 1)]
    return [VALUE if len(sheet.lines) > 1 else months[0], *months[1:]]


def read(sheet: Sheet, grid: Grid, faults: list[FileFault]) -> Fields | None:
    """The fields of a form, None where nothing is filled in; adds what is wrong with its lines."""
    heading, columns = _columns(sheet, grid, faults)
    if not columns:
        return None
    lines: dict[Line, int] = {}
    entries: list[Entry] = []
    for number, row in grid.after(heading):
        line = _line_of(sheet, grid, number, row, lines, faults)
        if line:
            lines[line] = number
            faults.extend(_strays(sheet, line, row, columns))
            entries.extend(_entry(grid, number, line, row, columns, faults))
    if not entries and not sheet.required:
        return None

    def empty(line: Line) -> Unusable:
        if line not in lines:
            return Unusable(grid.place, "no line with it", words.value(line))
        return Unusable(grid.at(lines[line], columns[0]), "nothing", words.value(line))

    return branch(grid.place, entries, sheet.lines, empty)


def _columns(sheet: Sheet, grid: Grid, faults: list[FileFault]) -> tuple[int, list[int]]:
    """The line of the headings, and the columns of the values in the order of their months."""
    headings = value_headings(sheet)
    for number, row in grid.after(0):
        if 1 in row and plain(row[1].text) == plain(FIELD):
            named = {plain(cell.text): column for column, cell in row.items() if column > 1}
            names = [*map(plain, headings)]
            for name, column in named.items():
                if name not in (*names, *NOTES):
                    allowed = f"{FIELD}, {MAY_BE}, {', '.join(headings)}, {PURPOSE}"
                    faults.append(fault(row[column].place, f"found the heading {row[column].shown}", allowed))
            if names[0] in named:
                return number, [named[name] for name in names if name in named]
    allowed = f"a line with {FIELD} and {headings[0]} above the fields"
    faults.append(fault(grid.place, "has no line of headings", allowed))
    return 0, []


def _line_of(
    sheet: Sheet, grid: Grid, number: int, row: Row, lines: dict[Line, int], faults: list[FileFault]
) -> Line | None:
    """The line that a row fills in; None where it is a heading, or where a fault says why it is none."""
    cell = row.get(1)
    name = plain(cell.text) if cell else ""
    others = [other for column, other in row.items() if column > 1]
    if name in COMPUTED or (name in BETWEEN and not others):
        return None
    if line := sheet.by_name.get(name):
        if line not in lines:
            return line
        first = grid.at(lines[line], 1)
        faults.append(fault(row[1].place, f"{line.label} occurs twice, first in {first}", "each field once"))
    elif cell:
        owner = sheet_of(name)
        labels = [line.label for line in sheet.lines]
        instead = f"it belongs on the sheet {owner}" if owner else meant(cell.text, (*labels, *TITLES))
        problem = f"{cell.shown} is no field of the sheet {sheet.title}"
        faults.append(fault(cell.place, problem, ", ".join(labels), instead))
    elif others:
        problem = f"found {others[0].shown} in a line without a field"
        faults.append(fault(others[0].place, problem, "the name of a field in the first column"))
    return None


def _strays(sheet: Sheet, line: Line, row: Row, columns: list[int]) -> Iterator[FileFault]:
    """Values where none is read: beside the months, or figures among the words."""
    for column, cell in row.items():
        if column == 1 or column in columns[: line.months]:
            continue
        if column in columns or cell.numeric:
            where = f"{value_headings(sheet)[0]} and the months after it" if line.months > 1 else "one value"
            instead = "write numbers without separators of thousands" if cell.numeric else ""
            yield fault(cell.place, f"found {cell.shown} beside the value of {line.label}", where, instead)


def _entry(
    grid: Grid, number: int, line: Line, row: Row, columns: list[int], faults: list[FileFault]
) -> Iterator[Entry]:
    values = [row.get(column) for column in columns[: line.months]]
    filled = [cell for cell in values if cell]
    if not filled:
        return
    place = filled[0].place
    if line.months == 1:
        yield Entry(line, place, cells.node(filled[0], line))
        return
    if None in values[: len(filled)]:
        gap = grid.at(number, columns[values.index(None)])
        faults.append(fault(gap, f"{line.label} has no value here, and has later ones", words.value(line)))
        return
    items = tuple(cells.node(cell, line) for cell in filled)
    yield Entry(line, place, Items(place, items))
