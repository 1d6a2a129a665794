"""Execute a scenario on a dataset version: same arguments, same result, for ever."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from .compile.case import CompiledCase, compile_case
from .compile.structure import CapitalStructure
from .horizon.firsts import KINDS
from .horizon.many import in_matrix, simulate_all, simulate_one
from .horizon.months import named_coverage
from .horizon.records import assumption_records
from .horizon.results import CumulativeMetrics, Execution
from .horizon.run import Run, simulate
from .horizon.stressed_service import assess_stressed
from .inputs.company import DatasetVersion
from .inputs.scenario import Scenario
from .month.debt_results import Facility
from .numbers.exact import SCALAR, Arithmetic
from .numbers.months import month_end
from .values.pause import Pause, no_pause

Case = tuple[Scenario, DatasetVersion, date | None]


def execute(
    scenario: Scenario,
    dataset: DatasetVersion,
    analysis_date: date | None = None,
    m: Arithmetic = SCALAR,
    pause: Pause = no_pause,
    case: CompiledCase | None = None,
) -> Execution:
    """Run a scenario from an analysis date (default: the as-of date), in whole cents unless `m` computes otherwise.

    `pause` is called between debts and between months: what it raises ends the run. Raises `Refused` where the date,
    the scenario and the dataset do not go together or a figure could become too large. `case` is what `check` gave of
    the same three, which then are not compiled again.
    """
    d0 = analysis_date or dataset.as_of_date
    case = case or compile_case(m, scenario, dataset, d0, pause)
    months = scenario.horizon_months
    run = simulate_one(case, months, pause) if m is SCALAR else in_matrix(simulate(m, case, months, pause))
    return _execution(m, scenario, dataset, d0, case, run)


def execute_all(cases: Sequence[Case]) -> list[Execution]:
    """`execute` for many cases at once, in their order; many companies of one structure are computed in arrays."""
    dated = [(scenario, dataset, day or dataset.as_of_date) for scenario, dataset, day in cases]
    compiled = [compile_case(SCALAR, scenario, dataset, d0) for scenario, dataset, d0 in dated]
    executions: list[Any] = [None] * len(cases)
    for horizon in {scenario.horizon_months for scenario, _, _ in dated}:
        alike = [n for n, (scenario, _, _) in enumerate(dated) if scenario.horizon_months == horizon]
        for n, run in zip(alike, simulate_all([compiled[n] for n in alike], horizon), strict=True):
            executions[n] = _execution(SCALAR, *dated[n], compiled[n], run)
    return executions


def check(
    scenario: Scenario, dataset: DatasetVersion, analysis_date: date | None = None, pause: Pause = no_pause
) -> CompiledCase:
    """What `execute` would run; raises `Refused` if that would. `pause` is called between debts."""
    return compile_case(SCALAR, scenario, dataset, analysis_date or dataset.as_of_date, pause)


def _execution(
    m: Arithmetic, scenario: Scenario, dataset: DatasetVersion, d0: date, case: CompiledCase, run: Run
) -> Execution:
    """A run with names and dates in place of positions."""
    debt_service = assess_stressed(m, dataset, case, run)
    return Execution(
        analysis_date=d0,
        horizon_months=scenario.horizon_months,
        currency=dataset.currency,
        minor_digits=dataset.minor_digits,
        period_ends=tuple(month_end(d0, month) for month in range(1, scenario.horizon_months + 1)),
        facilities=named_facilities(case),
        category_names=case.structure.categories,
        metrics=named_cumulative(case.structure, run.cumulative),
        months=run.months,
        assumption_records=assumption_records(scenario, dataset, d0, debt_service.cash_source),
        opening_total_assets=dataset.balance_sheet.total_assets,
        debt_service=debt_service,
    )


def named_facilities(case: CompiledCase) -> tuple[Facility, ...]:
    """The debts in the order of the waterfall."""
    return tuple(Facility(name, lien) for name, lien in case.structure.facilities)


def named_cumulative(structure: CapitalStructure, cumulative: CumulativeMetrics) -> CumulativeMetrics:
    """With words in place of positions, and nothing where a figure has no month."""
    before_default = cumulative.lowest_liquidity_before_default_period
    return cumulative._replace(
        coverage_horizon=named_coverage(cumulative.coverage_horizon),
        first_default_kind=KINDS[cumulative.first_default_kind],  # type: ignore[call-overload]
        lowest_liquidity_before_default=cumulative.lowest_liquidity_before_default if before_default else None,
        covenants=tuple(
            summary._replace(
                covenant_id=covenant.covenant_id,
                kind=covenant.kind,
                least_headroom=summary.least_headroom if summary.least_headroom_period else None,
            )
            for covenant, summary in zip(structure.covenants, cumulative.covenants, strict=True)
        ),
    )
