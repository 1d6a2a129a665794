"""The months of a compiled case, one after the other, in any lane of the arithmetic."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..compile.case import CompiledCase
from ..month.month import step
from ..month.outlook import look_ahead
from ..month.results import Month
from ..month.state import State, opening_state
from ..numbers.exact import Arithmetic
from ..values.pause import Pause, no_pause
from ..values.units import Money
from .cumulative import cumulative
from .results import CumulativeMetrics


class StressedService(NamedTuple):
    """What fell due on the debts in the months of a run, refinancing taken off."""

    capitalised: Money
    principals: tuple[Money, ...]  #: by month


class Run(NamedTuple):
    """The figures of one execution, in the lane that computed them."""

    cumulative: CumulativeMetrics
    service: StressedService
    months: Sequence[Month]


def simulate(m: Arithmetic, case: CompiledCase, horizon_months: int, pause: Pause = no_pause) -> Run:
    """Run a case and keep its months."""
    steps = list(run_months(m, case, horizon_months, pause))
    months = tuple(month for _, month in steps)
    return Run(cumulative(m, case, steps), _service(months), months)


def _service(months: Sequence[Month]) -> StressedService:
    return StressedService(
        capitalised=sum(facility.interest_capitalised for month in months for facility in month.facilities),
        principals=tuple(sum(facility.principal_scheduled for facility in month.facilities) for month in months),
    )


def run_months(
    m: Arithmetic, case: CompiledCase, horizon_months: int, pause: Pause = no_pause
) -> Iterator[tuple[State, Month]]:
    """Run a case month by month; `cumulative` of them keeps none, where thousands would not stay in any cache."""
    outlook, state = look_ahead(m, case, horizon_months), opening_state(m, case.opening)
    for number in range(1, horizon_months + 1):
        pause()
        state, month = step(m, case, outlook, number, state)
        yield state, month
