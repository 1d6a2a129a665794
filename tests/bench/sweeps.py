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

from seawall.engine import DatasetVersion
from seawall.engine.compile.rows import CompiledRows, compile_rows
from seawall.engine.compile.stress import Stress, stress_of
from seawall.engine.horizon.recorded import CaseShape, RecordedMonths, case_shape, figures, record
from seawall.engine.numbers.months import COMPILED_MONTHS
from seawall.engine.tape.players import PLAYERS
from seawall.engine.values.units import NANO
from tests.bench.clock import line, title
from tests.bench.companies import company, scenario

SEED, MONTHS, BLOCK = 20_260_305, 24, 4_096
BASIS_POINT = NANO // 10_000
KIB, STATUS = 1024, Path("/proc/self/status")
Rows = np.ndarray[Any, np.dtype[np.int64]]
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
    """Compiles and plays them in blocks, keeping the headers as rows of int64; the tapes are recorded before."""
    PLAYERS.prepare()
    luck, numbers = Random(SEED), np.random.default_rng(SEED)
    tapes: dict[CaseShape, RecordedMonths] = {}
    _headers(company(luck), _stress(numbers, 2), 2, tapes)
    before, rows, began = _forget(), list[Rows](), process_time()
    for borrower, count in _blocks(luck, companies, scenarios):
        rows += _headers(borrower, _stress(numbers, count), count, tapes)
        if process_time() - began > SECONDS:
            break
    print(sum(map(len, rows)), process_time() - began, _most_resident() - before - sum(row.nbytes for row in rows))


def _blocks(luck: Random, companies: int, scenarios: int) -> Iterator[tuple[DatasetVersion, int]]:
    """Companies, each with how many scenarios of it come together."""
    for _ in range(companies):
        borrower = company(luck)
        for start in range(0, scenarios, BLOCK):
            yield borrower, min(BLOCK, scenarios - start)


def _stress(numbers: np.random.Generator, count: int) -> Stress:
    """So many scenarios in columns: the template, with sales, costs and whole basis points of rates drawn for each."""
    template = stress_of(scenario())
    drawn: dict[str, Any] = {
        "revenue_change_factor": numbers.integers(NANO // 2, NANO, count),
        "cost_change_factor": numbers.integers(NANO * 9 // 10, NANO * 11 // 10, count),
        "interest_rate_shift": numbers.integers(0, 400, count) * BASIS_POINT,
    }
    paths = {name: (column,) * COMPILED_MONTHS for name, column in drawn.items()}
    return template._replace(paths=template.paths | paths)


def _headers(
    borrower: DatasetVersion, stress: Stress, count: int, tapes: dict[CaseShape, RecordedMonths]
) -> list[Rows]:
    """The headers of the scenarios of a company, a row each."""
    return [_played(rows, tapes) for rows in compile_rows(borrower, borrower.as_of_date, stress, count)]


def _played(rows: CompiledRows, tapes: dict[CaseShape, RecordedMonths]) -> Rows:
    of_shape = case_shape(rows.case, MONTHS)
    recorded = tapes.get(of_shape) or tapes.setdefault(of_shape, record(rows.case, of_shape))
    program, inputs = recorded.only_horizon.program, recorded.inputs.flatten(figures(rows.case, of_shape))
    columns = np.empty((len(program.reads), len(rows.rows)), dtype=np.int64)
    for row, number in enumerate(program.reads.tolist()):
        columns[row] = inputs[number]
    made: Rows = PLAYERS.player(program, columns).T
    return made


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
