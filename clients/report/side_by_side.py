"""Several executions of one company beside each other: the headline of each, coverage, covenants and recovery."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from seawall.v1.report_pb2 import AggregatedReport, CoverageSummary
from seawall.v1.scenario_pb2 import Posture

from .cells import NEVER, NOT_KNOWN, Cell, Multiple, Percent, Table, money_or
from .committee import headline_table
from .grid import say
from .several import column_names, headline, legend, remarks, unit_of_all
from .story import Story
from .terminal import show_table, sparkline

RATIOS = {"fixed_charge_coverage": "Lowest FCCR, 12 months", "dscr": "Lowest DSCR, 12 months"}


class Column(NamedTuple):
    """One of the executions: its aggregated report, and what creditors do after a default."""

    report: AggregatedReport
    posture: int  #: a value of Posture


def side_by_side(columns: dict[str, Column]) -> Table:
    """A column for each execution, by its name; three lines look beyond its first default, and say so."""
    table = headline_table(
        "side-by-side",
        "The scenarios beside each other, each up to its first default",
        {name: column.report.headline_figures for name, column in columns.items()},
    )
    reports = [column.report for column in columns.values()]
    rows: list[tuple[Cell, ...]] = [
        (heading, *(Multiple(_coverage(report, figure).minimum) for report in reports))
        for figure, heading in RATIOS.items()
    ]
    rows += [
        (f"Recovery, {facility}", *(_recovery(report, facility) for report in reports))
        for facility in _facilities(reports)
    ]
    rows.append(("After default, creditors", *map(_creditors, columns.values())))
    rows.append(("Then unpaid and missing", *map(_peak, reports)))
    rows.append(("Risk, points", *(f"{report.risk.score} of {report.risk.most_score}" for report in reports)))
    return table._replace(rows=[*table.rows, *rows])


def columns_of(stories: Sequence[Story]) -> dict[str, Column]:
    """The columns of some executions, by their names."""
    columns = [Column(story.aggregated, story.scenario.posture) for story in stories]
    return dict(zip(column_names(stories), columns, strict=True))


def show(stories: Sequence[Story], console: Console) -> None:
    """What happens in each, the table, and liquidity month by month on one scale."""
    say(console, headline(stories), "bold")
    for remark in remarks(stories):
        say(console, remark)
    show_table(side_by_side(columns_of(stories)), unit_of_all(stories), console)
    say(console)
    say(console, "Liquidity at the end of each month, all on one scale", "bold")
    for line in liquidity_lines(stories):
        say(console, line, before="  ")
    say(console)
    for line in legend(stories):
        say(console, line, before="  ")


def _coverage(report: AggregatedReport, figure: str) -> CoverageSummary:
    return next(summary for summary in report.coverage if summary.figure == figure)


def _facilities(reports: list[AggregatedReport]) -> list[str]:
    """All of them, in the order of the first report that has one."""
    return list(dict.fromkeys(line.facility.facility_id for report in reports for line in report.capital_structure))


def _recovery(report: AggregatedReport, facility: str) -> Cell:
    if not report.HasField("recovery"):
        return NOT_KNOWN
    shares = (line.share for line in report.recovery.lines if line.facility.facility_id == facility)
    return next(map(Percent, shares), "no such debt")


def _creditors(column: Column) -> str:
    if not column.report.headline_figures.first_default_period:
        return NEVER
    return "act" if column.posture == Posture.POSTURE_WORKOUT else "stand still"


def _peak(report: AggregatedReport) -> Cell:
    """The most that is unpaid and missing after a default, over the whole horizon."""
    return money_or(report.after_default.standstill_peak_minor if report.HasField("after_default") else None, "n.m.")


def liquidity_lines(stories: Sequence[Story]) -> Iterator[str]:
    """One character a month for each, and its first and last figure."""
    unit, names = unit_of_all(stories), column_names(stories)
    amounts = [list(story.amounts("month.available_liquidity")) for story in stories]
    blocks = sparkline([amount for months in amounts for amount in months])
    label = max(map(cell_len, names))
    for name, months in zip(names, amounts, strict=True):
        chart, blocks = blocks[: len(months)], blocks[len(months) :]
        ends = f"{unit.figure(months[0])} to {unit.amount(months[-1])}"
        yield f"{set_cell_size(name, label)} {chart}  {ends}"
