"""At most a page: what happens, when, how bad it is, what drives it, what to do.

Each sentence carries the figure, the period and the rule it rests on; nothing is said that the table does not decide.
"""

from collections.abc import Iterator

from ..horizon.results import Execution
from ..numbers.exact import UndefinedRatio
from ..sentences import reports as sentences
from . import thresholds
from .aggregated import aggregated, share
from .recommendations import large_maturity, recommendations
from .results import AggregatedReport, CashBridge, ExecutiveReport, Figure, Finding, RiskLevel, RiskPart, Rule
from .wording import money, month, ratio, words

_LEVEL_RULES = {
    RiskLevel.CRITICAL: Rule.CRITICAL_RISK,
    RiskLevel.HIGH: Rule.HIGH_RISK,
    RiskLevel.MODERATE: Rule.MODERATE_RISK,
    RiskLevel.LOW: Rule.MODERATE_RISK,
}


def executive(execution: Execution) -> ExecutiveReport:
    """The page for those who decide."""
    seen = aggregated(execution)
    return ExecutiveReport(
        headline=headline(execution, seen),
        risk_level=seen.risk.level,
        risk_score=seen.risk.score,
        findings=tuple(_findings(execution, seen)),
        key_risks=tuple(_key_risks(execution, seen)),
        recommendations=tuple(recommendations(execution, seen)),
        thresholds=thresholds.TABLE,
    )


def headline(execution: Execution, seen: AggregatedReport) -> str:
    """When, what and how risky, in one line."""
    risk = sentences.RISK_OF.format(level=seen.risk.level.value, score=seen.risk.score)
    if not seen.first_shortfall_period:
        return sentences.CASH_LASTS.format(months=execution.horizon_months, risk=risk)
    return sentences.CASH_RUNS_OUT.format(month=month(execution, seen.first_shortfall_period), risk=risk)


def _findings(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    yield _what_happens(execution, seen)
    yield from _who_is_not_paid(execution, seen)
    yield from _how_bad(execution, seen)
    yield _how_risky(seen)
    yield _what_drives_it(execution, seen.cash_bridge)


def _what_happens(execution: Execution, seen: AggregatedReport) -> Finding:
    period, months = seen.first_shortfall_period, seen.months_of_runway
    figure = Figure("header.months_of_runway", period, months=months)
    if not period:
        low = next(one for one in seen.extremes if one.figure == "position.cash")
        when, amount = month(execution, low.lowest_period), money(execution, low.lowest)
        statement = sentences.EVERYTHING_IS_PAID.format(months=months, month=when, amount=amount)
        return Finding(statement, figure, Rule.ANY_SHORTFALL)
    when, category = month(execution, period), words(seen.first_shortfall_category.value)
    statement = sentences.FIRST_LEFT_UNPAID.format(month=when, category=category, months=months)
    return Finding(statement, figure, Rule.ANY_SHORTFALL)


def _who_is_not_paid(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    facility, period = seen.first_default_facility, seen.first_default_period
    if facility:
        kind, when = seen.first_default_kind.value, month(execution, period)
        statement = sentences.FIRST_DEFAULT.format(
            kind=kind, facility=facility.facility_id, lien=facility.lien, month=when
        )
        yield Finding(statement, Figure("header.first_default_kind", period, words=kind), Rule.ANY_DEFAULT)


def _how_bad(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    part = _part(seen, "shortfall")
    amount = part.figure.amount or 0
    if amount:
        reached = share(amount, execution.opening_total_assets)
        of_assets = sentences.OF_ASSETS.format(ratio=ratio(reached)) if reached < min(UndefinedRatio) else ""
        told, when = money(execution, amount), month(execution, part.figure.period)
        statement = sentences.UNPAID_REACHES.format(amount=told, month=when, of_assets=of_assets)
        yield Finding(statement, part.figure, part.rule or Rule.ANY_SHORTFALL)
    if seen.peak_funding_need:
        need, when = money(execution, seen.peak_funding_need), month(execution, seen.peak_funding_need_period)
        figure = Figure("header.peak_funding_need", seen.peak_funding_need_period, amount=seen.peak_funding_need)
        yield Finding(sentences.FUNDING_NEEDED.format(amount=need, month=when), figure, Rule.ANY_SHORTFALL)


def _how_risky(seen: AggregatedReport) -> Finding:
    points = ", ".join(
        sentences.POINTS_OF_QUESTION.format(
            question=words(part.question), points=part.points, most_points=part.most_points
        )
        for part in seen.risk.parts
    )
    statement = sentences.RISK_IS.format(level=seen.risk.level.value, score=seen.risk.score, points=points)
    return Finding(statement, Figure("risk.level", 0, words=seen.risk.level.value), _LEVEL_RULES[seen.risk.level])


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


def _key_risks(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    """The questions of the risk score that are not answered well, the heaviest first."""
    for part in sorted(seen.risk.parts, key=lambda part: -part.points):
        if part.rule and part.points:
            yield Finding(_RISKS[part.question](execution, seen, part), part.figure, part.rule)
    if large_maturity(execution):
        told = execution.debt_service
        period, concentration = told.maturity_concentration_period, told.maturity_concentration
        amount, when = money(execution, told.balloon_horizon), month(execution, period)
        statement = sentences.MATURITIES.format(amount=amount, month=when, ratio=ratio(concentration))
        figure = Figure("debt_service.maturity_concentration", period, ratio=concentration)
        yield Finding(statement, figure, Rule.LARGE_MATURITY)


def _part(seen: AggregatedReport, question: str) -> RiskPart:
    return next(part for part in seen.risk.parts if part.question == question)


def _runway_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    return sentences.RUNWAY.format(months=seen.months_of_runway)


def _default_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    return sentences.DEFAULT.format(month=month(execution, part.figure.period))


def _shortfall_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    stocks = ", ".join(
        sentences.UNPAID_STOCK.format(category=words(one.category.value), amount=money(execution, one.outstanding))
        for one in seen.shortfalls
        if one.outstanding
    )
    return sentences.UNPAID.format(stocks=stocks or sentences.ALL_IS_CURED)


def _service_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    told = seen.debt_service
    return sentences.DEBT_SERVICE.format(ratio=ratio(told.dscr), amount=money(execution, told.debt_service_horizon))


def _liquidity_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    amount = money(execution, part.figure.amount or 0)
    return sentences.LIQUIDITY.format(amount=amount, month=month(execution, part.figure.period))


def _collateral_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    beyond = sentences.UNDER_WATER if part.rule is Rule.UNDER_WATER else sentences.LITTLE_LEFT
    told, when = ratio(part.figure.ratio or 0), month(execution, part.figure.period)
    return sentences.COLLATERAL.format(ratio=told, month=when, beyond=beyond)


_RISKS = {
    "runway": _runway_risk,
    "default": _default_risk,
    "shortfall": _shortfall_risk,
    "debt_service": _service_risk,
    "liquidity": _liquidity_risk,
    "collateral": _collateral_risk,
}
