"""The whole horizon in a few figures, folded over its months: a month is let go once it is counted."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from ..compile.case import CompiledCase, MonthTerms
from ..month.coverage import NO_FLOWS, CoverageFlows, coverage
from ..month.results import Month
from ..numbers.exact import Arithmetic, UndefinedRatio
from ..values.units import Choice, Flag, Money, Number
from .results import CumulativeMetrics, DefaultKind, ShortfallCategory, Totals

CATEGORIES = tuple(ShortfallCategory)  #: a run computes with positions here in place of categories and kinds
KINDS = tuple(DefaultKind)
BEYOND = 2**62  #: more than any liquidity


class Shortfall(NamedTuple):
    """The first month in which an unpaid stock rises, and the first category in the order of the waterfall."""

    period: Number = 0
    category: Choice = CATEGORIES.index(ShortfallCategory.NONE)


class Default(NamedTuple):
    """The first debt that was not paid what fell due: interest before principal, best lien first."""

    period: Number = 0
    facility: Number = 0  #: its position plus one
    kind: Choice = KINDS.index(DefaultKind.NONE)


class Extreme(NamedTuple):
    """A highest or lowest figure and the first period that has it."""

    figure: Money
    period: Number = 0


Mark = TypeVar("Mark", Shortfall, Default, Extreme)


class HorizonSoFar(NamedTuple):
    """What is known of the horizon after some of its months."""

    months: int = 0
    totals: Totals = Totals(*(0,) * len(Totals._fields))
    flows: CoverageFlows = NO_FLOWS
    shortfall: Shortfall = Shortfall()
    default: Default = Default()
    peak: Extreme = Extreme(0)
    lowest: Extreme = Extreme(BEYOND)


def cumulative(m: Arithmetic, case: CompiledCase, months: Iterable[Month]) -> CumulativeMetrics:
    """Totals, coverage, first shortfall, first default, runway, peak funding need and lowest liquidity."""
    opening, horizon = case.opening, HorizonSoFar()
    for terms, month in zip(case.months, months, strict=False):
        horizon = add_month(m, horizon, terms, month)
    shortfall, default = horizon.shortfall, horizon.default
    return CumulativeMetrics(
        totals=horizon.totals,
        coverage_horizon=coverage(m, horizon.flows),
        first_shortfall_period=shortfall.period,
        first_shortfall_category=shortfall.category,  # type: ignore[arg-type]  # its position, until it is named
        first_default_period=default.period,
        first_default_facility=default.facility,
        first_default_kind=default.kind,  # type: ignore[arg-type]  # its position, until it is named
        months_of_runway=m.where(shortfall.period > 0, shortfall.period - 1, horizon.months),
        peak_funding_need=horizon.peak.figure,
        peak_funding_need_period=horizon.peak.period,
        lowest_liquidity=horizon.lowest.figure,
        lowest_liquidity_period=horizon.lowest.period,
        interest_annual_run_rate=opening.interest_run_rate,
        weighted_average_rate=m.ratio(opening.interest_run_rate, sum(opening.principals), UndefinedRatio.NO_DEBT),
    )


def add_month(m: Arithmetic, before: HorizonSoFar, terms: MonthTerms, month: Month) -> HorizonSoFar:
    """The horizon with one month more."""
    number, need, liquidity = before.months + 1, funding_need(month), month.available_liquidity
    flows = CoverageFlows(*(getattr(month.coverage_month, name) for name in CoverageFlows._fields))
    totals = zip(before.totals, month_totals(month), strict=True)
    return HorizonSoFar(
        months=number,
        totals=Totals(*(total + amount for total, amount in totals)),
        flows=before.flows.plus(flows),
        shortfall=first_shortfall(m, before.shortfall, number, month),
        default=first_default(m, before.default, number, terms, month),
        peak=either(m, need > before.peak.figure, Extreme(need, number), before.peak),
        lowest=either(m, liquidity < before.lowest.figure, Extreme(liquidity, number), before.lowest),
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
        revolver_draws=flow.revolver_draws,
        operating_shortfall=unpaid.operating.shortfall,
        debt_service_shortfall=unpaid.debt_service.shortfall,
        capital_expenditure_shortfall=unpaid.capital_expenditure.shortfall,
        operating_cured=unpaid.operating.cured,
        debt_service_cured=unpaid.debt_service.cured,
    )


def funding_need(month: Month) -> Money:
    """What is unpaid and still owed, plus the gap to the minimum cash; capital expenditure that lapsed is no need."""
    unpaid = month.shortfalls.operating.outstanding + month.shortfalls.debt_service.outstanding
    return unpaid + month.liquidity.minimum_cash_gap


def first_shortfall(m: Arithmetic, first: Shortfall, number: int, month: Month) -> Shortfall:
    """The shortfall of this month, if there was none before."""
    category = first.category
    for position, unpaid in reversed([*enumerate(month.shortfalls, start=1)]):
        category = m.where(unpaid.shortfall > 0, position, category)
    is_first = (first.period == 0) & (month.shortfalls.total_shortfall > 0)
    return either(m, is_first, Shortfall(number, category), first)


def first_default(m: Arithmetic, first: Default, number: int, terms: MonthTerms, month: Month) -> Default:
    """The default of this month, if there was none before."""
    interest, principal, maturity = map(
        KINDS.index, (DefaultKind.INTEREST, DefaultKind.PRINCIPAL, DefaultKind.MATURITY)
    )
    debts = list(zip(month.facilities, terms.debts, strict=True))
    unpaid = [(facility.interest_arrears, interest) for facility, _ in debts]
    unpaid += [(facility.overdue, m.where(debt.matured, maturity, principal)) for facility, debt in debts]
    facility_number, kind = first.facility, first.kind
    for position, (amount, amount_kind) in reversed([*enumerate(unpaid)]):
        failed = amount > 0
        facility_number = m.where(failed, position % len(debts) + 1, facility_number)
        kind = m.where(failed, amount_kind, kind)
    is_first = (first.period == 0) & (facility_number > 0)
    return either(m, is_first, Default(number, facility_number, kind), first)


def either(m: Arithmetic, condition: Flag, new: Mark, old: Mark) -> Mark:
    """The new one where the condition holds, the old one elsewhere, figure by figure."""
    return type(old)(*(m.where(condition, figure, other) for figure, other in zip(new, old, strict=True)))
