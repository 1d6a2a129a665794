"""The totals of one company under thousands of stresses: what none of them changes is folded into a tape of its own."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np

from ..compile.case import CompiledCase, case_of
from ..compile.rows import CompiledRows
from ..compile.stress import Stress
from ..numbers.batch import Batch
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.rows import Column
from ..tape.players import PLAYERS
from ..tape.program import Program
from ..tape.record import Recorder, TooLong
from ..values.shape import Shape
from .cumulative import cumulative
from .many import WORTH_A_TAPE, tape_of
from .recorded import MOST_STEPS, case_shape, figures
from .results import CumulativeMetrics
from .run import run_months

Columns = Any  #: int64 [figures, rows]

WORTH_ITS_OWN = 4_096  #: rows of a company: by then a tape of its own has saved what recording it costs
MOST_FIGURES = 1_000_000  #: of rows that are played at once: their inputs take 8 MB


class Totals(NamedTuple):
    """The cumulative metrics of some rows without names: what stands in which column, and the columns."""

    shape: Shape
    columns: Columns

    @property
    def metrics(self) -> CumulativeMetrics:
        """All rows as one, whose figures are columns."""
        metrics: CumulativeMetrics = self.shape.build(list(self.columns))
        return metrics


class StressedRows:
    """One company over one horizon, from one analysis date: its rows, as many at a time as the caller likes.

    It keeps its tapes between them; who computes a row, and together with which others, changes no figure.
    """

    def __init__(self, horizon_months: int) -> None:
        self._horizon_months = horizon_months
        self._rows = 0
        self._tapes: dict[bool, _OwnTape] = {}  #: whether coupons move decides on the events of loans
        self._is_too_long = False  #: the tape of one of both: known once, as it takes seconds to find out

    def totals(self, compiled: CompiledRows) -> Totals:
        """What these rows come to."""
        self._rows += len(compiled.rows)
        moves_coupons = compiled.stress.moves_coupons
        tape = self._tapes.get(moves_coupons)
        if self._is_too_long:
            return _as_written(compiled.case(), self._horizon_months, len(compiled.rows))
        if tape is None and self._rows < WORTH_ITS_OWN:
            return _by_shape(compiled, self._horizon_months)
        leaves = _leaves(compiled)
        if tape is None or not tape.serves(compiled, leaves):
            if self._rows < WORTH_ITS_OWN:
                return _by_shape(compiled, self._horizon_months)
            try:
                tape = self._tapes[moves_coupons] = _OwnTape(compiled, leaves, self._horizon_months, tape)
            except TooLong:
                self._is_too_long = True
                return _as_written(compiled.case(), self._horizon_months, len(compiled.rows))
        return tape.played(leaves, compiled)


def _by_shape(compiled: CompiledRows, horizon_months: int) -> Totals:
    """By the tape that all companies of the shape share."""
    case = compiled.case(compiled.debts.months)  # of the paths of rates: what is read of them is spread below
    of_shape = case_shape(case, horizon_months)
    recorded = tape_of(case, of_shape, runs=WORTH_A_TAPE)
    if recorded is None:
        return _as_written(compiled.case(), horizon_months, len(compiled.rows))
    inputs = list(recorded.take_only_horizon(figures(case, of_shape)))
    return Totals(recorded.horizon, _in_parts(recorded.only_horizon.program, inputs, compiled))


def _as_written(case: CompiledCase, horizon_months: int, count: int) -> Totals:
    """Without a tape, where that would be too long."""
    lane: Arithmetic = SCALAR if count == 1 else Batch(count)
    horizon = cumulative(lane, case, run_months(lane, case, horizon_months))
    shape = Shape(horizon)
    columns = [np.broadcast_to(figure, count) for figure in shape.flatten(horizon)]
    return Totals(shape, np.array(columns, dtype=np.int64))


def _leaves(compiled: CompiledRows) -> list[Column]:
    """What stresses say, and what they make of the debts, at the distinct paths of rates."""
    stress, left = compiled.stress, compiled.market_values_left
    return [*chain(*stress.paths.values()), *stress[1:-1], *left, *compiled.debts.leaves]


class _OwnTape:
    """The tape of one company: what varies between its rows is unknown, all else is folded in.

    A column that stands at several leaves, as that of an assumption which stays the same in all months, is one input.
    """

    def __init__(
        self, compiled: CompiledRows, leaves: Sequence[Column], horizon_months: int, before: "_OwnTape | None"
    ) -> None:
        self._terms, self._debts = compiled.terms, compiled.debts.shape
        known: list[int | None] = [leaf if isinstance(leaf, int) else None for leaf in leaves]
        if before is not None and before._debts == self._debts:  # what varied in earlier rows may do so again
            known = [now if now == then else None for now, then in zip(known, before._known, strict=True)]
        first = {id(leaf): position for position, leaf in reversed(list(enumerate(leaves)))}
        self._known: list[int | None] = known
        #: of each leaf that is unknown, the first one with the same column
        self._sources = {
            position: position if isinstance(leaf, int) else first[id(leaf)]
            for position, leaf in enumerate(leaves)
            if known[position] is None
        }
        self._read = list(dict.fromkeys(self._sources.values()))  #: what stands behind each input of the program
        self._program = self._recorded(compiled, horizon_months)

    def _recorded(self, compiled: CompiledRows, horizon_months: int) -> Program:
        recorder = Recorder(MOST_STEPS)
        unknown = {position: recorder.unknown() for position in self._read}
        leaves: Iterator[Any] = iter(
            [unknown[self._sources[position]] if known is None else known for position, known in enumerate(self._known)]
        )
        paths = {name: tuple(islice(leaves, len(path))) for name, path in compiled.stress.paths.items()}
        stress = Stress(paths, next(leaves), next(leaves), next(leaves), compiled.stress.moves_coupons)
        left = tuple(islice(leaves, len(compiled.market_values_left)))
        case = case_of(recorder, compiled.terms, stress, compiled.debts.shape.build(list(leaves)), left)
        horizon = cumulative(recorder, case, run_months(recorder, case, horizon_months))
        self._horizon = Shape(horizon)
        return recorder.tape(self._horizon.flatten(horizon)).program

    def serves(self, compiled: CompiledRows, leaves: Sequence[Column]) -> bool:
        """Whether what it knows is so in these rows too."""
        if compiled.terms != self._terms or compiled.debts.shape != self._debts:
            return False
        knows = all(
            isinstance(leaf, int) and leaf == known
            for leaf, known in zip(leaves, self._known, strict=True)
            if known is not None
        )
        return knows and all(_same(leaves[leaf], leaves[source]) for leaf, source in self._sources.items())

    def played(self, leaves: Sequence[Column], compiled: CompiledRows) -> Totals:
        """The totals of these rows."""
        inputs = [leaves[self._read[position]] for position in self._program.reads.tolist()]
        return Totals(self._horizon, _in_parts(self._program, inputs, compiled))


def _same(a: Column, b: Column) -> bool:
    return a is b or (isinstance(a, int) and isinstance(b, int) and a == b)


def _in_parts(program: Program, leaves: Sequence[Column], compiled: CompiledRows) -> Columns:
    """What a program gives of the inputs that it reads, those of debts at the distinct paths of rates; part by part."""
    varied = [position for position, leaf in enumerate(leaves) if not isinstance(leaf, int)]
    columns = compiled.distinct.all_spread([leaves[position] for position in varied])
    known = list(leaves)
    for position in varied:
        known[position] = 0
    figures, count = np.array(known, dtype=np.int64)[:, np.newaxis], len(compiled.rows)
    totals = np.empty((len(program.outputs), count), dtype=np.int64)
    together = MOST_FIGURES // max(len(leaves), 1)
    for start in range(0, count, together):
        part = slice(start, min(start + together, count))
        inputs = np.repeat(figures, part.stop - part.start, axis=1)
        for position, column in zip(varied, columns, strict=True):
            inputs[position] = column[part]
        totals[:, part] = PLAYERS.player(program, inputs)
    return totals
