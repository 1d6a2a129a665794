"""At most a page: what happens, when, how bad it is, what drives it, what to do.

Each sentence carries the figure, the period and the rule it rests on; nothing is said that the table does not decide.
"""

from collections.abc import Iterator

from seawall.engine.reports import thresholds
from seawall.engine.reports.aggregated import aggregated, share
from seawall.engine.reports.recommendations import large_maturity, recommendations
from seawall.engine.reports.report_results import (
    AggregatedReport,
    CashBridge,
    ExecutiveReport,
    Figure,
    Finding,
    RiskLevel,
    RiskPart,
    Rule,
)
from seawall.engine.reports.wording import money, month, ratio, words
from seawall.engine.results import Execution

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
    risk = f"{seen.risk.level.value} risk, {seen.risk.score} of 100 points"
    if not seen.first_shortfall_period:
        return f"Cash lasts for all {execution.horizon_months} months: {risk}"
    return f"Cash runs out in {month(execution, seen.first_shortfall_period)}: {risk}"


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
        statement = (
            f"Everything is paid in all {months} months; cash is lowest in {month(execution, low.lowest_period)}"
            f" with {money(execution, low.lowest)}."
        )
        return Finding(statement, figure, Rule.ANY_SHORTFALL)
    category = words(seen.first_shortfall_category.value)
    statement = f"Cash runs out in {month(execution, period)}; first left unpaid: {category}. Runway: {months} months."
    return Finding(statement, figure, Rule.ANY_SHORTFALL)


def _who_is_not_paid(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    facility, period = seen.first_default_facility, seen.first_default_period
    if facility:
        kind = seen.first_default_kind.value
        statement = (
            f"The first default is on {kind} of {facility.facility_id}, lien {facility.lien},"
            f" in {month(execution, period)}."
        )
        yield Finding(statement, Figure("header.first_default_kind", period, words=kind), Rule.ANY_DEFAULT)


def _how_bad(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    part = _part(seen, "shortfall")
    amount, size = part.figure.amount or 0, execution.opening_total_assets
    if amount:
        of_assets = f", {ratio(share(amount, size))} of opening total assets" if size else ""
        when = month(execution, part.figure.period)
        statement = f"What is unpaid reaches {money(execution, amount)} in {when}{of_assets}."
        yield Finding(statement, part.figure, part.rule or Rule.ANY_SHORTFALL)
    if seen.peak_funding_need:
        need, when = money(execution, seen.peak_funding_need), month(execution, seen.peak_funding_need_period)
        figure = Figure("header.peak_funding_need", seen.peak_funding_need_period, amount=seen.peak_funding_need)
        yield Finding(
            f"To pay everything and hold the minimum cash takes {need} more, in {when}.", figure, Rule.ANY_SHORTFALL
        )


def _how_risky(seen: AggregatedReport) -> Finding:
    points = ", ".join(f"{words(part.question)} {part.points} of {part.most_points}" for part in seen.risk.parts)
    statement = f"Risk is {seen.risk.level.value} with {seen.risk.score} of 100 points: {points}."
    return Finding(statement, Figure("risk.level", 0, words=seen.risk.level.value), _LEVEL_RULES[seen.risk.level])


def _what_drives_it(execution: Execution, bridge: CashBridge) -> Finding:
    """The step of the cash bridge that takes the most."""
    steps = {name: getattr(bridge, name) for name in CashBridge._fields if name != "opening_cash"}
    name = min(steps, key=lambda step: steps[step])
    largest = f"the largest outflow is {words(name)}, {money(execution, steps[name])}"
    statement = (
        f"Cash goes from {money(execution, bridge.opening_cash)} to {money(execution, bridge.closing_cash)};"
        f" {largest if steps[name] < 0 else 'nothing takes cash'}."
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
        statement = (
            f"Maturities: {money(execution, told.balloon_horizon)} fall due above regular instalments; the most"
            f" principal falls due in {month(execution, period)}, {ratio(concentration)} of today's debt."
        )
        figure = Figure("debt_service.maturity_concentration", period, ratio=concentration)
        yield Finding(statement, figure, Rule.LARGE_MATURITY)


def _part(seen: AggregatedReport, question: str) -> RiskPart:
    return next(part for part in seen.risk.parts if part.question == question)


def _runway_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    return f"Runway: {seen.months_of_runway} months before the first shortfall."


def _default_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    return f"Default: a debt is not paid as due in {month(execution, part.figure.period)}."


def _shortfall_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    unpaid = [
        f"{words(one.category.value)} {money(execution, one.outstanding)}" for one in seen.shortfalls if one.outstanding
    ]
    return f"Unpaid at the end: {', '.join(unpaid) or 'nothing, all is cured'}."


def _service_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    told = seen.debt_service
    service = money(execution, told.debt_service_horizon)
    return f"Debt service: the cash of the stressed months covers {ratio(told.dscr)} times the {service} that fall due."


def _liquidity_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    amount = money(execution, part.figure.amount or 0)
    return f"Liquidity: cash and available revolver fall to {amount} in {month(execution, part.figure.period)}."


def _collateral_risk(execution: Execution, seen: AggregatedReport, part: RiskPart) -> str:
    beyond = "lenders are under water" if part.rule is Rule.UNDER_WATER else "little is left for losses"
    told = ratio(part.figure.ratio or 0)
    return f"Collateral: loan-to-value is {told} in {month(execution, part.figure.period)}; {beyond}."


_RISKS = {
    "runway": _runway_risk,
    "default": _default_risk,
    "shortfall": _shortfall_risk,
    "debt_service": _service_risk,
    "liquidity": _liquidity_risk,
    "collateral": _collateral_risk,
}
