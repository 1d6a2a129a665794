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
        return _counted(function(*map(_plain, arguments), **{name: _plain(option) for name, option in options.items()}))

    def astype(self, *arguments: Any, **options: Any) -> Any:
        Counted.passes += 1
        return _counted(_plain(self).astype(*arguments, **options))


def _plain(value: Any) -> Any:
    if isinstance(value, Counted):
        return value.view(np.ndarray)
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _counted(value: Any) -> Any:
    return value.view(Counted) if isinstance(value, np.ndarray) else value


def counting(tree: Any) -> Any:
    """The same case with counting arrays."""
    if isinstance(tree, tuple):
        parts = [counting(branch) for branch in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return _counted(tree)
