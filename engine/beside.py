"""The runs that a report sets beside its execution: the same company without stress, and with other fixed shares."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from .execute import execute
from .inputs.company import DatasetVersion
from .inputs.scenario import Assumptions, Scenario
from .reports.beside_results import Beside, ComparisonKind, ComparisonRun
from .reports.headline import headline_figures, liquidity_before_default
from .values.faults import Refused
from .values.pause import Pause, no_pause
from .values.units import NANO

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
    neutral = replace(scenario, assumptions=Assumptions(), course=None)
    cases = [
        (ComparisonKind.BASE, neutral, dataset),
        *((kind, scenario, with_fixed_shares(dataset, shares)) for kind, shares in FIXED_SHARES.items()),
    ]
    return Beside(
        posture=scenario.posture,
        minimum_cash=dataset.minimum_cash,
        runs=tuple(_run(*case, analysis_date, pause) for case in cases),
    )


def with_fixed_shares(dataset: DatasetVersion, shares: FixedShares) -> DatasetVersion:
    """The company, had it these fixed shares."""
    year = replace(
        dataset.income_statement,
        cost_of_sales_fixed_share=shares.cost_of_sales,
        operating_expenses_fixed_share=shares.operating_expenses,
    )
    return replace(dataset, income_statement=year)


def _run(
    kind: ComparisonKind, scenario: Scenario, dataset: DatasetVersion, analysis_date: date | None, pause: Pause
) -> ComparisonRun:
    year = dataset.income_statement
    shares = (year.cost_of_sales_fixed_share, year.operating_expenses_fixed_share)
    try:
        execution = execute(scenario, dataset, analysis_date, pause=pause)
    except Refused:  # the execution keeps to the limits, and this run of it does not
        return ComparisonRun(kind, *shares, figures=None)
    return ComparisonRun(kind, *shares, headline_figures(execution), liquidity_before_default(execution))
