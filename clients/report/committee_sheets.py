"""What a committee reads: the first page of the report as a sheet with a chart, and what drives it on the second."""

from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from seawall.v1.report_pb2 import Finding

from .capital_structure import capital_structure
from .committee import beside, cash_bridge, covenants, recovery
from .formulas import quotient
from .native_charts import causes_chart, liquidity_chart
from .scenario_words import in_sentences
from .sheet_blocks import Blocks, Formulas
from .sheet_printing import landscape
from .sheet_styles import ROW_HEIGHT, TITLE_HEIGHT, Styles, pixels
from .story import Story
from .tables import coverage, risk
from .text_lines import PIXELS_OF_A_POINT
from .time_grid import TimeGrid

SUMMARY, DRIVERS = "Summary", "Drivers"
#: Two halves with a gap between them.
WIDTHS = (26, 14, 14, 14, 14, 2, 34, 12, 14, 17, 12, 12)
WHOLE, LEFT, RIGHT = range(12), range(5), range(6, 12)
#: The capital structure goes over both, its covenants in the widest column.
ACROSS = (0, 1, 2, 3, 4, 7, 8, 9, 6, 10, 11)
OF_COVENANTS = (0, 1, 3, 4, 7, 8, 9, 10, 11)  #: what is tested may run on into the next column
BESIDE_THE_BRIDGE = WHOLE[2:]
CHART_ROWS = 16


class CommitteeSheets:
    """Writes the two sheets of one story."""

    def __init__(self, book: Workbook, styles: Styles, story: Story) -> None:
        self._book, self._styles, self._story = book, styles, story

    def summary(self, sheet: Worksheet, position: TimeGrid, checks: str) -> None:
        """Headline, scenario, base beside stress, what breaks, liquidity, and the capital structure."""
        story = self._story
        blocks, row = self._begun(sheet)
        sheet.set_row(row, 14)
        row = blocks.text(row, WHOLE, story.executive.headline, "headline") + 1
        scenario = [text for text in (story.scenario.description, *in_sentences(story.scenario)) if text]
        left = blocks.texts(row, LEFT, "The scenario", scenario)
        left = blocks.table(left, LEFT, beside(story))
        right = blocks.texts(row, RIGHT, "What breaks, and when", _statements(story.executive.findings))
        default = f", pale from the default in month {story.first_default} on" if story.first_default else ""
        heading = f"Liquidity at the end of each month, in {story.unit.heading}{default}"
        row = blocks.text(max(left, right), WHOLE, heading, "bold")
        chart = liquidity_chart(self._book, position, self._styles, story)
        row = self._chart(blocks, row, WHOLE, chart, CHART_ROWS, heading)
        row = blocks.table(row, ACROSS, capital_structure(story), lambda first: _of_debts(story, first))
        sheet.write_string(row, 0, "All checks of this workbook", self._styles.of("text", "soft"))
        sheet.write_formula(row, 1, checks, self._styles.of("check", "soft"), 0)
        landscape(sheet, story, (row, WHOLE[-1]))

    def drivers(self, sheet: Worksheet) -> None:
        """Where the cash went, covenants, coverage, risk, what to do; last recovery, which may be of many debts."""
        story, bridge = self._story, cash_bridge(self._story)
        blocks, row = self._begun(sheet)
        heading = f"{bridge.title}, in {story.unit.heading}"
        row = blocks.text(row + 1, WHOLE, heading, "bold")
        if len(bridge.rows) > 2:  # with a step between opening and closing cash
            chart = causes_chart(self._book, (sheet.get_name(), row + 1, 0), bridge, self._styles)
            self._chart(blocks, row, BESIDE_THE_BRIDGE, chart, len(bridge.rows) + 1, heading)
        row = blocks.rows(row, LEFT[:2], bridge, lambda first: _closing(first, len(bridge.rows) - 1)) + 1
        row = blocks.table(row + 1, OF_COVENANTS, covenants(story))
        left = blocks.table(row, LEFT, coverage(story))
        right = blocks.table(row, RIGHT, risk(story))
        row = max(left, right)
        left = blocks.texts(row, LEFT, "Key risks", _statements(story.executive.key_risks))
        right = blocks.texts(row, RIGHT, "What to do", _statements(story.executive.recommendations))
        row = blocks.table(max(left, right), LEFT, recovery(story), lambda first: _recovered(story, first))
        landscape(sheet, story, (row - 2, WHOLE[-1]))

    def _begun(self, sheet: Worksheet) -> tuple[Blocks, int]:
        """A sheet with its title and what its amounts are in, and the row below them."""
        story, blocks = self._story, Blocks(sheet, self._styles, self._story, WIDTHS)
        sheet.set_row(0, TITLE_HEIGHT)
        row = blocks.text(0, WHOLE, f"{story.company_name}: {story.scenario.name}", "title")
        months = f"{story.header.horizon_months} months from {story.header.analysis_date}"
        return blocks, blocks.text(row, WHOLE, f"{months}, amounts in {story.unit.heading}", "soft")

    def _chart(self, blocks: Blocks, row: int, columns: Sequence[int], chart: Chart, rows: int, says: str) -> int:
        """A chart over some columns and rows, with what it says in words; gives the row below it."""
        width = pixels(blocks.widths[column] for column in columns)
        chart.set_size({"width": width, "height": int(rows * ROW_HEIGHT * PIXELS_OF_A_POINT)})
        blocks.sheet.insert_chart(row, columns[0], chart, {"description": says})
        return row + rows + 1


def _statements(findings: Iterable[Finding]) -> list[str]:
    return [finding.statement for finding in findings]


def _closing(first: int, steps: int) -> Formulas:
    """Closing cash: opening cash and every step above it."""
    return {(steps, 1): f"=SUM({xl_range(first, 1, first + steps - 1, 1)})"}


def _of_debts(story: Story, first: int) -> Formulas:
    """Each debt and all before it; the sums of all."""
    drawn, through, debts = ACROSS[2], ACROSS[6], len(story.executive.capital_structure)
    sums = [(position, ACROSS[position]) for position in (2, 3, 9)] if debts else []
    formulas = {(debts, at): f"=SUM({xl_range(first, column, first + debts - 1, column)})" for at, column in sums}
    if debts:
        formulas[debts, 6] = f"={xl_rowcol_to_cell(first + debts - 1, through)}"
    for number in range(debts):
        before = f"{xl_rowcol_to_cell(first + number - 1, through)}+" if number else ""
        formulas[number, 6] = f"={before}{xl_rowcol_to_cell(first + number, drawn)}"
    return formulas


def _recovered(story: Story, first: int) -> Formulas:
    """What all debts claim and are paid; paid over claim."""
    last = len(story.executive.recovery.lines)
    formulas = {
        (last, column): f"=SUM({xl_range(first, column, first + last - 1, column)})" for column in (2, 3) if last
    }
    shares = {(row, 4): quotient(("", first + row, 3), ("", first + row, 2)) for row in range(last + 1)}
    return formulas | shares
