"""Mistakes made in a good workbook, in its cells, in its XML and as an archive."""

import re
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from tests.journeys.mistakes import Mistake, good_book

#: Of a workbook without those that this company leaves empty, in their order.
SHEETS = ["Company", "Income", "Balance sheet", "Debt", "Assets", "Covenants", "Covenant steps", "Clauses"]
HEADINGS = 4  #: the row above the values
MOST = 10**6  #: rows of a sheet
GENERAL = "General"  #: the look of a cell without a format
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"

Parts = dict[str, bytes]
Change = Callable[[Parts], Parts]


@cache
def bare_book() -> bytes:
    """The same as a program keeps it that knows cells and their formats only, without the words beside them."""
    good, bare = openpyxl.load_workbook(BytesIO(good_book())), openpyxl.Workbook()
    del bare["Sheet"]
    for title in SHEETS:
        kept, form = bare.create_sheet(title), good[title].cell(HEADINGS, 1).value == "Field"
        for row in good[title].iter_rows(min_row=HEADINGS):
            for each in row:
                if each.value is not None and (each.row == HEADINGS or not form or each.column in (1, 3)):
                    kept[each.coordinate].value = each.value
                    kept[each.coordinate].number_format = each.number_format
    bare.save(buffer := BytesIO())
    return buffer.getvalue()


def archive(change: Change) -> Mistake:
    """A workbook whose parts were changed."""

    def make() -> bytes:
        with ZipFile(BytesIO(bare_book())) as book:
            parts = change({name: book.read(name) for name in book.namelist()})
        with ZipFile(buffer := BytesIO(), "w", ZIP_DEFLATED) as changed:
            for name, content in parts.items():
                changed.writestr(name, content)
        return buffer.getvalue()

    return make


def part(name: str, *changes: tuple[str, str]) -> Mistake:
    """A workbook in which what fits a pattern first, in a part of it, reads otherwise."""

    def change(parts: Parts) -> Parts:
        text = parts[name].decode()
        for pattern, replacement in changes:
            text, count = re.subn(pattern, replacement, text, count=1, flags=re.DOTALL)
            assert count, pattern
        return {**parts, name: text.encode()}

    return archive(change)


def on(title: str, pattern: str, replacement: str) -> Mistake:
    """A workbook with one sheet changed."""
    return part(_part_of(title), (pattern, replacement))


def after_all(title: str, xml: str) -> Mistake:
    """A workbook with further rows below a sheet."""
    return on(title, "</sheetData>", f"{xml}</sheetData>")


def in_list(*changes: tuple[str, str]) -> Mistake:
    """A workbook with its list of sheets changed."""
    return part("xl/workbook.xml", *changes)


def _part_of(title: str) -> str:
    return f"xl/worksheets/sheet{SHEETS.index(title) + 1}.xml"


def cell(place: str, value: object, like: str = "") -> Mistake:
    """A workbook with another value in a cell, as Debt!F5, which looks like another cell of its sheet.

    A text that begins with two signs of equality is the text with one; with one it is a formula without a value.
    """
    title, _, address = place.rpartition("!")

    def change(parts: Parts) -> Parts:
        name = _part_of(title)
        sheet = parts[name].decode()
        style = next(iter(re.findall(rf'<c r="{like or address}" s="([0-9]+)"', sheet)), "0")
        written = _cell(address, "0" if like == GENERAL else style, value)
        number = int(address.lstrip(LETTERS))
        row = re.search(rf'(<row r="{number}"[^>]*>)(.*?)(</row>)', sheet, re.DOTALL)
        if not row:
            later = next(
                each for each in re.finditer('<row r="([0-9]+)"|</sheetData>', sheet) if int(each[1] or MOST) > number
            )
            alone = f'<row r="{number}">{written}</row>'
            return {**parts, name: (sheet[: later.start()] + alone + sheet[later.start() :]).encode()}
        matches = re.finditer(r'(?s)<c r="([A-Z]+)[0-9]+"[^>]*?(?:/>|>.*?</c>)', row[2])
        cells = {match[1]: match[0] for match in matches}
        cells[address.rstrip(DIGITS)] = written
        body = "".join(cells[letters] for letters in sorted(cells, key=lambda letters: (len(letters), letters)))
        return {**parts, name: sheet.replace(row[0], row[1] + body + row[3]).encode()}

    return archive(change)


def _cell(address: str, style: str, value: object) -> str:
    """A cell as a workbook stores it."""
    start = f'<c r="{address}" s="{style}"'
    match value:
        case None:
            return f"{start}/>"
        case bool():
            return f'{start} t="b"><v>{value:d}</v></c>'
        case int() | float():
            return f"{start}><v>{value!r}</v></c>"
        case datetime():
            return f"{start}><v>{(value - datetime(1899, 12, 30)) / timedelta(days=1)}</v></c>"
    text = str(value)
    if text.startswith("#"):
        return f'{start} t="e"><v>{text}</v></c>'
    if text.startswith("=") and not text.startswith("=="):
        return f"{start}><f>{text[1:]}</f><v></v></c>"
    return f'{start} t="inlineStr"><is><t>{text.removeprefix("=") if text.startswith("==") else text}</t></is></c>'


def declaring(document_type: str) -> Change:
    """Puts a document type before the list of sheets."""
    return lambda parts: {**parts, "xl/workbook.xml": document_type.encode() + parts["xl/workbook.xml"]}


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def rows(count: int) -> Change:
    """A workbook whose sheet of debts has so many rows."""

    def change(parts: Parts) -> Parts:
        debt = b"xl/worksheets/sheet4.xml"
        body = parts[debt.decode()].replace(b"</sheetData>", b"<row/>" * count + b"</sheetData>")
        return {**parts, debt.decode(): body}

    return change


def larger(size: int) -> Change:
    """A part of so many zeros, which pack into a thousandth."""
    return lambda parts: {**parts, "xl/media/image1.png": bytes(size)}


def lying() -> bytes:
    """An archive that says of a part that it is small, and holds megabytes of it."""
    made = archive(larger(2**21))()
    small = struct.pack("<L", 10)
    return made.replace(struct.pack("<L", 2**21), small)


def named_twice() -> bytes:
    """An archive with two parts of one name: which of them counts depends on who reads it."""
    buffer = BytesIO(bare_book())
    with ZipFile(buffer, "a") as book:
        book.writestr("xl/workbook.XML", b"<workbook/>")
    return buffer.getvalue()
