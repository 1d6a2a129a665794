"""A workbook to fill in: drop-downs, limits and words from the API, a balance check that is live.

The same trees give the same bytes.
"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range
from xlsxwriter.utility import xl_rowcol_to_cell as cell_name

from seawall.v1.options_pb2 import Unit

from ..files.kinds import COMPANY
from ..files.tree import Fields
from . import balance, validation, words
from .blank_csv import heading
from .cells import NUMBER, exact
from .filling import Values, items
from .forms import FIELD, MAY_BE, PURPOSE, value_headings
from .layout import SECTIONS, SHEETS, USUAL, WORKBOOK, Line, Sheet, sheets

HEADING = 3  #: the row of the headings, below the title and two lines of words
FIRST = HEADING + 1  #: the row of the first line or item
VALUE = 2  #: the column of the values of a form
MOST_ITEMS = 1_000  #: of a table, for its limits and its sum
COLUMN, WIDEST, LINE_HEIGHT = 18, 100, 15  #: of a table, of words, of a row
ROOM = 12  #: rows of a table that show as such; it may have more
MADE = datetime(2026, 1, 1)  #: what Excel wants to know, and a clock would change
HOW_TO_FILL = (
    "Fill in what is yellow and marked *; what stays empty means what is said of it. Type percent with its sign: 8%."
)
OF_FORMS = (
    "Amounts are in major units of the currency, or in the units that the sheet Company names. "
    "Then check the file: seawall validate FILE"
)
OF_MONTHS = "One value is that of all months, or follows the course; of several the last holds to the end."
OF_TABLES = "A row for each; a list in one cell has commas between its items."
OF_PARTS = "The first column names a row of the sheet {}."
RARE = sheets(COMPANY)[USUAL:]  #: sheets that most companies leave empty
TAB = "#A6A6A6"  #: of such a sheet
#: How a value shows, by its unit.
NUMBER_FORMATS: dict[int, str] = {
    Unit.UNIT_MINOR: "#,##0.00######;[Red]-#,##0.00######",
    Unit.UNIT_SHARE: "0.0#######%",
    Unit.UNIT_RATE: "0.00######%",
    Unit.UNIT_MULTIPLE: '0.0########"x"',
    Unit.UNIT_DATE: "yyyy-mm-dd",
    Unit.UNIT_COUNT: "0",
    Unit.UNIT_MONTHS: "0",
    Unit.UNIT_NUMBER: "0.0########",
    Unit.UNIT_DAYS: "0.########",
}
TEXT = "@"  #: what is typed stays what it is: 1-2 is no date, and nothing is a formula
REQUIRED_COLOUR, HEADING_COLOUR, BORDER = "#FFF2CC", "#DDEBF7", "#BFBFBF"


def blank(company: Fields | None = None, scenario: Fields | None = None) -> bytes:
    """The bytes of an .xlsx file with the sheets of a company and of a scenario, filled in with what the trees have."""
    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": "A company and a scenario for Seawall", "created": MADE})
    writer = _Writer(book)
    for sheet, kind in WORKBOOK:
        writer.sheet(sheet, items(sheet, (company, scenario)[kind]), (company, scenario)[kind])
    book.close()
    return buffer.getvalue()


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def sheet(self, sheet: Sheet, filled: list[Values], tree: Fields | None) -> None:
        page = self._book.add_worksheet(sheet.title)
        page.write_string(0, 0, sheet.title, self._format(bold=True, font_size=14))
        page.write_string(1, 0, HOW_TO_FILL)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADING)
        page.freeze_panes(FIRST, 1)
        if sheet in RARE:
            page.set_tab_color(TAB)
        if sheet.table:
            self._table(page, sheet, filled)
        else:
            self._form(page, sheet, filled[0] if filled else {})
        if sheet == balance.SHEET:
            self._balance(page, tree)

    def _form(self, page: Any, sheet: Sheet, filled: Values) -> None:
        page.write_string(2, 0, OF_MONTHS if sheet.width > 1 else OF_FORMS)
        headings = [FIELD, MAY_BE, *value_headings(sheet), PURPOSE]
        for column, text in enumerate(headings):
            page.write_string(HEADING, column, text, self._heading(required=False))
        page.set_column(0, 1, 36)
        page.set_column(2, 2, 26)
        if sheet.width > 1:
            page.set_column(3, sheet.width + 1, 11)
        page.set_column(sheet.width + 2, sheet.width + 2, WIDEST)
        for row, line in rows_of(sheet):
            if section := SECTIONS.get(line.name):
                page.write_string(row - 1, 0, section, self._format(bold=True, top=1))
            page.write_string(row, 0, heading(line), self._format(valign="top"))
            page.write_string(row, 1, words.may_be(line), self._words())
            page.write_string(row, sheet.width + 2, words.purpose(line), self._words())
            page.set_row(row, LINE_HEIGHT * lines_of(line))
            texts = filled.get(line, ())
            for month in range(line.months):
                self._value(page, row, VALUE + month, line, texts[month] if month < len(texts) else "")
            validation.limit(page, line, (row, VALUE, row, VALUE + line.months - 1), message=sheet.width > 1)

    def _table(self, page: Any, sheet: Sheet, filled: list[Values]) -> None:
        of_rows = OF_PARTS.format(SHEETS[sheet.path[0]]) if sheet.key else OF_TABLES
        page.write_string(1, 0, f"{HOW_TO_FILL} {of_rows}")
        page.set_row(2, 5 * LINE_HEIGHT)
        page.set_row(HEADING, 2 * LINE_HEIGHT)
        for column, line in enumerate(sheet.columns):
            page.set_column(column, column, COLUMN, self._cell(line, framed=False))
            page.write_string(2, column, words.may_be(line), self._words())
            page.write_string(HEADING, column, heading(line), self._heading(line.required))
            page.write_comment(HEADING, column, words.purpose(line), {"x_scale": 3, "y_scale": 2, "author": ""})
            for row in range(FIRST, FIRST + max(ROOM, len(filled))):
                values = filled[row - FIRST] if row - FIRST < len(filled) else {}
                self._value(page, row, column, line, "".join(values.get(line, ())))
            validation.limit(page, line, (FIRST, column, FIRST + MOST_ITEMS - 1, column), message=True)

    def _value(self, page: Any, row: int, column: int, line: Line, text: str) -> None:
        """A value as a number or a day where it is one; what a spreadsheet would round stays text."""
        form, unit = self._cell(line, framed=True), validation.unit_of(line)
        if not text:
            page.write_blank(row, column, None, form)
        elif unit == Unit.UNIT_DATE and (day := validation.day(text)):
            page.write_datetime(row, column, day, form)
        elif unit in NUMBER_FORMATS and NUMBER.fullmatch(text) and exact(text):
            page.write_number(row, column, float(text), form)
        else:
            page.write_string(row, column, text, form)

    def _balance(self, page: Any, tree: Fields | None) -> None:
        """Assets less claims, in green where they balance."""
        amount = NUMBER_FORMATS[Unit.UNIT_MINOR]
        cells = {line.name: cell_name(row, VALUE) for row, line in rows_of(balance.SHEET)}
        drawn = next(row for row, line in rows_of(balance.REVOLVER) if line == balance.BORROWED[balance.REVOLVER])
        principal = balance.DEBT.columns.index(balance.BORROWED[balance.DEBT])
        debt = xl_range(FIRST, principal, FIRST + MOST_ITEMS - 1, principal)
        borrowed = [f"{balance.DEBT.title}!{debt}", f"{balance.REVOLVER.title}!{cell_name(drawn, VALUE)}"]
        row = FIRST + len(cells) + 1
        for text, formula, value in balance.formulas(cells, borrowed, row + 1, tree):
            page.write_string(row, 0, text, self._format(bold=True))
            page.write_formula(row, VALUE, formula, self._format(bold=True, num_format=amount, top=1), value)
            row += 1
        for criterion, colour in (("==", "#C6EFCE"), ("!=", "#FFC7CE")):
            rule = {"type": "cell", "criteria": criterion, "value": 0, "format": self._format(bg_color=colour)}
            page.conditional_format(row - 1, VALUE, row - 1, VALUE, rule)
        page.write_string(row - 1, 1, "must read 0", self._words())

    def _heading(self, required: bool) -> Any:
        colour = REQUIRED_COLOUR if required else HEADING_COLOUR
        return self._format(bold=True, text_wrap=True, valign="top", bg_color=colour, border=1, border_color=BORDER)

    def _words(self) -> Any:
        return self._format(text_wrap=True, valign="top", font_color="#595959", font_size=9)

    def _cell(self, line: Line, framed: bool) -> Any:
        look: dict[str, Any] = {"num_format": NUMBER_FORMATS.get(validation.unit_of(line), TEXT)}
        if line.field and line.field.is_repeated and line.months == 1:
            look["num_format"] = TEXT
        if framed:
            look |= {"border": 1, "border_color": BORDER, "valign": "top"}
            look |= {"bg_color": REQUIRED_COLOUR} if line.required else {}
        return self._format(**look)

    def _format(self, **look: Any) -> Any:
        """A format, each made once."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def rows_of(sheet: Sheet) -> Iterator[tuple[int, Line]]:
    """The lines of a form with their rows; a section has a row of its own above its first line."""
    row = FIRST
    for line in sheet.lines:
        row += line.name in SECTIONS
        yield row, line
        row += 1


def lines_of(line: Line) -> int:
    """The lines that the words beside a field take."""
    return max(1 + len(words.purpose(line)) // (WIDEST + WIDEST // 4), 1 + len(words.may_be(line)) // 45)
