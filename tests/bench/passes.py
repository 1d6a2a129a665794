"""Counting array passes: an array that knows how often numpy went through it."""

from typing import Any

import numpy as np


class Counted(np.ndarray):
    """Counts every ufunc, array function and conversion that touches an array of its kind."""

    passes = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        Counted.passes += 1
        out = tuple(map(_plain, options.pop("out", ())))
        if out:
            options["out"] = out
        return _counted(getattr(ufunc, method)(*map(_plain, inputs), **options))

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        Counted.passes += 1
        return _counted(function(*map(_plain, arguments), **{name: _plain(one) for name, one in options.items()}))

    def astype(self, *arguments: Any, **options: Any) -> Any:
        Counted.passes += 1
        return _counted(_plain(self).astype(*arguments, **options))


def _plain(held: Any) -> Any:
    if isinstance(held, Counted):
        return held.view(np.ndarray)
    return tuple(map(_plain, held)) if isinstance(held, tuple) else held


def _counted(held: Any) -> Any:
    return held.view(Counted) if isinstance(held, np.ndarray) else held


def counting(tree: Any) -> Any:
    """The same plan with counting arrays."""
    if isinstance(tree, tuple):
        parts = [counting(branch) for branch in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return _counted(tree)
