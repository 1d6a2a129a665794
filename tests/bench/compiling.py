"""Compiling a company never seen: from a few loans to the most that the API takes, and what others wait meanwhile."""

from datetime import timedelta
from random import Random
from statistics import median

from seawall.engine import DatasetVersion
from seawall.engine.compile.case import compile_case
from seawall.engine.numbers.exact import SCALAR
from seawall.server.wire.from_message import read
from tests.bench.clock import line, processor_seconds, set_aside, title
from tests.bench.companies import company, scenario
from tests.costly.__main__ import table
from tests.costly.companies import EXECUTED

SEED, ROUNDS, FEW = 20_260_214, 3, 14
ALONE = "1,000 loans to 2200"  #: as calls they cost what plain loans do
#: Of `make costly`. Daily for ten years is the most that a loan may have; an instalment and a reset each day cost most.
COSTLY = (
    "1,000 plain loans",
    ALONE,
    "21 loans, interest daily",
    "1 annuity levelled daily",
)


async def report() -> None:
    """By itself, then as calls to a server."""
    title("compile: a company never seen, under a template; processor time of compiling alone")
    luck = Random(SEED)
    with set_aside():
        few = [company(luck) for _ in range(FEW)]
        line("5 loans", _ms([_compiled(borrower, number) for number, borrower in enumerate(few)]))
        for name in COSTLY:
            costly = read(EXECUTED[name](), DatasetVersion)
            line(name, _ms([_compiled(costly, number) for number in range(ROUNDS)]))
    title("compile: the same as calls to a server, alone and beside another process; p99 of what that one waits")
    await table([name for name in COSTLY if name != ALONE], last="Execute")


def _compiled(borrower: DatasetVersion, days: int) -> float:
    """Seconds, from a day on which no loan was compiled before."""
    day = borrower.as_of_date + timedelta(days=days)
    return processor_seconds(lambda: compile_case(SCALAR, scenario(), borrower, day))


def _ms(seconds: list[float]) -> str:
    return f"{1_000 * median(seconds):9.2f} ms"
