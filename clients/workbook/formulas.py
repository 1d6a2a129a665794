"""The formulas of the workbook as text, from the cells that they stand on."""

from collections.abc import Sequence
from itertools import pairwise

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

Place = tuple[str, int, int]  #: a cell: its sheet, empty for the formula's own, its row and its column, from 0


def cell(place: Place) -> str:
    """B7, or 'Balance sheet'!B7."""
    sheet, row, column = place
    return f"{_of(sheet)}{xl_rowcol_to_cell(row, column)}"


def signed_sum(terms: Sequence[tuple[int, Place]]) -> str:
    """=B5-B6-B7; of cells below each other that all add up =SUM(B5:B7)."""
    places = [place for _, place in terms]
    below = all(
        (sheet, row + 1, column) == following for (sheet, row, column), following in pairwise(places)
    )  #: of one cell too
    if len(places) > 1 and below and all(sign > 0 for sign, _ in terms):
        (sheet, first, column), (_, last, _) = places[0], places[-1]
        return f"=SUM({_of(sheet)}{xl_range(first, column, last, column)})"
    text = "".join(f"{'+' if sign > 0 else '-'}{cell(place)}" for sign, place in terms)
    return f"={text.removeprefix('+')}"


def across(row: int, first: int, last: int) -> str:
    """=SUM(N5:P5): the months of a quarter."""
    return f"=SUM({xl_range(row, first, row, last)})"


def quotient(numerator: Place, denominator: Place) -> str:
    """=ROUND(B5/B6,6): a ratio as the engine has it."""
    return f"=ROUND({cell(numerator)}/{cell(denominator)},6)"


def multiple_of(numerator: Place, denominator: Place, *, less_is_better: bool = False) -> str:
    """=ROUNDDOWN(ROUND(B5/B6,6),2): a ratio as people read it, which never looks better than it is."""
    exact = quotient(numerator, denominator).removeprefix("=")
    return f"=ROUND{'UP' if less_is_better else 'DOWN'}({exact},2)"


def check(terms: Sequence[tuple[int, Place]], digits: int) -> str:
    """A difference that is 0 to the minor unit: amounts in cells are binary, and their sums off by less than that."""
    return f"=ROUND({signed_sum(terms).removeprefix('=')},{digits})"


def _of(sheet: str) -> str:
    return f"'{sheet}'!" if sheet else ""
