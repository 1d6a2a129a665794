"""NamedTuples made of columns: a row for each position, without a call of Python for each."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T", bound=tuple[Any, ...])


def rows_of(cls: type[T], *columns: Iterable[Any]) -> Iterator[T]:
    """The rows of columns, one for each field of `cls`, down to the end of the shortest.

    Raises `ValueError` where there are more or fewer columns than fields.
    """
    fields = getattr(cls, "_fields", ())
    if len(columns) != len(fields):
        raise ValueError(f"{len(columns)} columns, and {cls.__name__} has {len(fields)} fields")
    return map(partial(tuple.__new__, cls), zip(*columns, strict=False))
