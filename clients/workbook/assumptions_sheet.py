"""What the figures rest on: scenario, assumptions, documents; and below what is printed, what auditors look up."""

from xlsxwriter.worksheet import Worksheet

from ..report.story import Story
from ..report.tables import (
    after_default,
    assumptions,
    collateral,
    critical_periods,
    debt_service,
    exposure,
    figures,
    identifiers,
    thresholds,
)
from .blocks import Blocks
from .printing import landscape
from .styles import TITLE_HEIGHT, Styles

ASSUMPTIONS = "Assumptions"
WIDTHS = (74, 26, 27, 76, 2, 100, 100, 34)
PRINTED, BEHIND = (0, 1, 2, 3), (5, 6, 7)
HEADINGS = (
    *("Assumption of the model, what can be contested first", "Value used", "Source", "How the figures move"),
    *("Formula", "What it affects", "Id"),
)


def assumptions_sheet(sheet: Worksheet, styles: Styles, story: Story) -> None:
    """Write the sheet."""
    blocks = Blocks(sheet, styles, story, WIDTHS)
    sheet.set_row(0, TITLE_HEIGHT)
    top = blocks.text(0, PRINTED, f"{story.company_name}: {story.scenario.name}", "title") + 1
    left = _scenario(blocks, story, top)
    right = blocks.text(top, PRINTED[2:], "Documents, each by the SHA-256 of its bytes", "bold", "under")
    for name, identifier in identifiers(story):
        blocks.cell(right, PRINTED[2], name)
        blocks.cell(right, PRINTED[3], identifier)
        right += 1
    row = _records(blocks, story, max(left, right) + 1)
    landscape(sheet, story, (row - 1, 3))
    _not_printed(blocks, story, row + 2)


def _scenario(blocks: Blocks, story: Story, row: int) -> int:
    """What the scenario assumes; a value of each month as text."""
    row = blocks.text(row, PRINTED[:2], assumptions(story).title, "bold", "under")
    for name, value, _ in assumptions(story).rows:
        blocks.cell(row, 0, name)
        row = blocks.figure(row, 1, str(value))
    return row


def _records(blocks: Blocks, story: Story, row: int) -> int:
    """The assumptions of the model, each in a row as high as its longest text."""
    for column, heading in zip(PRINTED + BEHIND, HEADINGS, strict=True):
        blocks.text(row, (column,), heading, "bold", "under")
    for record in story.header.assumption_records:
        row += 1
        printed = record.statement, record.value_used, record.source, record.sensitivity
        behind = record.formula, record.impact, record.record_id
        blocks.row(row, dict(zip(PRINTED + BEHIND, printed + behind, strict=True)))
    return row + 1


def _not_printed(blocks: Blocks, story: Story, row: int) -> None:
    """Tables that nobody decides on, below each other."""
    row = blocks.text(row, PRINTED, "Not printed: what auditors and machines look up", "headline") + 1
    for table in (thresholds, figures, critical_periods, debt_service, after_default, exposure, collateral):
        row = blocks.table(row, PRINTED + BEHIND, table(story))
