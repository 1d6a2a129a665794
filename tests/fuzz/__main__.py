"""`make fuzz`: many calls from a new seed. Finds are written to build/fuzz; SEAWALL_FUZZ_SEED repeats a run.

python -m tests.fuzz 17-230       plays one trial again, by its seed and number
python -m tests.fuzz FILE ...     plays cases
python -m tests.fuzz shrink FILE  leaves out of a case what it does not need; then move it to tests/fuzz/cases
"""

import asyncio
import os
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from random import SystemRandom

from . import cases
from .run import Find, Tally, begun, fuzz, play
from .server import RunsAway, Watched
from .shrink import Calls, shrunk
from .trials import trial

CALLS = int(os.environ.get("SEAWALL_FUZZ_CALLS", 100_000))
SEED = int(os.environ.get("SEAWALL_FUZZ_SEED", SystemRandom().randrange(10**6)))
FINDS = Path(__file__).resolve().parent.parent.parent / "build/fuzz"
KEPT = 3  #: files of finds of one kind
SAYS_EVERY = 10.0  #: seconds
FILLS_CACHES = 50_000  #: calls, after half of which memory is judged
MOST_GROWTH_MIB = 64


class Log:
    """Says how far a run has come and what it found, and keeps what it found."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._began = self._said = time.monotonic()
        self._shown = 0
        self._kept: Counter[str] = Counter()
        self.memory: list[int] = []

    def look(self, server: Watched, number: int) -> None:
        """After each trial."""
        self.finds()
        if not self.memory or time.monotonic() - self._said > SAYS_EVERY:
            self._said = time.monotonic()
            self.memory.append(server.memory_mib())
            tally, seconds = self._tally, self._said - self._began
            line = f"{tally.calls} calls in {seconds:.0f} s, trial {SEED}-{number}, server {tally.servers}"
            print(f"{line}: {self.memory[-1]} MiB, {len(tally.faults)} faults", flush=True)

    def finds(self) -> None:
        """Those that are new."""
        for find in self._tally.finds[self._shown :]:
            self._shown += 1
            self._kept[find.kind] += 1
            if self._kept[find.kind] <= KEPT:
                print(f"{'FAULT' if find.is_fault else 'costly'} {find.what}: {kept(find)}", flush=True)

    def lines(self) -> list[str]:
        """How often each was found."""
        return [f"{count} x {kind}" for kind, count in self._kept.most_common()]


def kept(find: Find) -> Path:
    """The file of a find."""
    FINDS.mkdir(parents=True, exist_ok=True)
    path = FINDS / f"{find.trial}-{len(find.calls)}.json"
    cases.write(path, find.what, cases.written(find.calls, find.ids))
    return path


async def long_run() -> int:
    """Many calls; 1 where there was a fault."""
    tally = Tally()
    log = Log(tally)
    print(f"seed {SEED}, {CALLS} calls", flush=True)
    try:
        await fuzz(SEED, CALLS, tally, log.look)
    finally:
        log.finds()
        start, half, end = (log.memory[at] if log.memory else 0 for at in (0, len(log.memory) // 2, -1))
        memory = f"{start} MiB at the start, {half} MiB half-way, {end} MiB at the end"
        internal, tracebacks = (sum(word in find.what for find in tally.faults) for word in ("INTERNAL", "traceback"))
        print("\n".join([*tally.lines(), *log.lines()]))
        print(f"seed {SEED}: {tally.calls} calls, {tally.servers} servers, memory {memory}")
        print(f"{internal} INTERNAL, {tracebacks} tracebacks, {len(tally.faults)} faults in all")
    grew = tally.calls >= FILLS_CACHES and tally.servers == 1 and end - half > MOST_GROWTH_MIB
    if grew:
        print(f"the server's memory grew by {end - half} MiB in the second half: it is not flat")
    return 1 if tally.faults or grew else 0


async def again(names: list[str]) -> int:
    """Trials and cases, each call with what it came to."""
    tally = Tally()
    for name in names:
        async with begun(tally) as (server, stored):
            if name.endswith(".json"):
                why, calls = cases.read(Path(name))
                story = cases.played_again(calls, stored)
                print(f"{name}: {why}")
            else:
                seed, _, number = name.partition("-")
                story = trial(int(seed), int(number), stored)
            try:
                for attempt, answer in await play(server, story, name, tally, stored.ids):
                    print(f"  {attempt.method}, {len(attempt.body)} bytes: {answer.code.name} {answer.text[:200]}")
            except RunsAway as error:
                print(f"  {error}")
    for find in tally.finds:
        print(f"{find.trial}: {find.what}")
    return 1 if tally.faults else 0


async def shrink(path: Path) -> int:
    """Writes a smaller case over a case."""
    why, calls = cases.read(path)
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(begun(Tally()))

        async def kinds(some: Calls) -> set[str]:
            nonlocal place
            tally = Tally()
            try:
                await play(place[0], cases.played_again(some, place[1]), "", tally, {})
            except RunsAway:
                await stack.aclose()
                place = await stack.enter_async_context(begun(Tally()))
            return {find.kind for find in tally.finds}

        wanted = await kinds(calls)

        async def still_shows(less: Calls) -> bool:
            return bool(wanted & await kinds(less))

        smaller = await shrunk(calls, still_shows)
    cases.write(path, why, smaller)
    print(f"{path}: {', '.join(sorted(wanted)) or 'shows nothing'}")
    return 0 if wanted else 1


def main(arguments: list[str]) -> int:
    """What the command line asks for."""
    match arguments:
        case []:
            return asyncio.run(long_run())
        case ["shrink", path]:
            return asyncio.run(shrink(Path(path)))
    return asyncio.run(again(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
