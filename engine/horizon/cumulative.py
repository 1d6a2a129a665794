"""The whole horizon in a few figures, folded over its months in any lane: a month is let go once it is counted."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from ..compile.case import CompiledCase, MonthTerms
from ..month.coverage import CoverageFlows, coverage
from ..month.results import Month
from ..numbers.exact import Arithmetic, Cell, UndefinedRatio
from .results import CumulativeMetrics, DefaultKind, ShortfallCategory, Totals

CATEGORIES = tuple(ShortfallCategory)  #: while they are cells, a category and a kind are their positions here
KINDS = tuple(DefaultKind)
BEYOND = 2**62  #: more than any liquidity


class Shortfall(NamedTuple):
    """The first month in which an unpaid stock rises, and the first category in the order of the waterfall."""

    period: Cell = 0
    category: Cell = CATEGORIES.index(ShortfallCategory.NONE)


class Default(NamedTuple):
    """The first debt that was not paid what fell due: interest before principal, best lien first."""

    period: Cell = 0
    facility: Cell = 0  #: its position plus one
    kind: Cell = KINDS.index(DefaultKind.NONE)


class Extreme(NamedTuple):
    """A highest or lowest figure and the first period that has it."""

    figure: Cell
    period: Cell = 0


Found = TypeVar("Found", Shortfall, Default, Extreme)


class HorizonSoFar(NamedTuple):
    """What is known of the horizon after some of its months."""

    months: int = 0
    totals: Totals = Totals(*(0,) * len(Totals._fields))
    flows: CoverageFlows = CoverageFlows(0, 0, 0, 0, 0)
    shortfall: Shortfall = Shortfall()
    default: Default = Default()
    peak: Extreme = Extreme(0)
    lowest: Extreme = Extreme(BEYOND)


def header(m: Arithmetic, plan: CompiledCase, months: Iterable[Month]) -> CumulativeMetrics:
    """Totals, coverage, first shortfall, first default, runway, peak funding need and lowest liquidity."""
    opening, whole = plan.opening, HorizonSoFar()
    for terms, month in zip(plan.months, months, strict=False):
        whole = count(m, whole, terms, month)
    return CumulativeMetrics(
        totals=whole.totals,
        coverage_horizon=coverage(m, whole.flows),
        first_shortfall_period=whole.shortfall.period,
        first_shortfall_category=whole.shortfall.category,
        first_default_period=whole.default.period,
        first_default_facility=whole.default.facility,
        first_default_kind=whole.default.kind,
        months_of_runway=m.where(whole.shortfall.period > 0, whole.shortfall.period - 1, whole.months),
        peak_funding_need=whole.peak.figure,
        peak_funding_need_period=whole.peak.period,
        lowest_liquidity=whole.lowest.figure,
        lowest_liquidity_period=whole.lowest.period,
        interest_annual_run_rate=opening.interest_run_rate,
        weighted_average_rate=m.ratio(opening.interest_run_rate, sum(opening.principals, 0), UndefinedRatio.NO_DEBT),
    )


def count(m: Arithmetic, before: HorizonSoFar, terms: MonthTerms, month: Month) -> HorizonSoFar:
    """One month more."""
    number, need, liquidity = before.months + 1, funding_need(month), month.available_liquidity
    covered = CoverageFlows(*(getattr(month.coverage_month, name) for name in CoverageFlows._fields))
    return HorizonSoFar(
        months=number,
        totals=Totals(*(one + more for one, more in zip(before.totals, flows(month), strict=True))),
        flows=before.flows.plus(covered),
        shortfall=first_shortfall(m, before.shortfall, number, month),
        default=first_default(m, before.default, number, terms, month),
        peak=first_of(m, need > before.peak.figure, Extreme(need, number), before.peak),
        lowest=first_of(m, liquidity < before.lowest.figure, Extreme(liquidity, number), before.lowest),
    )


def flows(month: Month) -> Totals:
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


def funding_need(month: Month) -> Cell:
    """What is unpaid and still owed, plus the gap to the minimum cash; capital expenditure that lapsed is no need."""
    unpaid = month.shortfalls.operating.outstanding + month.shortfalls.debt_service.outstanding
    return unpaid + month.liquidity.minimum_cash_gap


def first_shortfall(m: Arithmetic, found: Shortfall, number: int, month: Month) -> Shortfall:
    """The shortfall of this month, if there was none before."""
    category: Cell = found.category
    for position, stock in reversed([*enumerate(month.shortfalls, start=1)]):
        category = m.where(stock.shortfall > 0, position, category)
    short = month.shortfalls.total_shortfall > 0
    return first_of(m, (found.period == 0) & short, Shortfall(number, category), found)


def first_default(m: Arithmetic, found: Default, number: int, terms: MonthTerms, month: Month) -> Default:
    """The default of this month, if there was none before."""
    interest, principal, maturity = (
        KINDS.index(kind) for kind in (DefaultKind.INTEREST, DefaultKind.PRINCIPAL, DefaultKind.MATURITY)
    )
    failures = [(one.interest_arrears, interest) for one in month.facilities]
    for one, debt in zip(month.facilities, terms.debts, strict=True):
        failures.append((one.overdue, m.where(debt.matured, maturity, principal)))
    facility, kind = found.facility, found.kind
    for position, (unpaid, kind_of) in reversed([*enumerate(failures)]):
        failed = unpaid > 0
        facility = m.where(failed, position % len(month.facilities) + 1, facility)
        kind = m.where(failed, kind_of, kind)
    return first_of(m, (found.period == 0) & (facility > 0), Default(number, facility, kind), found)


def first_of(m: Arithmetic, is_new: Cell, new: Found, found: Found) -> Found:
    """The new finding where it is one, cell by cell."""
    return type(found)(*(m.where(is_new, one, other) for one, other in zip(new, found, strict=True)))
