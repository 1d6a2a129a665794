"""The eight figures of a run that matter, and the month of each: base beside stress on the first page."""

from collections.abc import Callable
from typing import NamedTuple

from seawall.v1.report_pb2 import ComparisonKind, HeadlineFigures

from .cells import NEVER, NOT_KNOWN, Cell, Multiple, Percent, Table, money_in
from .committee import fails_on, needed, recovered, runway
from .story import Story
from .variants import BASE, causes


class Placed(NamedTuple):
    """A figure and its month."""

    figure: Cell
    month: Cell = ""


def key_figures(story: Story) -> Table:
    """A row for each figure; of each run its value and its month."""
    run, name = story.executive.headline_figures, story.scenario.name
    columns: dict[str, HeadlineFigures | None] = {name: run}
    if causes(story.scenario):
        columns = {BASE: _base(story), name if name != BASE else "Stress": run}
    rows = [
        (line, *(cell for column in columns.values() for cell in (figure(column) if column else Placed(NOT_KNOWN))))
        for line, figure in FIGURES.items()
    ]
    headings = ("Figure", *(heading for name in columns for heading in (name, "Month")))
    note = (
        f"Minimum cash {story.unit.amount(story.minimum_cash_minor)}. Each run up to its first default, else over"
        f" {story.header.horizon_months} months. DSCR: cash available for debt service over interest and scheduled"
        " principal, the lowest of any twelve months. Leverage: debt over adjusted EBITDA of twelve months."
    )
    return Table("key-figures", "Base beside stress" if len(columns) > 1 else "Key figures", headings, rows, note=note)


def _base(story: Story) -> HeadlineFigures | None:
    """The base beside the execution; None where its figures would leave the limits."""
    kind = ComparisonKind.COMPARISON_KIND_BASE
    run = next(run for run in story.executive.comparison if run.kind == kind)
    return run.figures if run.HasField("figures") else None


def _first_default(run: HeadlineFigures) -> Placed:
    return Placed(fails_on(run), run.first_default_period or NEVER)


def _needed(run: HeadlineFigures) -> Placed:
    return Placed(needed(run), run.first_default_period or "")


def _lowest_liquidity(run: HeadlineFigures) -> Placed:
    lowest = money_in(run, "lowest_liquidity_before_default_minor")
    return Placed(lowest, run.lowest_liquidity_before_default_period or "")


def _covenants(run: HeadlineFigures) -> Placed:
    """The covenant that is breached first; where none is, how far the closest may fall."""
    if run.first_covenant_breach_period:
        return Placed(f"{run.first_breached_covenant_id} breached", run.first_covenant_breach_period)
    if not run.HasField("least_covenant_headroom"):
        return Placed(NOT_KNOWN)
    if not run.least_covenant_headroom_period:
        return Placed("not tested")
    return Placed(Percent(run.least_covenant_headroom), run.least_covenant_headroom_period)


def _recovery(run: HeadlineFigures) -> Placed:
    return Placed(recovered(run), _last(run))


def _last(run: HeadlineFigures) -> int:
    """The last month that the headline looks at; the horizon where nothing fails."""
    return run.first_default_period or run.months_of_runway


#: What each figure is called, and how it is read of a run.
FIGURES: dict[str, Callable[[HeadlineFigures], Placed]] = {
    "Runway": lambda run: Placed(runway(run)),
    "First default, on": _first_default,
    "Needed then, with minimum cash": _needed,
    "Lowest liquidity before it": _lowest_liquidity,
    "Covenant breached, else headroom": _covenants,
    "Leverage at the end": lambda run: Placed(Multiple(run.closing_leverage, less_is_better=True), _last(run)),
    "DSCR, lowest": lambda run: Placed(Multiple(run.lowest_dscr), run.lowest_dscr_period or ""),
    "Recovery of all debt in a liquidation": _recovery,
}
