"""One cell of a workbook: an exact number, a day, a text or nothing, computed by a formula or not."""

from datetime import date
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from .styles import Styles

Value = Decimal | int | str | date | None
DAY_0 = date(1899, 12, 30)  #: days are counted from here in the cells of a sheet


def write_value(
    sheet: Worksheet, at: tuple[int, int], value: Value, styles: Styles, kind: str, *options: str, formula: str = ""
) -> None:
    """Write a value as its kind of number, or a text as a text; a formula carries the value for those who do not
    calculate."""
    style = styles.of("word" if isinstance(value, str) else kind, *options)
    match value:
        case None:
            return
        case date() if formula:
            sheet.write_formula(*at, formula, style, (value - DAY_0).days)
        case _ if formula:
            sheet.write_formula(*at, formula, style, value)
        case date():
            sheet.write_datetime(*at, value, style)
        case str():
            sheet.write_string(*at, value, style)
        case _:
            sheet.write_number(*at, value, style)
