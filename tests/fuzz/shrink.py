"""Makes a case smaller while it still shows the same: calls, fields and items are left out one after the other."""

import copy
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

Calls = list[dict[str, Any]]
Path = tuple[Any, ...]


async def shrunk(calls: Calls, still_shows: Callable[[Calls], Awaitable[bool]]) -> Calls:
    """The smallest that was found by leaving things out."""
    smaller = True
    while smaller:
        smaller = False
        for path in list(_paths(calls)):
            less = _without(calls, path)
            if less != calls and await still_shows(less):
                calls, smaller = less, True
    return calls


def _paths(calls: Calls) -> Iterator[Path]:
    """Each call but the last, then runs of items and single fields, outer ones first."""
    yield from ((number,) for number in reversed(range(len(calls) - 1)))
    for number, item in enumerate(calls):
        if "request" in item:
            yield from _below(item["request"], (number, "request"))


def _below(node: Any, path: Path) -> Iterator[Path]:
    if isinstance(node, list) and len(node) > 2:
        yield (*path, slice(len(node) // 2, None))
        yield (*path, slice(0, len(node) // 2))
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    yield from ((*path, key) for key in reversed(keys))
    for key in keys:
        yield from _below(node[key], (*path, key))


def _without(calls: Calls, path: Path) -> Calls:
    """A copy that lacks what is at a path, where it is there."""
    node: Any
    less = node = copy.deepcopy(calls)
    try:
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]
    except (KeyError, IndexError, TypeError):
        return calls
    return _renumbered(less, path[0]) if len(path) == 1 else less


def _renumbered(calls: Calls, gone: int) -> Calls:
    """The calls after one that is gone have other numbers, under which their ids are told."""

    def moved(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"<{number - (number > gone)}."

    less: Calls = json.loads(re.sub(r"<(\d+)\.", moved, json.dumps(calls)))
    return less
