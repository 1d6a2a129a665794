"""Runs of compiled cases, those of one shape together by their tape.

How many there are, what was recorded before and what is installed change no figure, only who computes it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import Any, TypeVar

from ..compile.case import CompiledCase
from ..numbers.exact import SCALAR
from ..tape.players import PLAYERS
from ..tape.record import TooLong
from ..tape.tape import Tape
from ..values.kept import Kept
from ..values.levels import Take
from ..values.pause import Pause, no_pause
from .cumulative import cumulative
from .months import Months
from .recorded import MOST_STEPS, CaseShape, RecordedMonths, case_shape, figures, record
from .results import CumulativeMetrics
from .run import Run, run_months, simulate

T = TypeVar("T")

WORTH_A_TAPE = 16  #: runs of a shape: to record it costs about what so many of them do
TOGETHER = 256  #: runs whose months are played at once: some 10 MB of figures
#: The tapes that were played last, by their steps: some 60 bytes each with their program, and four times as many where
#: Python or numpy plays. None for a shape whose tape is too long.
_TAPES: Kept[tuple[RecordedMonths | None]] = Kept(most=2 * MOST_STEPS)  # both tapes of any shape
_SEEN: Kept[int] = Kept(most=10_000)  #: how many runs a shape has had since its tape was recorded, if it was


def simulate_one(case: CompiledCase, horizon_months: int, pause: Pause = no_pause) -> Run:
    """The run of a case in whole cents: by the tape of its shape, which is recorded once it had some runs."""
    of_shape = case_shape(case, horizon_months)
    recorded = tape_of(case, of_shape, runs=1)
    if recorded is None:
        return in_matrix(simulate(SCALAR, case, horizon_months, pause))
    pause()
    (run,) = _runs([case], of_shape, recorded)
    return run


def simulate_all(cases: Sequence[CompiledCase], horizon_months: int) -> list[Run]:
    """The runs of many cases over one horizon, in their order."""
    return _by_shape(cases, horizon_months, _runs)


def totals_of_all(cases: Sequence[CompiledCase], horizon_months: int) -> list[CumulativeMetrics]:
    """The whole horizon of many cases in a few figures each, in their order; nothing is named and no month kept."""
    return _by_shape(cases, horizon_months, _totals)


def _by_shape(
    cases: Sequence[CompiledCase],
    horizon_months: int,
    alike: Callable[[list[CompiledCase], CaseShape, RecordedMonths | None], Iterator[T]],
) -> list[T]:
    """What `alike` gives for the cases of each shape, in the order of the cases."""
    results: list[Any] = [None] * len(cases)
    positions_of: dict[CaseShape, list[int]] = defaultdict(list)
    for position, case in enumerate(cases):
        positions_of[case_shape(case, horizon_months)].append(position)
    for of_shape, positions in positions_of.items():
        recorded = tape_of(cases[positions[0]], of_shape, runs=len(positions))
        for start in range(0, len(positions), TOGETHER):
            together = positions[start : start + TOGETHER]
            for position, result in zip(together, alike([cases[n] for n in together], of_shape, recorded), strict=True):
                results[position] = result
    return results


def tape_of(case: CompiledCase, of_shape: CaseShape, runs: int) -> RecordedMonths | None:
    """The tape of a shape, where it is there or worth to be recorded for so many more runs."""
    kept = _TAPES.get(of_shape)
    if kept is None:
        so_far = (_SEEN.get(of_shape) or 0) + runs
        _SEEN.add(of_shape, so_far)
        if so_far < WORTH_A_TAPE:
            return None
        try:
            recorded = record(case, of_shape)
            kept, weight = (recorded,), len(recorded.whole.steps) + len(recorded.only_horizon.steps)
        except TooLong:
            kept, weight = (None,), 1
        _TAPES.add(of_shape, kept, weight)
        _SEEN.add(of_shape, 0)  # where others drop it, it is recorded again for as many runs, not for each
    return kept[0]


def _runs(cases: list[CompiledCase], of_shape: CaseShape, recorded: RecordedMonths | None) -> Iterator[Run]:
    if recorded is None:
        yield from (in_matrix(simulate(SCALAR, case, of_shape.horizon_months)) for case in cases)
        return
    totals, month = recorded.totals, recorded.month
    for row in _played(recorded.whole, recorded.take_whole, cases, of_shape):
        whole_horizon, service = totals.build(row[: totals.width].tolist())
        months = row[totals.width :].reshape(of_shape.horizon_months, month.width)
        yield Run(whole_horizon, service, Months(month, months))


def _totals(
    cases: list[CompiledCase], of_shape: CaseShape, recorded: RecordedMonths | None
) -> Iterator[CumulativeMetrics]:
    if recorded is None:
        for case in cases:
            yield cumulative(SCALAR, case, run_months(SCALAR, case, of_shape.horizon_months))
        return
    for row in _played(recorded.only_horizon, recorded.take_only_horizon, cases, of_shape):
        yield recorded.horizon.build(row.tolist())


def in_matrix(run: Run) -> Run:
    """A run as it was computed month by month, with its months as a matrix."""
    return run._replace(months=Months.of(run.months))


def _played(tape: Tape, take: Take, cases: list[CompiledCase], of_shape: CaseShape) -> Iterator[Any]:
    """The outputs of a tape, an array of its own for each case."""
    import numpy as np

    rows = np.empty((len(cases), len(tape.program.reads)), dtype=np.int64)
    pack = Struct(f"{rows.shape[1]}q").pack_into  # in half the time that an array takes of a list
    for row, case in zip(rows, cases, strict=True):
        pack(row.data, 0, *take(figures(case, of_shape)))
    outputs = PLAYERS.player(tape.program, rows.T)
    return map(np.ascontiguousarray, outputs.T)
