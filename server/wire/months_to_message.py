"""The months of an execution as PeriodResults in bytes, written from their matrix, many months at once.

The bytes are those of the message of the value of each month. `month_fields` says where each field comes from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, islice, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seawall.engine import Execution
from seawall.engine.horizon.months import Matrix, Months
from seawall.engine.month.coverage import NOT_KNOWN
from seawall.engine.values.kept import kept
from seawall.engine.values.shape import Shape
from seawall.v1.execution_pb2 import CategoryExposure, CovenantTest, FacilityMonth, PeriodResult

from ..documents.month_layout import MOST_LEAVES, layout_of
from ..documents.ratios import ratio_texts
from .month_fields import Line, Names, Number, Part, Text, decimal_fields, lines_of, ratio_fields
from .varints import Integers, Tags, sizes_of

MOST_CELLS = 2**16  #: that are written in one step: other threads wait for it
Flags = NDArray[np.bool_]
Contents = Sequence[bytes]  #: month by month
Named = Mapping[str, Sequence[Contents]]  #: the fields of the months that no column says (""), and of their lists


def written(execution: Execution, start_period: int) -> Iterator[bytes]:
    """The bytes of each month from this one on."""
    months = execution.months
    assert isinstance(months, Months)  # as it is read from a document
    writer = _writer_of(months.layout)
    for begin in range(start_period - 1, len(months), writer.most_months):
        rows = months.matrix[begin : begin + writer.most_months]
        yield from writer.written(rows, _named(execution, range(begin, begin + len(rows))))


def _named(execution: Execution, positions: range) -> Named:
    count = len(positions)
    covenants = execution.metrics.covenants
    return {
        "": [[_period(n + 1, execution.period_ends[n]) for n in positions]],
        "facilities": [
            [_fields(FacilityMonth, facility_id=name, lien=lien)] * count for name, lien in execution.facilities
        ],
        "categories": [[_fields(CategoryExposure, category=name)] * count for name in execution.category_names],
        "covenants": [[_fields(CovenantTest, covenant_id=covenant.covenant_id)] * count for covenant in covenants],
    }


@lru_cache(maxsize=4_096)
def _period(number: int, end: date) -> bytes:
    return _fields(PeriodResult, period=number, period_end=end.isoformat())


@lru_cache(maxsize=4_096)
def _fields(kind: Any, **fields: str | int) -> bytes:
    written: bytes = kind(**fields).SerializeToString(deterministic=True)
    return written


@kept(MOST_LEAVES, lambda shape, _: shape.width)
def _writer_of(shape: Shape) -> "_Writer":
    return _Writer(lines_of(layout_of(shape)))


class _Nested(NamedTuple):
    """Parts of other parts that are equally deep: their positions among all parts, and in which of these each is."""

    positions: Integers
    inside: Integers  #: [these, all parts], 1 or 0


class _Writer:
    """What writes the months of one structure. In its arrays a month is a row, and a line of the message a column."""

    def __init__(self, lines: Sequence[Line]) -> None:
        places = list(enumerate(lines))
        numbers = [(place, line) for place, line in places if isinstance(line, Number)]
        parts = [(place, line) for place, line in places if isinstance(line, Part)]
        inserted = [(place, line) for place, line in places if isinstance(line, Names | Text)]
        insertions = {place for place, _ in inserted}
        figures = [(place, line) for place, line in numbers if list(line.columns.values()) == [1]]
        sums = [(place, line) for place, line in numbers if list(line.columns.values()) != [1]]
        self.most_months = max(1, MOST_CELLS // len(lines))
        self._lines = len(lines) + 1  #: the last one is empty, so that a part may end there
        self._tags = Tags([*(b"" if isinstance(line, Names | Text) else line.tag for line in lines), b""])
        self._figures = _array(place for place, _ in figures)
        self._columns = _array(column for _, line in figures for column in line.columns)
        self._sums = _array(place for place, _ in sums)
        self._summed = _array(column for _, line in sums for column in line.columns)
        self._times = _array(times for _, line in sums for times in line.columns.values())[:, np.newaxis]
        self._begins = np.cumsum([0, *(len(line.columns) for _, line in sums)])[:-1]
        self._flags = _array(place for place, line in numbers if line.is_flag)
        self._codes = [(place, np.array(line.codes)) for place, line in numbers if line.codes]
        self._unknowable = _array(place for place, line in numbers if line.status is not None)
        self._statuses = _array(line.status for _, line in numbers if line.status is not None)
        self._at_0 = _array(
            [*(place for place, _ in parts), *(place for place, line in numbers if line.is_written_at_0)]
        )
        self._inserted = [line for _, line in inserted]
        self._insertions = _array(place for place, _ in inserted)
        self._ratios = _array(line.column for _, line in inserted if isinstance(line, Text) and line.is_ratio)
        self._precede_numbers = [place + 1 not in insertions for place, _ in inserted]
        self._cuts = self._insertions[self._precede_numbers]
        self._parts = _array(place for place, _ in parts)
        self._bounds = _array(bound for place, line in parts for bound in (place + 1, place + 1 + line.lines))
        self._nested = [
            _nested(parts, level) for level in sorted({line.level for _, line in parts} - {0}, reverse=True)
        ]

    def written(self, rows: Matrix, named: Named) -> list[bytes]:
        """The bytes of each of these months: numbers, and what is inserted between them."""
        columns = np.ascontiguousarray(rows.T)
        inserted = self._contents(columns, named)
        values, is_written = self._values(columns)
        at = np.flatnonzero(is_written)
        lines = at % self._lines
        tags = self._tags.sizes[lines]
        sizes = np.zeros_like(values)
        sizes.ravel()[at] = sizes_of(values.ravel()[at]) + tags
        lengths = np.fromiter(map(len, chain.from_iterable(inserted)), np.int64, len(inserted) * len(rows))
        sizes[:, self._insertions] = lengths.reshape(len(inserted), len(rows)).T
        self._measure_parts(values, sizes)
        sizes[:, self._insertions] = 0
        numbers = self._tags.written(lines, values.ravel()[at], sizes.ravel()[at] - tags)
        cuts = np.cumsum(sizes).reshape(sizes.shape)[:, self._cuts].ravel().tolist()
        return self._joined(inserted, numbers, cuts)

    def _contents(self, columns: Integers, named: Named) -> list[Contents]:
        """What is inserted, line by line, with its tags."""
        months = columns.shape[1]
        ratios = iter(ratio_texts(columns[self._ratios].ravel()))
        contents: list[Contents] = []
        for line in self._inserted:
            if isinstance(line, Names):
                contents.append(named[line.name][line.position])
            elif line.is_ratio:
                contents.append(ratio_fields(line.tag, islice(ratios, months)))
            else:
                contents.append(decimal_fields(line.tag, columns[line.column].tolist()))
        return contents

    def _values(self, columns: Integers) -> tuple[Integers, Flags]:
        """The number in each line, and whether it is written."""
        values = np.zeros((self._lines, columns.shape[1]), dtype=np.int64)
        values[self._figures] = columns[self._columns]
        values[self._sums] = np.add.reduceat(columns[self._summed] * self._times, self._begins, axis=0)
        values[self._flags] = values[self._flags] != 0
        for place, codes in self._codes:
            values[place] = codes[values[place]]
        is_written = values != 0
        is_written[self._at_0] = True
        is_written[self._unknowable] = columns[self._statuses] != NOT_KNOWN
        return np.ascontiguousarray(values.T), np.ascontiguousarray(is_written.T)

    def _measure_parts(self, values: Integers, sizes: Integers) -> None:
        """Writes the length of each part, as the number that stands before it, and the size of that number."""
        tags = self._tags.sizes[self._parts]
        sizes[:, self._parts] = 0
        lengths = np.add.reduceat(sizes, self._bounds, axis=1)[:, ::2]
        for positions, inside in self._nested:
            lengths = lengths + (sizes_of(lengths[:, positions]) + tags[positions]) @ inside
        values[:, self._parts], sizes[:, self._parts] = lengths, sizes_of(lengths) + tags

    def _joined(self, inserted: Sequence[Contents], numbers: bytes, cuts: Sequence[int]) -> list[bytes]:
        """Each month, which begins with what is inserted, from the numbers of all of them and where to cut these."""
        between = [numbers[begin:end] for begin, end in pairwise([*cuts, len(numbers)])]
        of_month, cut = len(self._cuts), 0
        pieces: list[Contents] = []
        for contents, precedes_numbers in zip(inserted, self._precede_numbers, strict=True):
            pieces.append(contents)
            if precedes_numbers:
                pieces.append(between[cut::of_month])
                cut += 1
        return [b"".join(month) for month in zip(*pieces, strict=True)]


def _nested(parts: Sequence[tuple[int, Part]], level: int) -> _Nested:
    positions = [position for position, (_, part) in enumerate(parts) if part.level == level]
    inside = [[begin < parts[position][0] <= begin + part.lines for begin, part in parts] for position in positions]
    return _Nested(_array(positions), np.array(inside, dtype=np.int64))


def _array(positions: Iterable[int]) -> Integers:
    return np.array(list(positions), dtype=np.int64)
