"""Many rows of figures, of which many are the same: what is computed of a row is computed once per distinct one."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Column = Any  #: an array of int64 with a figure for each row, or an int where it is the same in all


class DistinctRows:
    """Columns of one length as their distinct rows, in the order of their first appearance."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        arrays = list({id(column): column for column in columns if not isinstance(column, int)}.values())
        known: dict[bytes, int] = {}
        if arrays:
            table = np.ascontiguousarray(np.stack(arrays, axis=1))
            size = len(arrays) * table.itemsize
            whole = table.tobytes()
            rows = (whole[start : start + size] for start in range(0, len(whole), size))
            inverse = [known.setdefault(row, len(known)) for row in rows]
        else:
            inverse = [0]
        self.of = np.array(inverse)  #: for each row, the position of the distinct one that it is
        _, self.first = np.unique(self.of, return_index=True)  #: a row of each distinct one

    def __len__(self) -> int:
        return len(self.first)

    def columns(self) -> list[Column]:
        """The columns of the distinct rows; plain ints where there is one alone."""
        return [self.picked(column) for column in self._columns]

    def picked(self, column: Column) -> Column:
        """A column of all rows, at the distinct ones."""
        if isinstance(column, int):
            return column
        return int(column[self.first[0]]) if len(self) == 1 else column[self.first]

    def paths(self) -> list[tuple[int, ...]]:
        """Each distinct row by itself."""
        columns = [np.broadcast_to(column, len(self)).tolist() for column in self.columns()]
        return list(zip(*columns, strict=True))

    def expanded(self, figures: Iterable[Sequence[int]]) -> list[Column]:
        """The columns of what was computed of each distinct row."""
        table = np.array(list(figures), dtype=np.int64)
        return [self.spread(column) for column in table.T]

    def spread(self, column: Column) -> Column:
        """A column of the distinct rows, at all rows."""
        if isinstance(column, int):
            return column
        return int(column[0]) if len(self) == 1 else column[self.of]
