"""A workbook that a credit officer keeps: six landscape pages, a sheet each, whose sums are formulas.

An amount is in major units, exact to the minor one, and written in the company's unit. Every formula carries the value
that the engine computed, so that a viewer without calculation shows it. No text becomes a formula or a link.
"""

from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range

from .assumptions_sheet import ASSUMPTIONS, assumptions_sheet
from .committee_sheets import DRIVERS, SUMMARY, CommitteeSheets
from .debt_sheet import DEBT_SHEET, debt_sheet
from .further_lines import further_lines
from .sheet_printing import landscape
from .sheet_styles import DEFAULT_FONT, Styles
from .statement_sheets import BALANCE_SHEET, INCOME_SHEET, balance_sheet, income_and_cash_flow
from .story import Story
from .time_columns import OPENING
from .time_grid import TimeGrid

SHEETS = (SUMMARY, DRIVERS, INCOME_SHEET, BALANCE_SHEET, DEBT_SHEET, ASSUMPTIONS)  #: in the order of their pages
#: What a caller calls things goes in as text; this holds where a helper of the library guesses.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(story: Story) -> bytes:
    """The bytes of an .xlsx file; the same reports give the same ones."""
    buffer = BytesIO()
    font = dict(DEFAULT_FONT)  # the library adds to it
    book = Workbook(buffer, {"in_memory": True, "default_format_properties": font} | AS_TEXT)
    # Excel wants to know when a workbook was made. The clock would change the bytes; the analysis date does not.
    book.set_properties(
        {
            "title": f"{story.company_name}: {story.scenario.name}",
            "comments": story.header.execution_id,
            "created": datetime.fromisoformat(story.header.analysis_date),
        }
    )
    styles, sheets = Styles(book, story.unit), {name: book.add_worksheet(name) for name in SHEETS}
    income = TimeGrid(sheets[INCOME_SHEET], styles, story, "Income statement and cash flow")
    position = TimeGrid(sheets[BALANCE_SHEET], styles, story, "Balance sheet, liquidity and coverage", has_total=False)
    debt = TimeGrid(sheets[DEBT_SHEET], styles, story, "Debt and covenants")

    income_and_cash_flow(income, story)
    landscape(income.sheet, story, (income.row - 1, income.columns.total))
    of_position = balance_sheet(position, income, story)
    landscape(position.sheet, story, (position.row - 1, position.columns.total - 1))
    of_debt, printed = debt_sheet(debt, position, story)
    landscape(debt.sheet, story, (debt.row - 1, debt.columns.total + 1), printed)
    further_lines(position, debt, story)

    checks = "+".join(
        f"SUMPRODUCT(ABS('{sheet}'!{xl_range(rows[0], OPENING, rows[-1], income.columns.last)}))"
        for sheet, rows in ((BALANCE_SHEET, of_position), (DEBT_SHEET, of_debt))
    )
    committee = CommitteeSheets(book, styles, story)
    committee.summary(sheets[SUMMARY], position, f"={checks}")
    committee.drivers(sheets[DRIVERS])
    assumptions_sheet(sheets[ASSUMPTIONS], styles, story)
    book.close()
    return buffer.getvalue()
