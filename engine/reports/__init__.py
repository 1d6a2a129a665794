"""Reports: three views of one execution, each a pure function of it.

- lines: which figures of a month the granular view lists.
- granular: every line of every period.
- thresholds: the one table of limits.
- breaches: the months that do not keep to them.
- risk: six questions, one score.
- aggregated: the horizon in figures.
- wording: figures as words.
- recommendations: what to do.
- executive: findings, key risks and recommendations.
- report: one of the three views.
- judgement_results: rules, findings, risk.
- results: every figure of a report.
"""

from .report import report
from .results import Report, ReportView

__all__ = ["Report", "ReportView", "report"]
