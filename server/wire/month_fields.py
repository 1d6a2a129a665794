"""Where each field of a PeriodResult comes from: one line for each, in the order in which they are written.

Derived once for each structure of a company, from the layout of its months and from the descriptors of the API. A
subtotal is the engine's property of that name, taken of columns in place of figures: so it says what it adds up.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.values.units import Kind
from seawall.engine.values.value import Field, decimal_text
from seawall.v1.common_pb2 import Ratio
from seawall.v1.execution_pb2 import PeriodResult

from ..documents.month_layout import Figure, Layout, Section
from .scalars import prefix
from .to_message import ratio
from .varints import NUMBER, SIZED, sized, tag, varint

LONGEST_RATIO = 20  #: letters of one that fits into 64 bits


class Number(NamedTuple):
    """A whole number: the sum of columns, each so many times."""

    name: str  #: its path in the message
    tag: bytes
    columns: dict[int, int]
    codes: tuple[int, ...]  #: of an enum: its numbers by the positions of the engine; else empty
    is_flag: bool
    is_written_at_0: bool
    status: int | None  #: the column of the status that may say that it is not known


class Text(NamedTuple):
    """A column that is written as text, or, ratios, as a message with one."""

    name: str
    tag: bytes
    column: int
    is_ratio: bool


class Names(NamedTuple):
    """What no column says: the fields of the month itself, or of an entry of one of its lists, which come first."""

    name: str  #: of the list; empty for the month
    position: int


class Part(NamedTuple):
    """A message in the message: how many lines follow that are its own."""

    name: str
    tag: bytes
    level: int
    lines: int


Line = Number | Text | Names | Part


def lines_of(layout: Layout) -> tuple[Line, ...]:
    """The lines of a PeriodResult."""
    statuses = {figure.column: figure.status for figure in layout.unknowable}
    columns = layout.shape.build([Columns({column: 1}) for column in range(layout.shape.width)])
    return tuple(_Lines(statuses).of_message(PeriodResult.DESCRIPTOR, layout.month, columns, "", 0))


class Columns:
    """A sum of columns, each so many times: what a property gives where its figures are columns."""

    def __init__(self, times: dict[int, int]) -> None:
        self.times = times

    def __add__(self, other: "Columns | int") -> "Columns":
        theirs = other.times if isinstance(other, Columns) else {}  # a sum begins with 0
        both = self.times.keys() | theirs.keys()
        return Columns({column: self.times.get(column, 0) + theirs.get(column, 0) for column in both})

    __radd__ = __add__

    def __neg__(self) -> "Columns":
        return Columns({column: -times for column, times in self.times.items()})

    def __sub__(self, other: "Columns") -> "Columns":
        return self + -other


class _Lines:
    """The walk over a message and its parts."""

    def __init__(self, statuses: dict[int, int]) -> None:
        self._statuses = statuses  #: by the column that may be not known

    def of_message(self, kind: Any, section: Section, columns: Any, path: str, position: int) -> Iterator[Line]:
        """The fields of a message by their numbers, as they are written."""
        are_named = False
        for descriptor in sorted(kind.fields, key=lambda field: field.number):
            attribute = descriptor.name.removesuffix("_minor")
            name = f"{path}.{descriptor.name}" if path else descriptor.name
            part = section.parts.get(attribute)
            if part is None and not hasattr(columns, attribute):
                if not are_named:
                    yield Names(path.partition("[")[0], position)
                are_named = True
            elif isinstance(part, Figure | None):
                yield from self._figure(descriptor, part, getattr(columns, attribute), name)
            elif isinstance(part, Section):
                yield from self._part(descriptor, part, getattr(columns, attribute), name, 0)
            else:
                for n, item in enumerate(part):
                    yield from self._part(descriptor, item, getattr(columns, attribute)[n], f"{name}[{n}]", n)

    def _part(self, descriptor: Any, section: Section, columns: Any, name: str, position: int) -> Iterator[Line]:
        lines = list(self.of_message(descriptor.message_type, section, columns, name, position))
        yield Part(name, tag(descriptor, SIZED), name.count("."), len(lines))
        yield from lines

    def _figure(self, descriptor: Any, figure: Figure | None, columns: Columns | None, name: str) -> Iterator[Line]:
        """The line of a figure, or of a subtotal; none where no month knows it."""
        if columns is None:
            return
        field = figure.field if figure else None
        kind = field and field.unit and field.unit.kind
        if kind in (Kind.RATIO, Kind.DECIMAL) and figure and figure.column is not None:
            yield Text(name, tag(descriptor, SIZED), figure.column, kind is Kind.RATIO)
            return
        statuses = {self._statuses[column] for column in columns.times.keys() & self._statuses.keys()}
        yield Number(
            name,
            tag(descriptor, NUMBER),
            columns.times,
            codes=_codes(field, descriptor.enum_type) if field and field.choices else (),
            is_flag=kind is Kind.FLAG,
            is_written_at_0=descriptor.has_presence,
            status=statuses.pop() if statuses else None,
        )


def _codes(field: Field, enum: Any) -> tuple[int, ...]:
    assert field.choices is not None
    return tuple(enum.values_by_name[prefix(enum) + member.name].number for member in field.choices)


_VALUE = tag(Ratio.DESCRIPTOR.fields_by_name["value"], SIZED)
_UNDEFINED = {reason.name.encode(): sized(ratio(reason).SerializeToString()) for reason in UndefinedRatio}


def ratio_fields(tag: bytes, texts: Iterable[bytes]) -> list[bytes]:
    """A field with each of these ratios: its message, which has the text or says why there is none."""
    before = _before(tag)
    return [tag + _UNDEFINED[text] if text in _UNDEFINED else before[len(text)] + text for text in texts]


@lru_cache(maxsize=64)
def _before(tag: bytes) -> list[bytes]:
    """What precedes the text of a ratio, by its length."""
    lengths = range(LONGEST_RATIO + 1)
    return [tag + varint(len(_VALUE) + 1 + length) + _VALUE + varint(length) for length in lengths]


def decimal_fields(tag: bytes, nanos: Sequence[int]) -> list[bytes]:
    """A field with the text of each of these decimals, of which most are equal."""
    fields = {figure: tag + sized(decimal_text(figure).encode()) for figure in set(nanos)}
    return [fields[figure] for figure in nanos]
