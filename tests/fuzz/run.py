"""Plays trials against a server and collects what is found."""

import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .calls import READS_ALL, Answer, Call, ids_in
from .oracle import faults
from .server import RunsAway, Watched, watched
from .story import Broken, Trial
from .trials import Stored, seeding, stored_by, trial

COSTLY_SECONDS = 2.0  #: of processor time for one call: told, and not a fault as long as calls have no price


@dataclass(frozen=True)
class Find:
    """Something that must not be, and the calls that lead to it."""

    what: str
    trial: str  #: as SEED-NUMBER
    calls: tuple[Call, ...]  #: the last one is the one that shows it
    ids: dict[str, str]  #: that the calls got and were given, by the names that stand for them in a case
    is_fault: bool = True

    @property
    def kind(self) -> str:
        """The same for finds that are alike: numbers and ids left out."""
        return re.sub(r"sha256:\w+|\d+(\.\d+)?", "#", self.what)


@dataclass
class Tally:
    """What was tried and what came of it."""

    attempts: Counter[str] = field(default_factory=Counter)
    ok: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    finds: list[Find] = field(default_factory=list)
    servers: int = 0

    @property
    def calls(self) -> int:
        return self.attempts.total()

    @property
    def faults(self) -> list[Find]:
        return [find for find in self.finds if find.is_fault]

    def count(self, attempt: Call, answer: Answer) -> None:
        self.attempts[attempt.method] += 1
        if answer.is_ok:
            self.ok[attempt.method] += 1
        else:
            self.reasons[answer.reason or answer.code.name] += 1

    def lines(self) -> Iterator[str]:
        """A row for each method, then why calls were refused."""
        for method, count in sorted(self.attempts.items()):
            yield f"{method:25} {count:8} calls  {self.ok[method]:8} answered"
        yield "refused: " + ", ".join(f"{reason} {count}" for reason, count in self.reasons.most_common())


@asynccontextmanager
async def begun(tally: Tally) -> AsyncIterator[tuple[Watched, Stored]]:
    """A server on which the first story was played."""
    with tempfile.TemporaryDirectory(prefix="seawall-fuzz-") as folder:
        async with watched(Path(folder)) as server:
            tally.servers += 1
            played = await play(server, seeding(), "seeding", tally, {})
            yield server, stored_by(played)


async def play(
    server: Watched, story: Trial, name: str, tally: Tally, ids: dict[str, str]
) -> Sequence[tuple[Call, Answer]]:
    """Plays one trial to its end, or to what must not be; raises `RunsAway`."""
    played: list[tuple[Call, Answer]] = []
    known = dict(ids)

    def find(what: str, attempts: Sequence[Call] = (), is_fault: bool = True) -> None:
        tally.finds.append(Find(what, name, (*(item for item, _ in played), *attempts), known, is_fault))

    try:
        attempt = next(story)
        while True:
            try:
                seen = await server.ask(attempt)
            except RunsAway as error:
                find(str(error), [attempt])
                raise
            tally.count(attempt, seen.answer)
            for fault in faults(seen):
                find(fault, [attempt])
            if server.seconds > COSTLY_SECONDS and attempt.method != READS_ALL:
                find(f"{attempt.method} costs {server.seconds:.1f} s of processor time", [attempt], is_fault=False)
            known |= {f"{len(played)}.{name}": address for name, address in ids_in(attempt, seen.answer).items()}
            played.append((attempt, seen.answer))
            attempt = story.send(seen.answer)
    except StopIteration:
        pass
    except Broken as broken:
        find(str(broken))
    return played


async def fuzz(seed: int, calls: int, tally: Tally, look: Callable[[Watched, int], None]) -> None:
    """Plays the trials of a seed until so many calls are made; a server that does not come back is replaced."""
    number = 0
    while tally.calls < calls:
        async with begun(tally) as (server, stored):
            try:
                while tally.calls < calls:
                    number += 1
                    await play(server, trial(seed, number, stored), f"{seed}-{number}", tally, stored.ids)
                    look(server, number)
            except RunsAway:
                continue
