"""The debt service assessment of an execution's horizon, on its stressed figures."""

from ..assessment.assess import annual, cash_of_ebitda
from ..assessment.debt_service import DEFAULT_TERMS, Service, judge
from ..assessment.debt_service_results import CashSource, DebtService
from ..compile.case import CompiledCase
from ..inputs.company import DatasetVersion
from ..numbers.exact import Arithmetic
from ..numbers.months import YEAR, month_of_year
from ..values.units import Money
from .run import Run


def assess_stressed(m: Arithmetic, company: DatasetVersion, case: CompiledCase, run: Run) -> DebtService:
    """The assessment of an execution's horizon, by the default terms.

    Service is what fell due in its months, at stressed rates and with what was drawn. Cash and EBITDA are those of the
    static view, changed by what the stress changes EBITDA by: one for one where cash is stated, else as the share of
    EBITDA changes. So a neutral scenario gives the static assessment, as long as every debt stays on its contract.
    """
    months, terms = len(run.service.principals), DEFAULT_TERMS
    share, base = terms.ebitda_cash_share, annual(m, company, terms.ebitda_cash_share).over(months)
    change = YEAR * (run.cumulative.totals.ebitda - _unstressed_ebitda(case, months))
    cash_change = change
    if base.source is CashSource.EBITDA_SHARE and base.ebitda is not None:
        cash_change = cash_of_ebitda(m, base.ebitda + change, share) - cash_of_ebitda(m, base.ebitda, share)
    return judge(m, _fell_due(company, case, run), base.changed(cash_change, change), terms)


def _unstressed_ebitda(case: CompiledCase, months: int) -> Money:
    """The EBITDA of the base year over so many months."""
    ebitda = case.opening.year.ebitda
    return sum(ebitda[month_of_year(number)] for number in range(1, months + 1))


def _fell_due(company: DatasetVersion, case: CompiledCase, run: Run) -> Service:
    """What fell due in the months of an execution, refinancing taken off."""
    flows, service, months = run.cumulative.coverage_horizon, run.service, len(run.service.principals)
    return Service(
        interest_expense=flows.interest_expense,
        cash_interest=flows.cash_interest,
        capitalised=service.capitalised,
        principals=service.principals,
        balloon=flows.balloon,
        matures=any(debt.matured for debt in case.months[months - 1].debts),
        total_debt=company.total_debt,
    )
