"""`make bench`: every benchmark, one after the other; what is compared was measured in turn, in processor time.

`python -m tests.bench NAME...` runs some of them. Each figure is the middle of its rounds, each ratio the middle of the
ratios of the rounds, with the least and the most of them.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from time import perf_counter

from tests.bench import compiling, flood, kernel, loans, log, noisy, observing, service, stages, sweeps, verification
from tests.bench.clock import title

PARTS: dict[str, Callable[[], Coroutine[object, object, None] | None]] = {
    "stages": stages.report,
    "service": service.report,
    "kernel": kernel.report,
    "sweeps": sweeps.report,
    "compiling": compiling.report,
    "loans": loans.report,
    "log": log.report,
    "verification": verification.report,
    "observing": observing.report,
    "flood": flood.report,
}
ASKED_FOR = {"noisy": noisy.report}  #: these take longer


def main(names: list[str]) -> int:
    """Runs the parts of these names, or the usual ones."""
    for name in names or PARTS:
        began = perf_counter()
        part = {**PARTS, **ASKED_FOR}[name]()
        if part is not None:
            asyncio.run(part)
        title(f"({name} took {perf_counter() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
