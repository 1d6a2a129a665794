"""Reports: three views of one execution, each a pure function of it.

- granular: every line of every period.
- aggregated: the horizon in figures, with breaches and risk.
- executive: findings and recommendations.
- thresholds: the one table of limits.
- results: every figure of a report.
"""

from .report import report
from .results import Report, ReportView

__all__ = ["Report", "ReportView", "report"]
