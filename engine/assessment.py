"""The debt service assessment of a company: the static view of its contracts, and the same view of a stressed horizon.

DSCR = annual cash x months / (12 x service scheduled inside the horizon): both sides cover the same months, and the
ratio rounds once.
"""

from datetime import date

from seawall.engine import bounds
from seawall.engine.arithmetic import Arithmetic, Cell, Scalar
from seawall.engine.assessment_notes import notes
from seawall.engine.assessment_results import Assessment, ScheduleMonth
from seawall.engine.base_year import derived_ebitda, ebitda_adjustment
from seawall.engine.company import DatasetVersion
from seawall.engine.contract_schedule import Instalment, balloon, contract_schedule
from seawall.engine.dates import month_end
from seawall.engine.debt_service import DEFAULT_TERMS, METHOD, YEAR, AssessmentTerms, Means, Service, judge
from seawall.engine.debt_service_results import CashSource, DebtService
from seawall.engine.domains import MOST_MONEY
from seawall.engine.faults import Fault, Reason, Refused
from seawall.engine.lanes import Outcome
from seawall.engine.plan import Plan
from seawall.engine.results import Facility


def assess(
    company: DatasetVersion,
    terms: AssessmentTerms = DEFAULT_TERMS,
    analysis_date: date | None = None,
    m: Arithmetic | None = None,
) -> Assessment:
    """Assess a company from an analysis date (default: the as-of date); raises `Refused` where that cannot be."""
    lane, d0 = m or Scalar(), analysis_date or company.as_of_date
    faults = list(bounds.dates(company, d0))
    if faults:
        raise Refused(faults)
    months = terms.horizon_months
    schedule = contract_schedule(lane, company, d0, months)
    _refuse_beyond_bounds(schedule)
    year = annual(lane, company, terms.ebitda_cash_share)
    return Assessment(
        method=METHOD,
        analysis_date=d0,
        horizon_months=months,
        currency=company.currency,
        minor_digits=company.minor_digits,
        terms=terms,
        cash_annual=year.cash,
        ebitda_annual=year.ebitda,
        total_debt=company.total_debt,
        debt_service=judge(lane, _scheduled(company, d0, schedule), year.over(months), terms),
        period_ends=tuple(month_end(d0, month) for month in range(1, months + 1)),
        facilities=tuple(Facility(one.facility_id, one.lien) for one in company.debts),
        schedule=schedule,
        assumption_records=notes(company, terms, d0, year.source),
    )


def annual(m: Arithmetic, company: DatasetVersion, share: int) -> Means:
    """What serves the debt in a year: stated cash, else net operating income, else EBITDA x share.

    200,000 x 0.7 is 140,000. A year without revenue, costs and reported EBITDA is one whose EBITDA is not known.
    """
    year = company.income_statement
    told = year.revenue_annual or year.cost_of_sales_annual or year.operating_expenses_annual
    known = told or year.reported_ebitda_annual is not None
    ebitda = derived_ebitda(year) + ebitda_adjustment(year) if known else None
    if company.cash_available_for_debt_service_annual is not None:
        return Means(CashSource.STATED_CASH, company.cash_available_for_debt_service_annual, ebitda)
    if company.net_operating_income_annual is not None:
        return Means(CashSource.NET_OPERATING_INCOME, company.net_operating_income_annual, ebitda)
    if ebitda is None:
        return Means(CashSource.NONE, None, None)
    return Means(CashSource.EBITDA_SHARE, m.times(ebitda, share), ebitda)


def assess_stressed(m: Arithmetic, company: DatasetVersion, plan: Plan, outcome: Outcome) -> DebtService:
    """The assessment of an execution's horizon, by the default terms.

    Service is what fell due in its months, at stressed rates and with what was drawn. Cash and EBITDA are those of the
    static view, changed by what the stress changes EBITDA by: one for one where cash is stated, by the share where it
    is taken from EBITDA. So a neutral scenario gives the static assessment, as long as
    every debt stays on its contract.
    """
    months, terms = len(outcome.months), DEFAULT_TERMS
    year = annual(m, company, terms.ebitda_cash_share)
    base = plan.opening.year
    unstressed = sum(
        base.revenue[t % YEAR] - base.cost_of_sales[t % YEAR] - base.operating_expenses[t % YEAR] for t in range(months)
    )
    change = outcome.header.totals.ebitda - unstressed
    change_of_cash = m.times(change, terms.ebitda_cash_share) if year.source is CashSource.EBITDA_SHARE else change
    return judge(m, _fell_due(company, plan, outcome), year.over(months, change_of_cash, change), terms)


def _scheduled(company: DatasetVersion, d0: date, schedule: tuple[ScheduleMonth, ...]) -> Service:
    rows = [row for month in schedule for row in month.facilities]
    end = month_end(d0, len(schedule))
    return Service(
        interest_expense=sum(row.interest_accrued for row in rows),
        cash_interest=sum(row.interest_due for row in rows),
        capitalised=sum(row.interest_capitalised for row in rows),
        principals=tuple(month.principal_due for month in schedule),
        balloon=sum(row.balloon for row in rows),
        matures=any(one.maturity_date <= end for one in company.debts),
        total_debt=company.total_debt,
    )


def _fell_due(company: DatasetVersion, plan: Plan, outcome: Outcome) -> Service:
    """What fell due in the months of an execution, refinancing taken off."""
    flows, months = outcome.header.coverage_horizon, outcome.months
    slots = range(len(company.debts))
    ends = {slot: _month_of_maturity(plan, slot, len(months)) for slot in slots}
    return Service(
        interest_expense=flows.interest_expense,
        cash_interest=flows.cash_interest,
        capitalised=sum(row.interest_capitalised for month in months for row in month.facilities),
        principals=tuple(month.coverage_month.scheduled_principal for month in months),
        balloon=sum(_balloon_of(company, outcome, slot, end) for slot, end in ends.items() if end is not None),
        matures=any(end is not None for end in ends.values()),
        total_debt=company.total_debt,
    )


def _month_of_maturity(plan: Plan, slot: int, months: int) -> int | None:
    """The position of the month in which a debt matures; None where that is beyond the horizon."""
    return next((t for t in range(months) if plan.months[t].debts[slot].matured), None)


def _balloon_of(company: DatasetVersion, outcome: Outcome, slot: int, end: int) -> Cell:
    instalments = [
        Instalment(month.facilities[slot].interest_due, month.facilities[slot].principal_scheduled)
        for month in outcome.months[: end + 1]
    ]
    before = next((one for one in reversed(instalments[:-1]) if one.principal), None)
    return balloon(Scalar(), company.debts[slot], before, instalments[-1])


def _refuse_beyond_bounds(schedule: tuple[ScheduleMonth, ...]) -> None:
    """Interest that is capitalised for ten years can outgrow every bound; what does is refused."""
    highest = max(month.closing_balance + month.payment for month in schedule)
    if highest > MOST_MONEY:
        allowed = f"debts of at most {MOST_MONEY} minor units in every month of the horizon"
        raise Refused([Fault("instruments", Reason.BOUND_EXCEEDED, f"up to {highest}", allowed)])
