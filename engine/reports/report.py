"""A report: one view of one execution, beside the runs that it is compared with."""

from ..horizon.results import Execution
from .aggregated import aggregated_report
from .beside_results import Beside
from .executive import executive_report
from .granular import granular_report
from .results import Report, ReportView

#: Changes when a line, a threshold, a rule or a sentence of a report does: the same execution then has another report.
METHOD = "reports.v2"


def report(execution: Execution, view: ReportView, beside: Beside) -> Report:
    """One view of an execution, with what `engine.beside` computes for it; the same execution gives the same report."""
    return Report(
        method=METHOD,
        view=view,
        analysis_date=execution.analysis_date,
        horizon_months=execution.horizon_months,
        currency=execution.currency,
        minor_digits=execution.minor_digits,
        period_ends=execution.period_ends,
        first_default_period=execution.metrics.first_default_period,
        posture=beside.posture,
        minimum_cash=beside.minimum_cash,
        facilities=execution.facilities,
        category_names=execution.category_names,
        granular=granular_report(execution) if view is ReportView.GRANULAR else None,
        aggregated=aggregated_report(execution, beside) if view is ReportView.AGGREGATED else None,
        executive=executive_report(execution, beside) if view is ReportView.EXECUTIVE else None,
    )
