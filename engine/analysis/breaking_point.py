"""How far it is until something breaks: a scan of the whole way, then sections inside the first flip of it.

Somebody else says what is at a step: `search` knows neither scenarios nor companies, and so is what a law is tried on.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from itertools import pairwise
from typing import Annotated, NamedTuple

from ..inputs.scenario import Assumptions, Course
from ..values.units import Day, Decimal9, Flag, Kind, Number, Unit, Words
from .binding import Binding
from .events import BreakingEvent

METHOD = "breaking_points.v1"  #: changes when the search, or a sentence of it, does
LEAST_SCAN, MOST_SCAN = 65, 1025  #: points of the whole way that are looked at first
SECTIONS = 64  #: into which a flip is cut, again and again
ScanPoints = Annotated[
    int, Unit(Kind.COUNT, LEAST_SCAN, MOST_SCAN, allowed=f"a whole number from {LEAST_SCAN} to {MOST_SCAN}")
]


class PointState(Enum):
    """What is at a step."""

    HOLDS = "holds"
    BREAKS = "breaks"
    UNDEFINED = "undefined"  #: the figure of the threshold has no number
    REFUSED = "refused"  #: the engine refuses the scenario


class Point(NamedTuple):
    """One step of the way."""

    step: Number
    state: PointState
    reason: Words = ""  #: why nobody can say, where the state is undefined or refused


class Stop(NamedTuple):
    """A step of the way with its assumptions."""

    step: Number
    severity: Decimal9  #: how far that is, from 0 to 1
    state: PointState
    reason: Words
    assumptions: Assumptions


class Flip(NamedTuple):
    """Two neighbours of the scan of which one holds and the other breaks."""

    from_step: Number
    to_step: Number
    breaks: Flag  #: 1 where it breaks on the way to the target, 0 where it holds again


class Verdict(Enum):
    """What a search comes to."""

    BREAKS = "breaks"
    BASE_BREAKS = "base_breaks"  #: the base itself has the event
    NOTHING_BREAKS = "nothing_breaks"  #: as far as it was looked, which is the whole way


class Search(NamedTuple):
    """What was seen on the way."""

    scan: tuple[Point, ...]
    flips: tuple[Flip, ...]
    first_breaking: Point | None  #: the first of the way, as far as the scan sees a flip
    before_it: Point | None  #: its neighbour on the grid; None where the base breaks

    @property
    def verdict(self) -> Verdict:
        if self.first_breaking is None:
            return Verdict.NOTHING_BREAKS
        return Verdict.BREAKS if self.first_breaking.step else Verdict.BASE_BREAKS

    @property
    def is_monotone(self) -> bool:
        """Whether what breaks stays broken, in the scan."""
        return all(flip.breaks for flip in self.flips) and len(self.flips) <= 1


class BreakingPoint(NamedTuple):
    """The answer, as evidence: how far it is until an event, and all that was seen on the way."""

    method: Words  #: `METHOD`
    analysis_date: Day
    horizon_months: Number
    currency: Words
    minor_digits: Number
    event: BreakingEvent
    template_name: Words  #: of the target, empty where it has none
    scan_points: Number
    base: Assumptions  #: at step 0
    target: Assumptions  #: at the last step
    course: Course | None
    steps: Number  #: the whole way
    verdict: Verdict
    is_monotone: Flag
    first_breaking: Stop | None
    before_it: Stop | None  #: its neighbour on the grid; the last that holds, where its state says so
    binding: Binding | None
    flips: tuple[Flip, ...]
    scan: tuple[Point, ...]


Look = Callable[[Sequence[int]], Sequence[Point]]  #: what is at each of some steps, in their order


def search(steps: int, scan_points: int, look: Look) -> Search:
    """Scan the way from step 0 to the last, then cut the first flip into sections until its ends are neighbours.

    Law: the first that breaks breaks, its neighbour before it does not, and no point of the scan before it does.
    """
    scan = tuple(look(scanned(steps, scan_points)))
    place = next((place for place, point in enumerate(scan) if point.state is PointState.BREAKS), None)
    if place is None:
        return Search(scan, flips(scan), None, None)
    if place == 0:
        return Search(scan, flips(scan), scan[0], None)
    before, breaking = scan[place - 1], scan[place]
    while breaking.step - before.step > 1:
        inside = look(sections(before.step, breaking.step))
        seen = (before, *inside, breaking)
        before, breaking = next(pair for pair in pairwise(seen) if pair[1].state is PointState.BREAKS)
    return Search(scan, flips(scan), breaking, before)


def scanned(steps: int, points: int) -> list[int]:
    """So many steps of the way, evenly, with both ends; every step where there are fewer.  10 in 3 points: 0, 5, 10."""
    return _evenly(0, steps, points - 1)


def sections(low: int, high: int) -> list[int]:
    """The steps inside that cut the way between two into at most 64 sections.  From 2 to 6: 3, 4, 5."""
    return _evenly(low, high, SECTIONS)[1:-1]


def _evenly(low: int, high: int, parts: int) -> list[int]:
    parts = min(parts, high - low)
    return [low + (high - low) * part // parts for part in range(parts + 1)]


def most_points(steps: int, scan_points: int) -> int:
    """The most points that a search looks at.  A way of 10^9 steps in 65 points: 65, and 4 times 63."""
    points, width = min(scan_points, steps + 1), -(-steps // (scan_points - 1))
    while width > 1:
        points, width = points + SECTIONS - 1, -(-width // SECTIONS)
    return points


def flips(scan: Sequence[Point]) -> tuple[Flip, ...]:
    """The changes between holding and breaking; points of which nobody can say are passed over."""
    return tuple(_flips([point for point in scan if point.state in (PointState.HOLDS, PointState.BREAKS)]))


def _flips(known: Sequence[Point]) -> Iterator[Flip]:
    for before, after in pairwise(known):
        if before.state is not after.state:
            yield Flip(before.step, after.step, int(after.state is PointState.BREAKS))
