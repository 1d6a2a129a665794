"""The months of many companies, header only, as a sweep plays them: each way of playing, on one core."""

from collections.abc import Callable, Mapping
from random import Random

import numpy as np

from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.horizon.cumulative import cumulative
from seawall.engine.horizon.results import CumulativeMetrics
from seawall.engine.horizon.run import run_months
from seawall.engine.numbers.exact import SCALAR, Arithmetic
from tests.bench.array_lane import MOST_IN_A_BATCH, Batch, stack
from tests.bench.clock import in_turn, line, set_aside, title
from tests.bench.companies import company, scenario
from tests.bench.operations import Counted, CountedVerbs, counting

MONTHS, FEW, SEED = 24, 32, 20_171_231
DIFFERENT = 256  #: companies that are compiled; each stands in a batch many times
SCALAR_LANE, ARRAYS, FLOATS = "the scalar lane, one company at a time", "the array lane of before", "numpy float64"
CACHED = 2_048  #: figures of the columns of float64, which stay near the processor


def report() -> None:
    """Company-months a second and core, and each way over the array lane and over float64."""
    luck = Random(SEED)
    with set_aside():
        companies = [company(luck) for _ in range(DIFFERENT)]
        cases = [compile_case(SCALAR, scenario(), borrower, borrower.as_of_date) for borrower in companies]
        operations = _operations(cases)
        title(
            f"kernel: {MONTHS} months of companies of one structure (5 loans), header only, exact;"
            " company-months a second and core"
        )
        works, played = _ways(cases, operations)
        seconds = in_turn(works)
    for name in works:
        line(_words(name, operations), f"{played[name] * MONTHS / seconds.middle(name) / 1e6:9.3f} M")
    for name in [name for name in works if name not in (FLOATS, ARRAYS)]:
        per_company = seconds.ratio(ARRAYS, name).scaled(played[name] / played[ARRAYS])
        line(f"{name} over {ARRAYS}", per_company.times())
    for name in [name for name in works if name not in (FLOATS, SCALAR_LANE)]:
        per_company = seconds.ratio(FLOATS, name).scaled(played[name] / played[FLOATS])
        line(f"{name} over {FLOATS}", per_company.percent())


def _ways(cases: list[CompiledCase], operations: int) -> tuple[Mapping[str, Callable[[], object]], Mapping[str, int]]:
    """Each way, and how many companies it plays."""
    batch = stack((cases * (MOST_IN_A_BATCH // len(cases) + 1))[:MOST_IN_A_BATCH])
    works: dict[str, Callable[[], object]] = {
        SCALAR_LANE: lambda: [header(SCALAR, case) for case in cases[:FEW]],
        ARRAYS: lambda: header(Batch(MOST_IN_A_BATCH), batch),
        FLOATS: lambda: _multiply_and_add(operations),
    }
    return works, {SCALAR_LANE: FEW, ARRAYS: MOST_IN_A_BATCH, FLOATS: CACHED}


def header(m: Arithmetic, case: CompiledCase) -> CumulativeMetrics:
    """The header figures of a case, or of a batch; no month is kept."""
    return cumulative(m, case, run_months(m, case, MONTHS))


def _operations(cases: list[CompiledCase]) -> int:
    """Of all months of one company: verbs and operators whose result is not the same for all companies."""
    Counted.operations = 0
    header(CountedVerbs(Batch(len(cases))), counting(stack(cases)))
    return Counted.operations


def _multiply_and_add(operations: int) -> None:
    """What nobody can do without: as many operations on columns, each one a multiply and an add, nothing rounded."""
    a, b, c = (np.linspace(0, 1, CACHED) for _ in range(3))
    for _ in range(operations):
        np.multiply(a, b, out=c)
        np.add(c, a, out=c)


def _words(name: str, operations: int) -> str:
    if name != FLOATS:
        return name
    return f"{FLOATS}: a multiply and an add in place of each of the {operations} operations"
