"""python -m tests.costly [NAME...]   the table of the costliest requests

Each request is served twice, by a server of its own process: alone, for its processor time, and beside another process
that checks health and registers companies all along, for what that one waits. The last rows are of calls whose caller
goes away.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.fuzz.calls import Answer, Call, call, ids_in, sent
from tests.fuzz.server import Watched, watched
from tests.processes import at_rest

from .beside import KINDS
from .companies import MOST_LOANS, loans
from .stories import stories

SHOWN_SECONDS = 0.05  #: of processor time; a cheaper call that is answered needs no row
SETTLE_SECONDS = 0.3
QUIET_SECONDS = 3.0
ABANDONED, ABANDONED_AFTER, LEFT_AFTER = 14, 0.2, 2.0  #: callers, and seconds


Wait = tuple[str, float, float]  #: what another did, when it began, and how long it took


class Row(NamedTuple):
    """A call that was served: what, its answer, processor seconds, and when it ran on the shared clock."""

    story: str
    attempt: Call
    answer: Answer
    seconds: float
    begun: float
    ended: float


async def main(names: list[str]) -> int:
    """Prints the table, of some stories or of all."""
    left_behind = await table(names)
    print(f"{ABANDONED} callers gone, {LEFT_AFTER:.0f} s later: {left_behind:.2f} s of processor time in a second")
    return 0


async def table(names: list[str], last: str = "") -> float:
    """Prints the rows of these stories, each told up to the first call of the method that is the last; what abandoned
    calls left behind, where no method is."""
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        alone, left_behind = await _served(Path(first), names, last)
        rows, waits = await _served_beside(Path(second), names, last)
    print(f"{'request':<74} {'bytes':>9} {'CPU s':>6} {'health':>7} {'register':>8}  answer")
    for row, beside in zip(alone, rows, strict=True):
        if row.seconds >= SHOWN_SECONDS or not row.answer.is_ok or names:
            felt = " ".join(f"{_p99(waits, kind, beside):>{width}}" for kind, width in zip(KINDS, (7, 8), strict=True))
            what = f"{row.attempt.method}: {row.story}"
            print(f"{what:<74} {len(row.attempt.body):>9} {row.seconds:>6.2f} {felt}  {_says(row.answer)}")
    quiet = rows[0]._replace(begun=0, ended=rows[0].begun)
    print(f"beside nothing: health {_p99(waits, 'health', quiet)}, register {_p99(waits, 'register', quiet)}")
    return left_behind


async def _served(folder: Path, names: list[str], last: str) -> tuple[list[Row], float]:
    async with watched(folder) as server:
        await at_rest(server.pid)
        rows = [row async for row in _rows(server, "alone", names, last)]
        return rows, 0.0 if last else await _left_behind(server)


async def _served_beside(folder: Path, names: list[str], last: str) -> tuple[list[Row], list[Wait]]:
    async with watched(folder) as server:
        await at_rest(server.pid)
        async with _beside(server, folder / "waits") as waits:
            await asyncio.sleep(QUIET_SECONDS)
            rows = [row async for row in _rows(server, "beside", names, last)]
    return rows, waits


async def _rows(server: Watched, salt: str, names: list[str], last: str) -> AsyncIterator[Row]:
    """Every call of every story, one after the other; each story up to a call of the method that is the last."""
    for name, story in stories(salt):
        if names and name not in names:
            continue
        attempt = next(story, None)
        while attempt:
            begun = monotonic()
            answer = (await server.ask(attempt)).answer
            print(f"{salt} {server.seconds:6.2f} s {attempt.method}: {name}", file=sys.stderr, flush=True)
            yield Row(name, attempt, answer, server.seconds, begun, monotonic())
            await asyncio.sleep(SETTLE_SECONDS)
            if attempt.method == last:
                break
            try:
                attempt = story.send(answer)
            except StopIteration:
                attempt = None


@asynccontextmanager
async def _beside(server: Watched, path: Path) -> AsyncIterator[list[Wait]]:
    """The other process; what it waited stands in the list at the end."""
    waits: list[Wait] = []
    with path.open("wb") as file:
        command = (sys.executable, "-m", "tests.costly.beside", server.address)
        process = await asyncio.create_subprocess_exec(*command, stdout=file)
    try:
        yield waits
    finally:
        process.kill()
        await process.wait()
        waits.extend(_read(path))


def _read(path: Path) -> Iterator[Wait]:
    for line in path.read_text(encoding="ascii").splitlines()[:-1]:
        kind, begun, took = line.split()
        yield kind, float(begun), float(took)


def _p99(waits: list[Wait], kind: str, row: Row) -> str:
    """In milliseconds, of those that were under way while a call was."""
    felt = sorted(took for what, at, took in waits if what == kind and at < row.ended and at + took > row.begun)
    return f"{felt[len(felt) * 99 // 100] * 1000:.0f} ms" if felt else "-"


def _says(answer: Answer) -> str:
    return "served" if answer.is_ok else answer.reason or answer.code.name


async def _left_behind(server: Watched) -> float:
    """Processor seconds in the second that begins two after fourteen callers of long executions went away."""
    registered = call(s.RegisterDatasetVersionRequest(dataset_version=loans(MOST_LOANS)))
    dataset = ids_in(registered, (await server.ask(registered)).answer)["dataset_version_id"]
    executions = []
    for number in range(ABANDONED):
        described = c.Scenario(dataset_version_id=dataset, name=f"abandoned {number}", horizon_months=24)
        created = call(s.CreateScenarioRequest(scenario=described))
        scenario = ids_in(created, (await server.ask(created)).answer)["scenario_id"]
        source = s.ScenarioSource(scenario_id=scenario, dataset_version_id=dataset)
        executions.append(call(s.ExecuteRequest(scenario=source)))
    callers = [asyncio.create_task(sent(server.channel, execution)) for execution in executions]
    await asyncio.sleep(ABANDONED_AFTER)
    for caller in callers:
        caller.cancel()
    await asyncio.sleep(LEFT_AFTER)
    before = server.processor_seconds()
    await asyncio.sleep(1)
    return server.processor_seconds() - before


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
