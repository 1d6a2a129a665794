"""Reports: three views of one execution, each a pure function of it."""

from seawall.engine.reports.report import report
from seawall.engine.reports.report_results import Report, ReportView

__all__ = ["Report", "ReportView", "report"]
