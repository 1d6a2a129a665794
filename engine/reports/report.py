"""A report: one view of one execution, and nothing that is not in the execution."""

from ..horizon.results import Execution
from .aggregated import aggregated_report
from .executive import executive_report
from .granular import granular_report
from .results import Report, ReportView

#: Changes when a line, a threshold, a rule or a sentence of a report does: the same execution then has another report.
METHOD = "reports.v2"


def report(execution: Execution, view: ReportView) -> Report:
    """One view of an execution; the same execution gives the same report."""
    return Report(
        method=METHOD,
        view=view,
        analysis_date=execution.analysis_date,
        horizon_months=execution.horizon_months,
        currency=execution.currency,
        minor_digits=execution.minor_digits,
        period_ends=execution.period_ends,
        facilities=execution.facilities,
        category_names=execution.category_names,
        granular=granular_report(execution) if view is ReportView.GRANULAR else None,
        aggregated=aggregated_report(execution) if view is ReportView.AGGREGATED else None,
        executive=executive_report(execution) if view is ReportView.EXECUTIVE else None,
    )
