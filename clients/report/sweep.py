"""The summary of a sweep in a terminal: how many rows fail, how the main figures lie, and the worst rows."""

from collections.abc import Iterator

from rich.console import Console

from seawall.v1.sweep_pb2 import FigureSummary, SweepSummary, WorstRow

from ..client.values import major
from . import grid
from .grid import Grid, say

LEVELS = ("1 %", "5 %", "10 %", "25 %", "50 %", "75 %", "90 %", "95 %", "99 %")
SHOWN = (0, 1, 3, 4, 5, 7, 8)  #: of these quantiles
WORST = 10
#: The figures that are shown, with their words; the others are in the rows.
FIGURES = {
    "totals.ebitda_minor": "EBITDA of the horizon",
    "lowest_liquidity_minor": "lowest liquidity",
    "need_at_default_minor": "need at default",
    "months_of_runway": "months of runway",
    "coverage_horizon.dscr": "DSCR of the horizon",
    "totals.debt_service_shortfall_minor": "debt service unpaid",
}


def show(summary: SweepSummary, console: Console) -> None:
    """Counts, quantiles of the main figures, and the worst rows."""
    share = f"{100 * summary.defaulted / summary.rows:.1f}"
    say(
        console,
        f"{summary.rows:,} rows: {summary.defaulted:,} default ({share} %), {summary.refused:,} refused",
        "bold",
    )
    for refused in summary.refusals:
        say(console, f"refused for {refused.reason}: {refused.rows:,}", before="  ")
    say(console)
    rows = [list(_figure(figure, summary)) for figure in summary.figures if figure.name in FIGURES]
    headings = ["", "least", *(LEVELS[place] for place in SHOWN), "most"]
    grid.show(Grid(headings, rows), console)
    if summary.worst:
        say(console)
        say(console, f"The worst rows, amounts in {summary.currency}", "bold")
        worst = [
            [f"{each.row:,}", str(each.first_default_period or "none"), *_amounts(each, summary.minor_digits)]
            for each in summary.worst[:WORST]
        ]
        headings = ["row", "default in month", "need at default", "lowest liquidity"]
        grid.show(Grid(headings, worst, words=frozenset()), console)


def _figure(figure: FigureSummary, summary: SweepSummary) -> Iterator[str]:
    texts = [figure.least, *(figure.quantiles[place] for place in SHOWN), figure.most] if figure.known else []
    yield FIGURES[figure.name]
    for text in texts or [""] * (len(SHOWN) + 2):
        yield f"{major(int(text), summary.minor_digits):,}" if text and figure.name.endswith("_minor") else text


def _amounts(row: WorstRow, digits: int) -> Iterator[str]:
    for minor in (row.need_at_default, row.lowest_liquidity):
        yield f"{major(int(minor), digits):,}"
