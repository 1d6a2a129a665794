"""Running compiled cases: their number decides whether in arrays, never the caller, and it changes no figure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..compile.case import CompiledCase
from ..compile.stack import stack
from ..compile.structure import CapitalStructure
from ..month.month import step
from ..month.outlook import look_ahead
from ..month.results import Month
from ..month.state import State, opening_state
from ..numbers.exact import SCALAR, Arithmetic
from ..values.pause import Pause, no_pause
from .cumulative import cumulative
from .results import CumulativeMetrics

FEWEST_IN_A_BATCH = 16  #: below it the overhead of arrays costs more than it saves
MOST_IN_A_BATCH = 4096  #: the working arrays of a month stay in the processor's cache


class Run(NamedTuple):
    """The figures of one execution, or of a whole batch in arrays."""

    cumulative: CumulativeMetrics
    months: tuple[Month, ...]


def simulate(m: Arithmetic, case: CompiledCase, horizon_months: int, pause: Pause = no_pause) -> Run:
    """Run a case and keep its months."""
    steps = list(run_months(m, case, horizon_months, pause))
    return Run(cumulative(m, case, steps), tuple(month for _, month in steps))


def run_months(
    m: Arithmetic, case: CompiledCase, horizon_months: int, pause: Pause = no_pause
) -> Iterator[tuple[State, Month]]:
    """Run a case month by month; `cumulative` of them keeps none, where thousands would not stay in any cache."""
    outlook, state = look_ahead(m, case, horizon_months), opening_state(m, case.opening)
    for number in range(1, horizon_months + 1):
        pause()
        state, month = step(m, case, outlook, number, state)
        yield state, month


def simulate_all(cases: Sequence[CompiledCase], horizon_months: int) -> list[Run]:
    """Run many cases over one horizon, in their order, those of one capital structure together."""
    runs: list[Any] = [None] * len(cases)
    alike: dict[CapitalStructure, list[int]] = defaultdict(list)
    for position, case in enumerate(cases):
        alike[case.structure].append(position)
    for positions in alike.values():
        for start in range(0, len(positions), MOST_IN_A_BATCH):
            batch = positions[start : start + MOST_IN_A_BATCH]
            for position, run in zip(batch, _together([cases[n] for n in batch], horizon_months), strict=True):
                runs[position] = run
    return runs


def _together(cases: list[CompiledCase], horizon_months: int) -> list[Run]:
    if len(cases) < FEWEST_IN_A_BATCH:
        return [simulate(SCALAR, case, horizon_months) for case in cases]
    from ..numbers.batch import Batch  # with numpy, which a few executions do without

    batch = simulate(Batch(len(cases)), stack(cases), horizon_months)
    return [pick(batch, position) for position in range(len(cases))]


def pick(tree: Any, position: int) -> Any:
    """One execution out of a batch: its figure of every array, and each figure that is the same for all."""
    if isinstance(tree, tuple):
        parts = [pick(branch, position) for branch in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return int(tree[position]) if hasattr(tree, "shape") else tree
