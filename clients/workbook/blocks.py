"""Sentences and tables on a sheet that is read like a page: two halves beside each other, rows of one height.

A text that needs several lines is merged over as many rows, so that what stands beside it keeps its own.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation

from xlsxwriter.worksheet import Worksheet

from ..client.values import major
from ..report.cells import Cell, Day, Money, Multiple, Percent, Rate, Table
from ..report.story import Story
from ..report.wording import defined, multiple_value
from .styles import ROW_HEIGHT, Styles, pixels, size_of
from .text_lines import lines_of
from .writing import Value, write_value

#: Row and column of a table, both from 0 and below its headings, to the formula that computes the cell.
Formulas = dict[tuple[int, int], str]


class Blocks:
    """Writes blocks over some columns of a sheet; each gives the row below it."""

    def __init__(self, sheet: Worksheet, styles: Styles, story: Story, widths: Sequence[float]) -> None:
        self.sheet, self.widths = sheet, widths
        self._styles, self._story = styles, story
        sheet.set_default_row(ROW_HEIGHT)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def lines(self, text: str, columns: Sequence[int], options: Sequence[str] = ()) -> int:
        """How many lines a text takes over some columns."""
        return lines_of(text, pixels(self.widths[column] for column in columns), size_of(options))

    def text(self, row: int, columns: Sequence[int], text: str, *options: str) -> int:
        """A text over columns beside each other, and over as many rows as it needs."""
        first, last = columns[0], columns[-1]
        rows = self.lines(text, range(first, last + 1), options)
        style = self._styles.of("text", "wrap", *options)
        if rows > 1 or last > first:
            # Merged empty: the text itself goes in as a string, whatever it begins with.
            self.sheet.merge_range(row, first, row + rows - 1, last, "", style)
        self.sheet.write_string(row, first, text, style)
        return row + rows

    def texts(self, row: int, columns: Sequence[int], heading: str, texts: Sequence[str]) -> int:
        """Sentences under a heading; nothing where there are none."""
        if not texts:
            return row
        row = self.text(row, columns, heading, "bold", "under")
        for text in texts:
            row = self.text(row, columns, f"• {text}" if len(texts) > 1 else text)
        return row + 1

    def table(
        self, row: int, columns: Sequence[int], table: Table, computed: Callable[[int], Formulas] | None = None
    ) -> int:
        """A table under its title, its note below it; cells beyond the columns are left out."""
        whole = range(columns[0], columns[-1] + 1)
        heading = f"{table.title}, in {self._story.unit.heading}" if table.has_amounts else table.title
        row = self.rows(self.text(row, whole, heading, "bold"), columns, table, computed)
        if table.note:
            row = self.text(row, whole, table.note, "soft")
        return row + 1

    def rows(
        self, row: int, columns: Sequence[int], table: Table, computed: Callable[[int], Formulas] | None = None
    ) -> int:
        """Headings and rows with a cell in each of the columns; formulas come from the row that the first stands in."""
        if any(table.headings):
            for column in range(columns[0], columns[-1] + 1):
                self.sheet.write_blank(row, column, None, self._styles.of("text", "under"))
            for position, (at, text) in enumerate(zip(columns, table.headings, strict=False)):
                self.sheet.write_string(
                    row, at, text, self._styles.of("word", "soft", "under", *_side(table, position))
                )
            row += 1
        formulas = computed(row) if computed else {}
        for number, cells in enumerate(table.rows):
            for position, (at, cell) in enumerate(zip(columns, cells, strict=False)):
                self.cell(row + number, at, cell, formulas.get((number, position), ""), _side(table, position))
        return row + len(table.rows)

    def row(self, row: int, texts: dict[int, str]) -> None:
        """Texts by column, in a row as high as the longest of them."""
        lines = max(self.lines(text, (column,)) for column, text in texts.items())
        self.sheet.set_row(row, lines * ROW_HEIGHT)
        for column, text in texts.items():
            self.sheet.write_string(row, column, text, self._styles.of("text", "wrap"))

    def figure(self, row: int, column: int, text: str) -> int:
        """A decimal of the API as a number; what is none, as one a month, as text over the rows that it needs."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            return self.text(row, (column,), text)
        self.sheet.write_number(row, column, value, self._styles.of("number", "left"))
        return row + 1

    def cell(self, row: int, column: int, cell: Cell, formula: str = "", options: Sequence[str] = ()) -> None:
        """A cell as a number, a day or a text; a number may be computed."""
        value, kind = self._read(cell)
        formula = "" if isinstance(value, str) else formula
        write_value(self.sheet, (row, column), value, self._styles, kind, *options, formula=formula)

    def _read(self, cell: Cell) -> tuple[Value, str]:
        """The value of a cell, and which kind of number it is."""
        match cell:
            case Money():
                return major(cell.minor, self._story.minor_digits), "money"
            case Multiple():
                rounding = ROUND_CEILING if cell.less_is_better else ROUND_FLOOR
                return multiple_value(cell.ratio, rounding), "multiple"
            case Percent():
                return defined(cell.ratio), "percent"
            case Rate():
                return Decimal(cell.decimal), "rate"
            case Day():
                return date.fromisoformat(cell.iso), "day"
            case _:
                return cell, "count"


def _side(table: Table, position: int) -> tuple[str, ...]:
    """Figures stand right, words left, and off the figure before them."""
    if position not in table.words:
        return ("right", "shrink")  # a figure that is cut off is another figure
    return ("indent",) if position else ()
