"""A CSV file to fill in: the sheets of the workbook below each other, each under its title."""

import csv
from collections.abc import Iterator
from io import StringIO

from ..files import field_words
from ..files.hints import FRACTIONS
from ..files.tree import Fields
from . import words
from .cells import NUMBER
from .filling import items
from .forms import FIELD, MAY_BE, PURPOSE, value_headings
from .layout import WORKBOOK, Line, Sheet
from .names import REQUIRED


def blank(company: Fields | None = None, scenario: Fields | None = None) -> str:
    """The text of the file, filled in with what the trees have."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for sheet, kind in WORKBOOK:
        writer.writerow([sheet.title])
        writer.writerows(_table(sheet, company) if sheet.table else _form(sheet, (company, scenario)[kind]))
        writer.writerow([])
    return text.getvalue()


def _form(sheet: Sheet, tree: Fields | None) -> Iterator[list[str]]:
    yield [FIELD, MAY_BE, *value_headings(sheet), PURPOSE]
    (values,) = items(sheet, tree) or [{}]
    for line in sheet.lines:
        texts = [written(line, text) for text in values.get(line, ())]
        yield [heading(line), words.may_be(line), *texts, *[""] * (sheet.width - len(texts)), words.purpose(line)]


def _table(sheet: Sheet, tree: Fields | None) -> Iterator[list[str]]:
    yield [words.may_be(line) for line in sheet.columns]
    yield [heading(line) for line in sheet.columns]
    for values in items(sheet, tree):
        yield [written(line, "".join(values.get(line, ()))) for line in sheet.columns]


def heading(line: Line) -> str:
    """The label of a line, marked where it is required."""
    return line.label + (REQUIRED if line.required else "")


def written(line: Line, text: str) -> str:
    """A value as a sheet has it: a rate in percent. Behind a space no spreadsheet takes a text for a formula."""
    if NUMBER.fullmatch(text):
        in_percent = line.field and field_words.rules_of(line.field).unit in FRACTIONS
        return words.percent(text) if in_percent else text
    return f" {text}" if text.startswith(tuple("=+-@")) else text
