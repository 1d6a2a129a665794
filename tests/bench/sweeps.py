"""Many scenarios of one company, and of many: compiled and played, header only; processor time and memory.

`python -m tests.bench.sweeps COMPANIES SCENARIOS` is the process that does it, as many of them as it comes to in some
seconds. It prints how many, the seconds, and the bytes that it had beyond those of the headers.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import numpy as np

from seawall.engine import DatasetVersion, Scenario
from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.horizon.many import totals_of_all
from seawall.engine.numbers.exact import SCALAR
from seawall.engine.tape.players import PLAYERS
from seawall.engine.values.shape import Shape
from seawall.engine.values.units import NANO
from tests.bench.clock import line, title
from tests.bench.companies import company, scenario

SEED, MONTHS, BLOCK = 20_260_305, 24, 4_096
BLOCK_OF_A_TAPE, MOST_DRAWN = 16, 100_000
KIB, STATUS = 1024, Path("/proc/self/status")
Rows = np.ndarray[Any, np.dtype[np.int64]]
SECONDS = 8.0  #: of its processor, after which a process ends its last block
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
    """Compiles and plays them in blocks, keeping the headers as rows of int64; what a first block takes is not counted:
    it records the tape."""
    PLAYERS.prepare()
    luck = Random(SEED)
    stresses = [_drawn(luck) for _ in range(min(scenarios, MOST_DRAWN))]
    _block([_compiled(company(luck), stress) for stress in stresses[:BLOCK_OF_A_TAPE]])
    before, rows, began = _forget(), list[Rows](), process_time()
    for block in _blocks((company(luck), stresses) for _ in range(companies)):
        rows.append(_block(block))
        if process_time() - began > SECONDS:
            break
    print(sum(map(len, rows)), process_time() - began, _most_resident() - before - sum(row.nbytes for row in rows))


def _blocks(pairs: Iterator[tuple[DatasetVersion, list[Scenario]]]) -> Iterator[list[CompiledCase]]:
    """Compiled, BLOCK at a time, or as many as take some seconds."""
    waiting, began = list[CompiledCase](), process_time()
    for borrower, stresses in pairs:
        for stress in stresses:
            waiting.append(_compiled(borrower, stress))
            if len(waiting) == BLOCK or process_time() - began > SECONDS:
                yield waiting
                waiting, began = [], process_time()
    if waiting:
        yield waiting


def _compiled(borrower: DatasetVersion, stress: Scenario) -> CompiledCase:
    return compile_case(SCALAR, stress, borrower, borrower.as_of_date)


def _block(cases: list[CompiledCase]) -> Rows:
    headers = totals_of_all(cases, MONTHS)
    shape = Shape(headers[0])
    return np.array([shape.flatten(header) for header in headers], dtype=np.int64)


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
