"""The months of one company under some stresses, for what their totals do not say."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..compile.case import CompiledCase
from ..compile.rows import CompiledRows
from ..month.results import Month
from ..numbers.batch import Batch
from ..numbers.exact import SCALAR, Arithmetic
from ..tape.players import PLAYERS
from .many import WORTH_A_TAPE, tape_of
from .recorded import CaseShape, RecordedMonths, case_shape, figures
from .run import run_months


def stressed_months(compiled: CompiledRows, horizon_months: int) -> Iterator[Month]:
    """Each month of these rows, its figures as columns, or ints where they are the same in all."""
    case, count = compiled.case(), len(compiled.rows)
    of_shape = case_shape(case, horizon_months)
    recorded = tape_of(case, of_shape, runs=WORTH_A_TAPE)
    if recorded is not None:
        return _played(recorded, case, of_shape, count)
    lane: Arithmetic = SCALAR if count == 1 else Batch(count)
    return (month for _, month in run_months(lane, case, horizon_months))


def _played(recorded: RecordedMonths, case: CompiledCase, of_shape: CaseShape, count: int) -> Iterator[Month]:
    program = recorded.whole.program
    leaves: list[Any] = recorded.inputs.flatten(figures(case, of_shape))
    inputs = np.empty((len(program.reads), count), dtype=np.int64)
    for row, position in zip(inputs, program.reads.tolist(), strict=True):
        row[:] = leaves[position]
    months = PLAYERS.player(program, inputs)[recorded.totals.width :]
    for of_month in months.reshape(of_shape.horizon_months, recorded.month.width, count):
        yield recorded.month.build(list(of_month))
