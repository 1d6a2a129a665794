"""Reports: three views of one execution, each a pure function of it and of the runs beside it.

- lines: which figures of a month the granular view lists.
- granular: every line of every period.
- headline: what happens up to the first default.
- cash_bridge: what drives cash, cause by cause.
- debt_summaries: capital structure, covenants, recovery.
- earnings: whether they pay the interest.
- thresholds: the one table of limits.
- breaches: the months that do not keep to them.
- risk: seven questions, one score.
- aggregated: the horizon in figures.
- wording: figures as words.
- covenant_failures: which covenant fails first.
- key_risks: the questions that are not answered well.
- findings: what happens, when, how bad it is.
- recommendations: what to do.
- executive: the page of a committee.
- report: one of the three views.
- judgement_results: rules, findings, risk.
- beside_results: headline figures and the runs beside.
- summary_results: what the views are made of.
- results: the views.
"""

from .beside_results import Beside, ComparisonKind, ComparisonRun, HeadlineFigures
from .report import report
from .results import Report, ReportView

__all__ = ["Beside", "ComparisonKind", "ComparisonRun", "HeadlineFigures", "Report", "ReportView", "report"]
