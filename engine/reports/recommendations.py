"""What to do, as far as the figures carry it: each advice names its figure, its period and its rule.

None is for less than the share of total assets that is material; none funds a gap that grows because earnings do not
pay the interest, nor refinances such a company. An event of default of a covenant is material by its consequences.
"""

from collections.abc import Iterator

from ..assessment.debt_service_results import AbilityLevel
from ..horizon.results import Execution
from ..inputs.scenario import Posture
from ..numbers.exact import UndefinedRatio
from ..sentences import reports as sentences
from ..values.in_words import counted
from . import thresholds
from .breaches import first_above
from .covenant_failures import first_failure, in_words
from .earnings import last_earnings
from .judgement_results import Figure, Finding, Rule
from .key_risks import earnings_in_words, large_maturity
from .results import AggregatedReport
from .wording import money, month, multiple, percent_of_nanos


def recommendations(execution: Execution, aggregated: AggregatedReport, posture: Posture) -> Iterator[Finding]:
    """In the order in which they are due; where nothing is material, one to keep watching."""
    advice = [
        *_fund(execution, posture),
        *_cut_the_burn(execution, aggregated),
        *_speak_to_creditors(execution, aggregated),
        *_reset_covenants(execution, aggregated),
        *_defer_capital_expenditure(execution, aggregated),
        *_refinance(execution, aggregated),
        *_restore_coverage(execution, aggregated),
        *_secure(execution, aggregated),
    ]
    yield from advice or [_watch(execution, aggregated)]


def is_material(execution: Execution, amount: int) -> bool:
    """Whether an amount is worth a recommendation."""
    return thresholds.is_material(amount, execution.opening_total_assets)


def cannot_be_funded(execution: Execution) -> bool:
    """Whether what is missing comes of a burn that does not end: it is highest at the end, or as a default begins."""
    metrics = execution.metrics
    ends = (execution.horizon_months, metrics.first_default_period)
    return metrics.standstill_peak > 0 and metrics.standstill_peak_period in ends and last_earnings(execution).burn


def _fund(execution: Execution, posture: Posture) -> Iterator[Finding]:
    """What is missing at its highest; in a workout what is missing at the default, before creditors act."""
    metrics = execution.metrics
    first = metrics.first_default_period or metrics.first_below_minimum_cash_period
    path, last = "metrics.standstill_peak", metrics.standstill_peak_period
    in_workout = posture is Posture.WORKOUT and metrics.first_default_period > 0
    if in_workout:
        path, last = "metrics.need_at_default", first
    amount = metrics.need_at_default if in_workout else metrics.standstill_peak
    if not is_material(execution, amount):
        return
    need, when = money(execution, amount), month(execution, last)
    if cannot_be_funded(execution):
        yield _do_not_fund(execution, need, when)
        return
    waits = sentences.IF_CREDITORS_WAIT if metrics.first_default_period and not in_workout else ""
    sentence = sentences.FUND if first < last else sentences.FUND_AT_ONCE
    statement = sentence.format(amount=need, first=month(execution, first), last=when, counterfactual=waits)
    yield Finding(statement, Figure(path, last, amount=amount), Rule.MATERIAL)


def _do_not_fund(execution: Execution, need: str, when: str) -> Finding:
    statement = sentences.BURN.format(
        earnings=earnings_in_words(execution),
        amount=need,
        month=when,
        instead=sentences.CUT_OR_AGREE if execution.facilities else sentences.CUT,
    )
    return Finding(statement, last_earnings(execution).figure, Rule.EARNINGS_BELOW_INTEREST)


