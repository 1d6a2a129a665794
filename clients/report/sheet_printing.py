"""How a sheet is printed: a landscape page, as wide as the paper, with the company and the execution at its edges."""

from xlsxwriter.worksheet import Worksheet

from .story import Story

A4 = 9
MOST_ROWS_OF_A_PAGE = 66  #: more would be too small to read
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.55}  #: in inches
MOST_LETTERS = 60  #: of a name: an edge may have 255, and an & takes two


def landscape(sheet: Worksheet, story: Story, last: tuple[int, int]) -> None:
    """Print a sheet up to its last row and column, on one page unless its rows are too many for one.

    Paper of another size is fitted in the same way, so no break is set by hand: one would be ignored.
    """
    row, column = last
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(**MARGINS)
    sheet.print_area(0, 0, row, column)
    sheet.fit_to_pages(1, 1 if row < MOST_ROWS_OF_A_PAGE else 0)
    sheet.set_header(f"&L&8 {at_the_edge(story.company_name)}&R&8 {at_the_edge(story.scenario.name)}")
    sheet.set_footer(f"&L&7 {story.header.execution_id}&R&8 Page &P of &N")


def at_the_edge(text: str) -> str:
    """Text of a header or a footer, where & begins an instruction and too long an edge is not written at all."""
    shown = text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
    return shown.replace("&", "&&")
