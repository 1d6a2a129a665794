"""Timing: the best of several runs, and how far the others were from it."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import NamedTuple


class Timing(NamedTuple):
    """Seconds of the best run; noise is what the median run took on top, as a share."""

    best: float
    noise: float


def timed(work: Callable[[], object], runs: int = 7) -> Timing:
    """Time some work after one run to warm up."""
    with set_aside():
        work()
        seconds = []
        for _ in range(runs):
            started = perf_counter()
            work()
            seconds.append(perf_counter() - started)
    return timing_of(seconds)


@contextmanager
def set_aside() -> Iterator[None]:
    """No garbage collection of what a benchmark has made already: its cost would count as that of the work."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def timing_of(seconds: list[float]) -> Timing:
    """The timing of runs that were measured elsewhere."""
    best = min(seconds)
    return Timing(best, sorted(seconds)[len(seconds) // 2] / best - 1)


def line(what: str, figure: str, timing: Timing | None = None) -> None:
    """Print one result."""
    noise = f"  (noise {timing.noise:.0%})" if timing else ""
    print(f"{what:<66} {figure:>16}{noise}", flush=True)
