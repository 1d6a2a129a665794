"""A workbook that an analyst can go on with: figures as numbers, totals as formulas over the months."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range

from seawall.v1.common_pb2 import Ratio
from seawall.v1.covenant_pb2 import CovenantStatus
from seawall.v1.execution_pb2 import CoverageStatus
from seawall.v1.report_pb2 import Line, LineNature

from ..client.names import choice_name
from ..client.values import major, ratio
from .cells import NOT_KNOWN, Cell, Money, Multiple, Percent, Rate, Table
from .committee import committee_tables
from .scenario_words import in_sentences
from .story import Story, monthly_amounts
from .tables import assumptions, records, tables, thresholds
from .wording import section_title, title

#: Sheet -> the sections of a month that it shows.
SHEETS = {
    "Statements": ("income", "position"),
    "Cash flow": ("month", "cash_flow", "needs", "shortfalls", "capital_expenditure", "liquidity"),
    "Debt": ("facilities", "exposure", "categories"),
    "Coverage": ("coverage_month", "coverage_last_twelve_months"),
    "Covenants": ("covenants",),
}
ASSUMPTIONS = ("assumptions", "records", "thresholds")  #: tables that have a sheet of their own
HEADINGS = ("Section", "Item", "Figure", "Total")
FIRST_MONTH = len(HEADINGS)  #: the column of month 1
FIRST_LINE = 2  #: the row of the first line, below the months and their last days


def workbook(story: Story) -> bytes:
    """The bytes of an .xlsx file; the same reports give the same ones."""
    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    # Excel wants to know when a workbook was made. The clock would change the bytes; the analysis date does not.
    book.set_properties(
        {
            "title": f"{story.company_name}: {story.scenario.name}",
            "comments": story.header.execution_id,
            "created": datetime.fromisoformat(story.header.analysis_date),
        }
    )
    writer = _Writer(book, story)
    writer.tables("Summary", [_in_words(story), *committee_tables(story), _identifiers(story)])
    writer.tables("Assumptions", [assumptions(story), records(story), thresholds(story)])
    writer.tables("Report", [table for table in tables(story) if table.name not in ASSUMPTIONS])
    for name, sections in SHEETS.items():
        writer.lines(name, [line for line in story.lines.values() if line.section.partition(".")[0] in sections])
    book.close()
    return buffer.getvalue()


class _Writer:
    """Writes the sheets of one story."""

    def __init__(self, book: Workbook, story: Story) -> None:
        self._book, self._story = book, story
        decimals = f".{'0' * story.minor_digits}" if story.minor_digits else ""
        number = f"#,##0{decimals} [${story.currency}]"
        self._money = book.add_format({"num_format": f"{number};[Red]-{number}"})
        self._ratio = book.add_format({"num_format": "0.000000"})
        self._multiple = book.add_format({"num_format": '0.00"x"'})
        self._percent = book.add_format({"num_format": "0.0%"})
        self._rate = book.add_format({"num_format": "0.0000%"})
        self._bold = book.add_format({"bold": True, "text_wrap": True})
        self._title = book.add_format({"bold": True, "font_size": 13})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def tables(self, name: str, tables: Sequence[Table]) -> None:
        """Tables below each other, each with its title and its note; figures as numbers, in whole units."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 10, 30)
        row = 0
        for table in tables:
            sheet.write_string(row, 0, table.title, self._title)
            row += 1
            for column, heading in enumerate(table.headings):
                sheet.write_string(row, column, heading, self._bold)
            for cells in table.rows:
                row += 1
                for column, cell in enumerate(cells):
                    self._cell(sheet, row, column, cell)
            if table.note:
                row += 1
                sheet.write_string(row, 0, table.note)
            row += 2

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        match cell:
            case Money():
                sheet.write_number(row, column, major(cell.minor, self._story.minor_digits), self._money)
            case Multiple():
                self._defined(sheet, row, column, cell.ratio, self._multiple)
            case Percent():
                self._defined(sheet, row, column, cell.ratio, self._percent)
            case Rate():
                sheet.write_number(row, column, Decimal(cell.decimal), self._rate)
            case int():
                sheet.write_number(row, column, cell)
            case str():
                sheet.write_string(row, column, cell, self._wrapped)

    def _defined(self, sheet: Any, row: int, column: int, defined: Ratio, number_format: Any) -> None:
        """A ratio as a number, or the reason why it has none."""
        value = ratio(defined)
        if isinstance(value, Decimal):
            sheet.write_number(row, column, value, number_format)
        else:
            sheet.write_string(row, column, value)

    def lines(self, name: str, lines: Sequence[Line]) -> None:
        """One row a line, one column a month."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(FIRST_LINE, FIRST_MONTH)
        sheet.set_column(0, 2, 26)
        sheet.set_column(3, FIRST_MONTH + len(self._story.months) - 1, 20)
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(0, column, heading, self._bold)
        for position, month in enumerate(self._story.months):
            sheet.write_number(0, FIRST_MONTH + position, month, self._bold)
            sheet.write_string(1, FIRST_MONTH + position, self._story.header.period_ends[position], self._bold)
        for row, line in enumerate(lines, start=FIRST_LINE):
            sheet.write_string(row, 0, section_title(line.section))
            sheet.write_string(row, 1, line.item)
            sheet.write_string(row, 2, title(line.figure))
            self._line(sheet, row, line)

    def _line(self, sheet: Any, row: int, line: Line) -> None:
        digits, last = self._story.minor_digits, FIRST_MONTH + len(self._story.months) - 1
        if line.nature == LineNature.LINE_NATURE_FLOW:
            sheet.write_formula(
                row, 3, f"=SUM({xl_range(row, FIRST_MONTH, row, last)})", self._money, major(line.total_minor, digits)
            )
        for column, amount in enumerate(monthly_amounts(line), start=FIRST_MONTH):
            if amount is None:
                sheet.write_string(row, column, NOT_KNOWN)
            else:
                sheet.write_number(row, column, major(amount, digits), self._money)
        for column, defined in enumerate(line.ratios, start=FIRST_MONTH):
            self._defined(sheet, row, column, defined, self._ratio)
        for column, rate in enumerate(line.rates, start=FIRST_MONTH):
            sheet.write_number(row, column, Decimal(rate), self._rate)
        for column, status in enumerate(line.statuses, start=FIRST_MONTH):
            sheet.write_string(row, column, choice_name(CoverageStatus.DESCRIPTOR, status))
        for column, test in enumerate(line.tests, start=FIRST_MONTH):
            sheet.write_string(row, column, choice_name(CovenantStatus.DESCRIPTOR, test))
        for column, mark in enumerate(line.marks, start=FIRST_MONTH):
            sheet.write_boolean(row, column, mark)


def _in_words(story: Story) -> Table:
    """The company, the verdict, the scenario, and every sentence of the executive view."""
    executive = story.executive
    rows: list[tuple[Cell, ...]] = [("Verdict", executive.headline)]
    rows += [("Scenario", line) for line in in_sentences(story.scenario)]
    for heading, findings in (
        ("Finding", executive.findings),
        ("Key risk", executive.key_risks),
        ("Recommendation", executive.recommendations),
    ):
        rows += [(heading, finding.statement) for finding in findings]
    return Table("words", f"{story.company_name}: {story.scenario.name}", (), rows)


def _identifiers(story: Story) -> Table:
    header = story.header
    rows: list[tuple[Cell, ...]] = [
        ("Currency", story.currency),
        ("Analysis date", header.analysis_date),
        ("Execution", header.execution_id),
        ("Scenario", header.scenario_id),
        ("Dataset version", header.dataset_version_id),
        *((f"Report, {view}", identifier) for view, identifier in story.report_ids.items()),
    ]
    return Table("ids", "Evidence", (), rows)
