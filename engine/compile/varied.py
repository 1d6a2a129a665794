"""Scenarios that differ in some assumptions, as one stress: what they vary is a column, all else as one has it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..inputs.scenario import NEUTRAL, RateScope, Scenario
from ..numbers.batch import Batch
from ..numbers.months import COMPILED_MONTHS
from ..numbers.rows import Column
from ..values.units import NANO
from .paths import constant_path
from .stress import Stress, stress_of


def varied_stress(scenario: Scenario, count: int, values: Mapping[str, Sequence[Column]]) -> Stress:
    """The stress of so many scenarios: `values` has a column for each value of an assumption's path, in nanos."""
    lane, stress = Batch(count), stress_of(scenario)
    paths = {
        name: constant_path(lane, path[0], NEUTRAL[name], scenario.course) if scenario.course else _to_the_end(path)
        for name, path in values.items()
        if name in NEUTRAL
    }
    others = {name: path[0] for name, path in values.items() if name not in NEUTRAL}
    stress = stress._replace(paths=stress.paths | paths, **others)
    if scenario.assumptions.interest_rate_scope is not RateScope.ALL:
        return stress
    moved: Any = False
    for factor in stress.paths["interest_rate_change_factor"]:
        moved = moved | (factor != NANO)
    return stress._replace(moves_coupons=moved)


def _to_the_end(path: Sequence[Column]) -> tuple[Column, ...]:
    """The last value of a path holds beyond it."""
    return (*path, *[path[-1]] * (COMPILED_MONTHS - len(path)))
