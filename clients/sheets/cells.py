"""A cell, and what it gives for a field: a date becomes ISO 8601, a percentage a fraction, and nothing is guessed.

A spreadsheet keeps 15 digits of a number, and so many are read. What a program may have made of what was typed, as a
date of a share, is refused where it stands.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from google.protobuf.descriptor import FieldDescriptor

from seawall.v1.options_pb2 import Unit

from ..files import field_words
from ..files.hints import FRACTIONS, PERCENT
from ..files.tree import Items, Node, Place, Text, Unusable
from . import words
from .layout import Line

DIGITS = 15  #: that a spreadsheet keeps of a number
SHOWN = 80  #: characters of a value in a fault
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NUMERIC = re.compile(r"[-+(]?[0-9][0-9.,' ]*\)?%?")
_PERCENTAGE = re.compile(r"(-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,8})?) ?%")
_BETWEEN = re.compile(r"[,;\n]")  # the items of a list in one cell

Kind = Literal["text", "number", "percentage", "date", "truth", "error", "formula"]
#: What a fault says before the text of a cell, and what to do about it, by its kind.
BEFORE = {"number": "the number ", "date": "the date ", "error": "the error "}
INSTEAD = {
    "date": "format the cell as a number or as text, and type the value again",
    "formula": "open the file in a spreadsheet, which computes it, and save it; or write the value",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell: a number in plain notation, of a percentage the fraction, a date in ISO 8601, or text."""

    place: Place
    text: str
    kind: Kind = "text"

    @property
    def numeric(self) -> bool:
        """Whether it reads as a number, as a figure that slipped into another column does."""
        return self.kind in ("number", "percentage") or bool(_NUMERIC.fullmatch(self.text))

    @property
    def shown(self) -> str:
        """What a fault calls it."""
        if self.kind == "text":
            return repr(self.text[:SHOWN])
        return BEFORE.get(self.kind, "") + (
            words.percent(self.text) if self.kind == "percentage" else self.text[:SHOWN]
        )


def number(value: float) -> str:
    """A stored number in plain notation, to the digits that a spreadsheet keeps.  0.1 + 0.2 is 0.3"""
    if isinstance(value, int):
        return str(value)
    plain = f"{Decimal(format(value, f'.{DIGITS}g')).normalize():f}"
    return "0" if plain == "-0" else plain


def exact(text: str) -> bool:
    """Whether a spreadsheet keeps every digit of a number.  0.123456789 it does, of 10^16 + 1 the last is lost."""
    return number(float(text)) == f"{Decimal(text).normalize():f}"


def node(cell: Cell, line: Line) -> Node:
    """What a cell gives for the field of a line: its text, the items of a list, or why it cannot be used."""
    field = line.field
    if field and field.is_repeated and line.months == 1 and cell.kind == "text" and not cell.text.startswith("="):
        items = [text.strip() for text in _BETWEEN.split(cell.text)]
        return Items(cell.place, tuple(Text(cell.place, text, quoted=True) for text in items if text))
    return _value(cell, line, field_words.rules_of(field).unit if field else Unit.UNIT_TEXT, field)


def _value(cell: Cell, line: Line, unit: int, field: FieldDescriptor | None) -> Node:
    allowed = words.value(line)
    if cell.text.startswith("="):
        return Unusable(cell.place, f"the formula {cell.shown}", allowed, "write what it gives")
    if cell.kind in ("truth", "error", "formula") or (cell.kind == "date" and unit != Unit.UNIT_DATE):
        return Unusable(cell.place, cell.shown, allowed, INSTEAD.get(cell.kind, ""))
    if unit == Unit.UNIT_DATE and cell.kind in ("number", "percentage"):
        return Unusable(cell.place, cell.shown, allowed, "format the cell as a date")
    if unit == Unit.UNIT_TEXT and cell.kind == "number" and len(cell.text.strip("-").replace(".", "")) > DIGITS:
        return Unusable(
            cell.place, cell.shown, allowed, f"of a number {DIGITS} digits are kept: format the cell as text"
        )
    percentage = _PERCENTAGE.fullmatch(cell.text) if cell.kind == "text" else None
    if cell.kind == "percentage" or (percentage and unit != Unit.UNIT_TEXT):
        fraction = f"{(Decimal(percentage[1]) / 100).normalize():f}" if percentage else cell.text
        if unit not in PERCENT:
            return Unusable(cell.place, words.percent(fraction), allowed)
        return Text(cell.place, fraction, quoted=True)
    if unit in FRACTIONS and NUMBER.fullmatch(cell.text) and abs(Decimal(cell.text)) > 1:
        text = cell.text[:SHOWN]
        return Unusable(cell.place, f"{text}, which is no percentage", allowed, f"for {text} % write {text}%")
    return Text(cell.place, cell.text, quoted=True)
