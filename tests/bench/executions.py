"""Executions: one at a time in Python integers, and thousands in arrays."""

from random import Random
from time import perf_counter

import numpy as np

from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.horizon.cumulative import cumulative
from seawall.engine.horizon.run import run_months
from seawall.engine.numbers.batch import Batch
from seawall.engine.numbers.exact import SCALAR, Arithmetic
from tests.bench.clock import Timing, line, set_aside, timed
from tests.bench.companies import company, scenario
from tests.bench.passes import Counted, counting
from tests.bench.stack import stack

COMPANIES, MONTHS, FEW, SEED = 8_192, 24, 100, 20_171_231
MOST_IN_A_BATCH = 4_096


def report() -> None:
    """The batch lane against the scalar lane and against the limit of its own array passes."""
    luck = Random(SEED)
    companies = [company(luck) for _ in range(COMPANIES)]
    print(f"executions: {COMPANIES} companies x {MONTHS} months x 5 loans, seed {SEED}")
    with set_aside():
        started = perf_counter()
        cases = [compile_case(SCALAR, scenario(), borrower, borrower.as_of_date) for borrower in companies]
        compiled = perf_counter() - started
        started = perf_counter()
        batches = [stack(cases[start : start + MOST_IN_A_BATCH]) for start in range(0, COMPANIES, MOST_IN_A_BATCH)]
        stacked = perf_counter() - started

    batch = timed(lambda: _run(Batch(MOST_IN_A_BATCH), batches))
    scalar = timed(lambda: _run(SCALAR, cases[:FEW]))
    alone, in_batch = scalar.best / FEW, batch.best / COMPANIES
    line("one execution in the scalar lane", f"{alone * 1e3:.2f} ms", scalar)
    line("one execution in the batch lane", f"{in_batch * 1e6:.1f} us", batch)
    line("batch lane over scalar lane, per execution", f"{alone / in_batch:.0f} x")
    line("compiling the inputs of one execution", f"{compiled / COMPANIES * 1e3:.2f} ms")
    line("stacking them into arrays, per execution", f"{stacked / COMPANIES * 1e6:.0f} us")
    _against_the_limit(batches, batch)


def _run(m: Arithmetic, cases: list[CompiledCase]) -> None:
    """Keep the cumulative metrics only, as a sweep does."""
    for case in cases:
        cumulative(m, case, run_months(m, case, MONTHS))


def _against_the_limit(batches: list[CompiledCase], batch: Timing) -> None:
    """What the same number of in-cache int64 additions of a batch's size would take."""
    Counted.passes = 0
    m = Batch(MOST_IN_A_BATCH)
    m.scratch = counting(m.scratch)
    _run(m, [counting(batches[0])])
    a, b = np.arange(MOST_IN_A_BATCH), np.arange(MOST_IN_A_BATCH)
    repeats = 10_000

    def add_often() -> None:
        for _ in range(repeats):
            np.add(a, b)

    add = timed(add_often)
    limit = Counted.passes * len(batches) * add.best / repeats
    line(f"array passes of a batch of {MOST_IN_A_BATCH}", f"{Counted.passes}")
    line(f"one np.add of {MOST_IN_A_BATCH} int64 in cache", f"{add.best / repeats * 1e6:.2f} us", add)
    line("share of the limit that these passes set", f"{limit / batch.best:.0%}")
