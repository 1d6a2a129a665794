"""The ways of playing many cases, each to be equal to the scalar lane in every cell; and one hash over all of them.

`python -m tests.engine.players SEED GROUPS SIZE` prints the hash of each player. It refuses to run with any of numpy's
dispatched CPU features on, or with machine code for this very processor: `plain_processor` says how to switch both off.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from numpy._core import _multiarray_umath as numpy_core  # type: ignore[attr-defined]  # private, and untyped

from seawall.engine import Execution, execute_all
from tests.engine.companies import Case
from tests.random_companies import group

Player = Callable[[Sequence[Case]], list[Execution]]

#: By name. A group of at least `execute_all`'s fewest is what it plays as one batch.
PLAYERS: dict[str, Player] = {"arrays": execute_all}
ALIKE = 17  #: cases of a group: a batch that fills the registers of any processor and has a rest


def fingerprint(player: Player, groups: Sequence[Sequence[Case]]) -> str:
    """The hash of every figure that a player makes of these groups."""
    made = sha256()
    for cases in groups:
        made.update(repr(player(cases)).encode())
    return made.hexdigest()


def cells(execution: Execution) -> Iterator[tuple[str, Any]]:
    """Every figure of the header and of the months, by its name."""
    yield from _cells(execution.metrics, "metrics")
    for number, month in enumerate(execution.months, start=1):
        yield from _cells(month, f"month {number}")


def _cells(tree: Any, name: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(tree, tuple):
        yield name, tree
        return
    fields = getattr(tree, "_fields", range(len(tree)))
    for field, branch in zip(fields, tree, strict=True):
        yield from _cells(branch, f"{name}.{field}")


def dispatched_features() -> list[str]:
    """The CPU features that numpy's kernels are chosen by and that this process has on."""
    return [name for name in numpy_core.__cpu_dispatch__ if numpy_core.__cpu_features__[name]]


def plain_processor() -> dict[str, str]:
    """The environment of a process that uses no feature that not every processor of this kind has."""
    return {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(dispatched_features()), "NUMBA_CPU_NAME": "generic"}


if __name__ == "__main__":
    assert not dispatched_features(), f"still on: {dispatched_features()}"
    assert os.environ["NUMBA_CPU_NAME"] == "generic"
    seed, numbers, size = map(int, sys.argv[1:])
    drawn = [group(seed, number, size) for number in range(numbers)]
    for name, player in PLAYERS.items():
        print(name, fingerprint(player, drawn))
