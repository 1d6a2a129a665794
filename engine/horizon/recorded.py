"""The months of a capital structure as a tape: recorded once, played for every case of the same shape.

What is recorded is the source of every lane, `run.simulate`; what varies between cases of a shape is a row of numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from operator import attrgetter, is_not
from typing import Any, NamedTuple

from ..compile.case import CompiledCase
from ..compile.structure import CapitalStructure
from ..debt.accrual import EMPTY_PERIOD, AccrualPeriod
from ..debt.monthly_terms import DebtTerms
from ..tape.record import Recorder
from ..tape.tape import Tape
from ..values.levels import Take, taker
from ..values.shape import Shape
from .run import simulate

MOST_STEPS = 300_000  #: of a tape, some 75 debts over 24 months: beyond it, months are computed as they are written


class CaseShape(NamedTuple):
    """What cases that share a tape have in common."""

    structure: CapitalStructure  #: without names
    horizon_months: int
    debts: tuple[tuple[int, bool], ...]  #: by slot the most accrual periods of a month, and whether any has a base


@dataclass(frozen=True)
class RecordedMonths:
    """The tape of a shape, and what stands where in its inputs and outputs."""

    inputs: Shape
    totals: Shape  #: of the outputs that come first: a run without its months
    month: Shape  #: of each month behind them
    whole: Tape
    horizon: Shape
    only_horizon: Tape  #: the cumulative metrics alone

    @cached_property
    def take_whole(self) -> Take:
        """What takes the inputs that the tape reads out of the figures of a case."""
        return taker(self.inputs, self.whole.program.reads.tolist())

    @cached_property
    def take_only_horizon(self) -> Take:
        """The same of the cumulative metrics."""
        return taker(self.inputs, self.only_horizon.program.reads.tolist())


def case_shape(case: CompiledCase, horizon_months: int) -> CaseShape:
    """The shape of a case over a horizon."""
    by_slot = zip(*(month.debts for month in case.months), strict=True)
    return CaseShape(case.structure.nameless, horizon_months, tuple(map(_periods_shape, by_slot)))


def _periods_shape(months: Iterable[DebtTerms]) -> tuple[int, bool]:
    periods = [terms.periods for terms in months]
    bases = map(attrgetter("base_part"), chain.from_iterable(periods))
    return max(map(len, periods)), any(map(is_not, bases, repeat(None)))


def figures(case: CompiledCase, of_shape: CaseShape) -> Any:
    """The figures of a case as a tree: every month of a debt has as many accrual periods as its shape."""
    slots = zip(case.months[0].debts, of_shape.debts, strict=True)  # each month has as many periods as the first
    if all(len(terms.periods) == most and not has_base for terms, (most, has_base) in slots):
        return case.opening, case.months
    return case.opening, tuple(
        month._replace(
            debts=tuple(
                terms if len(terms.periods) == most and not has_base else _padded(terms, most, has_base)
                for terms, (most, has_base) in zip(month.debts, of_shape.debts, strict=True)
            )
        )
        for month in case.months
    )


def _padded(terms: DebtTerms, most: int, has_base: bool) -> DebtTerms:
    periods = terms.periods + (EMPTY_PERIOD,) * (most - len(terms.periods))
    return terms._replace(periods=tuple(map(_with_base, periods)) if has_base else periods)


def _with_base(period: AccrualPeriod) -> AccrualPeriod:
    """All of the principal, where interest is taken on the principal itself."""
    return period if period.base_part is not None else period._replace(base_part=1, base_whole=1)


def record(case: CompiledCase, of_shape: CaseShape) -> RecordedMonths:
    """Record the months of a shape, of which this is any case. Raises `TooLong` beyond MOST_STEPS."""
    inputs, recorder = Shape(figures(case, of_shape)), Recorder(MOST_STEPS)
    opening, months = inputs.build([recorder.unknown() for _ in range(inputs.width)])
    run = simulate(recorder, CompiledCase(of_shape.structure, opening, months), of_shape.horizon_months)
    totals, month = Shape(run[:-1]), Shape(run.months[0])
    outputs = totals.flatten(run[:-1])
    in_months = [figure for of_month in run.months for figure in month.flatten(of_month)]
    horizon = Shape(run.cumulative)
    only_horizon = recorder.tape(horizon.flatten(run.cumulative))
    return RecordedMonths(inputs, totals, month, recorder.tape(outputs + in_months), horizon, only_horizon)
