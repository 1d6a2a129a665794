"""The eight figures of a run that matter, and the month of each: base beside stress on the first page."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from seawall.v1.common_pb2 import Ratio
from seawall.v1.report_pb2 import AggregatedReport, ComparisonKind, CovenantLine, HeadlineFigures

from ..client.values import micros
from .cells import NEVER, NOT_KNOWN, Cell, Multiple, Percent, Table, money_in, money_or
from .committee import fails_on, runway
from .story import Story
from .variants import BASE, causes

NOT_RUN = "not run"


class Column(NamedTuple):
    """A run: its headline, and where it was run in full its report and its leverage by month."""

    headline: HeadlineFigures
    report: AggregatedReport | None = None
    leverage: Sequence[Ratio] = ()


class Placed(NamedTuple):
    """A figure and its month."""

    figure: Cell
    month: Cell = ""


def key_figures(story: Story) -> Table:
    """A row for each figure; of each run its value and its month."""
    run = Column(story.executive.headline_figures, story.aggregated, story.ratios("exposure.leverage"))
    name = story.scenario.name
    columns: dict[str, Column | None] = {name: run}
    if causes(story.company, story.scenario):
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
    if any(cell == NOT_RUN for row in rows for cell in row):
        note += " Not run: --causes runs the base in full."
    return Table("key-figures", "Base beside stress" if len(columns) > 1 else "Key figures", headings, rows, note=note)


def _base(story: Story) -> Column | None:
    """The base in full where it was run for the page, else its headline from the report; None where it has none."""
    if story.causes:
        base = story.causes[0]
        return Column(base.report.headline_figures, base.report, base.leverage)
    kind = ComparisonKind.COMPARISON_KIND_BASE
    run = next(run for run in story.executive.comparison if run.kind == kind)
    return Column(run.figures) if run.HasField("figures") else None


def _first_default(column: Column) -> Placed:
    return Placed(fails_on(column.headline), column.headline.first_default_period or NEVER)


def _needed(column: Column) -> Placed:
    need = column.headline.need_at_default_minor
    return Placed(money_or(need or None, "nothing"), column.headline.first_default_period or "")


def _lowest_liquidity(column: Column) -> Placed:
    lowest = money_in(column.headline, "lowest_liquidity_before_default_minor")
    return Placed(lowest, column.headline.lowest_liquidity_before_default_period or "")


def _covenants(column: Column) -> Placed:
    """The covenant that is breached first; where none is, how far the closest may fall."""
    if column.report is None:
        breach = column.headline.first_covenant_breach_period
        return Placed("breach", breach) if breach else Placed(NOT_RUN)
    lines = [line for line in column.report.covenants if line.tests]
    if not lines:
        return Placed("not tested" if column.report.covenants else NOT_KNOWN)
    breached = [line for line in lines if line.first_breach_period]
    if breached:
        first = min(breached, key=lambda line: line.first_breach_period)
        return Placed(f"{first.covenant_id} breached", first.first_breach_period)
    closest = min(lines, key=_room)
    return Placed(Percent(closest.headroom_share), closest.least_headroom_period)


def _room(line: CovenantLine) -> int:
    return micros(line.headroom_share) or 0


def _leverage(report: AggregatedReport, leverage: Sequence[Ratio]) -> Placed:
    return Placed(Multiple(leverage[report.through_period - 1], less_is_better=True), report.through_period)


def _dscr(report: AggregatedReport, _: Sequence[Ratio]) -> Placed:
    summary = next(summary for summary in report.coverage if summary.figure == "dscr")
    return Placed(Multiple(summary.minimum), summary.minimum_period or "")


def _recovery(report: AggregatedReport, _: Sequence[Ratio]) -> Placed:
    if not report.HasField("recovery"):
        return Placed(NOT_KNOWN)
    return Placed(Percent(report.recovery.share), report.recovery.period)


def _in_full(figure: Callable[[AggregatedReport, Sequence[Ratio]], Placed]) -> Callable[[Column], Placed]:
    """A figure that only a run in full has."""
    return lambda column: Placed(NOT_RUN) if column.report is None else figure(column.report, column.leverage)


#: What each figure is called, and how it is read of a run.
FIGURES: dict[str, Callable[[Column], Placed]] = {
    "Runway": lambda column: Placed(runway(column.headline)),
    "First default, on": _first_default,
    "Needed then, with minimum cash": _needed,
    "Lowest liquidity before it": _lowest_liquidity,
    "Covenant breached, else headroom": _covenants,
    "Leverage at the end": _in_full(_leverage),
    "DSCR, lowest": _in_full(_dscr),
    "Recovery of all debt in a liquidation": _in_full(_recovery),
}
