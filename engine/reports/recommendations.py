"""What to do, as far as the figures carry it: each advice names its figure, its period and its rule."""

from collections.abc import Iterator

from ..assessment.debt_service_results import AbilityLevel
from ..horizon.results import Execution
from ..sentences import reports as sentences
from . import thresholds
from .judgement_results import Figure, Finding, Rule
from .results import AggregatedReport
from .wording import money, month, ratio


def recommendations(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """In the order in which they are due; where nothing is wrong, one to keep watching."""
    advice = [
        *_fund(execution, aggregated),
        *_speak_to_the_lender(execution, aggregated),
        *_defer_capital_expenditure(execution, aggregated),
        *_refinance(execution, aggregated),
        *_restore_coverage(execution, aggregated),
        *_secure(execution, aggregated),
    ]
    yield from advice or [_watch(execution, aggregated)]


def _fund(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    if aggregated.standstill_peak:
        need = money(execution, aggregated.standstill_peak)
        first = aggregated.first_default_period or aggregated.standstill_peak_period
        last = aggregated.standstill_peak_period
        statement = sentences.FUND.format(amount=need, first=month(execution, first), last=month(execution, last))
        figure = Figure("header.standstill_peak", aggregated.standstill_peak_period, amount=aggregated.standstill_peak)
        yield Finding(statement, figure, Rule.ANY_SHORTFALL)


def _speak_to_the_lender(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    facility, period = aggregated.first_default_facility, aggregated.first_default_period
    if facility:
        when = month(execution, period)
        statement = sentences.SPEAK_TO_THE_LENDER.format(facility=facility.facility_id, month=when)
        figure = Figure("header.first_default_kind", period, words=aggregated.first_default_kind.value)
        yield Finding(statement, figure, Rule.ANY_DEFAULT)


def _defer_capital_expenditure(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    spent = aggregated.totals.capital_expenditure_payments
    if aggregated.first_default_period and spent:
        statement = sentences.DEFER_CAPITAL_EXPENDITURE.format(amount=money(execution, spent))
        yield Finding(statement, Figure("totals.capital_expenditure_payments", 0, amount=spent), Rule.ANY_SHORTFALL)


def _refinance(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    debt_service = aggregated.debt_service
    if large_maturity(execution):
        period = debt_service.maturity_concentration_period
        balloon, gain = money(execution, debt_service.balloon_horizon), ""
        if debt_service.cash_horizon and debt_service.cash_horizon > 0:  # less service helps no cash below 0
            without, dscr = ratio(debt_service.ex_balloon_dscr), ratio(debt_service.dscr)
            gain = sentences.GAIN_OF_REFINANCING.format(without=without, ratio=dscr)
        statement = sentences.REFINANCE.format(amount=balloon, month=month(execution, period), gain=gain)
        figure = Figure("debt_service.balloon_horizon", period, amount=debt_service.balloon_horizon)
        yield Finding(statement, figure, Rule.LARGE_MATURITY)


def large_maturity(execution: Execution) -> bool:
    """Whether a month asks for much of today's debt because something matures."""
    debt_service = execution.debt_service
    debt = sum(facility.opening_balance for facility in execution.months[0].facilities)
    period = debt_service.maturity_concentration_period
    if not (period and debt_service.balloon_horizon and debt):
        return False
    due = execution.months[period - 1].coverage_month.scheduled_principal
    return thresholds.above(Rule.LARGE_MATURITY, due, debt)


def _restore_coverage(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """What cash would have to be for a DSCR of 1.25: 5/4 of the service, rounded up."""
    debt_service = aggregated.debt_service
    missing = -(-5 * debt_service.debt_service_horizon // 4) - (debt_service.cash_horizon or 0)
    if debt_service.ability_level is AbilityLevel.WEAK and missing > 0:
        statement = sentences.RESTORE_COVERAGE.format(amount=money(execution, missing))
        yield Finding(statement, Figure("debt_service.dscr", 0, ratio=debt_service.dscr), Rule.DSCR_BELOW_MINIMUM)


def _secure(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    part = next(part for part in aggregated.risk.parts if part.question == "collateral")
    if aggregated.collateral is None:
        return
    gap, period = (
        aggregated.collateral.highest_collateral_shortfall,
        aggregated.collateral.highest_collateral_shortfall_period,
    )
    if part.rule and gap:
        statement = sentences.SECURE.format(amount=money(execution, gap), month=month(execution, period))
        figure = Figure("exposure.collateral_shortfall", period, amount=gap)
        yield Finding(statement, figure, part.rule)


def _watch(execution: Execution, aggregated: AggregatedReport) -> Finding:
    lowest, period = execution.header.lowest_liquidity, execution.header.lowest_liquidity_period
    statement = sentences.WATCH.format(month=month(execution, period), amount=money(execution, lowest))
    return Finding(statement, Figure("available_liquidity", period, amount=lowest), Rule.THIN_LIQUIDITY)
