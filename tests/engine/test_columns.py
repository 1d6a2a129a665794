"""Rows of columns are what their class makes of them one by one."""

from itertools import repeat
from typing import NamedTuple

import pytest

from seawall.engine.values.columns import rows_of


class Point(NamedTuple):
    x: int
    y: int = 0


def test_rows_end_with_the_shortest_column():
    assert list(rows_of(Point, [1, 2, 3], repeat(4))) == [Point(1, 4), Point(2, 4), Point(3, 4)]
    assert all(type(point) is Point for point in rows_of(Point, (1,), (2, 3)))


def test_a_field_without_a_column_is_refused():
    with pytest.raises(ValueError, match="1 columns, and Point has 2 fields"):
        rows_of(Point, [1])
