"""The same sheets in one CSV file: a line that has nothing but the title of a sheet begins it.

Cells are separated by commas, semicolons or tabs, whichever comes first outside quotes. Numbers have a decimal point
and no separators of thousands whatever separates the cells, so that nothing can be read in two ways.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from ..files.tree import Place
from .cells import Cell
from .grid import Grid, Row, refused
from .layout import ALL
from .names import OWN, plain

DELIMITERS = ",;\t"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8 = "text in UTF-8: in Excel save as CSV UTF-8"
MOST_CELLS = 200_000  #: in a file
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read(file: str, content: bytes) -> list[Grid]:
    """The sheets of a CSV file; raises FileRefused where it is none."""
    text = _text(file, content)
    grids: list[Grid] = []
    for number, cells in _rows(file, text):
        row = {column: cell for column, cell in enumerate(cells, start=1) if cell}
        if not row:
            continue
        place = Place(file, number, 1, "")
        if list(row) == [1] and (plain(row[1]) in ALL or row[1].startswith(OWN) or not grids):
            grids.append(Grid(place, row[1]))
        elif not grids:
            titles = ", ".join(sheet.title for sheet in ALL.values())
            raise refused(place, f"found {row[min(row)]!r} before any sheet", f"a line with the title of one: {titles}")
        else:
            grids[-1].rows[number] = _row(file, number, row)
    if not grids:
        raise refused(Place(file), "the file is empty", "sheets with fields")
    return grids


def _row(file: str, number: int, row: dict[int, str]) -> Row:
    return {column: Cell(Place(file, number, column, ""), text) for column, text in row.items()}


def _rows(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, as a spreadsheet has them."""
    rows = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = filled = 0
    try:
        for number, row in enumerate(rows, start=1):
            filled += len(row)
            if filled > MOST_CELLS:
                raise refused(Place(file, number, 1, ""), f"has more than {MOST_CELLS:,} cells", "what a company needs")
            yield number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise refused(Place(file, number + 1, 1, ""), f"{error}", "CSV with quotes around what has quotes") from error


def _text(file: str, content: bytes) -> str:
    if content.startswith(UTF_16):
        raise refused(Place(file), "is UTF-16", UTF_8)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(Place(file, line, 1, ""), f"not UTF-8: byte 0x{content[error.start]:02X}", UTF_8) from error
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise refused(Place(file, line, 1, ""), f"character U+{ord(control[0]):04X}", "printable text")
    return text


def _delimiter(text: str) -> str:
    outside = re.sub(r'"[^"]*"', "", text)
    return next((letter for letter in outside if letter in DELIMITERS), DELIMITERS[0])
