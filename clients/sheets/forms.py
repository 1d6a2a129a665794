"""A form: a field a line, its name in the first column, its value under `Value`, a path of months beside it."""

from collections.abc import Iterator
from itertools import takewhile

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
CHECKED = "balance_sheet"  #: the form that computes lines of its own
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
    if not columns or _is_another(sheet, grid, heading, faults):
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
            return number, _value_columns(row, headings, faults)
    allowed = f"a line with {FIELD} and {headings[0]} above the fields"
    faults.append(fault(grid.place, "has no line of headings", allowed))
    return 0, []


def _value_columns(row: Row, headings: list[str], faults: list[FileFault]) -> list[int]:
    """The columns of the months up to the last that has a heading; a month without one would shift all later ones."""
    names = [*map(plain, headings)]
    allowed = f"each once: {FIELD}, {MAY_BE}, {', '.join(headings)}, {PURPOSE}"
    named: dict[str, int] = {}
    for column, cell in sorted(row.items()):
        name = plain(cell.text)
        if column > 1 and (name in named or name not in (*names, *NOTES)):
            faults.append(fault(cell.place, f"found the heading {cell.shown}", allowed))
        named.setdefault(name, column)
    columns = [named[name] for name in takewhile(named.__contains__, names)]
    if not columns or any(name in named for name in names[len(columns) :]):
        faults.append(fault(row[1].place, f"has no column {headings[len(columns)]}", allowed))
    return columns


def _is_another(sheet: Sheet, grid: Grid, heading: int, faults: list[FileFault]) -> bool:
    """Whether a form has the fields of another and none of its own, which is said once."""
    names = [plain(row[1].text) for _, row in grid.after(heading) if 1 in row]
    owners = [*filter(None, map(sheet_of, names))]
    if not owners or sheet.title in owners or any(name in sheet.by_name for name in names):
        return False
    problem = f"has the fields of the sheet {owners[0]}"
    faults.append(fault(grid.place, problem, f"those of {sheet.title}", "are the names of two sheets swapped?"))
    return True


def _line_of(
    sheet: Sheet, grid: Grid, number: int, row: Row, lines: dict[Line, int], faults: list[FileFault]
) -> Line | None:
    """The line that a row fills in; None where it is a heading, or where a fault says why it is none."""
    cell = row.get(1)
    name = plain(cell.text) if cell else ""
    others = [other for column, other in row.items() if column > 1]
    if (name in COMPUTED and sheet.name == CHECKED) or (name in BETWEEN and not others):
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
