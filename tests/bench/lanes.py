"""The month in its lanes: one execution at a time, and thousands in arrays."""

from random import Random
from time import perf_counter

import numpy as np

from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.compile.stack import stack
from seawall.engine.horizon.cumulative import header
from seawall.engine.horizon.run import MOST_IN_A_BATCH, run
from seawall.engine.numbers.batch import Batch
from seawall.engine.numbers.exact import SCALAR, Arithmetic
from tests.bench.clock import Timing, line, set_aside, timed
from tests.bench.companies import company, scenario
from tests.bench.passes import Counted, counting

COMPANIES, MONTHS, ONE_BY_ONE, SEED = 8_192, 24, 100, 20_171_231


def report() -> None:
    """The batch lane against the scalar lane and against the limit of its own array passes."""
    luck = Random(SEED)
    companies = [company(luck) for _ in range(COMPANIES)]
    print(f"lanes: {COMPANIES} companies x {MONTHS} months x 5 loans, seed {SEED}")
    with set_aside():
        started = perf_counter()
        plans = [compile_case(SCALAR, scenario(), one, one.as_of_date) for one in companies]
        compiled = perf_counter() - started
        started = perf_counter()
        batches = [stack(plans[start : start + MOST_IN_A_BATCH]) for start in range(0, COMPANIES, MOST_IN_A_BATCH)]
        stacked = perf_counter() - started

    batch = timed(lambda: _run(Batch(MOST_IN_A_BATCH), batches))
    scalar = timed(lambda: _run(SCALAR, plans[:ONE_BY_ONE]))
    one, each = scalar.best / ONE_BY_ONE, batch.best / COMPANIES
    line("one execution in the scalar lane", f"{one * 1e3:.2f} ms", scalar)
    line("one execution in the batch lane", f"{each * 1e6:.1f} us", batch)
    line("batch lane over scalar lane, per execution", f"{one / each:.0f} x")
    line("compiling the inputs of one execution", f"{compiled / COMPANIES * 1e3:.2f} ms")
    line("stacking them into arrays, per execution", f"{stacked / COMPANIES * 1e6:.0f} us")
    _against_the_limit(batches, batch)


def _run(m: Arithmetic, plans: list[CompiledCase]) -> None:
    """Keep the headers only, as a sweep does."""
    for plan in plans:
        header(m, plan, run(m, plan, MONTHS))


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
