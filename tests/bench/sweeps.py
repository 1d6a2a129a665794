"""Many scenarios of one company, and of many: compiled and played, header only; processor time and memory.

`python -m tests.bench.sweeps COMPANIES SCENARIOS` is the process that does it. It prints the seconds, and the bytes
that it had beyond those of the headers.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from seawall.engine import DatasetVersion, Scenario
from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.numbers.exact import SCALAR
from seawall.engine.values.units import NANO
from tests.bench.array_lane import MOST_IN_A_BATCH, Batch, stack
from tests.bench.clock import line, processor_seconds, title
from tests.bench.companies import company, scenario
from tests.bench.kernel import header

SEED = 20_260_305
KIB, STATUS = 1024, Path("/proc/self/status")
Rows = np.ndarray[Any, np.dtype[np.int64]]
#: Companies, scenarios of each, and of how many of them all a run is: what it takes is told for all.
SIZES = {
    "1,000,000 scenarios of one company": (1, 1_000_000, 1_000),
    "1,000 companies x 100 scenarios": (1_000, 100, 10),
}


def report() -> None:
    """Each in a process of its own, for its memory."""
    title("sweep: scenarios compiled and played over 24 months, header only, one core; processor time")
    for words, (companies, scenarios, runs) in SIZES.items():
        some = (companies, scenarios // runs) if companies == 1 else (companies // runs, scenarios // runs)
        command = [sys.executable, "-m", "tests.bench.sweeps", *map(str, some)]
        seconds, extra = map(float, subprocess.check_output(command, text=True).split())
        share = companies * scenarios / (some[0] * some[1])
        line(f"{words}, from {some[0] * some[1]:,} of them", f"{seconds * share:9.1f} s")
        line("memory above the headers of these", f"{extra / 2**20:9.0f} MiB")


def main(companies: int, scenarios: int) -> None:
    """Compiles and plays them in blocks, keeping the headers as rows of int64."""
    luck = Random(SEED)
    borrowers = [company(luck) for _ in range(companies)]
    stresses = [_drawn(luck) for _ in range(scenarios)]
    before, rows = _forget(), list[Rows]()
    seconds = processor_seconds(lambda: rows.extend(_headers(borrowers, stresses)))
    print(seconds, _most_resident() - before - sum(row.nbytes for row in rows))


def _headers(borrowers: Sequence[DatasetVersion], stresses: Sequence[Scenario]) -> Iterator[Rows]:
    """The rows, block by block."""
    waiting: list[CompiledCase] = []
    for borrower in borrowers:
        for stress in stresses:
            waiting.append(compile_case(SCALAR, stress, borrower, borrower.as_of_date))
            if len(waiting) == MOST_IN_A_BATCH:
                yield _block(waiting)
                waiting = []
    if waiting:
        yield _block(waiting)


def _block(cases: list[CompiledCase]) -> Rows:
    size = len(cases)
    leaves = [np.broadcast_to(leaf, size) for leaf in _leaves(header(Batch(size), stack(cases)))]
    return np.stack(leaves, axis=1).astype(np.int64)


def _leaves(tree: Any) -> Iterator[Any]:
    if isinstance(tree, tuple):
        for branch in tree:
            yield from _leaves(branch)
    elif not isinstance(tree, str) and tree is not None:
        yield tree


def _most_resident() -> int:
    """The most bytes that this process had since `_forget`."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB if not STATUS.exists() else _kib("VmHWM") * KIB


def _forget() -> int:
    """The most is from now on counted anew, where the machine can; the bytes that this process has."""
    if not STATUS.exists():
        return _most_resident()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _kib("VmRSS") * KIB


def _kib(name: str) -> int:
    (line,) = [line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1])


def _drawn(luck: Random) -> Scenario:
    """Sales, costs and rates drawn around the template."""
    usual = scenario()
    assumptions = replace(
        usual.assumptions,
        revenue_change_factor=(luck.randrange(NANO // 2, NANO),),
        cost_change_factor=(luck.randrange(NANO * 9 // 10, NANO * 11 // 10),),
        interest_rate_shift=(luck.randrange(NANO // 25),),
    )
    return replace(usual, assumptions=assumptions)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