def _cut_the_burn(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """While it still pays: cash less what it lost over the horizon, month by month."""
    bridge, months = aggregated.cash_bridge, execution.horizon_months
    lost = bridge.opening_cash - bridge.closing_cash
    is_new = not execution.metrics.first_default_period and not cannot_be_funded(execution)
    if is_new and last_earnings(execution).burn and is_material(execution, lost):
        left = bridge.closing_cash * months // lost
        statement = sentences.CUT_THE_BURN.format(
            months=months,
            amount=money(execution, bridge.closing_cash),
            left=counted(left, "month") if left else sentences.LESS_THAN_A_MONTH,
        )
        figure = Figure("aggregated.cash_bridge.closing_cash", months, amount=bridge.closing_cash)
        yield Finding(statement, figure, Rule.EARNINGS_BELOW_INTEREST)


def _speak_to_creditors(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    figures = aggregated.headline_figures
    period, need = figures.first_default_period, figures.need_at_default
    if period and is_material(execution, need) and not cannot_be_funded(execution):
        when, facility = month(execution, period), figures.first_default_facility
        statement = (
            sentences.SPEAK_TO_THE_LENDER.format(facility=facility.facility_id, month=when)
            if facility
            else sentences.SPEAK_TO_SUPPLIERS.format(month=when, amount=money(execution, need))
        )
        yield Finding(statement, Figure("metrics.need_at_default", period, amount=need), Rule.MATERIAL)


def _reset_covenants(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """Before the first event of default."""
    event = first_failure(execution, Rule.COVENANT_EVENT_OF_DEFAULT)
    if event:
        statement = sentences.RESET_COVENANT.format(**in_words(execution, event))
        yield Finding(statement, Figure(f"aggregated.{event.path}", event.period, months=event.period), event.rule)


def _defer_capital_expenditure(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    spent = aggregated.totals.capital_expenditure_payments
    if aggregated.headline_figures.first_default_period and is_material(execution, spent):
        last = aggregated.through_period
        statement = sentences.DEFER_CAPITAL_EXPENDITURE.format(
            amount=money(execution, spent), month=month(execution, last)
        )
        figure = Figure("aggregated.totals.capital_expenditure_payments", last, amount=spent)
        yield Finding(statement, figure, Rule.MATERIAL)


def _refinance(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """A large maturity inside the horizon, or a wall behind it, of a company whose earnings pay the interest."""
    if last_earnings(execution).burn:
        return
    debt_service = execution.debt_service
    balloon, period = debt_service.balloon_horizon, debt_service.maturity_concentration_period
    if large_maturity(execution) and is_material(execution, balloon):
        gain = ""
        if debt_service.cash_horizon and debt_service.cash_horizon > 0:  # less service helps no cash below 0
            without, dscr = multiple(debt_service.ex_balloon_dscr), multiple(debt_service.dscr)
            gain = sentences.GAIN_OF_REFINANCING.format(without=without, ratio=dscr)
            if debt_service.ex_balloon_dscr == UndefinedRatio.NO_DEBT_SERVICE:
                gain = sentences.NO_SERVICE_IS_LEFT
        amount, when = money(execution, balloon), month(execution, period)
        figure = Figure("header.debt_service.balloon_horizon", period, amount=balloon)
        yield Finding(sentences.REFINANCE.format(amount=amount, month=when, gain=gain), figure, Rule.LARGE_MATURITY)
    yield from _refinance_wall(execution)


def _refinance_wall(execution: Execution) -> Iterator[Finding]:
    wall, size = execution.metrics.wall, execution.opening_total_assets
    beyond = wall.total - wall.liquidity
    if not execution.metrics.first_default_period and is_material(execution, beyond):
        amount, liquidity = money(execution, wall.total), money(execution, wall.liquidity)
        figure = Figure("metrics.wall.total", execution.horizon_months, amount=wall.total)
        rule = next(first_above((Rule.LARGE_WALL, Rule.WALL_ABOVE_LIQUIDITY), beyond, size))
        yield Finding(sentences.REFINANCE_WALL.format(amount=amount, liquidity=liquidity), figure, rule)


def _restore_coverage(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """What cash would have to be for a DSCR of 1.25: 5/4 of the service, rounded up."""
    debt_service = aggregated.debt_service
    if debt_service.cash_horizon is None or cannot_be_funded(execution):
        return
    missing = -(-5 * debt_service.debt_service_horizon // 4) - debt_service.cash_horizon
    if debt_service.ability_level is AbilityLevel.WEAK and is_material(execution, missing):
        statement = sentences.RESTORE_COVERAGE.format(amount=money(execution, missing))
        yield Finding(
            statement, Figure("header.debt_service.dscr", 0, ratio=debt_service.dscr), Rule.DSCR_BELOW_MINIMUM
        )


def _secure(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    collateral = aggregated.collateral
    part = next(part for part in aggregated.risk.parts if part.question == "collateral")
    if collateral and part.rule and is_material(execution, collateral.highest_collateral_shortfall):
        gap, period = collateral.highest_collateral_shortfall, collateral.highest_collateral_shortfall_period
        statement = sentences.SECURE.format(amount=money(execution, gap), month=month(execution, period))
        yield Finding(statement, Figure("periods.exposure.collateral_shortfall", period, amount=gap), part.rule)


def _watch(execution: Execution, aggregated: AggregatedReport) -> Finding:
    metrics, figures = execution.metrics, aggregated.headline_figures
    period = figures.first_default_period
    if period:
        share = percent_of_nanos(thresholds.value(Rule.MATERIAL))
        statement = sentences.NOTHING_MATERIAL.format(month=month(execution, period), share=share)
        figure = Figure("metrics.need_at_default", period, amount=figures.need_at_default)
        return Finding(statement, figure, Rule.MATERIAL)
    lowest, period = metrics.lowest_liquidity, metrics.lowest_liquidity_period
    statement = sentences.WATCH.format(month=month(execution, period), amount=money(execution, lowest))
    return Finding(statement, Figure("metrics.lowest_liquidity", period, amount=lowest), Rule.THIN_LIQUIDITY)
