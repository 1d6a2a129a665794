"""How cells of the workbook look: amounts in the company's unit, days as days, what follows a default in grey."""

from collections.abc import Iterable, Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from ..report.unit import Unit

FONT = {"font_name": "Arial", "font_size": 9, "valign": "top"}
#: The font of cells that have none, and of the edges of pages: the widths of columns are counted in its digits.
DEFAULT_FONT = {"font_name": "Arial", "font_size": 10}
ROW_HEIGHT, TITLE_HEIGHT = 12.5, 17  #: of a line of this font and of a title, in points
NOTHING = "\N{EN DASH}"  #: an exact 0; an amount that the unit shows as 0.0 is more
INK, SOFT, RULE = "#1b2430", "#5b6675", "#9aa5b1"
TEXTS = frozenset(("text", "word"))
OPTIONS: dict[str, dict[str, Any]] = {
    "bold": {"bold": True},
    "soft": {"font_color": SOFT},
    "shrink": {"shrink": True},
    "wrap": {"text_wrap": True},
    "left": {"align": "left"},
    "right": {"align": "right"},
    "indent": {"indent": 1},
    "over": {"top": 1, "top_color": RULE},
    "under": {"bottom": 1, "bottom_color": RULE},
    "title": {"bold": True, "font_size": 13},
    "headline": {"bold": True, "font_size": 11},
}


def number_formats(unit: Unit) -> dict[str, str]:
    """How each kind of number is written. An amount is in major units in its cell and in the company's unit to the eye:
    the commas at the end of its format divide, and no digit is lost."""
    decimals = f".{'0' * unit.decimals}" if unit.decimals else ""
    amount = f"#,##0{decimals}{',' * (unit.zeros // 3)}"
    return {
        "money": f'{amount}_);({amount});"{NOTHING}"_)',
        "axis": f"#,##0{',' * (unit.zeros // 3)}",
        "multiple": '#,##0.00"x"_)',
        "percent": "#,##0.0%_)",
        "rate": "0.00##%_)",
        "day": "yyyy-mm-dd_)",
        "marked day": 'yyyy-mm-dd"*"',
        "check": '0.00_);(0.00);"0"_)',
        "count": "0_)",
        "number": "General",
        "text": "@",
        "word": "@_)",
    }


def pixels(widths: Iterable[float]) -> int:
    """How wide columns are together, of which each is given in digits of the default font."""
    return int(sum(width * 7 + 5 for width in widths))


def size_of(options: Sequence[str]) -> float:
    """The size of the font of a style, in points."""
    return float(max(OPTIONS[option].get("font_size", FONT["font_size"]) for option in ("wrap", *options)))


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, unit: Unit) -> None:
        self._book, self._numbers = book, number_formats(unit)
        self._formats: dict[tuple[str, frozenset[str]], Format] = {}

    def number_format(self, kind: str) -> str:
        return self._numbers[kind]

    def of(self, kind: str, *options: str) -> Format:
        """The format of a kind of cell, with some of the options."""
        key = (kind, frozenset(options))
        if key not in self._formats:
            # A text stays one when somebody edits its cell.
            look: dict[str, Any] = FONT | {"num_format": self._numbers[kind], "quote_prefix": kind in TEXTS}
            for option in sorted(options):
                look |= OPTIONS[option]
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]
