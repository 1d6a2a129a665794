"""At most a page: what happens, when, how bad it is, what drives it, what to do.

Each sentence carries the figure, the period and the rule it rests on; nothing is said that the table does not decide.
"""

from collections.abc import Iterator

from ..horizon.results import Execution
from ..numbers.ratio import is_defined
from ..sentences import reports as sentences
from . import thresholds
from .aggregated import aggregated_report, share
from .judgement_results import Figure, Finding, RiskLevel, RiskPart, Rule
from .recommendations import large_maturity, recommendations
from .results import AggregatedReport, CashBridge, ExecutiveReport
from .wording import money, month, ratio, words

_LEVEL_RULES = {
    RiskLevel.CRITICAL: Rule.CRITICAL_RISK,
    RiskLevel.HIGH: Rule.HIGH_RISK,
    RiskLevel.MODERATE: Rule.MODERATE_RISK,
    RiskLevel.LOW: Rule.MODERATE_RISK,
}


def executive_report(execution: Execution) -> ExecutiveReport:
    """The page for those who decide."""
    aggregated = aggregated_report(execution)
    return ExecutiveReport(
        headline=headline(execution, aggregated),
        risk_level=aggregated.risk.level,
        risk_score=aggregated.risk.score,
        findings=tuple(_findings(execution, aggregated)),
        key_risks=tuple(_key_risks(execution, aggregated)),
        recommendations=tuple(recommendations(execution, aggregated)),
        thresholds=thresholds.TABLE,
    )


def headline(execution: Execution, aggregated: AggregatedReport) -> str:
    """When, what and how risky, in one line."""
    risk = sentences.RISK_OF.format(level=aggregated.risk.level.value, score=aggregated.risk.score)
    if not aggregated.first_default_period:
        return sentences.CASH_LASTS.format(months=execution.horizon_months, risk=risk)
    return sentences.CASH_RUNS_OUT.format(month=month(execution, aggregated.first_default_period), risk=risk)


