"""A workbook that an analyst can go on with: figures as numbers, totals as formulas over the months."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range

from seawall.v1.execution_pb2 import CoverageStatus
from seawall.v1.report_pb2 import Line, LineNature

from ..client.names import choice_name
from ..client.values import major, ratio
from .story import Story
from .tables import assumptions, records, thresholds
from .wording import section_title, title

#: Sheet -> the sections of a month that it shows.
SHEETS = {
    "Statements": ("income", "position"),
    "Cash flow": ("month", "cash_flow", "needs", "shortfalls", "liquidity"),
    "Debt": ("facilities", "exposure", "categories"),
    "Coverage": ("coverage_month", "coverage_last_twelve_months"),
}
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
    writer.summary()
    for name, sections in SHEETS.items():
        writer.lines(name, [line for line in story.lines.values() if line.section.partition(".")[0] in sections])
    writer.assumptions()
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
        self._rate = book.add_format({"num_format": "0.0000%"})
        self._bold = book.add_format({"bold": True})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def summary(self) -> None:
        """The executive view and the ids."""
        sheet = self._book.add_worksheet("Summary")
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 110)
        executive, header = self._story.executive, self._story.header
        rows = [("", executive.headline)]
        for heading, findings in (
            ("Finding", executive.findings),
            ("Key risk", executive.key_risks),
            ("Recommendation", executive.recommendations),
        ):
            rows += [(heading, finding.statement) for finding in findings]
        rows += [("Currency", self._story.currency), ("Analysis date", header.analysis_date)]
        rows += [("Execution", header.execution_id), ("Scenario", header.scenario_id)]
        rows += [("Dataset version", header.dataset_version_id)]
        rows += [(f"Report, {view}", identifier) for view, identifier in self._story.report_ids.items()]
        sheet.write_string(0, 0, self._story.company_name, self._bold)
        sheet.write_string(0, 1, self._story.scenario.name, self._bold)
        for row, (name, text) in enumerate(rows, start=1):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, text, self._wrapped)

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
        for column, minor in enumerate(line.amounts_minor, start=FIRST_MONTH):
            sheet.write_number(row, column, major(minor, digits), self._money)
        for column, defined in enumerate(line.ratios, start=FIRST_MONTH):
            value = ratio(defined)
            if isinstance(value, Decimal):
                sheet.write_number(row, column, value, self._ratio)
            else:
                sheet.write_string(row, column, value)
        for column, rate in enumerate(line.rates, start=FIRST_MONTH):
            sheet.write_number(row, column, Decimal(rate), self._rate)
        for column, status in enumerate(line.statuses, start=FIRST_MONTH):
            sheet.write_string(row, column, choice_name(CoverageStatus.DESCRIPTOR, status))

    def assumptions(self) -> None:
        """The scenario's assumptions, the model's, and the thresholds, one below the other."""
        sheet = self._book.add_worksheet("Assumptions")
        sheet.set_column(0, 5, 40)
        row = 0
        for table in (assumptions(self._story), records(self._story), thresholds(self._story)):
            for column, heading in enumerate(table.headings):
                sheet.write_string(row, column, heading, self._bold)
            for cells in table.rows:
                row += 1
                for column, text in enumerate(cells):
                    sheet.write_string(row, column, text, self._wrapped)
            row += 2
