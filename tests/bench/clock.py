"""Timing: processor time, what is compared in turn in one run, and the median of the ratios of the rounds."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from time import process_time
from typing import NamedTuple

ROUNDS = 5


class Ratio(NamedTuple):
    """The middle of the ratios of the rounds, and the least and the most of them."""

    middle: float
    least: float
    most: float

    def scaled(self, factor: float) -> "Ratio":
        return Ratio(*(factor * part for part in self))

    def times(self) -> str:
        """As `3.20 x (3.10 to 3.31)`."""
        return f"{self.middle:.3g} x ({self.least:.3g} to {self.most:.3g})"

    def percent(self) -> str:
        """As `12.5 % (11.9 to 13.0)`."""
        return f"{100 * self.middle:.3g} % ({100 * self.least:.3g} to {100 * self.most:.3g})"


class Rounds(dict[str, list[float]]):
    """Seconds, or a rate, of each work by its name, round by round."""

    def middle(self, name: str) -> float:
        return median(self[name])

    def ratio(self, name: str, other: str) -> Ratio:
        """A work over another one, round by round."""
        ratios = [mine / theirs for mine, theirs in zip(self[name], self[other], strict=True)]
        return Ratio(median(ratios), min(ratios), max(ratios))


def in_turn(works: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> Rounds:
    """Processor seconds of each work, each run once in every round; the first round warms up and is not counted."""
    seconds = Rounds({name: [] for name in works})
    with set_aside():
        for number in range(rounds + 1):
            for name, work in works.items():
                taken = processor_seconds(work)
                if number:
                    seconds[name].append(taken)
    return seconds


def processor_seconds(work: Callable[[], object]) -> float:
    """Of this process, all its threads together."""
    began = process_time()
    work()
    return process_time() - began


@contextmanager
def set_aside() -> Iterator[None]:
    """No garbage collection of what a benchmark has made already: its cost would count as that of the work."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def percentile(seconds: Sequence[float], percent: int) -> float:
    """99 is what all but a hundredth do not reach."""
    return sorted(seconds)[len(seconds) * percent // 100]


def title(words: str) -> None:
    """Begin a part."""
    print(f"\n{words}", flush=True)


def line(what: str, figure: str) -> None:
    """Print one result."""
    print(f"  {what:<84} {figure}", flush=True)
