"""Whatever plays the months gives every cell that the scalar lane gives, on any processor."""

import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from seawall.engine import Execution, execute
from seawall.engine.compile.case import compile_case
from seawall.engine.numbers.exact import SCALAR
from tests.engine import scale
from tests.engine.companies import Case
from tests.engine.players import ALIKE, PLAYERS, cells, dispatched_features, fingerprint, plain_processor
from tests.random_companies import group

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_261_128
GROUPS = scale.cases(3, 120)  #: in full 2,040 companies of 120 capital structures


@cache
def groups() -> tuple[list[Case], ...]:
    return tuple(group(SEED, number, ALIKE) for number in range(GROUPS))


def differences(fast: Sequence[Execution], slow: Sequence[Execution]) -> list[str]:
    """The cells in which two ways differ, by name, with both figures."""
    return [
        f"{number}: {name} {figure}, not {right}"
        for number, (made, expected) in enumerate(zip(fast, slow, strict=True))
        if made != expected
        for (name, figure), (_, right) in zip(cells(made), cells(expected), strict=True)
        if figure != right
    ]


def test_every_player_gives_each_cell_of_the_scalar_lane(capsys):
    compared, differing = 0, []
    for cases in groups():
        slow = [execute(*case) for case in cases]
        compared += sum(1 for execution in slow for _ in cells(execution))
        for name, player in PLAYERS.items():
            fast = player(cases)
            differing += [f"{name} {difference}" for difference in differences(fast, slow)]
            assert fast == slow, differing[:5]
    with capsys.disabled():
        players = " and ".join(PLAYERS)
        print(f"\n{compared} cells of {GROUPS * ALIKE} random companies by {players}: {len(differing)} different")
    assert differing == []


def test_no_part_of_a_whole_of_nothing_is_asked_for():
    """Where a whole is 0 its part is, so that a lane may divide by 1 there."""
    compiled = [compile_case(SCALAR, *case) for cases in groups() for case in cases]
    terms = [period for case in compiled for month in case.months for debt in month.debts for period in debt.periods]
    assert any(period.base_whole == 0 for period in terms)
    for kind in ("pik", "due", "base"):
        of_nothing = [period for period in terms if getattr(period, f"{kind}_whole") == 0]
        assert [period for period in of_nothing if getattr(period, f"{kind}_part")] == [], kind


def test_a_cell_that_differs_is_named():
    (case, *_), *_ = groups()
    right = execute(*case)
    revenue = right.metrics.totals.revenue
    totals = right.metrics.totals._replace(revenue=revenue + 1)
    wrong = right._replace(metrics=right.metrics._replace(totals=totals))
    assert differences([wrong], [right]) == [f"0: metrics.totals.revenue {revenue + 1}, not {revenue}"]


def test_another_processor_gives_the_same_hash(capsys):
    """In a child process without the CPU features of this machine, which the child asserts.

    Where a float64 estimates, integers decide: the instructions that it is made by change no figure."""
    if not dispatched_features():
        pytest.skip("numpy dispatches on no CPU feature of this machine: there is nothing to switch off")
    command = [sys.executable, "-m", "tests.engine.players", *map(str, (SEED, GROUPS, ALIKE))]
    environment = {**plain_processor(), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:
        here = {name: fingerprint(player, groups()) for name, player in PLAYERS.items()}
        printed, _ = child.communicate()
    assert child.returncode == 0
    assert dict(line.split() for line in printed.splitlines()) == here
    assert len(set(here.values())) == 1
    with capsys.disabled():
        print(
            f"\n{GROUPS * ALIKE} random companies by each player, here and without CPU features: {printed.split()[1]}"
        )
