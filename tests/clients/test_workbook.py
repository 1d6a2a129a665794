"""The workbook read back: its figures are the report's, its formulas come to them, it prints on six pages."""

import asyncio
import re
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from seawall.clients import files
from seawall.clients.client.values import major, ratio
from seawall.clients.files import inputs
from seawall.clients.report.quarters import UNTESTED
from seawall.clients.report.sheet_printing import at_the_edge
from seawall.clients.report.statement_lines import CASH_FLOW, INCOME, LIQUIDITY, POSITION, UNPAID
from seawall.clients.report.text_lines import lines_of
from seawall.clients.report.time_columns import OPENING, Columns
from seawall.clients.report.time_grid import HEAD_ROWS
from seawall.clients.report.wording import choice, multiple_value
from seawall.clients.report.workbook import SHEETS, workbook
from seawall.v1.covenant_pb2 import CovenantStatus
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import CoverageStatus
from seawall.v1.report_pb2 import LineNature
from seawall.v1.scenario_pb2 import Scenario
from tests.clients.formula_values import FormulaValues
from tests.clients.stories import EXAMPLES, example, story_of

OVER_TIME = SHEETS[2:5]
LAST_DIGIT = Decimal("0.000001")  #: of a ratio: a half goes up in a sheet and to even in the engine


def bakery() -> DatasetVersion:
    return inputs.dataset_version(files.load(EXAMPLES / "bakery.json"))


def without_debt() -> DatasetVersion:
    """A company without debt, assets and covenants, in a currency without cents; little is known of it."""
    company = bakery()
    for field in ("instruments", "assets", "covenants"):
        company.ClearField(field)
    company.income_statement.ClearField("scheduled_principal_annual_minor")
    company.balance_sheet.equity_minor += 10_000_000
    company.currency, company.minor_digits = "JPY", 0
    return company


def with_many_debts() -> DatasetVersion:
    """The bakery's loan as ten of a tenth: a page has no room for the roll of each."""
    company = bakery()
    loan = company.instruments[0]
    loan.principal_minor //= 10
    for number in range(1, 10):
        company.instruments.add().CopyFrom(loan)
        company.instruments[-1].instrument_id = f"loan-{number}"
    return company


#: Name -> scenario and company.
STORIES = {
    "severe": ("severe", example),
    "workout": ("workout", example),
    "base": ("base", example),
    "bakery": ("base", bakery),
    "many debts": ("base", with_many_debts),
    "without debt": ("moderate", without_debt),
}


async def story_by(name, folder):
    scenario, company = STORIES[name]
    return await story_of(folder, scenario, company())


@pytest.fixture(scope="module", params=["severe", "many debts", "without debt"])
def story(request, tmp_path_factory):
    return asyncio.run(story_by(request.param, tmp_path_factory.mktemp("workbook")))


@pytest.fixture(scope="module")
def content(story):
    return workbook(story)


@pytest.fixture(scope="module")
def book(content):
    return openpyxl.load_workbook(BytesIO(content), data_only=True)


@pytest.fixture(scope="module")
def formulas(content):
    return openpyxl.load_workbook(BytesIO(content))


