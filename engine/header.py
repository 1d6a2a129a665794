"""The whole horizon in a few figures, folded over its months in any lane."""

from collections.abc import Sequence

from seawall.engine.arithmetic import Arithmetic, Cell, UndefinedRatio
from seawall.engine.coverage import CoverageFlows, coverage
from seawall.engine.plan import Plan
from seawall.engine.results import DefaultKind, FacilityMonth, Header, Month, ShortfallCategory, Totals

CATEGORIES = tuple(ShortfallCategory)  #: while they are cells, a category and a kind are their positions here
KINDS = tuple(DefaultKind)


def header(m: Arithmetic, plan: Plan, months: Sequence[Month]) -> Header:
    """Totals, coverage, first shortfall, first default, runway, peak funding need and lowest liquidity."""
    shortfall_period, shortfall_category = first_shortfall(m, months)
    default_period, default_facility, default_kind = first_default(m, plan, months)
    peak, peak_period = extreme(m, [funding_need(month) for month in months])
    deepest, lowest_period = extreme(m, [-month.available_liquidity for month in months])
    opening = plan.opening
    return Header(
        totals=totals(months),
        coverage_horizon=coverage(m, _coverage_flows(months)),
        first_shortfall_period=shortfall_period,
        first_shortfall_category=shortfall_category,
        first_default_period=default_period,
        first_default_facility=default_facility,
        first_default_kind=default_kind,
        months_of_runway=m.where(shortfall_period > 0, shortfall_period - 1, len(months)),
        peak_funding_need=peak,
        peak_funding_need_period=m.where(peak > 0, peak_period, 0),
        lowest_liquidity=-deepest,
        lowest_liquidity_period=lowest_period,
        interest_annual_run_rate=opening.interest_run_rate,
        weighted_average_rate=m.ratio(opening.interest_run_rate, sum(opening.principals, 0), UndefinedRatio.NO_DEBT),
    )


def totals(months: Sequence[Month]) -> Totals:
    """Sums over the horizon."""
    income, flows = [month.income for month in months], [month.cash_flow for month in months]
    unpaid = [month.shortfalls for month in months]
    return Totals(
        revenue=sum(one.revenue for one in income),
        ebitda=sum(one.ebitda for one in income),
        tax=sum(one.tax for one in income),
        net_income=sum(one.net_income for one in income),
        interest_payments=sum(one.interest_payments for one in flows),
        principal_payments=sum(one.principal_payments for one in flows),
        capital_expenditure_payments=sum(one.capital_expenditure_payments for one in flows),
        revolver_draws=sum(one.revolver_draws for one in flows),
        operating_shortfall=sum(one.operating.shortfall for one in unpaid),
        debt_service_shortfall=sum(one.debt_service.shortfall for one in unpaid),
        capital_expenditure_shortfall=sum(one.capital_expenditure.shortfall for one in unpaid),
        operating_cured=sum(one.operating.cured for one in unpaid),
        debt_service_cured=sum(one.debt_service.cured for one in unpaid),
    )


def _coverage_flows(months: Sequence[Month]) -> CoverageFlows:
    return CoverageFlows(
        *(sum(getattr(month.coverage_month, name) for month in months) for name in CoverageFlows._fields)
    )


def funding_need(month: Month) -> Cell:
    """What is unpaid and still owed, plus the gap to the minimum cash; capital expenditure that lapsed is no need."""
    unpaid = month.shortfalls.operating.outstanding + month.shortfalls.debt_service.outstanding
    return unpaid + month.liquidity.minimum_cash_gap


def first_shortfall(m: Arithmetic, months: Sequence[Month]) -> tuple[Cell, Cell]:
    """The first month in which an unpaid stock rises, and the first category in the order of the waterfall."""
    period: Cell = 0
    category: Cell = CATEGORIES.index(ShortfallCategory.NONE)
    for number, month in enumerate(months, start=1):
        for position, stock in enumerate(month.shortfalls, start=1):
            new = (period == 0) & (stock.shortfall > 0)
            period = m.where(new, number, period)
            category = m.where(new, position, category)
    return period, category


def first_default(m: Arithmetic, plan: Plan, months: Sequence[Month]) -> tuple[Cell, Cell, Cell]:
    """The first debt that was not paid what fell due: interest before principal, best lien first.

    Returns the period, the position of the facility plus one, and the kind.
    """
    period: Cell = 0
    facility: Cell = 0
    kind: Cell = KINDS.index(DefaultKind.NONE)
    for number, month in enumerate(months, start=1):
        failures = [(slot, one.interest_arrears, KINDS.index(DefaultKind.INTEREST)) for slot, one in _slots(month)]
        for slot, one in _slots(month):
            matured = plan.months[number - 1].debts[slot].matured
            of_principal = m.where(matured, KINDS.index(DefaultKind.MATURITY), KINDS.index(DefaultKind.PRINCIPAL))
            failures.append((slot, one.overdue, of_principal))
        for slot, unpaid, kind_of in failures:
            new = (period == 0) & (unpaid > 0)
            facility = m.where(new, slot + 1, facility)
            kind = m.where(new, kind_of, kind)
            period = m.where(new, number, period)
    return period, facility, kind


def _slots(month: Month) -> list[tuple[int, FacilityMonth]]:
    return list(enumerate(month.facilities))


def extreme(m: Arithmetic, figures: Sequence[Cell]) -> tuple[Cell, Cell]:
    """The highest figure and the first period that has it."""
    highest, period = figures[0], 1
    for number, figure in enumerate(figures[1:], start=2):
        higher = figure > highest
        highest = m.where(higher, figure, highest)
        period = m.where(higher, number, period)
    return highest, period
