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
from .trials import Broken, Stored, Trial, seeding, stored_by, trial

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
        """The same for finds that are alike: numbers and quotations left out."""
        return re.sub(r"sha256:\w+|'[^']*'|\d+(\.\d+)?", "#", self.what)


@dataclass
class Tally:
    """What was tried and what came of it."""

    asked: Counter[str] = field(default_factory=Counter)
    ok: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    finds: list[Find] = field(default_factory=list)
    servers: int = 0

    @property
    def calls(self) -> int:
        return self.asked.total()

    @property
    def faults(self) -> list[Find]:
        return [find for find in self.finds if find.is_fault]

    def count(self, asked: Call, answer: Answer) -> None:
        self.asked[asked.method] += 1
        if answer.is_ok:
            self.ok[asked.method] += 1
        else:
            self.reasons[answer.reason or answer.code.name] += 1

    def lines(self) -> Iterator[str]:
        """A row for each method, then why calls were refused."""
        for method, count in sorted(self.asked.items()):
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

    def find(what: str, asked: Sequence[Call] = (), is_fault: bool = True) -> None:
        tally.finds.append(Find(what, name, (*(one for one, _ in played), *asked), known, is_fault))

    try:
        asked = next(story)
        while True:
            try:
                seen = await server.ask(asked)
            except RunsAway as error:
                find(str(error), [asked])
                raise
            tally.count(asked, seen.answer)
            for fault in faults(seen):
                find(fault, [asked])
            if server.seconds > COSTLY_SECONDS and asked.method != READS_ALL:
                find(f"{asked.method} costs {server.seconds:.1f} s of processor time", [asked], is_fault=False)
            known |= {f"{len(played)}.{name}": given for name, given in ids_in(asked, seen.answer).items()}
            played.append((asked, seen.answer))
            asked = story.send(seen.answer)
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
