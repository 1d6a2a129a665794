"""Several executions of one company beside each other: the headline of each, coverage, covenants and recovery."""

from seawall.v1.report_pb2 import AggregatedReport, CoverageSummary

from .cells import NOT_KNOWN, Cell, Multiple, Percent, Table
from .committee import headline_table

RATIOS = {"fixed_charge_coverage": "Lowest FCCR, twelve months", "dscr": "Lowest DSCR, twelve months"}


def side_by_side(reports: dict[str, AggregatedReport]) -> Table:
    """A column for each execution, by its name; nothing in it looks beyond the first default of its column."""
    table = headline_table(
        "side-by-side",
        "The scenarios beside each other, each up to its first default",
        {name: report.headline_figures for name, report in reports.items()},
    )
    each = list(reports.values())
    rows: list[tuple[Cell, ...]] = [
        (heading, *(Multiple(_coverage(report, figure).minimum) for report in each))
        for figure, heading in RATIOS.items()
    ]
    rows += [
        (f"Recovery of {facility}", *(_recovery(report, facility) for report in each)) for facility in _facilities(each)
    ]
    rows.append(("Risk, points", *(f"{report.risk.score} of {report.risk.most_score}" for report in each)))
    return table._replace(rows=[*table.rows, *rows])


def _coverage(report: AggregatedReport, figure: str) -> CoverageSummary:
    return next(summary for summary in report.coverage if summary.figure == figure)


def _facilities(reports: list[AggregatedReport]) -> list[str]:
    return [line.facility.facility_id for line in reports[0].capital_structure] if reports else []


def _recovery(report: AggregatedReport, facility: str) -> Cell:
    if not report.HasField("recovery"):
        return NOT_KNOWN
    return Percent(next(line.share for line in report.recovery.lines if line.facility.facility_id == facility))
