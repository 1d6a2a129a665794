"""The debt service assessment of a company: the static view of its contracts, and the same view of a stressed horizon.

DSCR = annual cash x months / (12 x service scheduled inside the horizon): both sides cover the same months, and the
ratio rounds once.
"""

from datetime import date

from ..compile import limits
from ..compile.base_year import derived_ebitda, ebitda_adjustment
from ..inputs.company import DatasetVersion
from ..month.debt_results import Facility
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import month_end
from ..values.faults import Fault, Reason, Refused
from ..values.in_words import amount_text
from ..values.pause import Pause, no_pause
from ..values.units import MOST_MONEY, Money
from .debt_service import DEFAULT_TERMS, METHOD, AssessmentTerms, Means, Service, judge
from .debt_service_results import CashSource
from .records import assessment_records
from .results import Assessment, ScheduleMonth
from .schedule import contract_schedule


def assess(
    company: DatasetVersion,
    terms: AssessmentTerms = DEFAULT_TERMS,
    analysis_date: date | None = None,
    m: Arithmetic = SCALAR,
    pause: Pause = no_pause,
) -> Assessment:
    """Assess a company from an analysis date (default: the as-of date), with a pause before each debt.

    Raises `Refused` where that is not possible.
    """
    d0 = analysis_date or company.as_of_date
    faults = [*limits.dates(company, company.debts, d0), *limits.opening_rates(company, unstressed=True)]
    if faults:
        raise Refused(faults)
    months = terms.horizon_months
    schedule = contract_schedule(m, company, d0, months, pause)
    _refuse_beyond_limits(schedule, company.minor_digits)
    year = annual(m, company, terms.ebitda_cash_share)
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
        debt_service=judge(m, _scheduled(company, d0, schedule), year.over(months), terms),
        period_ends=tuple(month_end(d0, month) for month in range(1, months + 1)),
        facilities=tuple(Facility(debt.facility_id, debt.lien) for debt in company.debts),
        schedule=schedule,
        assumption_records=assessment_records(company, terms, d0, year.source),
    )


def annual(m: Arithmetic, company: DatasetVersion, share: int) -> Means:
    """What serves the debt in a year: stated cash, else net operating income, else EBITDA x share.

    200,000 x 0.7 is 140,000; a loss stays whole. A year without revenue, costs and reported EBITDA is one whose EBITDA
    is not known.
    """
    year = company.income_statement
    trades = year.revenue_annual or year.cost_of_sales_annual or year.operating_expenses_annual
    is_known = trades or year.reported_ebitda_annual is not None
    ebitda = derived_ebitda(year) + ebitda_adjustment(year) if is_known else None
    if company.cash_available_for_debt_service_annual is not None:
        return Means(CashSource.STATED_CASH, company.cash_available_for_debt_service_annual, ebitda)
    if company.net_operating_income_annual is not None:
        return Means(CashSource.NET_OPERATING_INCOME, company.net_operating_income_annual, ebitda)
    if ebitda is None:
        return Means(CashSource.NONE, None, None)
    return Means(CashSource.EBITDA_SHARE, cash_of_ebitda(m, ebitda, share), ebitda)


def cash_of_ebitda(m: Arithmetic, ebitda: Money, share: int) -> Money:
    """least(EBITDA, EBITDA x share): no share is taken of a loss.  200.00 at 0.7 is 140.00, -200.00 stays."""
    return m.least(ebitda, m.times(ebitda, share))


def _scheduled(company: DatasetVersion, d0: date, schedule: tuple[ScheduleMonth, ...]) -> Service:
    rows = [row for month in schedule for row in month.facilities]
    end = month_end(d0, len(schedule))
    return Service(
        interest_expense=sum(row.interest_accrued for row in rows),
        cash_interest=sum(row.interest_due for row in rows),
        capitalised=sum(row.interest_capitalised for row in rows),
        principals=tuple(month.principal_due for month in schedule),
        balloon=sum(row.balloon for row in rows),
        matures=any(debt.maturity_date <= end for debt in company.debts),
        total_debt=company.total_debt,
    )


def _refuse_beyond_limits(schedule: tuple[ScheduleMonth, ...], minor_digits: int) -> None:
    """Refuse debts that capitalised interest makes too large: over ten years it can outgrow every limit."""
    highest = max(month.closing_balance + month.payment for month in schedule)
    if highest > MOST_MONEY:
        allowed = amount_text("debts of at most {} in every month of the horizon", MOST_MONEY)
        fault = Fault("instruments", Reason.BOUND_EXCEEDED, amount_text("up to {}", highest), allowed)
        raise Refused([fault], minor_digits)