def _findings(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    yield _what_happens(execution, aggregated)
    yield from _who_is_not_paid(execution, aggregated)
    yield from _how_bad(execution, aggregated)
    yield _how_risky(aggregated)
    yield _what_drives_it(execution, aggregated.cash_bridge)


def _what_happens(execution: Execution, aggregated: AggregatedReport) -> Finding:
    period, months = aggregated.first_default_period, aggregated.months_of_runway
    figure = Figure("header.months_of_runway", period, months=months)
    if not period:
        cash = next(extreme for extreme in aggregated.extremes if extreme.figure == "position.cash")
        when, amount = month(execution, cash.lowest_period), money(execution, cash.lowest)
        statement = sentences.EVERYTHING_IS_PAID.format(months=months, month=when, amount=amount)
        return Finding(statement, figure, Rule.ANY_SHORTFALL)
    when, category = month(execution, period), words(aggregated.first_default_kind.value)
    statement = sentences.FIRST_LEFT_UNPAID.format(month=when, category=category, months=months)
    return Finding(statement, figure, Rule.ANY_SHORTFALL)


def _who_is_not_paid(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    facility, period = aggregated.first_default_facility, aggregated.first_default_period
    if facility:
        kind, when = aggregated.first_default_kind.value, month(execution, period)
        statement = sentences.FIRST_DEFAULT.format(
            kind=kind, facility=facility.facility_id, lien=facility.lien, month=when
        )
        yield Finding(statement, Figure("header.first_default_kind", period, words=kind), Rule.ANY_DEFAULT)


def _how_bad(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    part = _part(aggregated, "shortfall")
    amount = part.figure.amount or 0
    if amount:
        reached = share(amount, execution.opening_total_assets)
        of_assets = sentences.OF_ASSETS.format(ratio=ratio(reached)) if is_defined(reached) else ""
        unpaid, when = money(execution, amount), month(execution, part.figure.period)
        statement = sentences.UNPAID_REACHES.format(amount=unpaid, month=when, of_assets=of_assets)
        yield Finding(statement, part.figure, part.rule or Rule.ANY_SHORTFALL)
    if aggregated.standstill_peak:
        need, when = (
            money(execution, aggregated.standstill_peak),
            month(execution, aggregated.standstill_peak_period),
        )
        figure = Figure("header.standstill_peak", aggregated.standstill_peak_period, amount=aggregated.standstill_peak)
        yield Finding(sentences.FUNDING_NEEDED.format(amount=need, month=when), figure, Rule.ANY_SHORTFALL)


def _how_risky(aggregated: AggregatedReport) -> Finding:
    points = ", ".join(
        sentences.POINTS_OF_QUESTION.format(
            question=words(part.question), points=part.points, most_points=part.most_points
        )
        for part in aggregated.risk.parts
    )
    statement = sentences.RISK_IS.format(level=aggregated.risk.level.value, score=aggregated.risk.score, points=points)
    return Finding(
        statement, Figure("risk.level", 0, words=aggregated.risk.level.value), _LEVEL_RULES[aggregated.risk.level]
    )


def _what_drives_it(execution: Execution, bridge: CashBridge) -> Finding:
    """The step of the cash bridge that takes the most."""
    steps = {name: getattr(bridge, name) for name in CashBridge._fields if name != "opening_cash"}
    name = min(steps, key=lambda step: steps[step])
    largest = sentences.LARGEST_OUTFLOW.format(step=words(name), amount=money(execution, steps[name]))
    statement = sentences.CASH_GOES.format(
        opening=money(execution, bridge.opening_cash),
        closing=money(execution, bridge.closing_cash),
        largest=largest if steps[name] < 0 else sentences.NO_OUTFLOW,
    )
    return Finding(statement, Figure(f"cash_bridge.{name}", 0, amount=steps[name]), Rule.LARGEST_OUTFLOW)


def _key_risks(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """The questions of the risk score that are not answered well, the heaviest first."""
    for part in sorted(aggregated.risk.parts, key=lambda part: -part.points):
        if part.rule and part.points:
            yield Finding(_RISKS[part.question](execution, aggregated, part), part.figure, part.rule)
    if large_maturity(execution):
        debt_service = execution.debt_service
        period, concentration = debt_service.maturity_concentration_period, debt_service.maturity_concentration
        amount, when = money(execution, debt_service.balloon_horizon), month(execution, period)
        statement = sentences.MATURITIES.format(amount=amount, month=when, ratio=ratio(concentration))
        figure = Figure("debt_service.maturity_concentration", period, ratio=concentration)
        yield Finding(statement, figure, Rule.LARGE_MATURITY)


def _part(aggregated: AggregatedReport, question: str) -> RiskPart:
    return next(part for part in aggregated.risk.parts if part.question == question)


def _runway_risk(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    return sentences.RUNWAY.format(months=aggregated.months_of_runway)


def _default_risk(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    return sentences.DEFAULT.format(month=month(execution, part.figure.period))


def _shortfall_risk(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    stocks = ", ".join(
        sentences.UNPAID_STOCK.format(
            category=words(summary.category.value), amount=money(execution, summary.outstanding)
        )
        for summary in aggregated.shortfalls
        if summary.outstanding
    )
    return sentences.UNPAID.format(stocks=stocks or sentences.ALL_IS_CURED)


def _service_risk(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    debt_service = aggregated.debt_service
    amount = money(execution, debt_service.debt_service_horizon)
    return sentences.DEBT_SERVICE.format(ratio=ratio(debt_service.dscr), amount=amount)


def _liquidity_risk(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    amount = money(execution, part.figure.amount or 0)
    return sentences.LIQUIDITY.format(amount=amount, month=month(execution, part.figure.period))


def _collateral_risk(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    beyond = sentences.UNDER_WATER if part.rule is Rule.UNDER_WATER else sentences.LITTLE_LEFT
    loan_to_value, when = ratio(part.figure.ratio or 0), month(execution, part.figure.period)
    return sentences.COLLATERAL.format(ratio=loan_to_value, month=when, beyond=beyond)


_RISKS = {
    "runway": _runway_risk,
    "default": _default_risk,
    "shortfall": _shortfall_risk,
    "debt_service": _service_risk,
    "liquidity": _liquidity_risk,
    "collateral": _collateral_risk,
}
