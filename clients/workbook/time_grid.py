"""A sheet of figures over time: quarters that are printed, and behind them the months that they are sums of."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from xlsxwriter.worksheet import Worksheet

from seawall.v1.common_pb2 import Ratio

from ..client.values import major
from ..report.cells import NOT_KNOWN
from ..report.quarters import MONTHS
from ..report.story import Story
from ..report.tables import after
from ..report.wording import multiple_value
from .formulas import Place, across, cell, check, multiple_of
from .styles import ROW_HEIGHT, TITLE_HEIGHT, Styles
from .time_columns import LABEL, OPENING, Amounts, Columns, Nature
from .writing import Value, write_value

HEAD_ROWS = 4  #: title, unit, names of the columns, their last days
LABEL_WIDTH, GAP_WIDTH = 38, 2
FIGURES_WIDTH, MOST_WIDTH = 125, 18  #: of all columns of figures that are printed, and of one at most
Computed = Callable[[int], str]  #: the formula of a line in a column
Terms = Sequence[tuple[int, Place]]


class TimeGrid:
    """Writes lines below each other, and knows the row of each by its name."""

    def __init__(self, sheet: Worksheet, styles: Styles, story: Story, what: str, *, has_total: bool = True) -> None:
        self.sheet, self.columns, self.row = sheet, Columns(len(story.months)), HEAD_ROWS
        self._styles, self._story = styles, story
        self._rows: dict[str, int] = {}
        total = self.columns.total
        self._spans = [span for span in self.columns.spans() if has_total or span[0] != total]
        self._head(what)

    def _head(self, what: str) -> None:
        sheet, styles, columns, story = self.sheet, self._styles, self.columns, self._story
        sheet.set_default_row(ROW_HEIGHT)
        sheet.set_column(LABEL, LABEL, LABEL_WIDTH)
        width = min(MOST_WIDTH, FIGURES_WIDTH / (columns.quarters + 2))
        sheet.set_column(OPENING, columns.last, width)
        sheet.set_column(columns.total + 1, columns.total + 1, GAP_WIDTH)
        sheet.set_column(columns.first_month, columns.last, width, None, {"level": 1})
        sheet.freeze_panes(HEAD_ROWS, OPENING)
        sheet.repeat_rows(0, HEAD_ROWS - 1)
        sheet.set_row(0, TITLE_HEIGHT)
        sheet.write_string(0, LABEL, f"{story.company_name}: {story.scenario.name}", styles.of("text", "title"))
        note = f"{what}, in {story.unit.heading}. Cells hold exact amounts; months stand to the right."
        if story.first_default:
            note += f" * From the default in month {story.first_default} on: {after(story)}."
        sheet.write_string(1, LABEL, note, styles.of("text", "soft"))
        sheet.write_string(2, OPENING, "Opening", styles.of("word", "bold", "right"))
        opening = date.fromisoformat(story.header.analysis_date)
        sheet.write_string(3, LABEL, "", styles.of("text", "under"))
        sheet.write_datetime(3, OPENING, opening, styles.of("day", "bold", "right", "under"))
        for column, span in self._spans:
            is_total = column == columns.total
            name = "Horizon" if is_total else f"Month {span[0] + 1}" if columns.is_month(column) else _quarter(span)
            sheet.write_string(2, column, name, styles.of("word", "bold", "right"))
            end = date.fromisoformat(story.header.period_ends[span[-1]])
            kind = "marked day" if self._follows_default(span) else "day"
            sheet.write_datetime(3, column, end, styles.of(kind, "bold", "right", "under"))

    def _follows_default(self, span: range) -> bool:
        return self._story.is_after_default(span[-1] + 1)

    def announce(self, name: str, row: int) -> None:
        """Where a line will stand that lines above it refer to."""
        self._rows[name] = row

    def place(self, name: str, column: int, sheet: str = "") -> Place:
        """The cell of a line that is written, as this sheet or another one refers to it."""
        return sheet, self._rows[name], column

    def has(self, name: str) -> bool:
        return name in self._rows

    def label(self, text: str, *options: str) -> None:
        self.sheet.write_string(self.row, LABEL, text, self._styles.of("text", *options))

    def section(self, heading: str) -> None:
        """A heading, with an empty row above it."""
        self.row += int(self.row > HEAD_ROWS)
        self.label(heading, "bold")
        self.row += 1

    def amounts(self, name: str, line: Amounts, computed: Computed | None = None, *options: str) -> None:
        """A line of money: months as numbers or computed from lines above, quarters and the horizon from their months.

        A computed line is computed in every column, so that a quarter adds up downwards as its months do.
        """
        self._rows[name] = self.row
        self.label(line.label, *options)
        for column in (OPENING, self.columns.total) if options else ():
            self.sheet.write_blank(self.row, column, None, self._styles.of("money", *options))  # the rule goes through
        if line.opening is not None:
            self._money(OPENING, line.opening, computed(OPENING) if computed else "", *options)
        for column, span in self._spans:
            if column == self.columns.total and line.nature is Nature.STOCK:
                continue
            formula = computed(column) if computed else self._from_months(column, span, line.nature)
            grey = ("soft",) if self._follows_default(span) else ()
            self._money(column, line.over(span), formula, *options, *grey)
        self.row += 1

    def _from_months(self, column: int, span: range, nature: Nature) -> str:
        """The formula of a quarter or of the horizon; a month is a number."""
        if self.columns.is_month(column):
            return ""
        first, last = self.columns.month(span[0]), self.columns.month(span[-1])
        if nature is Nature.FLOW:
            return across(self.row, first, last)
        return f"={cell(('', self.row, first if nature is Nature.FIRST else last))}"

    def _money(self, column: int, minor: int | None, formula: str, *options: str) -> None:
        if minor is None:
            self._value(self.row, column, "money", NOT_KNOWN, "", *options)
        else:
            self._value(self.row, column, "money", major(minor, self._story.minor_digits), formula, *options)

    def number(self, name: str, column: int, minor: int | None, *options: str, otherwise: str = NOT_KNOWN) -> None:
        """An amount in a line that is written, in minor units, or what stands in its place."""
        value = otherwise if minor is None else major(minor, self._story.minor_digits)
        self._value(self._rows[name], column, "money", value, "", *options)

    def heading(self, column: int, lines: tuple[str, str]) -> None:
        """A column of its own behind the horizon, which is printed too."""
        self.sheet.set_column(column, column, MOST_WIDTH)
        for row, options, text in zip((2, 3), ((), ("under",)), lines, strict=True):
            self.sheet.write_string(row, column, text, self._styles.of("word", "bold", "right", *options))

    def run(self, label: str, amounts: Sequence[int]) -> None:
        """An amount at the end of each of the first months, which are all that there are; in minor units."""
        months: list[Value] = [major(amount, self._story.minor_digits) for amount in amounts]
        self._rows[label] = self.row
        last = len(amounts) - 1
        self.values(label, "money", months, shown=lambda span: span[-1] if span[-1] <= last else None)

    def check(self, label: str, terms: Callable[[int], Terms], *, from_opening: bool = False) -> int:
        """A line of what must be 0 in every column but that of the horizon; gives its row."""
        self.label(label, "soft")
        columns = [column for column, _ in self._spans if column != self.columns.total]
        for column in [OPENING, *columns] if from_opening else columns:
            style = self._styles.of("check", "soft")
            self.sheet.write_formula(self.row, column, check(terms(column), self._story.minor_digits), style, 0)
        self.row += 1
        return self.row - 1

    def ratios(
        self, label: str, ratios: Sequence[Ratio], over: tuple[str, str], *, less_is_better: bool = False
    ) -> None:
        """A multiple by month as the quotient of two lines above; where it has no value, why."""
        quotients = [
            multiple_of(*(self.place(name, column) for name in over), less_is_better=less_is_better)
            for column in range(self.columns.first_month, self.columns.last + 1)
        ]
        rounding = ROUND_CEILING if less_is_better else ROUND_FLOOR
        self.values(label, "multiple", [multiple_value(ratio, rounding) for ratio in ratios], quotients)

    def values(
        self,
        label: str,
        kind: str,
        months: Sequence[Value],
        computed: Sequence[str] = (),
        shown: Callable[[range], int | None] = lambda span: span[-1],
    ) -> None:
        """Figures that do not add up: a quarter shows one of its months; numbers may be computed."""
        self.label(label)
        for column, span in self._spans:
            position = shown(span)
            if column == self.columns.total or position is None:
                continue
            grey = ("soft",) if self._follows_default(span) else ()
            value = months[position]
            if not self.columns.is_month(column):
                formula = f"={cell(('', self.row, self.columns.month(position)))}"
            else:
                formula = computed[position] if computed and isinstance(value, Decimal) else ""
            self._value(self.row, column, kind, value, formula, *grey)
        self.row += 1

    def _value(self, row: int, column: int, kind: str, value: Value, formula: str, *options: str) -> None:
        write_value(self.sheet, (row, column), value, self._styles, kind, "right", *options, formula=formula)


def _quarter(span: range) -> str:
    return f"Quarter {span[0] // MONTHS + 1}"