def exact(value):
    """A number of a cell as the decimal that it stands for; anything else as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(repr(value)) if is_number else value


def months_of(story, row):
    """The cells of the months in a row."""
    columns = Columns(len(story.months))
    return [exact(cell.value) for cell in row[columns.first_month : columns.last + 1]]


def expected(story, line, sign=1):
    """What the months of a line must read, month 1 first, all digits of it."""
    if line.amounts_minor:
        unknown = ["not known"] * max(line.known_from_period - 1, 0)
        return [*unknown, *(major(sign * minor, story.minor_digits) for minor in line.amounts_minor)]
    if line.ratios:
        return [value if isinstance(value := ratio(each), Decimal) else multiple_value(each) for each in line.ratios]
    if line.tests:
        return [choice(CovenantStatus.DESCRIPTOR, status) for status in line.tests]
    if line.statuses:
        return [choice(CoverageStatus.DESCRIPTOR, status) for status in line.statuses]
    return [Decimal(rate) for rate in line.rates] or ["yes" if mark else "no" for mark in line.marks]


def test_every_formula_comes_to_the_value_that_it_carries(book, formulas):
    computed = FormulaValues(formulas)
    places = list(computed.formulas())
    assert len(places) > 1000
    for sheet, address in places:
        carried, value = exact(book[sheet][address].value), computed.value(sheet, address)
        if isinstance(value, Decimal) and isinstance(carried, Decimal):
            assert abs(carried - value) <= LAST_DIGIT, (sheet, address)
        elif isinstance(carried, datetime):
            assert value == carried
        else:
            assert value == carried != None, (sheet, address)  # noqa: E711


def test_every_figure_of_every_month_is_in_it(story, book):
    rows = {tuple(months_of(story, row)) for name in OVER_TIME for row in book[name].iter_rows(min_row=HEAD_ROWS + 1)}
    tested = {
        line.item: [status not in UNTESTED for status in line.tests] for line in story.lines.values() if line.tests
    }
    for line in story.lines.values():
        ways = [expected(story, line), expected(story, line, -1)]
        if line.ratios:  # printed ones are rounded as on the page
            roundings = (ROUND_FLOOR, ROUND_CEILING)
            ways += [[multiple_value(each, rounding) for each in line.ratios] for rounding in roundings]
        if line.section == "covenants":
            ways += [
                [value if is_tested else None for value, is_tested in zip(way, tested[line.item], strict=True)]
                for way in ways
            ]
        assert any(tuple(way) in rows for way in ways), (line.section, line.item, line.figure)


@pytest.mark.parametrize(
    ("sheet", "lines"),
    [(SHEETS[2], INCOME), (SHEETS[2], CASH_FLOW), (SHEETS[3], (*POSITION, *LIQUIDITY, *UNPAID))],
    ids=["income", "cash flow", "balance sheet"],
)
def test_the_statements_stand_in_their_order(story, book, sheet, lines):
    rows = iter(list(book[sheet].iter_rows(min_row=HEAD_ROWS + 1)))
    columns = Columns(len(story.months))
    for line in lines:
        row = next(row for row in rows if row[0].value == line.name)
        of_view = story.line(line.path)
        months = expected(story, of_view, line.sign)
        assert months_of(story, row) == months, line.path
        for column, span in columns.spans():
            if column < columns.total:
                of_quarter = [months[position] for position in span]
                is_flow = of_view.nature == LineNature.LINE_NATURE_FLOW
                assert exact(row[column].value) == (sum(of_quarter) if is_flow else of_quarter[-1]), line.path
        if of_view.nature == LineNature.LINE_NATURE_FLOW:
            assert exact(row[columns.total].value) == line.sign * major(of_view.total_minor, story.minor_digits)


def test_opening_and_flows_are_closing_cash(story, book, formulas):
    rows = {row[0].value: row for row in book[SHEETS[2]].iter_rows(min_row=HEAD_ROWS + 1)}
    columns = Columns(len(story.months))
    opening, net, closing = rows["Opening cash"], rows["Net cash flow"], rows["Closing cash"]
    assert exact(closing[OPENING].value) == major(story.company.balance_sheet.cash_minor, story.minor_digits)
    for column, span in columns.spans():
        assert exact(opening[column].value) + exact(net[column].value) == exact(closing[column].value)
        assert opening[column].value == closing[columns.before(column)].value
        assert exact(closing[column].value) == major(story.amounts("position.cash")[span[-1]], story.minor_digits)
        for row in (opening, net, closing):
            assert formulas[SHEETS[2]][row[column].coordinate].data_type == "f"


def test_the_opening_balance_sheet_is_the_companys(story, book):
    rows = {row[0].value: row[OPENING].value for row in book[SHEETS[3]].iter_rows(min_row=HEAD_ROWS + 1)}
    assert exact(rows["Total assets"]) == major(story.header.opening_total_assets_minor, story.minor_digits)
    assert rows["Total assets"] == rows["Total liabilities and equity"]
    assert exact(rows["Equity"]) == major(story.company.balance_sheet.equity_minor, story.minor_digits)


def test_a_changed_number_moves_sums_and_breaks_checks(formulas):
    """The checks are no zeros that are written: a unit more of revenue reaches the equity of no balance sheet."""
    rows = {row[0].value: row for row in formulas[SHEETS[2]].iter_rows()}
    first_month = Columns(24).first_month
    revenue, net_income = rows["Revenue"][first_month], rows["Net income"][first_month]
    summary = {row[0].value: row[1] for row in formulas[SHEETS[0]].iter_rows() if row[0].value}
    checks = summary["All checks of this workbook"].coordinate
    before = FormulaValues(formulas)
    assert before.value(SHEETS[0], checks) == 0
    revenue.value += 1
    try:
        after = FormulaValues(formulas)
        address = net_income.coordinate
        assert after.value(SHEETS[2], address) == before.value(SHEETS[2], address) + 1
        assert after.value(SHEETS[0], checks) == 2  # in the month and in its quarter
    finally:
        revenue.value -= 1


def test_each_sheet_is_a_landscape_page_with_its_edges(story, formulas):
    assert tuple(formulas.sheetnames) == SHEETS
    for sheet in formulas.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert {sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight} <= {None, 1}  # left out it is 1
        assert sheet.print_area
        assert story.company_name in sheet.oddHeader.left.text
        assert story.scenario.name in sheet.oddHeader.right.text
        assert story.header.execution_id in sheet.oddFooter.left.text
        assert sheet.oddFooter.right.text == "Page &P of &N"
    for name in OVER_TIME:
        assert formulas[name].print_title_rows == "$1:$4"
        first_month = formulas[name].cell(1, Columns(len(story.months)).first_month + 1)
        assert formulas[name].column_dimensions[first_month.column_letter].outlineLevel == 1


def test_days_are_days_and_amounts_numbers_in_the_companys_unit(story, book):
    columns = Columns(len(story.months))
    for name in OVER_TIME:
        days = [cell.value for cell in book[name][HEAD_ROWS][columns.first_month :]]
        assert [day.date() for day in days[: len(story.months)]] == list(
            map(date.fromisoformat, story.header.period_ends)
        )
    revenue = next(row for row in book[SHEETS[2]].iter_rows() if row[0].value == "Revenue")
    written = {"USD": "#,##0.0,,_)", "EUR": "#,##0.00_)", "JPY": "#,##0.00,,_)"}[story.currency]
    assert revenue[columns.first_month].number_format.startswith(written)


def test_the_first_page_says_what_the_report_says(story, book):
    texts = [cell.value for name in SHEETS[:2] for row in book[name].iter_rows() for cell in row if cell.value]
    executive = story.executive
    assert executive.headline in texts
    for finding in (*executive.findings, *executive.key_risks, *executive.recommendations):
        assert finding.statement in texts or f"• {finding.statement}" in texts
    rows = {row[0].value: row for row in book[SHEETS[0]].iter_rows() if row[0].value}
    needed = executive.headline_figures.need_at_default_minor
    assert exact(rows["Needed at default"][2].value) == (major(needed, story.minor_digits) if needed else "nothing")
    for line in executive.capital_structure:
        row = rows[line.facility.facility_id]
        assert exact(row[2].value) == major(line.opening_balance_minor, story.minor_digits)
        assert exact(row[8].value) == major(line.debt_through_minor, story.minor_digits)
    drivers = {row[0].value: row for row in book[SHEETS[1]].iter_rows() if row[0].value}
    assert exact(drivers["Closing cash"][1].value) == major(
        executive.cash_bridge.closing_cash_minor, story.minor_digits
    )
    for line in executive.recovery.lines:
        row = drivers[f"{line.facility.facility_id}{' (fulcrum)' if line.is_fulcrum else ''}"]
        assert exact(row[2].value) == major(line.claim_minor, story.minor_digits)


def test_its_charts_draw_cells(formulas):
    (liquidity,), (causes,) = (formulas[name]._charts for name in SHEETS[:2])
    drawn = {series.val.numRef.f.split("!")[0] for part in (liquidity, *liquidity._charts) for series in part.series}
    assert drawn == {f"'{SHEETS[3]}'"}
    assert {series.val.numRef.f.split("!")[0] for series in causes.series} == {SHEETS[1]}


def test_assumptions_and_documents_stand_on_one_sheet(story, book):
    texts = {cell.value for row in book[SHEETS[5]].iter_rows() for cell in row}
    for record in story.header.assumption_records:
        assert {record.statement, record.formula, record.impact, record.sensitivity, record.record_id} <= texts
    assert {threshold.statement for threshold in story.aggregated.thresholds} <= texts
    assert {story.header.execution_id, story.header.scenario_id, *story.report_ids.values()} <= texts


@pytest.mark.parametrize("story", ["severe"], indirect=True)
def test_the_same_reports_give_the_same_bytes(story, content, formulas):
    assert workbook(story) == content
    assert formulas.properties.created == datetime.fromisoformat(story.header.analysis_date)


HOSTILE = ('=HYPERLINK("http://a.test","b")', "@SUM(A1:A9)", "&P of &N &A")


@pytest.mark.parametrize("story", ["severe"], indirect=True)
def test_no_text_becomes_a_formula_or_a_link(story, formulas):
    company, scenario = DatasetVersion(), Scenario()
    company.CopyFrom(story.company)
    scenario.CopyFrom(story.scenario)
    company.company_name, scenario.name, scenario.description = HOSTILE
    content = workbook(story._replace(company=company, scenario=scenario))
    hostile = openpyxl.load_workbook(BytesIO(content))
    texts = {cell.value: cell.data_type for row in hostile[SHEETS[0]].iter_rows() for cell in row}
    assert texts[f"{HOSTILE[0]}: {HOSTILE[1]}"] == texts[f"• {HOSTILE[2]}"] == "s"
    assert written_formulas(hostile) == written_formulas(formulas)
    with ZipFile(BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if re.search("external|vba|macro|ctrlProp|connection", name)]
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not any(re.search("<hyperlink|TargetMode|DDE|WEBSERVICE", part) for part in parts.values())
    assert f"<oddHeader>&L&8 {HOSTILE[0]}&R&8 {HOSTILE[1]}</oddHeader>" in unescape(parts["xl/worksheets/sheet1.xml"])


def written_formulas(book):
    """The formulas of the sheets over time, whose rows no text moves."""
    return [cell.value for name in OVER_TIME for row in book[name].iter_rows() for cell in row if cell.data_type == "f"]


def test_an_instruction_in_a_name_is_no_instruction_at_the_edge_of_a_page():
    assert at_the_edge(HOSTILE[2]) == "&&P of &&N &&A"


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("short", 1), ("a b\nc", 2), ("word " * 20, 4), ("W" * 40, 3), ("i" * 40, 1), ("\u8cc7" * 40, 3)],
)
def test_a_text_has_the_rows_that_it_takes(text, lines):
    """In 200 pixels, at 12 pixels a letter that is as wide as it is high."""
    assert lines_of(text, 200, 9) == lines


def test_an_edge_is_never_too_long_to_be_written():
    assert at_the_edge("b" * 200) == f"{'b' * 59}…"
    widest = at_the_edge("&" * 200)
    assert len(f"&L&8 {widest}&R&8 {widest}") <= 255


@pytest.mark.parametrize("story", ["many debts"], indirect=True)
def test_debts_beyond_a_page_go_on_below_what_is_printed(formulas):
    sheet = formulas["Debt"]
    labels = [row[0].value for row in sheet.iter_rows()]
    printed = int(sheet.print_area.rpartition("$")[2])
    assert labels.index("loan-9") < printed <= labels.index("loan-9, lien 1")
    assert re.fullmatch(r"\d+ further rows are in the workbook", sheet.oddFooter.center.text)
