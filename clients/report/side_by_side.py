"""Several executions of one company beside each other: the headline of each, coverage, covenants and recovery."""

from seawall.v1.report_pb2 import AggregatedReport, CoverageSummary, Report
from seawall.v1.scenario_pb2 import Posture

from .cells import NEVER, NOT_KNOWN, Cell, Multiple, Percent, Table, money_or
from .committee import headline_table

RATIOS = {"fixed_charge_coverage": "Lowest FCCR, 12 months", "dscr": "Lowest DSCR, 12 months"}


def side_by_side(reports: dict[str, Report]) -> Table:
    """A column for each aggregated report, by its name; two lines look beyond its first default, and say so."""
    table = headline_table(
        "side-by-side",
        "The scenarios beside each other, each up to its first default",
        {name: report.aggregated.headline_figures for name, report in reports.items()},
    )
    each = [report.aggregated for report in reports.values()]
    rows: list[tuple[Cell, ...]] = [
        (heading, *(Multiple(_coverage(report, figure).minimum) for report in each))
        for figure, heading in RATIOS.items()
    ]
    rows += [
        (f"Recovery, {facility}", *(_recovery(report, facility) for report in each)) for facility in _facilities(each)
    ]
    rows.append(("After default, creditors", *(_creditors(report) for report in reports.values())))
    rows.append(("Then unpaid and missing", *(_peak(report) for report in each)))
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


def _creditors(report: Report) -> str:
    if not report.first_default_period:
        return NEVER
    return "act" if report.posture == Posture.POSTURE_WORKOUT else "stand still"


def _peak(report: AggregatedReport) -> Cell:
    """The most that is unpaid and missing after a default, over the whole horizon."""
    return money_or(report.after_default.standstill_peak_minor if report.HasField("after_default") else None, "n.m.")
