"""The whole horizon in a few figures, folded over its months: a month is let go once it is counted."""

from collections.abc import Iterable
from typing import NamedTuple

from ..compile.case import CompiledCase
from ..month.covenants import EVENT_OF_DEFAULT, NOT_TESTED, PASS
from ..month.coverage import NO_FLOWS, CoverageFlows, coverage, flows_of
from ..month.debt_results import CovenantTest
from ..month.recovery import recover
from ..month.results import Month
from ..month.state import State
from ..numbers.exact import Arithmetic, UndefinedRatio
from ..numbers.months import YEAR
from ..values.units import Number
from .firsts import BEYOND, Default, Extreme, default_of, either, first_period, funding_need
from .results import CovenantSummary, CumulativeMetrics, FacilityWall, Totals, Wall


class CovenantSoFar(NamedTuple):
    """A covenant over some months."""

    breach: Number = 0
    event: Number = 0
    least: Extreme = Extreme(BEYOND)


class HorizonSoFar(NamedTuple):
    """What is known of the horizon after some of its months."""

    covenants: tuple[CovenantSoFar, ...]
    months: int = 0
    totals: Totals = Totals(*(0,) * len(Totals._fields))
    flows: CoverageFlows = NO_FLOWS
    default: Default = Default()
    below_minimum: Number = 0
    lapsed: Number = 0
    gap: Extreme = Extreme(0)
    lowest_before: Extreme = Extreme(BEYOND)
    lowest: Extreme = Extreme(BEYOND)
    peak: Extreme = Extreme(0)


def cumulative(m: Arithmetic, case: CompiledCase, steps: Iterable[tuple[State, Month]]) -> CumulativeMetrics:
    """Totals, coverage, the first default with the runway to it, extremes, the wall, covenants and recovery."""
    opening, horizon = case.opening, HorizonSoFar((CovenantSoFar(),) * len(case.opening.covenants))
    for state, last in steps:
        horizon, estate = add_month(m, case, horizon, last), state.liquidation
    default = horizon.default
    return CumulativeMetrics(
        totals=horizon.totals,
        coverage_horizon=coverage(m, horizon.flows),
        first_default_period=default.period,
        first_default_kind=default.kind,  # type: ignore[arg-type]  # its position, until it is named
        first_default_facility=default.facility,
        months_of_runway=m.where(default.period > 0, default.period - 1, horizon.months),
        need_at_default=default.need,
        first_below_minimum_cash_period=horizon.below_minimum,
        largest_minimum_cash_gap=horizon.gap.figure,
        largest_minimum_cash_gap_period=horizon.gap.period,
        lowest_liquidity_before_default=horizon.lowest_before.figure,
        lowest_liquidity_before_default_period=horizon.lowest_before.period,
        lowest_liquidity=horizon.lowest.figure,
        lowest_liquidity_period=horizon.lowest.period,
        first_lapsed_capital_expenditure_period=horizon.lapsed,
        standstill_peak=horizon.peak.figure,
        standstill_peak_period=horizon.peak.period,
        wall=wall(m, case, horizon.months, last),
        covenants=tuple(
            CovenantSummary(
                covenant_id=None,  # type: ignore[arg-type]  # no figure: `execute` names it
                kind=None,  # type: ignore[arg-type]
                first_breach_period=so_far.breach,
                first_event_of_default_period=so_far.event,
                least_headroom=so_far.least.figure,
                least_headroom_period=so_far.least.period,
            )
            for so_far in horizon.covenants
        ),
        recovery_period=m.where(default.period > 0, default.period, horizon.months),
        recovery=None if estate is None else recover(m, case.structure, estate),
        interest_annual_run_rate=opening.interest_run_rate,
        weighted_average_rate=m.ratio(opening.interest_run_rate, sum(opening.principals), UndefinedRatio.NO_DEBT),
    )


def add_month(m: Arithmetic, case: CompiledCase, before: HorizonSoFar, month: Month) -> HorizonSoFar:
    """The horizon with one month more."""
    number, need, liquidity = before.months + 1, funding_need(month), month.available_liquidity
    gap = month.liquidity.minimum_cash_gap
    fine = m.where(month.after_default, 0, 1) > 0
    unpaid = default_of(m, case.structure, number, case.months[number - 1], month)
    return HorizonSoFar(
        covenants=tuple(
            _with_test(m, so_far, test, number) for so_far, test in zip(before.covenants, month.covenants, strict=True)
        ),
        months=number,
        totals=Totals(*[total + amount for total, amount in zip(before.totals, month_totals(month), strict=True)]),
        flows=before.flows.plus(flows_of(month.coverage_month)),
        default=either(m, (month.after_default > 0) & (before.default.period == 0), unpaid, before.default),
        below_minimum=first_period(m, before.below_minimum, gap > 0, number),
        lapsed=first_period(m, before.lapsed, month.capital_expenditure.lapsed > 0, number),
        gap=either(m, fine & (gap > before.gap.figure), Extreme(gap, number), before.gap),
        lowest_before=either(
            m, fine & (liquidity < before.lowest_before.figure), Extreme(liquidity, number), before.lowest_before
        ),
        lowest=either(m, liquidity < before.lowest.figure, Extreme(liquidity, number), before.lowest),
        peak=either(m, need > before.peak.figure, Extreme(need, number), before.peak),
    )


def month_totals(month: Month) -> Totals:
    """What a month adds to the totals."""
    income, flow, unpaid = month.income, month.cash_flow, month.shortfalls
    return Totals(
        revenue=income.revenue,
        ebitda=income.ebitda,
        tax=income.tax,
        net_income=income.net_income,
        interest_payments=flow.interest_payments,
        principal_payments=flow.principal_payments,
        capital_expenditure_payments=flow.capital_expenditure_payments,
        lapsed_capital_expenditure=month.capital_expenditure.lapsed,
        revolver_draws=flow.revolver_draws,
        equity_cures=flow.equity_cure,
        operating_shortfall=unpaid.operating.shortfall,
        debt_service_shortfall=unpaid.debt_service.shortfall,
        operating_cured=unpaid.operating.cured,
        debt_service_cured=unpaid.debt_service.cured,
    )


def _with_test(m: Arithmetic, before: CovenantSoFar, test: CovenantTest, number: int) -> CovenantSoFar:
    status: Number = test.status  # type: ignore[assignment]  # its position, until it is named
    tested = status != NOT_TESTED
    return CovenantSoFar(
        breach=first_period(m, before.breach, status > PASS, number),
        event=first_period(m, before.event, status == EVENT_OF_DEFAULT, number),
        least=either(m, tested & (test.headroom < before.least.figure), Extreme(test.headroom, number), before.least),
    )


def wall(m: Arithmetic, case: CompiledCase, horizon: int, last: Month) -> Wall:
    """Per debt least(performing, contractual principal of the year after); a revolver that matures there, in full."""
    year = case.months[horizon : horizon + YEAR]
    principal = []
    for slot, facility in enumerate(last.facilities):
        performing = facility.closing_balance - facility.overdue
        if slot == case.structure.revolver:
            terms = year[-1].revolver
            due = performing - m.times(performing, terms.refinanced_at_maturity)
            matures = year[-1].debts[slot].matured - case.months[horizon - 1].debts[slot].matured
            principal.append(m.where(matures > 0, due, 0))
        else:
            principal.append(m.least(performing, sum(terms.debts[slot].contract_principal for terms in year)))
    return Wall(last.available_liquidity, tuple(map(FacilityWall, principal)))
