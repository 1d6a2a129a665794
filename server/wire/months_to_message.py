"""The months of an execution as PeriodResults in bytes, written from their matrix, many months at once.

The bytes are those of the message of the value of each month. `month_fields` says where each field comes from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
from google.protobuf.message import Message
from numpy.typing import NDArray

from seawall.engine import Execution
from seawall.engine.horizon.months import Matrix, Months
from seawall.engine.month.coverage import NOT_KNOWN
from seawall.engine.values.kept import kept
from seawall.engine.values.shape import Shape
from seawall.v1.execution_pb2 import CategoryExposure, CovenantTest, FacilityMonth, PeriodResult

from ..documents.month_layout import MOST_LEAVES, layout_of
from .month_fields import Line, Names, Number, Part, Text, lines_of
from .varints import Integers, Tags, sizes_of

Flags = NDArray[np.bool_]

MOST_CELLS = 2**16  #: that are written in one step: other threads wait for it
#: The fields that no column says, month by month: of the month itself (""), and of each entry of its lists.
Named = Mapping[tuple[str, int], Sequence[bytes]]


def written(execution: Execution, start_period: int) -> Iterator[bytes]:
    """The bytes of each month from this one on."""
    months = execution.months
    assert isinstance(months, Months)  # as it is read from a document
    writer = _writer_of(months.layout)
    for begin in range(start_period - 1, len(months), writer.most_months):
        rows = months.matrix[begin : begin + writer.most_months]
        yield from writer.written(rows, _named(execution, range(begin + 1, begin + 1 + len(rows))))


def _named(execution: Execution, periods: range) -> Named:
    """What no column says of these months."""
    ends = execution.period_ends
    named = {("", 0): [_bytes(PeriodResult(period=n, period_end=ends[n - 1].isoformat())) for n in periods]}
    entries: dict[str, list[Message]] = {
        "facilities": [FacilityMonth(facility_id=name, lien=lien) for name, lien in execution.facilities],
        "categories": [CategoryExposure(category=name) for name in execution.category_names],
        "covenants": [CovenantTest(covenant_id=covenant.covenant_id) for covenant in execution.metrics.covenants],
    }
    for name, messages in entries.items():
        named |= {(name, n): [_bytes(entry)] * len(periods) for n, entry in enumerate(messages)}
    return named


def _bytes(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


@kept(MOST_LEAVES, lambda shape, _: shape.width)
def _writer_of(shape: Shape) -> "_Writer":
    return _Writer(lines_of(layout_of(shape)))


class _Writer:
    """What writes the months of one structure: in its arrays a line of the message is a row, a month a column."""

    def __init__(self, lines: Sequence[Line]) -> None:
        places = list(enumerate(lines))
        numbers = [(place, line) for place, line in places if isinstance(line, Number)]
        parts = [(place, line) for place, line in places if isinstance(line, Part)]
        self.most_months = max(1, MOST_CELLS // len(lines))
        self._rows = len(lines) + 1  #: the last one is empty, so that a part may end there
        self._tags = Tags([b"" if isinstance(line, Names) else line.tag for line in lines] + [b""])
        self._numbers = _array(place for place, _ in numbers)
        self._columns = _array(column for _, line in numbers for column in line.columns)
        self._times = _array(times for _, line in numbers for times in line.columns.values())[:, np.newaxis]
        self._begins = np.cumsum([0, *(len(line.columns) for _, line in numbers)])[:-1]
        self._flags = _array(place for place, line in numbers if line.is_flag)
        self._codes = [(place, np.array(line.codes)) for place, line in numbers if line.codes]
        self._statuses = [(place, line.status) for place, line in numbers if line.status is not None]
        self._at_0 = _array([place for place, _ in parts] + [place for place, line in numbers if line.is_written_at_0])
        self._inserted = [line for line in lines if isinstance(line, Names | Text)]
        self._insertions = _array(place for place, line in places if isinstance(line, Names | Text))
        self._levels = [
            [(place, line.lines) for place, line in parts if line.level == level]
            for level in sorted({line.level for _, line in parts}, reverse=True)
        ]

    def written(self, rows: Matrix, named: Named) -> list[bytes]:
        """The bytes of each of these months."""
        columns = np.ascontiguousarray(rows.T)
        inserted = [
            _texts(line, columns) if isinstance(line, Text) else named[line.name, line.position]
            for line in self._inserted
        ]
        values = self._values(columns)
        is_written = values != 0
        is_written[self._at_0] = True
        for place, status in self._statuses:
            is_written[place] = columns[status] != NOT_KNOWN
        sizes = (sizes_of(values) + self._tags.sizes[:, np.newaxis]) * is_written
        sizes[self._insertions] = [[len(content) for content in contents] for contents in inserted]
        for parts in self._levels:
            at = _array(place for place, _ in parts)
            bounds = _array(chain.from_iterable((place + 1, place + 1 + lines) for place, lines in parts))
            values[at] = np.add.reduceat(sizes, bounds, axis=0)[::2]
            sizes[at] = sizes_of(values[at]) + self._tags.sizes[at, np.newaxis]
        sizes[self._insertions] = 0
        return self._joined(inserted, values, sizes, is_written)

    def _values(self, columns: Integers) -> Integers:
        """The number in each line, month by month."""
        values = np.zeros((self._rows, columns.shape[1]), dtype=np.int64)
        values[self._numbers] = np.add.reduceat(columns[self._columns] * self._times, self._begins, axis=0)
        values[self._flags] = values[self._flags] != 0
        for place, codes in self._codes:
            values[place] = codes[values[place]]
        return values

    def _joined(
        self, inserted: list[Sequence[bytes]], values: Integers, sizes: Integers, is_written: Flags
    ) -> list[bytes]:
        """Each month: numbers, and between them what is inserted, which begins every month."""
        by_month = sizes.T.ravel()
        at = np.flatnonzero(is_written.T)
        lines = at % self._rows
        numbers = self._tags.written(lines, values.T.ravel()[at], by_month[at] - self._tags.sizes[lines])
        cuts = np.cumsum(by_month).reshape(-1, self._rows)[:, self._insertions].ravel().tolist()
        between = (numbers[begin:end] for begin, end in pairwise([*cuts, len(numbers)]))
        pieces = list(chain.from_iterable(zip(chain.from_iterable(zip(*inserted, strict=True)), between, strict=True)))
        of_month = 2 * len(inserted)
        return [b"".join(pieces[start : start + of_month]) for start in range(0, len(pieces), of_month)]


def _texts(line: Text, columns: Integers) -> list[bytes]:
    return [line.tag + line.content(figure) for figure in columns[line.column].tolist()]


def _array(positions: Iterable[int]) -> Integers:
    return np.array(list(positions), dtype=np.int64)
