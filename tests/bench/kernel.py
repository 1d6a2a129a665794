"""The months of many companies, header only, as a sweep plays them: each way of playing, on one core."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import numpy as np

from seawall.engine import DatasetVersion
from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.compile.rows import compile_rows
from seawall.engine.horizon.cumulative import cumulative
from seawall.engine.horizon.recorded import case_shape, figures, record
from seawall.engine.horizon.results import CumulativeMetrics
from seawall.engine.horizon.run import run_months
from seawall.engine.horizon.stressed_rows import StressedRows
from seawall.engine.numbers.batch import Batch
from seawall.engine.numbers.exact import SCALAR, Arithmetic
from seawall.engine.tape.players import PLAYERS, Player, in_arrays
from tests.bench.clock import in_turn, line, set_aside, title
from tests.bench.companies import company, scenario
from tests.bench.players import NUMBA, NUMPY, numba_player
from tests.bench.stack import stack
from tests.bench.sweeps import stresses

MONTHS, FEW, SEED = 24, 32, 20_171_231
DIFFERENT = 256  #: companies that are compiled; each stands in a batch many times
BATCH = 4_096
CACHED = 2_048  #: figures of the columns of float64, which stay near the processor
OWN = "one company under many stresses, its own tape, by what is installed"
SCALAR_LANE, ARRAYS, FLOATS = "the scalar lane, one company at a time", "the array lane of before", "numpy float64"


def report() -> None:
    """Company-months a second and core, and each way over the array lane and over float64."""
    luck = Random(SEED)
    companies = [company(luck) for _ in range(DIFFERENT)]
    cases = [compile_case(SCALAR, scenario(), borrower, borrower.as_of_date) for borrower in companies]
    title(
        f"kernel: {MONTHS} months of companies of one structure (5 loans), header only, exact;"
        " company-months a second and core"
    )
    works, operations = _ways(cases, companies[0])
    with set_aside():
        seconds = in_turn(works)
    played = {name: {SCALAR_LANE: FEW, FLOATS: CACHED}.get(name, BATCH) for name in works}
    for name in works:
        line(_words(name, operations), f"{played[name] * MONTHS / seconds.middle(name) / 1e6:9.3f} M")
    for base in (ARRAYS, FLOATS):
        for name in [name for name in works if name not in (ARRAYS, FLOATS)]:
            ratio = seconds.ratio(base, name).scaled(played[name] / played[base])
            line(f"{name} over {base}", ratio.times())


def _ways(cases: list[CompiledCase], borrower: DatasetVersion) -> tuple[Mapping[str, Callable[[], object]], int]:
    """Each way, and how many operations the tape has that two of them play."""
    together = (cases * (BATCH // len(cases) + 1))[:BATCH]
    of_shape = case_shape(cases[0], MONTHS)
    recorded = record(cases[0], of_shape)
    program = recorded.only_horizon.program
    rows = np.array([recorded.inputs.flatten(figures(case, of_shape)) for case in together], dtype=np.int64)
    columns, arrays = np.ascontiguousarray(rows.T[program.reads]), stack(together)
    operations = len(recorded.only_horizon.steps)

    def tape(player: Player) -> Callable[[], Any]:
        return lambda: player(program, columns)

    works: dict[str, Callable[[], object]] = {
        SCALAR_LANE: lambda: [header(SCALAR, case) for case in cases[:FEW]],
        ARRAYS: lambda: header(Batch(BATCH), arrays),
        NUMPY: tape(in_arrays),
        FLOATS: lambda: _multiply_and_add(operations),
    }
    in_numba = numba_player()
    if in_numba:
        works[NUMBA] = tape(in_numba)
    works[OWN] = _stressed(borrower, in_numba)
    return works, operations


def _stressed(borrower: DatasetVersion, in_numba: Player | None) -> Callable[[], Any]:
    """One company under as many stresses, by what this process has installed."""
    if in_numba:
        PLAYERS.player = in_numba
    stress = stresses(np.random.default_rng(SEED), BATCH)
    (compiled,) = compile_rows(borrower, borrower.as_of_date, stress, BATCH)
    rows = StressedRows(MONTHS)
    return lambda: rows.totals(compiled)


def header(m: Arithmetic, case: CompiledCase) -> CumulativeMetrics:
    """The header figures of a case, or of a batch; no month is kept."""
    return cumulative(m, case, run_months(m, case, MONTHS))


def _multiply_and_add(operations: int) -> None:
    """What nobody can do without: as many operations on columns, each one a multiply and an add, nothing rounded."""
    a, b, c = (np.linspace(0, 1, CACHED) for _ in range(3))
    for _ in range(operations):
        np.multiply(a, b, out=c)
        np.add(c, a, out=c)


def _words(name: str, operations: int) -> str:
    if name != FLOATS:
        return name
    return f"{FLOATS}: a multiply and an add for each of the {operations} operations of the tape"
