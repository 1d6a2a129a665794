"""The players of tapes, each to be equal to the scalar lane in every cell; and one hash over all cells of each.

`python -m tests.engine.players SEED GROUPS SIZE` prints the hash of each player. It refuses to run with any of numpy's
dispatched CPU features on, or with machine code for this very processor: `plain_processor` says how to switch both off.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy._core import _multiarray_umath as numpy_core  # type: ignore[attr-defined]  # private, and untyped

from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.horizon.recorded import CaseShape, RecordedMonths, case_shape, figures, record
from seawall.engine.horizon.run import simulate
from seawall.engine.numbers.exact import SCALAR
from seawall.engine.tape.players import Player, Players, in_arrays, one_by_one
from tests.engine.companies import Case
from tests.random_companies import group

Cells = np.ndarray[Any, np.dtype[np.int64]]
ALIKE = 17  #: cases of a group: a batch that fills the registers of any processor and has a rest


def _numba() -> Player:
    players = Players()
    assert players.prepare().startswith("numba plays")
    return players.player


#: How each player is made; numba's raises ImportError where that is not installed.
PLAYERS: dict[str, Callable[[], Player]] = {"python": lambda: one_by_one, "numpy": lambda: in_arrays, "numba": _numba}


class Together(NamedTuple):
    """Cases of one capital structure and one horizon, with the tape that plays all of them."""

    cases: list[CompiledCase]
    of_shape: CaseShape
    recorded: RecordedMonths

    def played(self, player: Player) -> Cells:
        """Header and months by a player: a row for each case."""
        program, shape = self.recorded.whole.program, self.recorded.inputs
        rows = np.array([shape.flatten(figures(case, self.of_shape)) for case in self.cases], dtype=np.int64)
        made: Cells = player(program, rows.T[program.reads]).T
        return made

    def simulated(self) -> Cells:
        """The same by the scalar lane, one after the other."""
        return np.array([self._simulated(case) for case in self.cases], dtype=np.int64)

    def _simulated(self, case: CompiledCase) -> list[int]:
        run = simulate(SCALAR, case, self.of_shape.horizon_months)
        months = [figure for month in run.months for figure in self.recorded.month.flatten(month)]
        return self.recorded.totals.flatten(run[:-1]) + months

    def names(self) -> list[str]:
        """Of the columns."""
        months = range(1, self.of_shape.horizon_months + 1)
        return [
            *self.recorded.totals.names,
            *(f"month {n}: {name}" for n in months for name in self.recorded.month.names),
        ]


def together(cases: Sequence[Case]) -> Together:
    """A group compiled and recorded once, with as many accrual periods as the longest of its loans needs."""
    compiled = [compile_case(SCALAR, *case) for case in cases]
    shapes = [case_shape(case, cases[0].scenario.horizon_months) for case in compiled]
    by_slot = zip(*(shape.debts for shape in shapes), strict=True)
    debts = tuple((max(most for most, _ in slot), any(has_base for _, has_base in slot)) for slot in by_slot)
    of_shape = shapes[0]._replace(debts=debts)
    assert {shape.structure for shape in shapes} == {of_shape.structure}
    return Together(compiled, of_shape, record(compiled[0], of_shape))


def fingerprint(player: Player, groups: Iterable[Together]) -> str:
    """The hash of every cell that a player makes of these groups."""
    made = sha256()
    for group_of_cases in groups:
        made.update(group_of_cases.played(player).astype(">i8").tobytes())
    return made.hexdigest()


def dispatched_features() -> list[str]:
    """The CPU features that numpy's kernels are chosen by and that this process has on."""
    return [name for name in numpy_core.__cpu_dispatch__ if numpy_core.__cpu_features__[name]]


def plain_processor() -> dict[str, str]:
    """The environment of a process that uses no feature that not every processor of this kind has."""
    return {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(dispatched_features()), "NUMBA_CPU_NAME": "generic"}


if __name__ == "__main__":
    assert not dispatched_features(), f"still on: {dispatched_features()}"
    assert os.environ["NUMBA_CPU_NAME"] == "generic"
    seed, numbers, size, *names = sys.argv[1:]
    drawn = [together(group(int(seed), number, int(size))) for number in range(int(numbers))]
    for name in names:
        print(name, fingerprint(PLAYERS[name](), drawn))
