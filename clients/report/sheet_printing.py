"""How a sheet is printed: a landscape page, as wide as the paper, with the company and the execution at its edges."""

from xlsxwriter.worksheet import Worksheet

from .story import Story

A4 = 9
MOST_ROWS_OF_A_PAGE = 66  #: more would be too small to read
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.55}  #: in inches
MOST_LETTERS = 60  #: of a name: an edge may have 255, and an & takes two


def landscape(sheet: Worksheet, story: Story, last: tuple[int, int], printed: int | None = None) -> None:
    """Print a sheet on one page: up to its last column, and up to its last row or one before, which the page says.

    Paper of another size is fitted in the same way, so no break is set by hand: one would be ignored.
    """
    row, column = last
    end = min(row if printed is None else printed, MOST_ROWS_OF_A_PAGE - 1)
    further = f"&C&8 {row - end} further rows are in the workbook" if end < row else ""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(**MARGINS)
    sheet.print_area(0, 0, end, column)
    sheet.fit_to_pages(1, 1)
    sheet.set_header(f"&L&8 {at_the_edge(story.company_name)}&R&8 {at_the_edge(story.scenario.name)}")
    sheet.set_footer(f"&L&7 {story.header.execution_id}{further}&R&8 Page &P of &N")


def at_the_edge(text: str) -> str:
    """Text of a header or a footer, where & begins an instruction and too long an edge is not written at all."""
    shown = text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
    return shown.replace("&", "&&")
