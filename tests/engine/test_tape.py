"""A tape gives the figures of the source that it was recorded from, whoever plays it."""

from functools import cache
from random import Random

import numpy as np
import pytest

from seawall.engine.compile.case import compile_case
from seawall.engine.horizon.many import _runs, in_matrix
from seawall.engine.horizon.months import Months
from seawall.engine.horizon.recorded import case_shape, record
from seawall.engine.horizon.run import simulate
from seawall.engine.numbers.exact import SCALAR
from seawall.engine.tape.operations import Operation
from seawall.engine.tape.players import PLAYERS, Players, in_arrays, one_by_one
from seawall.engine.tape.record import Recorder, TooLong
from seawall.engine.values.faults import Refused
from tests.engine import scale
from tests.engine.groups import GROUPS, cases
from tests.engine.test_rounding import CASES, VERBS

COMPANIES = scale.cases(6, GROUPS)  #: of so many structures


@pytest.fixture(scope="module", params=["python", "numpy", "numba"])
def player(request):
    """Each player; numba where it is installed."""
    if request.param != "numba":
        return {"python": one_by_one, "numpy": in_arrays}[request.param]
    pytest.importorskip("numba", reason="the extra [fast] is not installed")
    players = Players()
    assert players.prepare().startswith("numba plays")
    return players.player


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_rounds_as_the_scalar_lane_does(verb, player):
    draw, expected, verb_of = VERBS[verb]
    some = [case for case, _ in zip(draw(Random(f"tape {verb}")), range(CASES // 8), strict=False)]
    recorder = Recorder(most_steps=2)  # an accrual multiplies its rate by time before
    figures = verb_of(recorder)(*[recorder.unknown() for _ in some[0]])
    tape = recorder.tape(figures if isinstance(figures, tuple) else (figures,))
    columns = player(tape.program, np.array(some, dtype=np.int64).T).T.tolist()
    exact = [expected(*case) for case in some]
    assert [tuple(row) for row in columns] == [row if isinstance(row, tuple) else (int(row),) for row in exact]


#: Each operation that does not round: what the source says, on two figures and a truth.
SOURCES = {
    Operation.ADD: lambda m, a, b, truth: a + b,
    Operation.SUBTRACT: lambda m, a, b, truth: 3 - a - b,
    Operation.MULTIPLY: lambda m, a, b, truth: 7 * (a * b),
    Operation.QUOTIENT: lambda m, a, b, truth: a // 30,
    Operation.REMAINDER: lambda m, a, b, truth: a % 30,
    Operation.LESS: lambda m, a, b, truth: m.where(a < b, 1, 0) + m.where(a > 5, 2, 0),
    Operation.AT_MOST: lambda m, a, b, truth: m.where(a <= b, 1, 0) + m.where(a >= 5, 2, 0),
    Operation.EQUAL: lambda m, a, b, truth: m.where(a == b, a, b),
    Operation.DIFFERENT: lambda m, a, b, truth: m.where(a != b, a, b),
    Operation.AND: lambda m, a, b, truth: m.where((a < b) & (truth > 0), a, b),
    Operation.OR: lambda m, a, b, truth: m.where((a < b) | (truth > 0), a, b),
    Operation.LEAST: lambda m, a, b, truth: m.least(a, b) - m.least(3, a),
    Operation.MOST: lambda m, a, b, truth: m.most(a, b) - m.most(b, 4),
    Operation.WHERE: lambda m, a, b, truth: m.where(truth, a, m.where(a, 4, b)),
    Operation.AGO: lambda m, a, b, truth: m.ago([a, 5, b, a + b], truth) + m.ago([a, b], 1),
}


@pytest.mark.parametrize("operation", SOURCES, ids=lambda operation: operation.name.lower())
def test_each_operation_gives_what_its_source_does(operation, player):
    rng = Random(operation.name)
    rows = [(rng.randint(-40, 40), rng.choice((rng.randint(-40, 40), 5)), rng.randint(0, 1)) for _ in range(200)]
    recorder = Recorder(most_steps=20)
    tape = recorder.tape([SOURCES[operation](recorder, *[recorder.unknown() for _ in range(3)])])
    assert operation in {step.operation for step in tape.steps}
    columns = np.array(rows, dtype=np.int64).T[tape.program.reads]
    assert player(tape.program, columns)[0].tolist() == [SOURCES[operation](SCALAR, *row) for row in rows]


def test_the_tape_has_every_operation():
    verbs = {Operation.TIMES, Operation.PRORATE, Operation.ACCRUE, Operation.RATIO}
    assert verbs | set(SOURCES) == set(Operation)


@pytest.mark.parametrize("number", range(COMPANIES))
def test_a_run_by_its_tape_is_the_run_of_the_scalar_lane(number, player, monkeypatch):
    """Every figure of every month; a shape is recorded from one of its companies and played for the others."""
    monkeypatch.setattr(PLAYERS, "player", player)
    for case, run, of_shape, recorded in recordings(number):
        (played,) = _runs([case], of_shape, recorded)
        assert played == run
        assert np.array_equal(matrix_of(played), matrix_of(run))


def matrix_of(run):
    assert isinstance(run.months, Months)
    return run.months.matrix


@cache
def recordings(number):
    """The cases of a group, each with its run in the scalar lane and the tape of its shape."""
    tapes, rows = {}, []
    for stress, company, day in cases(number):
        try:
            case = compile_case(SCALAR, stress, company, day)
        except Refused:
            continue
        of_shape = case_shape(case, stress.horizon_months)
        if of_shape not in tapes:
            tapes[of_shape] = record(case, of_shape)
        rows.append((case, in_matrix(simulate(SCALAR, case, stress.horizon_months)), of_shape, tapes[of_shape]))
    return rows


def test_a_figure_that_varies_is_not_tested_with_if():
    recorder = Recorder(most_steps=10)
    with pytest.raises(TypeError, match="choose with a verb"):
        assert recorder.unknown() > 0


def test_a_tape_has_a_bound():
    recorder = Recorder(most_steps=2)
    a = recorder.unknown()
    with pytest.raises(TooLong, match="more than 2 operations"):
        assert a + 1 + 2 + 3


def test_what_nobody_reads_is_not_played_and_what_is_known_is_computed_once():
    recorder = Recorder(most_steps=10)
    a, b, unread = (recorder.unknown() for _ in range(3))
    total = a + b
    assert recorder.times(1_000, 500_000_000) == 500
    assert (total - unread) is not None
    tape = recorder.tape([total, b + a, 7])
    assert [step.operation for step in tape.steps] == [Operation.ADD]
    assert tape.program.reads.tolist() == [0, 1]
    assert one_by_one(tape.program, np.array([[2], [3]])).tolist() == [[5], [5], [7]]


def test_what_is_left_of_the_same_is_nothing_and_all_of_a_whole_is_not_divided(player):
    recorder = Recorder(most_steps=2)
    money, whole = recorder.unknown(), recorder.unknown()
    tape = recorder.tape([recorder.prorate(money, whole, whole), whole - whole, money + 1 - (money + 1)])
    assert [step.operation for step in tape.steps] == [Operation.WHERE]
    rows = np.array([[50, 3], [-7, 1], [9, 0]], dtype=np.int64).T
    assert player(tape.program, rows).tolist() == [[50, -7, 0], [0, 0, 0], [0, 0, 0]]
