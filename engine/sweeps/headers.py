"""The one seam to the lanes: the header figures of one company under scenarios, all of them in columns.

What runs behind it, in which order and how many at once, changes no figure.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from ..analysis.headers import refusal
from ..compile.rows import columns_of as stresses_in_columns
from ..compile.rows import compile_rows
from ..compile.stress import Stress, stress_of
from ..compile.varied import varied_stress
from ..horizon.stressed_rows import StressedRows
from ..inputs.company import DatasetVersion
from ..inputs.scenario import Scenario
from ..numbers.batch import Batch, column
from ..values.kept import Kept
from ..values.pause import Pause, no_pause
from .figures import COLUMNS, NOT_KNOWN, columns_of
from .plan import SweepPlan
from .scenarios import Stresses, scenarios_in, shared_by, stresses_of

Columns = Any  #: int64 [columns, rows]

#: The companies whose rows were computed last, with their tapes: a company of 10^6 rows has many blocks.
_ROWS: Kept[StressedRows] = Kept(most=64)


class StressColumns(NamedTuple):
    """Some scenarios of a plan in columns: the same for every company."""

    stresses: Sequence[Stresses]
    stress: Stress
    size: int  #: how many they are


def header_columns(
    plan: SweepPlan, company_id: str, company: DatasetVersion, scenarios: StressColumns, pause: Pause = no_pause
) -> Columns:
    """The columns of `figures`, a row for each scenario in their order; of a refused one the reason alone."""
    day = plan.analysis_date or company.as_of_date
    key = (company_id, day, plan.horizon_months)
    rows = _ROWS.get(key) or StressedRows(plan.horizon_months)
    _ROWS.add(key, rows)
    columns = np.full((len(COLUMNS), scenarios.size), NOT_KNOWN, dtype=np.int64)
    accepted = np.zeros(scenarios.size, dtype=bool)
    for compiled in compile_rows(company, day, scenarios.stress, scenarios.size):
        pause()
        metrics = rows.totals(compiled).metrics
        for line, figures in zip(columns, columns_of(Batch(len(compiled.rows)), metrics), strict=True):
            line[compiled.rows] = figures
        accepted[compiled.rows] = True
    refused = np.flatnonzero(~accepted).tolist()
    if refused:
        columns[0, refused] = _reasons(plan, company_id, company, day, scenarios.stresses, refused, pause)
    return columns


def stress_columns(plan: SweepPlan, numbers: range) -> StressColumns:
    """These scenarios of a plan."""
    stresses = stresses_of(plan, numbers)
    return StressColumns(stresses, _in_columns(plan, stresses, len(numbers)), len(numbers))


def _in_columns(plan: SweepPlan, stresses: Sequence[Stresses], count: int) -> Stress:
    """The stresses of scenarios in columns: those of an axis straight from its values."""
    any_company = plan.dataset_version_ids[0]
    if len(stresses) > 1 or not stresses[0].columns:
        return stresses_in_columns([stress_of(scenario) for scenario in _scenarios(plan, any_company, stresses)])
    (varied,) = stresses
    shared = shared_by(plan, varied, any_company)
    return varied_stress(shared, count, {name: (column(values),) for name, values in varied.columns.items()})


def _scenarios(plan: SweepPlan, company_id: str, stresses: Sequence[Stresses]) -> list[Scenario]:
    return [scenario for each in stresses for scenario in scenarios_in(plan, each, company_id)]


def _reasons(
    plan: SweepPlan,
    company_id: str,
    company: DatasetVersion,
    day: date,
    stresses: Sequence[Stresses],
    refused: Sequence[int],
    pause: Pause,
) -> list[int]:
    """The first reason of each refused scenario, found once for those with the same assumptions."""
    scenarios, known, reasons = _scenarios(plan, company_id, stresses), dict[Any, int](), list[int]()
    for position in refused:
        scenario = scenarios[position]
        said = (scenario.assumptions, scenario.course)
        if said not in known:
            known[said] = refusal(company, day, scenario, pause).faults[0].reason.value
        reasons.append(known[said])
    return reasons
