"""The workbook read back: every cell is the report's, every total is the sum of its months, the bytes repeat."""

import asyncio
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from seawall.clients.client.names import choice_name
from seawall.clients.client.values import major, ratio
from seawall.clients.report.wording import SECTIONS, title
from seawall.clients.report.workbook import FIRST_LINE, FIRST_MONTH, SHEETS, workbook
from seawall.v1.covenant_pb2 import CovenantStatus
from seawall.v1.report_pb2 import LineNature
from tests.clients.stories import story_of


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return asyncio.run(story_of(tmp_path_factory.mktemp("workbook")))


@pytest.fixture(scope="module")
def book(story):
    return openpyxl.load_workbook(BytesIO(workbook(story)), data_only=True)


def lines_of(story, sheet):
    return [line for line in story.lines.values() if line.section.partition(".")[0] in SHEETS[sheet]]


def test_the_sheets_hold_every_line_once(story, book):
    assert book.sheetnames == ["Summary", "Assumptions", "Report", *SHEETS]
    assert sum(len(lines_of(story, sheet)) for sheet in SHEETS) == len(story.lines)


@pytest.mark.parametrize("name", SHEETS)
def test_every_cell_is_the_reports(story, book, name):
    sheet = book[name]
    lines = lines_of(story, name)
    assert sheet.max_row == FIRST_LINE + len(lines)
    assert [cell.value for cell in sheet[1][FIRST_MONTH:]] == list(story.months)
    assert [cell.value for cell in sheet[2][FIRST_MONTH:]] == list(story.header.period_ends)
    for row, line in zip(sheet.iter_rows(min_row=FIRST_LINE + 1), lines, strict=True):
        assert [cell.value or "" for cell in row[:3]] == [SECTIONS[line.section], line.item, title(line.figure)]
        figures = [cell.value for cell in row[FIRST_MONTH:]]
        if line.amounts_minor:
            unknown = max(line.known_from_period - 1, 0)
            assert figures[:unknown] == ["not known"] * unknown
            assert list(map(exact, figures[unknown:])) == [major(minor, 2) for minor in line.amounts_minor]
            assert all("USD" in cell.number_format for cell in row[FIRST_MONTH + unknown :])
        elif line.ratios:
            assert [figure if isinstance(figure, str) else Decimal(f"{figure:.6f}") for figure in figures] == [
                ratio(value) for value in line.ratios
            ]
        elif line.rates:
            assert [Decimal(repr(figure)) for figure in figures] == [Decimal(rate) for rate in line.rates]
        elif line.tests:
            assert figures == [choice_name(CovenantStatus.DESCRIPTOR, test) for test in line.tests]
        elif line.marks:
            assert figures == list(line.marks)
        if line.nature == LineNature.LINE_NATURE_FLOW:
            assert exact(row[3].value) == sum(map(exact, figures)) == major(line.total_minor, 2)
        else:
            assert row[3].value is None


def exact(number) -> Decimal:
    """A double as the amount with two digits that it stands for."""
    return Decimal(repr(number)).quantize(Decimal("0.01"))


def test_totals_are_formulas_over_their_months(story):
    sheet = openpyxl.load_workbook(BytesIO(workbook(story)))["Cash flow"]
    formulas = {row[3].row: row[3].value for row in sheet.iter_rows(min_row=FIRST_LINE + 1) if row[3].value}
    assert formulas == {row: f"=SUM(E{row}:AB{row})" for row in formulas} != {}


def test_assumptions_and_thresholds_are_told(story, book):
    texts = {cell.value for row in book["Assumptions"].iter_rows() for cell in row}
    assert {record.formula for record in story.header.assumption_records} <= texts
    assert {threshold.statement for threshold in story.aggregated.thresholds} <= texts
    assert story.header.execution_id in {cell.value for row in book["Summary"].iter_rows() for cell in row}


def test_the_first_sheet_is_the_committees_page_with_figures_as_numbers(story, book):
    rows = {row[0].value: row for row in book["Summary"].iter_rows() if row[0].value}
    assert rows["Verdict"][1].value == story.executive.headline
    needed = rows["Needed at default"]
    assert exact(needed[2].value) == major(story.executive.headline_figures.need_at_default_minor, 2)
    assert "USD" in needed[2].number_format
    recovered = next(line for line in story.executive.recovery.lines if line.facility.facility_id == "term-loan")
    assert exact(rows["term-loan"][2].value) == major(recovered.claim_minor, 2)
    assert exact(rows["Closing cash"][1].value) == major(story.executive.cash_bridge.closing_cash_minor, 2)


def test_the_same_reports_give_the_same_bytes(story):
    assert workbook(story) == workbook(story)
    made = openpyxl.load_workbook(BytesIO(workbook(story))).properties
    assert made.created == datetime.fromisoformat(story.header.analysis_date)
