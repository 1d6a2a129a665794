"""What a committee reads first: what happens, when, how bad it is, what drives it, what to do.

Each sentence carries the figure, the period and the rule it rests on; nothing is said that the table does not decide.
"""

from ..horizon.results import Execution
from ..sentences import reports as sentences
from . import thresholds
from .aggregated import aggregated_report
from .beside_results import Beside
from .findings import findings
from .key_risks import key_risks
from .recommendations import recommendations
from .results import AggregatedReport, ExecutiveReport
from .wording import failure_of, month


def executive_report(execution: Execution, beside: Beside) -> ExecutiveReport:
    """The page for those who decide."""
    aggregated = aggregated_report(execution, beside)
    return ExecutiveReport(
        headline=headline(execution, aggregated),
        risk_level=aggregated.risk.level,
        risk_score=aggregated.risk.score,
        most_risk_score=aggregated.risk.most_score,
        headline_figures=aggregated.headline_figures,
        comparison=beside.runs,
        findings=tuple(findings(execution, aggregated, beside.posture)),
        key_risks=tuple(key_risks(execution, aggregated)),
        recommendations=tuple(recommendations(execution, aggregated, beside.posture)),
        cash_bridge=aggregated.cash_bridge,
        capital_structure=aggregated.capital_structure,
        covenants=aggregated.covenants,
        recovery=aggregated.recovery,
        thresholds=thresholds.TABLE,
    )


def headline(execution: Execution, aggregated: AggregatedReport) -> str:
    """When, what and how risky, in one line."""
    verdict, figures = aggregated.risk, aggregated.headline_figures
    risk = sentences.RISK_OF.format(level=verdict.level.value, score=verdict.score, most=verdict.most_score)
    if not figures.first_default_period:
        return sentences.ALL_IS_PAID.format(months=execution.horizon_months, risk=risk)
    when = month(execution, figures.first_default_period)
    return sentences.DEFAULT_IN.format(month=when, failure=failure_of(figures), risk=risk)
