"""The runs that a report sets beside its execution: the same company without stress, and with other fixed shares."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from .compile.case import CompiledCase, compile_case
from .execute import named_cumulative, named_facilities
from .horizon.cumulative import cumulative
from .horizon.run import run_months
from .inputs.company import DatasetVersion
from .inputs.scenario import Assumptions, Scenario
from .month.results import Month
from .month.state import State
from .numbers.exact import SCALAR
from .reports.beside_results import Beside, ComparisonKind, ComparisonRun
from .reports.headline import CreditMonth, credit_month, headline_figures
from .values.faults import Refused
from .values.pause import Pause, no_pause
from .values.units import NANO, Money

PERCENT = NANO // 100


class FixedShares(NamedTuple):
    """The parts of cost of sales and of operating expenses that do not follow sales."""

    cost_of_sales: int
    operating_expenses: int


#: The two ends between which the fixed shares of most companies lie; see docs/scenarios.md for what studies say.
FIXED_SHARES = {
    ComparisonKind.LOW_FIXED_SHARES: FixedShares(2 * PERCENT, 57 * PERCENT),
    ComparisonKind.HIGH_FIXED_SHARES: FixedShares(31 * PERCENT, 84 * PERCENT),
}


def beside(
    scenario: Scenario, dataset: DatasetVersion, analysis_date: date | None = None, pause: Pause = no_pause
) -> Beside:
    """Run the comparisons of a report: the neutral scenario, and this one at both ends of the fixed shares.

    The arguments are those of the execution that is reported; nothing of these runs is evidence but their headline
    figures in the report.
    """
    d0 = analysis_date or dataset.as_of_date
    neutral = replace(scenario, assumptions=Assumptions(), course=None)
    runs = [_run(ComparisonKind.BASE, dataset, _compiled(neutral, dataset, d0, pause), scenario.horizon_months, pause)]
    case: CompiledCase | None = None  # the debts of one serve the other, as costs change none of their terms
    for kind, shares in FIXED_SHARES.items():
        company = with_fixed_shares(dataset, shares)
        case = _compiled(scenario, company, d0, pause, same_debts=case)
        runs.append(_run(kind, company, case, scenario.horizon_months, pause))
    return Beside(posture=scenario.posture, minimum_cash=dataset.minimum_cash, runs=tuple(runs))


def with_fixed_shares(dataset: DatasetVersion, shares: FixedShares) -> DatasetVersion:
    """The company, had it these fixed shares."""
    year = replace(
        dataset.income_statement,
        cost_of_sales_fixed_share=shares.cost_of_sales,
        operating_expenses_fixed_share=shares.operating_expenses,
    )
    return replace(dataset, income_statement=year)


def _compiled(
    scenario: Scenario, company: DatasetVersion, d0: date, pause: Pause, same_debts: CompiledCase | None = None
) -> CompiledCase | None:
    """A run before its first month, or None where the engine refuses it: the execution keeps to the limits, and this
    run of it does not.
    """
    try:
        return compile_case(SCALAR, scenario, company, d0, pause, same_debts)
    except Refused:
        return None


def _run(
    kind: ComparisonKind, company: DatasetVersion, case: CompiledCase | None, horizon_months: int, pause: Pause
) -> ComparisonRun:
    """The headline of a run, which ends with its first default: no figure of it looks further."""
    year = company.income_statement
    shares = (year.cost_of_sales_fixed_share, year.operating_expenses_fixed_share)
    if case is None:
        return ComparisonRun(kind, *shares, figures=None)
    liquidity: list[Money] = []
    credit: list[CreditMonth] = []

    def months(case: CompiledCase) -> Iterator[tuple[State, Month]]:
        for state, month in run_months(SCALAR, case, horizon_months, pause):
            yield state, month
            credit.append(credit_month(month))
            if month.after_default:
                return
            liquidity.append(month.available_liquidity)

    metrics = named_cumulative(case.structure, cumulative(SCALAR, case, months(case)))
    return ComparisonRun(kind, *shares, headline_figures(metrics, named_facilities(case), credit), tuple(liquidity))
