"""Which scenario a row is under: the values of its axes, and the scenario as `CreateScenario` takes it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..inputs.scenario import Assumptions, Scenario
from .axes import SWEPT, combined
from .plan import Stress, SweepPlan


class Place(NamedTuple):
    """Where a row is: both from 0."""

    company: int
    scenario: int


class Stresses(NamedTuple):
    """Scenarios of one plan as columns: a stress that they share, and what each has in place of it."""

    base: Stress
    columns: dict[str, list[int]]  #: an assumption -> its value in each of them
    numbers: range  #: which they are


def place_of(plan: SweepPlan, row: int) -> Place:
    """Row n is company n / S under scenario n % S."""
    return Place(*divmod(row, plan.scenario_count))


def values_of(plan: SweepPlan, scenarios: range) -> list[list[int]]:
    """The values of each axis in some scenarios, in nanos; no axis where scenarios are listed."""
    if plan.draws:
        return [[axis.value(plan.draws.seed, number) for number in scenarios] for axis in plan.draws.axes]
    return combined(plan.grid.axes, scenarios) if plan.grid else []


def name_of(plan: SweepPlan, scenario: int) -> str:
    """A listed scenario has its own name, another one that of the plan with its number."""
    return plan.scenarios[scenario].name if plan.scenarios else f"{plan.name} {scenario}"


def stresses_of(plan: SweepPlan, scenarios: range) -> list[Stresses]:
    """Scenarios in their order, those that share a base together; a listed one stands by itself."""
    if plan.scenarios:
        return [Stresses(plan.scenarios[n].stress, {}, range(n, n + 1)) for n in scenarios]
    varied = plan.grid or plan.draws
    assert varied
    names = [axis.assumption for axis in plan.axes]
    columns = dict(zip(names, values_of(plan, scenarios), strict=True))
    return [Stresses(varied.base, columns, scenarios)]


def scenarios_in(plan: SweepPlan, stresses: Stresses, company: str) -> list[Scenario]:
    """The same, one by one, for a company."""
    shared = shared_by(plan, stresses, company)
    return [
        replace(shared, name=name_of(plan, number), assumptions=_with_values(stresses, position))
        for position, number in enumerate(stresses.numbers)
    ]


def shared_by(plan: SweepPlan, stresses: Stresses, company: str) -> Scenario:
    """The scenario that they have in common, under the name of the first."""
    return plan.scenario(name_of(plan, stresses.numbers[0]), stresses.base, company)


def scenario_of(plan: SweepPlan, row: int) -> Scenario:
    """The scenario of a row, as `CreateScenario` takes it."""
    place = place_of(plan, row)
    (stresses,) = stresses_of(plan, range(place.scenario, place.scenario + 1))
    return scenarios_in(plan, stresses, plan.dataset_version_ids[place.company])[0]


def _with_values(stresses: Stresses, position: int) -> Assumptions:
    values = {name: column[position] for name, column in stresses.columns.items()}
    changes: dict[str, Any] = {name: (value,) if SWEPT[name].repeated else value for name, value in values.items()}
    return replace(stresses.base.assumptions, **changes)


def axis_columns(plan: SweepPlan, rows: Sequence[int]) -> dict[str, list[int]]:
    """The value of each axis in each of these rows, by the name of its assumption."""
    known: dict[int, list[int]] = {}
    for row in rows:
        scenario = place_of(plan, row).scenario
        if scenario not in known:
            known[scenario] = [value for (value,) in values_of(plan, range(scenario, scenario + 1))]
    of_rows = [known[place_of(plan, row).scenario] for row in rows]
    return {axis.assumption: [values[n] for values in of_rows] for n, axis in enumerate(plan.axes)}
