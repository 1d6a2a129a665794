"""Running plans: which lane takes them is decided by their number, never by the caller, and changes no cell."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..compile.case import CompiledCase
from ..compile.stack import stack
from ..compile.structure import CapitalStructure
from ..month.month import step
from ..month.results import Month
from ..month.state import opening_state
from ..numbers.exact import SCALAR, Arithmetic
from .cumulative import header
from .results import CumulativeMetrics

FEWEST_IN_A_BATCH = 16  #: below it the overhead of arrays costs more than it saves
MOST_IN_A_BATCH = 4096  #: the working arrays of a month stay in the processor's cache


class Run(NamedTuple):
    """The header and the months of one execution in cells, or of a whole batch in arrays."""

    header: CumulativeMetrics
    months: tuple[Month, ...]


def simulate(m: Arithmetic, plan: CompiledCase, horizon_months: int) -> Run:
    """Run a plan in a lane and keep its months."""
    months = tuple(run(m, plan, horizon_months))
    return Run(header(m, plan, months), months)


def run(m: Arithmetic, plan: CompiledCase, horizon_months: int) -> Iterator[Month]:
    """Run a plan month by month; `header` of them keeps none, where thousands would not stay in any cache."""
    state = opening_state(plan.opening)
    for number in range(1, horizon_months + 1):
        state, month = step(m, plan, number, state)
        yield month


def simulate_all(plans: Sequence[CompiledCase], horizon_months: int) -> list[Run]:
    """Run many plans over one horizon, in their order, those of one structure together."""
    outcomes: list[Any] = [None] * len(plans)
    alike: dict[CapitalStructure, list[int]] = defaultdict(list)
    for position, plan in enumerate(plans):
        alike[plan.structure].append(position)
    for positions in alike.values():
        for start in range(0, len(positions), MOST_IN_A_BATCH):
            some = positions[start : start + MOST_IN_A_BATCH]
            for position, outcome in zip(some, _together([plans[n] for n in some], horizon_months), strict=True):
                outcomes[position] = outcome
    return outcomes


def _together(plans: list[CompiledCase], horizon_months: int) -> list[Run]:
    if len(plans) < FEWEST_IN_A_BATCH:
        return [simulate(SCALAR, plan, horizon_months) for plan in plans]
    from ..numbers.batch import Batch  # with numpy, which a few executions do without

    whole = simulate(Batch(len(plans)), stack(plans), horizon_months)
    return [pick(whole, position) for position in range(len(plans))]


def pick(tree: Any, position: int) -> Any:
    """One execution out of a batch: every array gives its cell, a cell that is the same for all stays."""
    if isinstance(tree, tuple):
        parts = [pick(branch, position) for branch in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return int(tree[position]) if hasattr(tree, "shape") else tree
