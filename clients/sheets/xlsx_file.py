"""The sheets of an .xlsx workbook, with the values that it stores of its formulas."""

import warnings
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from ..files.tree import FileRefused, Place, by_line
from . import archive
from .cells import Cell, Kind, number
from .grid import Grid, fault, refused
from .hidden import Unseen
from .names import OWN

VISIBLE = "visible"
MOST_CHARACTERS = 200  #: of what a library says


def read(file: str, content: bytes) -> list[Grid]:
    """The sheets of a workbook; raises FileRefused where it cannot be read as it is seen."""
    from openpyxl import load_workbook  # of the extra [reports]: loaded where a workbook is read

    with archive.opened(file, content) as parts:
        try:
            with warnings.catch_warnings(action="ignore"):  # of looks that are not kept, which nobody asks for
                book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
                return _grids(file, book, parts)
        except FileRefused:
            raise
        except Exception as error:  # whatever a library raises that meets a workbook which no program wrote
            problem = " ".join(f"cannot be read: {type(error).__name__}, {error}".split())[:MOST_CHARACTERS]
            raise refused(Place(file), problem, archive.XLSX, "save it anew in a spreadsheet") from error


def _grids(file: str, book: Any, parts: ZipFile) -> list[Grid]:
    """All sheets but those that their author keeps for working; raises FileRefused where one hides something."""
    sheets = [sheet for sheet in book.worksheets if not sheet.title.startswith(OWN)]
    unseen = [_unseen(file, sheet, parts) for sheet in sheets]
    if faults := [fault for each in unseen for fault in each.faults]:
        raise FileRefused(by_line(faults))
    return [_grid(each.place, sheet, each.uncomputed) for each, sheet in zip(unseen, sheets, strict=True)]


def _unseen(file: str, sheet: Any, parts: ZipFile) -> Unseen:
    unseen = Unseen(Place(file, sheet=sheet.title))
    with parts.open(sheet._worksheet_path) as stream:
        unseen.read(stream)
    if sheet.sheet_state != VISIBLE:
        instead = f"show it, or begin its name with {OWN}"
        unseen.faults.append(fault(unseen.place, "the sheet is hidden", "what can be seen", instead))
    return unseen


def _grid(place: Place, sheet: Any, uncomputed: list[Place]) -> Grid:
    grid = Grid(place, sheet.title)
    sheet.reset_dimensions()  # what a file says of its size may be anything
    for row in sheet.iter_rows():
        for stored in row:
            if stored.value is not None and (text := _text(stored))[0]:
                _add(grid, Cell(grid.at(stored.row, stored.column), *text))
    for at in uncomputed:
        _add(grid, Cell(at, "a formula without a value", "formula"))
    return grid


def _add(grid: Grid, cell: Cell) -> None:
    grid.rows.setdefault(cell.place.line, {})[cell.place.column] = cell


def _text(stored: Any) -> tuple[str, Kind]:
    """What a stored cell has, as text, and what kind of value it is."""
    value, text = stored.value, f"{stored.value}".strip()
    if stored.data_type == "e":
        return text, "error"
    if isinstance(value, bool):
        return text.upper(), "truth"
    if isinstance(value, date):  # of which a datetime is one
        return _day(value), "date"
    if isinstance(value, int | float):
        return number(value), "percentage" if "%" in stored.number_format else "number"
    return text, "text" if isinstance(value, str) else "date"  # a time of day, which no field takes


def _day(value: date) -> str:
    """The day; with a time of day all of it, which no field takes."""
    midnight = not isinstance(value, datetime) or value.time() == datetime.min.time()
    return f"{value:%Y-%m-%d}" if midnight else value.isoformat()
