"""Mistakes made in a good file: each gives the bytes of the same company or scenario with one thing wrong."""

import json
import re
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from seawall.clients import files
from seawall.clients.files.tree import Fields
from seawall.clients.sheets import blank_book, blank_csv
from tests.clients.test_blank import plain
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import ROOT

SCENARIO = ROOT / "clients" / "examples" / "scenario_recession.yaml"

#: Of a workbook without those that this company leaves empty, in their order.
SHEETS = ["Company", "Income", "Balance sheet", "Debt", "Assets", "Covenants", "Covenant steps", "Clauses"]

Mistake = Callable[[], bytes]


@cache
def good_yaml(scenario: bool = False) -> str:
    """An example without its comments, so that its lines stay where they are whatever is said of them."""
    text = (SCENARIO if scenario else COMPANY).read_text(encoding="utf-8")
    lines = (re.sub(r" *(?<!\S)#.*", "", line) for line in text.splitlines())
    return "\n".join(filter(None, lines)) + "\n"


def trees() -> tuple[Fields, Fields]:
    return files.read_yaml("FILE", good_yaml()), files.read_yaml("FILE", good_yaml(scenario=True))


@cache
def good_book() -> bytes:
    return blank_book.blank(*trees())


@cache
def bare_book() -> bytes:
    """The same as another program saves it: no drop-downs, no notes, no empty rows, the sheets that are needed."""
    book = openpyxl.load_workbook(BytesIO(good_book()))
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation.clear()
        for row in sheet.iter_rows():
            for each in row:
                each.comment = None
        if sheet["A4"].value != "Field":
            sheet.delete_rows(8, sheet.max_row)
        if sheet.title not in SHEETS:
            book.remove(sheet)
    book.save(buffer := BytesIO())
    return buffer.getvalue()


@cache
def good_csv() -> str:
    return blank_csv.blank(*trees()).replace("\r\n", "\n")


@cache
def good_json() -> str:
    return json.dumps(plain(trees()[0]), indent=1)


def replaced(good: Callable[[], str], old: str, new: str, encoding: str = "utf-8") -> Mistake:
    """A text in which something that occurs once reads otherwise."""

    def make() -> bytes:
        assert good().count(old) == 1, old
        return good().replace(old, new).encode(encoding)

    return make


def in_yaml(old: str, new: str) -> Mistake:
    return replaced(good_yaml, old, new)


def in_scenario(old: str, new: str) -> Mistake:
    return replaced(lambda: good_yaml(scenario=True), old, new)


def in_json(old: str, new: str) -> Mistake:
    return replaced(good_json, old, new)


def in_csv(old: str, new: str) -> Mistake:
    return replaced(good_csv, old, new)


def in_book(change: Callable[[openpyxl.Workbook], object]) -> Mistake:
    """The workbook changed by another program, which stores no values of formulas."""

    def make() -> bytes:
        book = openpyxl.load_workbook(BytesIO(bare_book()))
        change(book)
        book.save(buffer := BytesIO())
        return buffer.getvalue()

    return make


def cell(place: str, value: object, like: str = "") -> Mistake:
    """A workbook with another value in a cell, as Debt!F5, which looks like another cell of its sheet.

    A text that begins with two signs of equality is the text with one; with one it is a formula without a value.
    """
    title, _, address = place.rpartition("!")

    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        name = f"xl/worksheets/sheet{SHEETS.index(title) + 1}.xml"
        sheet = parts[name].decode()
        style = next(iter(re.findall(rf'<c r="{like or address}" s="([0-9]+)"', sheet)), "0")
        written = _cell(address, "0" if like == GENERAL else style, value)
        row = re.search(rf'(<row r="{address.lstrip(LETTERS)}"[^>]*>)(.*?)(</row>)', sheet, re.DOTALL)
        if not row:
            row_of = f'<row r="{address.lstrip(LETTERS)}">{written}</row></sheetData>'
            return {**parts, name: _once(sheet, "</sheetData>", row_of).encode()}
        matches = re.finditer(r'(?s)<c r="([A-Z]+)[0-9]+"[^>]*?(?:/>|>.*?</c>)', row[2])
        cells = {match[1]: match[0] for match in matches}
        cells[address.rstrip(DIGITS)] = written
        body = "".join(cells[letters] for letters in sorted(cells, key=lambda letters: (len(letters), letters)))
        return {**parts, name: sheet.replace(row[0], row[1] + body + row[3]).encode()}

    return archive(change, bare_book)


GENERAL = "General"  #: a cell without a format
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


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


def on(title: str, change: Callable[[Worksheet], object]) -> Mistake:
    """A workbook with one sheet changed."""
    return in_book(lambda book: change(book[title]))


def part(name: str, old: str, new: str) -> Mistake:
    """A workbook in which something of a part of the archive reads otherwise."""
    return archive(lambda parts: {**parts, name: _once(parts[name].decode(), old, new).encode()})


def _once(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


def archive(change: Callable[[dict[str, bytes]], dict[str, bytes]], good: Callable[[], bytes] | None = None) -> Mistake:
    """A workbook whose parts were changed."""

    def make() -> bytes:
        with ZipFile(BytesIO((good or good_book)())) as book:
            parts = change({name: book.read(name) for name in book.namelist()})
        with ZipFile(buffer := BytesIO(), "w", ZIP_DEFLATED) as changed:
            for name, content in parts.items():
                changed.writestr(name, content)
        return buffer.getvalue()

    return make


def declaring(entities: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """Puts a document type before the shared texts of a workbook."""

    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        head, _, body = parts["xl/sharedStrings.xml"].partition(b"?>")
        return {**parts, "xl/sharedStrings.xml": head + b"?>" + entities.encode() + body}

    return change


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def rows(count: int) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """A workbook whose sheet of debts has so many rows."""

    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        debt = b"xl/worksheets/sheet4.xml"
        body = parts[debt.decode()].replace(b"</sheetData>", b"<row/>" * count + b"</sheetData>")
        return {**parts, debt.decode(): body}

    return change


def larger(size: int) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """A part of so many zeros, which pack into a thousandth."""
    return lambda parts: {**parts, "xl/media/image1.png": bytes(size)}


def lying() -> bytes:
    """An archive that says of a part that it is small, and holds megabytes of it."""
    made = archive(larger(2**21))()
    small = struct.pack("<L", 10)
    return made.replace(struct.pack("<L", 2**21), small)


def named_twice() -> bytes:
    """An archive with two parts of one name: which of them counts depends on who reads it."""
    buffer = BytesIO(good_book())
    with ZipFile(buffer, "a") as book:
        book.writestr("xl/workbook.XML", b"<workbook/>")
    return buffer.getvalue()


def swapped(first: str, second: str) -> Callable[[openpyxl.Workbook], None]:
    """Two sheets, each under the name of the other."""

    def change(book: openpyxl.Workbook) -> None:
        book[first].title, book[second].title = "_", first
        book["_"].title = second

    return change


def line_without(label: str) -> Mistake:
    """A CSV file without the line of a label."""
    return lambda: re.sub(rf"(?m)^{re.escape(label)},.*\n", "", good_csv()).encode()


def row_without(label: str) -> Callable[[Worksheet], None]:
    """Deletes the line of a label."""

    def change(sheet: Worksheet) -> None:
        sheet.delete_rows(next(row[0].row for row in sheet.iter_rows() if row[0].value == label))

    return change
