"""Many scenarios of one company, and of many: compiled and played, header only; processor time and memory.

`python -m tests.bench.sweeps COMPANIES SCENARIOS` is the process that does it, as many of them as it comes to in some
seconds. It prints how many, the seconds, and the bytes that it had beyond those of the headers.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import numpy as np

from seawall.engine.compile.rows import compile_rows
from seawall.engine.compile.stress import Stress, stress_of
from seawall.engine.horizon.stressed_rows import StressedRows
from seawall.engine.numbers.months import COMPILED_MONTHS
from seawall.engine.tape.players import PLAYERS
from seawall.engine.values.units import NANO
from tests.bench.clock import line, title
from tests.bench.companies import company, scenario

SEED, MONTHS, BLOCK = 20_260_305, 24, 4_096
BASIS_POINT = NANO // 10_000
KIB, STATUS = 1024, Path("/proc/self/status")
Columns = np.ndarray[Any, np.dtype[np.int64]]
SECONDS = 8.0  #: of its processor, after which a process ends
#: Companies, and scenarios of each.
SIZES = {
    "1,000,000 scenarios of one company": (1, 1_000_000),
    "1,000 companies x 100 scenarios": (1_000, 100),
}


def report() -> None:
    """Each in a process of its own, for its memory."""
    title(
        f"sweep: scenarios compiled and played over {MONTHS} months, header only, one core; processor time"
        " for all, from those that are done in some seconds"
    )
    for words, (companies, scenarios) in SIZES.items():
        command = [sys.executable, "-m", "tests.bench.sweeps", f"{companies}", f"{scenarios}"]
        done, seconds, extra = map(float, subprocess.check_output(command, text=True).split())
        line(f"{words}, from {done:,.0f} of them", f"{seconds * companies * scenarios / done:9.1f} s")
        line("memory above that of the headers", f"{extra / 2**20:9.0f} MiB")


def main(companies: int, scenarios: int) -> None:
    """Compiles and plays them in blocks, keeping the header figures as columns of int64."""
    PLAYERS.prepare()
    luck, numbers = Random(SEED), np.random.default_rng(SEED)
    before, blocks, began = _forget(), list[Columns](), process_time()
    for block in _blocks(luck, numbers, companies, scenarios):
        blocks.append(block)
        if process_time() - began > SECONDS:
            break
    done, bytes_of_headers = sum(block.shape[1] for block in blocks), sum(block.nbytes for block in blocks)
    print(done, process_time() - began, _most_resident() - before - bytes_of_headers)


def _blocks(luck: Random, numbers: np.random.Generator, companies: int, scenarios: int) -> Iterator[Columns]:
    """The headers of company after company, a column for each scenario, as many at a time as make a block."""
    for _ in range(companies):
        borrower, rows = company(luck), StressedRows(MONTHS)
        for start in range(0, scenarios, BLOCK):
            count = min(BLOCK, scenarios - start)
            for compiled in compile_rows(borrower, borrower.as_of_date, stresses(numbers, count), count):
                yield rows.totals(compiled).columns


def stresses(numbers: np.random.Generator, count: int) -> Stress:
    """So many scenarios in columns: the template, with sales, costs and whole basis points of rates drawn for each."""
    template = stress_of(scenario())
    drawn: dict[str, Any] = {
        "revenue_change_factor": numbers.integers(NANO // 2, NANO, count),
        "cost_change_factor": numbers.integers(NANO * 9 // 10, NANO * 11 // 10, count),
        "interest_rate_shift": numbers.integers(0, 400, count) * BASIS_POINT,
    }
    paths = {name: (column,) * COMPILED_MONTHS for name, column in drawn.items()}
    return template._replace(paths=template.paths | paths)


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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
