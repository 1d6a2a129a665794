"""Execute a scenario on a dataset version: same arguments, same result, for ever."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from .compile.case import CompiledCase, compile_case
from .horizon.cumulative import CATEGORIES, KINDS
from .horizon.records import assumption_records
from .horizon.results import CumulativeMetrics, Execution
from .horizon.run import Run, simulate, simulate_all
from .horizon.stressed_service import assess_stressed
from .inputs.company import DatasetVersion
from .inputs.scenario import Scenario
from .month.coverage import STATUSES
from .month.results import Coverage, Facility, Month
from .numbers.exact import SCALAR, Arithmetic
from .numbers.months import month_end

Case = tuple[Scenario, DatasetVersion, date | None]


def execute(
    scenario: Scenario, dataset: DatasetVersion, analysis_date: date | None = None, m: Arithmetic | None = None
) -> Execution:
    """Run a scenario from an analysis date (default: the as-of date), in whole cents unless another lane is given.

    Raises `Refused` where the date, the scenario and the dataset do not go together or could leave their bounds.
    """
    lane, d0 = m or SCALAR, analysis_date or dataset.as_of_date
    plan = compile_case(lane, scenario, dataset, d0)
    return _told(lane, scenario, dataset, d0, plan, simulate(lane, plan, scenario.horizon_months))


def execute_all(cases: Sequence[Case]) -> list[Execution]:
    """`execute` for many cases at once, in their order; the number of alike companies decides the lane."""
    dated = [(scenario, dataset, day or dataset.as_of_date) for scenario, dataset, day in cases]
    plans = [compile_case(SCALAR, scenario, dataset, d0) for scenario, dataset, d0 in dated]
    executions: list[Any] = [None] * len(cases)
    for horizon in {scenario.horizon_months for scenario, _, _ in dated}:
        alike = [n for n, (scenario, _, _) in enumerate(dated) if scenario.horizon_months == horizon]
        for n, outcome in zip(alike, simulate_all([plans[n] for n in alike], horizon), strict=True):
            executions[n] = _told(SCALAR, *dated[n], plans[n], outcome)
    return executions


def check(scenario: Scenario, dataset: DatasetVersion, analysis_date: date | None = None) -> None:
    """Raise `Refused` if `execute` would, without running the months."""
    compile_case(SCALAR, scenario, dataset, analysis_date or dataset.as_of_date)


def _told(
    m: Arithmetic, scenario: Scenario, dataset: DatasetVersion, d0: date, plan: CompiledCase, outcome: Run
) -> Execution:
    """The outcome with names and dates in place of positions and codes."""
    header, served = _named_header(outcome.header), assess_stressed(m, dataset, plan, outcome)
    return Execution(
        analysis_date=d0,
        horizon_months=scenario.horizon_months,
        currency=dataset.currency,
        minor_digits=dataset.minor_digits,
        period_ends=tuple(month_end(d0, month) for month in range(1, scenario.horizon_months + 1)),
        facilities=tuple(Facility(name, lien) for name, lien in plan.structure.facilities),
        category_names=plan.structure.categories,
        header=header,
        months=tuple(_named_month(month) for month in outcome.months),
        assumption_records=assumption_records(scenario, dataset, d0, served.cash_source),
        opening_total_assets=dataset.balance_sheet.total_assets,
        debt_service=served,
    )


def _named_header(cells: CumulativeMetrics) -> CumulativeMetrics:
    return cells._replace(
        coverage_horizon=_named_coverage(cells.coverage_horizon),
        first_shortfall_category=CATEGORIES[cells.first_shortfall_category],  # type: ignore[call-overload]  # a cell
        first_default_kind=KINDS[cells.first_default_kind],  # type: ignore[call-overload]  # a cell
    )


def _named_month(cells: Month) -> Month:
    return cells._replace(
        coverage_month=_named_coverage(cells.coverage_month),
        coverage_last_twelve_months=_named_coverage(cells.coverage_last_twelve_months),
    )


def _named_coverage(cells: Coverage) -> Coverage:
    return cells._replace(status=STATUSES[cells.status])  # type: ignore[call-overload]  # a cell
