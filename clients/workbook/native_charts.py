"""The charts of the workbook, drawn by the program that opens it from cells of its sheets."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from ..report.cells import Money, Table
from ..report.story import Story
from .formulas import Place
from .statement_sheets import BALANCE_SHEET, RUN_LABELS
from .styles import FONT, INK, RULE, Styles
from .time_columns import LABEL
from .time_grid import TimeGrid

CASH, PAID, GAIN, LOSS, THRESHOLD = "#2a6fbb", "#b9c4d0", "#2e7d4f", "#c0392b", "#b7791f"
LINES = dict(zip(RUN_LABELS.values(), ("#2e7d4f", "#7a5aa6", "#c0392b"), strict=True))
BELOW = {"label_position": "low", "line": {"color": RULE}}  #: where the names on an axis stand
SMALL = {"name": FONT["font_name"], "size": 7, "color": INK}


def liquidity_chart(book: Workbook, grid: TimeGrid, styles: Styles, story: Story) -> Chart:
    """Liquidity at the end of each month as columns, pale after a default; its minimum and the other runs as lines."""
    columns = book.add_chart({"type": "column"})
    points = [{"fill": {"color": PAID if story.is_after_default(month) else CASH}} for month in story.months]
    columns.add_series(_series(grid, "month.available_liquidity", gap=60, points=points, fill={"color": CASH}))
    lines = book.add_chart({"type": "line"})
    lines.add_series(_series(grid, "minimum_cash", line={"color": THRESHOLD, "width": 1.25, "dash_type": "dash"}))
    for label, color in LINES.items():
        if grid.has(label):
            lines.add_series(_series(grid, label, line={"color": color, "width": 1.5}))
    columns.combine(lines)
    columns.set_x_axis({"num_font": SMALL | {"rotation": -90}, "num_format": "yyyy-mm", "text_axis": True} | BELOW)
    columns.set_y_axis(_amounts(styles))
    columns.set_legend({"position": "top", "font": SMALL})
    columns.set_chartarea({"border": {"none": True}})
    columns.show_hidden_data()  # months may be folded away
    return columns


def _series(grid: TimeGrid, name: str, **look: Any) -> dict[str, Any]:
    """A line of the balance sheet, month by month below their last days."""
    columns = grid.columns
    _, row, _ = grid.place(name, columns.first_month)
    return {
        "name": [BALANCE_SHEET, row, LABEL],
        "categories": [BALANCE_SHEET, 3, columns.first_month, 3, columns.last],
        "values": [BALANCE_SHEET, row, columns.first_month, row, columns.last],
        **look,
    }


def causes_chart(book: Workbook, first: Place, table: Table, styles: Styles) -> Chart:
    """What brings cash and what takes it: the steps of a bridge, whose first cell is there."""
    sheet, row, column = first
    steps = table.rows[1:-1]
    colors = [GAIN if isinstance(cell, Money) and cell.minor >= 0 else LOSS for _, cell in steps]
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": [sheet, row + 1, column, row + len(steps), column],
            "values": [sheet, row + 1, column + 1, row + len(steps), column + 1],
            "points": [{"fill": {"color": color}} for color in colors],
            "gap": 40,
        }
    )
    chart.set_title({"none": True})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": SMALL} | BELOW)
    chart.set_x_axis(_amounts(styles))
    chart.set_chartarea({"border": {"none": True}})
    return chart


def _amounts(styles: Styles) -> dict[str, Any]:
    return {
        "num_format": styles.number_format("axis"),
        "num_font": SMALL,
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": "#d9dee5", "width": 0.5}},
    }
