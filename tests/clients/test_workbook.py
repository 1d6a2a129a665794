"""The workbook read back: every cell is the report's, every total is the sum of its months, the bytes repeat."""

import asyncio
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from seawall.clients.client.values import major, ratio
from seawall.clients.report.wording import SECTIONS, title
from seawall.clients.report.workbook import FIRST_LINE, FIRST_MONTH, SHEETS, workbook
from seawall.v1.report_pb2 import LineNature
from tests.clients.stories import story


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return asyncio.run(story(tmp_path_factory.mktemp("workbook")))


@pytest.fixture(scope="module")
def book(told):
    return openpyxl.load_workbook(BytesIO(workbook(told)), data_only=True)


def lines_of(told, sheet):
    return [line for line in told.lines.values() if line.section.partition(".")[0] in SHEETS[sheet]]


def test_the_sheets_hold_every_line_once(told, book):
    assert book.sheetnames == ["Summary", *SHEETS, "Assumptions"]
    assert sum(len(lines_of(told, sheet)) for sheet in SHEETS) == len(told.lines)


@pytest.mark.parametrize("name", SHEETS)
def test_every_cell_is_the_reports(told, book, name):
    sheet = book[name]
    lines = lines_of(told, name)
    assert sheet.max_row == FIRST_LINE + len(lines)
    assert [cell.value for cell in sheet[1][FIRST_MONTH:]] == list(told.months)
    assert [cell.value for cell in sheet[2][FIRST_MONTH:]] == list(told.header.period_ends)
    for row, line in zip(sheet.iter_rows(min_row=FIRST_LINE + 1), lines, strict=True):
        assert [cell.value or "" for cell in row[:3]] == [SECTIONS[line.section], line.item, title(line.figure)]
        figures = [cell.value for cell in row[FIRST_MONTH:]]
        if line.amounts_minor:
            assert list(map(exact, figures)) == [major(minor, 2) for minor in line.amounts_minor]
            assert all("USD" in cell.number_format for cell in row[FIRST_MONTH:])
        elif line.ratios:
            assert [figure if isinstance(figure, str) else Decimal(f"{figure:.6f}") for figure in figures] == [
                ratio(held) for held in line.ratios
            ]
        elif line.rates:
            assert [Decimal(repr(figure)) for figure in figures] == [Decimal(rate) for rate in line.rates]
        if line.nature == LineNature.LINE_NATURE_FLOW:
            assert exact(row[3].value) == sum(map(exact, figures)) == major(line.total_minor, 2)
        else:
            assert row[3].value is None


def exact(number) -> Decimal:
    """A double as the amount with two digits that it stands for."""
    return Decimal(repr(number)).quantize(Decimal("0.01"))


def test_totals_are_formulas_over_their_months(told):
    sheet = openpyxl.load_workbook(BytesIO(workbook(told)))["Cash flow"]
    formulas = [row[3].value for row in sheet.iter_rows(min_row=FIRST_LINE + 1) if row[3].value]
    assert formulas[0] == "=SUM(E5:AB5)"
    assert all(str(formula).startswith("=SUM(E") for formula in formulas)


def test_assumptions_and_thresholds_are_told(told, book):
    held = {cell.value for row in book["Assumptions"].iter_rows() for cell in row}
    assert {record.formula for record in told.header.assumption_records} <= held
    assert {threshold.statement for threshold in told.aggregated.thresholds} <= held
    assert told.header.execution_id in {cell.value for row in book["Summary"].iter_rows() for cell in row}


def test_the_same_reports_give_the_same_bytes(told):
    assert workbook(told) == workbook(told)
    made = openpyxl.load_workbook(BytesIO(workbook(told))).properties
    assert made.created == datetime.fromisoformat(told.header.analysis_date)
