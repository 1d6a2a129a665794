"""Computes the formulas of a workbook exactly, from its numbers alone: what a spreadsheet would show, without one."""

import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import range_boundaries

PLACE = re.compile(r"(?:'([^']+)'!)?(\$?[A-Z]{1,3}\$?\d+)(?::(\$?[A-Z]{1,3}\$?\d+))?")


FUNCTIONS = ("SUM", "SUMIF", "ROUND", "ROUNDDOWN", "ROUNDUP", "ABS")


class FormulaValues:
    """The value of every cell of a book that was read with its formulas."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._values: dict[tuple[str, str], Any] = {}
        self._functions = {name: getattr(self, f"_{name.lower()}") for name in FUNCTIONS}
        self._functions |= {"SUMPRODUCT": self._sum, "place": self._place}

    def formulas(self) -> Iterator[tuple[str, str]]:
        """Sheet and address of each formula."""
        for sheet in self._book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate

    def value(self, sheet: str, address: str) -> Any:
        """A number as an exact decimal, a text, or None."""
        key = sheet, address
        if key not in self._values:
            cell = self._book[sheet][address]
            self._values[key] = self._computed(sheet, cell.value) if cell.data_type == "f" else _exact(cell.value)
        return self._values[key]

    def _computed(self, sheet: str, formula: str) -> Any:
        """Only places and the functions above have a meaning here: every other name is an error."""
        expression = PLACE.sub(lambda place: f"place({(place[1] or sheet)!r},{place[2]!r},{place[3]!r})", formula[1:])
        return eval(expression, {"__builtins__": {}}, self._functions)

    def _place(self, sheet: str, first: str, last: str | None) -> Any:
        first = first.replace("$", "")
        if last is None:
            return self.value(sheet, first)
        left, top, right, bottom = range_boundaries(f"{first}:{last.replace('$', '')}")
        places = self._book[sheet].iter_rows(top, bottom, left, right)
        return [self.value(sheet, cell.coordinate) for row in places for cell in row]

    @staticmethod
    def _sum(values: Any) -> Decimal:
        """Of a range, of which a single cell is one; texts count as nothing."""
        cells = values if isinstance(values, list) else [values]
        return sum((value for value in cells if isinstance(value, Decimal)), Decimal(0))

    @classmethod
    def _sumif(cls, names: list[Any], name: Any, values: list[Any]) -> Decimal:
        return cls._sum([value for label, value in zip(names, values, strict=True) if label == name])

    @staticmethod
    def _abs(values: list[Any]) -> list[Any]:
        return [abs(value) for value in values if isinstance(value, Decimal)]

    @staticmethod
    def _round(value: Decimal, digits: int) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)

    @staticmethod
    def _rounddown(value: Decimal, digits: int) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)

    @staticmethod
    def _roundup(value: Decimal, digits: int) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_UP)


def _exact(value: Any) -> Any:
    """A number of a cell as the decimal that it was written as."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(repr(value)) if is_number else value
