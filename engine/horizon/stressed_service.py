"""The debt service assessment of an execution's horizon, on its stressed figures."""

from ..assessment.assess import annual
from ..assessment.debt_service import DEFAULT_TERMS, YEAR, Service, judge
from ..assessment.debt_service_results import CashSource, DebtService
from ..assessment.schedule import Instalment, balloon
from ..compile.case import CompiledCase
from ..inputs.company import DatasetVersion
from ..numbers.exact import Arithmetic, Cell, Scalar
from .run import Run


def assess_stressed(m: Arithmetic, company: DatasetVersion, plan: CompiledCase, outcome: Run) -> DebtService:
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


def _fell_due(company: DatasetVersion, plan: CompiledCase, outcome: Run) -> Service:
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


def _month_of_maturity(plan: CompiledCase, slot: int, months: int) -> int | None:
    """The position of the month in which a debt matures; None where that is beyond the horizon."""
    return next((t for t in range(months) if plan.months[t].debts[slot].matured), None)


def _balloon_of(company: DatasetVersion, outcome: Run, slot: int, end: int) -> Cell:
    instalments = [
        Instalment(month.facilities[slot].interest_due, month.facilities[slot].principal_scheduled)
        for month in outcome.months[: end + 1]
    ]
    before = next((one for one in reversed(instalments[:-1]) if one.principal), None)
    return balloon(Scalar(), company.debts[slot], before, instalments[-1])
