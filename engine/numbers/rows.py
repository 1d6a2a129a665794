"""Many rows of figures, of which many are the same: what is computed of a row is computed once per distinct one."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

Integers = np.ndarray[Any, np.dtype[np.int64]]
Column = Any  #: an array of int64 with a figure for each row, or an int where it is the same in all


def each_once(make: Callable[[Column], Column], columns: Sequence[Column]) -> list[Column]:
    """What is made of each column, once where it stands in several places; an int as it is."""
    made = {id(column): make(column) for column in columns if not isinstance(column, int)}
    return [column if isinstance(column, int) else made[id(column)] for column in columns]


class DistinctRows:
    """Columns of one length as their distinct rows, in an order of their own; where all are distinct, as they are."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        arrays = list({id(column): column for column in columns if not isinstance(column, int)}.values())
        self.of: Integers  #: for each row, the position of the distinct one that it is
        self.first: Integers  #: a row of each distinct one
        self.of, self.first = _distinct(np.stack(arrays)) if arrays else _ONE

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the distinct rows, plain ints where there is one alone."""
        return each_once(self.picked, self._columns)

    def key(self) -> tuple[int | bytes, ...]:
        """What says which rows are distinct, and whether others have the same."""
        return tuple(each_once(lambda column: column.tobytes(), self.columns))

    def picked(self, column: Column) -> Column:
        """A column of all rows, at the distinct ones."""
        if isinstance(column, int):
            return column
        return int(column[self.first[0]]) if len(self) == 1 else column[self.first]

    def paths(self) -> list[tuple[int, ...]]:
        """Each distinct row by itself."""
        columns = [np.broadcast_to(column, len(self)).tolist() for column in self.columns]
        return list(zip(*columns, strict=True))

    def expanded(self, figures: Iterable[Sequence[int]]) -> list[Column]:
        """The columns of what was computed of each distinct row."""
        return self.all_spread(list(np.array(list(figures), dtype=np.int64).T))

    def all_spread(self, columns: Sequence[Column]) -> list[Column]:
        """Columns of the distinct rows, at all rows; one that stands in several places stays one."""
        return each_once(self.spread, columns)

    def spread(self, column: Column) -> Column:
        """A column of the distinct rows, at all rows; one of all rows as it is."""
        if isinstance(column, int) or len(column) != len(self):
            return column
        return int(column[0]) if len(self) == 1 else column[self.of]


_ONE = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)


def _distinct(table: Any) -> tuple[Integers, Integers]:
    """Which row is which distinct one, and a row of each, in a table with a column for each row."""
    order = np.lexsort(table)
    ordered = table[:, order]
    begins = np.append(True, (ordered[:, 1:] != ordered[:, :-1]).any(axis=0))
    if begins.all():
        return np.arange(len(order)), np.arange(len(order))
    of = np.empty(len(order), dtype=np.int64)
    of[order] = np.cumsum(begins) - 1
    return of, order[begins]
