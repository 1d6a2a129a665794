"""Whatever plays the months gives every cell that the scalar lane gives, on any processor."""

import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from seawall.engine import execute, execute_all
from seawall.engine.numbers.exact import Scalar
from tests.engine import scale
from tests.engine.players import (
    ALIKE,
    PLAYERS,
    Cells,
    Together,
    dispatched_features,
    fingerprint,
    plain_processor,
    together,
)
from tests.random_companies import group

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_261_128
GROUPS = scale.cases(3, 120)  #: in full 2,040 companies of 120 capital structures
INSTALLED = [name for name in PLAYERS if name != "numba" or find_spec("numba")]
every_player = pytest.mark.parametrize("name", PLAYERS)


@cache
def groups() -> tuple[Together, ...]:
    return tuple(together(group(SEED, number, ALIKE)) for number in range(GROUPS))


@cache
def simulated() -> tuple[Cells, ...]:
    return tuple(cases.simulated() for cases in groups())


def differences(cases: Together, made: Cells, expected: Cells) -> list[str]:
    """The cells in which two ways differ, by name, with both figures."""
    names = cases.names()
    return [
        f"case {row}, {names[column]}: {made[row, column]}, not {expected[row, column]}"
        for row, column in np.argwhere(made != expected).tolist()
    ]


@every_player
def test_a_player_gives_each_cell_of_the_scalar_lane(name, capsys):
    if name not in INSTALLED:
        pytest.skip("the extra [fast] is not installed")
    player, differing = PLAYERS[name](), list[str]()
    for number, (cases, expected) in enumerate(zip(groups(), simulated(), strict=True)):
        made = differences(cases, cases.played(player), expected)
        differing += [f"group {number}, {difference}" for difference in made]
    with capsys.disabled():
        compared = sum(cells.size for cells in simulated())
        print(f"\n{compared} cells of {GROUPS * ALIKE} random companies by {name}: {len(differing)} different")
    assert differing == []


def test_many_executions_at_once_are_those_of_the_scalar_lane():
    """Through the door that callers use: whatever shapes there are, and whether they are worth a tape."""
    cases = group(SEED, GROUPS, 17) + group(SEED, GROUPS + 1, 3)
    assert execute_all(cases) == [execute(*case, m=Scalar()) for case in cases]


def test_no_part_of_a_whole_of_nothing_is_asked_for():
    """Where a whole is 0 its part is, so that a lane may divide by 1 there."""
    compiled = [case for cases in groups() for case in cases.cases]
    terms = [period for case in compiled for month in case.months for debt in month.debts for period in debt.periods]
    assert any(period.base_whole == 0 for period in terms)
    for kind in ("pik", "due", "base"):
        of_nothing = [period for period in terms if getattr(period, f"{kind}_whole") == 0]
        assert [period for period in of_nothing if getattr(period, f"{kind}_part")] == [], kind


def test_a_cell_that_differs_is_named():
    cases, expected = groups()[0], simulated()[0]
    made = expected.copy()
    made[1, -1] += 1
    name = cases.names()[-1]
    assert name.startswith(f"month {cases.of_shape.horizon_months}: ")
    assert differences(cases, made, expected) == [f"case 1, {name}: {expected[1, -1] + 1}, not {expected[1, -1]}"]


def test_another_processor_gives_the_same_hash(capsys):
    """In a child process without the CPU features of this machine, which the child asserts.

    Where a float64 estimates, integers decide: the instructions that it is made by change no figure."""
    if not dispatched_features():
        pytest.skip("numpy dispatches on no CPU feature of this machine: there is nothing to switch off")
    command = [sys.executable, "-m", "tests.engine.players", *map(str, (SEED, GROUPS, ALIKE)), *INSTALLED[1:]]
    environment = {**plain_processor(), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:
        here = {name: fingerprint(PLAYERS[name](), groups()) for name in INSTALLED[1:]}
        printed, _ = child.communicate()
    assert child.returncode == 0
    assert dict(line.split() for line in printed.splitlines()) == here
    assert len(set(here.values())) == 1
    with capsys.disabled():
        players = " and ".join(here)
        print(f"\n{GROUPS * ALIKE} random companies by {players}, here and without CPU features: {printed.split()[1]}")
