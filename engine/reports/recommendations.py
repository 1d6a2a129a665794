"""What to do, as far as the figures carry it: each advice names its figure, its period and its rule."""

from collections.abc import Iterator

from ..assessment.debt_service_results import AbilityLevel
from ..horizon.results import Execution
from ..sentences import reports as sentences
from . import thresholds
from .results import AggregatedReport, Figure, Finding, Rule
from .wording import money, month, ratio


def recommendations(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    """In the order in which they are due; where nothing is wrong, one to keep watching."""
    advice = [
        *_fund(execution, seen),
        *_speak_to_the_lender(execution, seen),
        *_defer_capital_expenditure(execution, seen),
        *_refinance(execution, seen),
        *_restore_coverage(execution, seen),
        *_secure(execution, seen),
    ]
    yield from advice or [_watch(execution, seen)]


def _fund(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    if seen.peak_funding_need:
        need = money(execution, seen.peak_funding_need)
        first = seen.first_shortfall_period or seen.peak_funding_need_period
        last = seen.peak_funding_need_period
        statement = sentences.FUND.format(amount=need, first=month(execution, first), last=month(execution, last))
        figure = Figure("header.peak_funding_need", seen.peak_funding_need_period, amount=seen.peak_funding_need)
        yield Finding(statement, figure, Rule.ANY_SHORTFALL)


def _speak_to_the_lender(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    facility, period = seen.first_default_facility, seen.first_default_period
    if facility:
        when = month(execution, period)
        statement = sentences.SPEAK_TO_THE_LENDER.format(facility=facility.facility_id, month=when)
        figure = Figure("header.first_default_kind", period, words=seen.first_default_kind.value)
        yield Finding(statement, figure, Rule.ANY_DEFAULT)


def _defer_capital_expenditure(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    spent = seen.totals.capital_expenditure_payments
    if seen.first_shortfall_period and spent:
        statement = sentences.DEFER_CAPITAL_EXPENDITURE.format(amount=money(execution, spent))
        yield Finding(statement, Figure("totals.capital_expenditure_payments", 0, amount=spent), Rule.ANY_SHORTFALL)


def _refinance(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    told = seen.debt_service
    if large_maturity(execution):
        period = told.maturity_concentration_period
        balloon, gain = money(execution, told.balloon_horizon), ""
        if told.cash_horizon and told.cash_horizon > 0:  # less service helps no cash below 0
            without, dscr = ratio(told.ex_balloon_dscr), ratio(told.dscr)
            gain = sentences.GAIN_OF_REFINANCING.format(without=without, ratio=dscr)
        statement = sentences.REFINANCE.format(amount=balloon, month=month(execution, period), gain=gain)
        figure = Figure("debt_service.balloon_horizon", period, amount=told.balloon_horizon)
        yield Finding(statement, figure, Rule.LARGE_MATURITY)


def large_maturity(execution: Execution) -> bool:
    """Whether a month asks for much of today's debt because something matures."""
    told, debt = execution.debt_service, sum(one.opening_balance for one in execution.months[0].facilities)
    period = told.maturity_concentration_period
    if not (period and told.balloon_horizon and debt):
        return False
    due = execution.months[period - 1].coverage_month.scheduled_principal
    return thresholds.above(Rule.LARGE_MATURITY, due, debt)


def _restore_coverage(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    """What cash would have to be for a DSCR of 1.25: 5/4 of the service, rounded up."""
    told = seen.debt_service
    missing = -(-5 * told.debt_service_horizon // 4) - (told.cash_horizon or 0)
    if told.ability_level is AbilityLevel.WEAK and missing > 0:
        statement = sentences.RESTORE_COVERAGE.format(amount=money(execution, missing))
        yield Finding(statement, Figure("debt_service.dscr", 0, ratio=told.dscr), Rule.DSCR_BELOW_MINIMUM)


def _secure(execution: Execution, seen: AggregatedReport) -> Iterator[Finding]:
    part = next(part for part in seen.risk.parts if part.question == "collateral")
    gap, period = seen.collateral.highest_collateral_shortfall, seen.collateral.highest_collateral_shortfall_period
    if part.rule and gap:
        statement = sentences.SECURE.format(amount=money(execution, gap), month=month(execution, period))
        figure = Figure("exposure.collateral_shortfall", period, amount=gap)
        yield Finding(statement, figure, part.rule)


def _watch(execution: Execution, seen: AggregatedReport) -> Finding:
    low = execution.header.lowest_liquidity
    period = execution.header.lowest_liquidity_period
    statement = sentences.WATCH.format(month=month(execution, period), amount=money(execution, low))
    return Finding(statement, Figure("available_liquidity", period, amount=low), Rule.THIN_LIQUIDITY)
