"""Counting the operations of a month: arrays that know how often a verb or an operator went through them."""

from collections.abc import Callable
from typing import Any

import numpy as np


class Counted(np.ndarray):
    """Counts every operator and numpy function that touches an array of its kind."""

    operations = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        Counted.operations += 1
        out = tuple(map(_plain, options.pop("out", ())))
        if out:
            options["out"] = out
        return _counted(getattr(ufunc, method)(*map(_plain, inputs), **options))

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        Counted.operations += 1
        return _counted(function(*map(_plain, arguments), **{name: _plain(option) for name, option in options.items()}))


class CountedVerbs:
    """An arithmetic of which each verb is one operation, however many passes through arrays it takes."""

    def __init__(self, m: Any) -> None:
        self._m = m

    def __getattr__(self, name: str) -> Callable[..., Any]:
        verb = getattr(self._m, name)

        def counted(*figures: Any) -> Any:
            made = verb(*map(_plain, figures))
            Counted.operations += isinstance(made, np.ndarray | tuple)
            return tuple(map(_counted, made)) if isinstance(made, tuple) else _counted(made)

        return counted


def _plain(value: Any) -> Any:
    if isinstance(value, Counted):
        return value.view(np.ndarray)
    return type(value)(map(_plain, value)) if type(value) in (tuple, list) else value


def _counted(value: Any) -> Any:
    return value.view(Counted) if isinstance(value, np.ndarray) else value


def counting(tree: Any) -> Any:
    """The same case with counting arrays."""
    if isinstance(tree, tuple):
        parts = [counting(branch) for branch in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return _counted(tree)
