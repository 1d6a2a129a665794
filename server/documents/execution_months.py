"""The months of an execution in its document: the columns of the matrix as texts, and the matrix that texts say.

The bytes are those that `document` writes of any value in columns; here a whole matrix is written in a few steps.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from seawall.engine.horizon.months import Months
from seawall.engine.month.coverage import NOT_KNOWN as STATUS_NOT_KNOWN
from seawall.engine.values.kept import kept
from seawall.engine.values.shape import Shape
from seawall.engine.values.units import MOST_INSTRUMENTS, Kind
from seawall.engine.values.value import Field, decimal_text

from .columns import NOT_KNOWN, UNKNOWN, Integers, columns_of, in_numbers, text_of_other, texts_of
from .month_layout import LISTS, MOST_LEAVES, OPTIONAL, Extent, Figure, Section, layout_of, shape_of
from .ratios import columns_in_micros
from .scalars import decimal_digits

ZERO_IS_NOTHING = (Kind.AMOUNT, Kind.DECIMAL, Kind.COUNT, Kind.FLAG)  #: kinds of columns that are left out if all 0
MOST_SECTIONS = MOST_INSTRUMENTS + 1  #: of a list: the instruments and the revolver
MOST_AMOUNT = 2**58  #: beyond every figure, and near enough that a sum of any of a month's fits into 64 bits
#: The order in which columns are written and read together; None is a choice between words.
_TOGETHER = (Kind.AMOUNT, Kind.COUNT, Kind.FLAG, Kind.RATIO, Kind.DECIMAL, None)
_NEVER_KNOWN = -1  #: the place of the figures that no month knows


class _Words(NamedTuple):
    """How a figure is written and read that is no plain number in a document."""

    write: Callable[[int], str]
    read: Callable[[str], str]  #: as a whole number


class _Places(NamedTuple):
    """The place of each figure of a section among the texts that are written together, and those of its parts."""

    figures: tuple[tuple[str, int], ...]
    sections: "tuple[tuple[str, _Places], ...]"
    lists: "tuple[tuple[str, tuple[_Places, ...]], ...]"


class _Codec(NamedTuple):
    """How the months of one shape are written and read."""

    shape: Shape
    month: _Places
    order: Integers  #: the column of the matrix in each place
    unknowable: tuple[tuple[int, int], ...]  #: the place of the figure, and that of its status
    first_other: int  #: the place of the first figure that is no amount
    first_ratio: int
    first_word: int
    writers: tuple[Callable[[int], str], ...]  #: of each place, of a figure that is no number
    readers: tuple[Callable[[str], str], ...]  #: of the places with words


@kept(MOST_LEAVES, lambda shape, _: shape.width)
def _codec_of(shape: Shape) -> _Codec:
    layout = layout_of(shape)
    kinds = [field.unit.kind if field.unit else None for field in layout.fields]
    order = sorted(range(len(kinds)), key=lambda column: _TOGETHER.index(kinds[column]))
    place_of = {column: place for place, column in enumerate(order)}
    words = [_words(layout.fields[column]) for column in order if kinds[column] in (Kind.DECIMAL, None)]
    first_word = len(kinds) - len(words)
    first_ratio = first_word - kinds.count(Kind.RATIO)
    writers = [lambda _: NOT_KNOWN] * first_ratio + [text_of_other] * (first_word - first_ratio)
    return _Codec(
        shape,
        _places(layout.month, place_of),
        np.array(order),
        tuple((place_of[figure], place_of[status]) for figure, status in layout.unknowable),
        kinds.count(Kind.AMOUNT),
        first_ratio,
        first_word,
        (*writers, *(word.write for word in words)),
        tuple(word.read for word in words),
    )


@kept(MOST_LEAVES, lambda _, codec: codec.shape.width)
def _codec_to_read(extent: Extent) -> _Codec:
    return _codec_of(shape_of(extent))


def _places(section: Section, place_of: Mapping[int, int]) -> _Places:
    parts = section.parts.items()
    return _Places(
        tuple(
            (name, _NEVER_KNOWN if part.column is None else place_of[part.column])
            for name, part in parts
            if isinstance(part, Figure)
        ),
        tuple((name, _places(part, place_of)) for name, part in parts if isinstance(part, Section)),
        tuple(
            (name, tuple(_places(item, place_of) for item in part))
            for name, part in parts
            if not isinstance(part, Figure | Section)
        ),
    )


def _words(field: Field) -> _Words:
    if not field.choices:
        return _Words(decimal_text, decimal_digits)
    values = [str(member.value) for member in field.choices]
    return _Words(values.__getitem__, lambda text: str(values.index(text)))


def written(months: Months) -> dict[str, Any]:
    """The columns of the months, by section."""
    codec = _codec_of(months.layout)
    columns = np.array(months.matrix.T, dtype=np.int64, order="C")[codec.order]
    for figure, status in codec.unknowable:
        columns[figure, columns[status] == STATUS_NOT_KNOWN] = UNKNOWN
    texts = texts_of(columns, codec.first_ratio, codec.first_word, codec.writers)
    return _by_section(codec.month, [*texts, _all(NOT_KNOWN, len(months))], _all("0", len(months)))


def _all(text: str, months: int) -> str:
    """A column that has the same in all months."""
    return text if months == 1 else f"{text}*{months}"


def _by_section(places: _Places, texts: list[str], nothing: str) -> dict[str, Any]:
    """The fields of a section; a column that has nothing is left out."""
    fields: dict[str, Any] = {name: text for name, place in places.figures if (text := texts[place]) != nothing}
    for name, section in places.sections:
        written = _by_section(section, texts, nothing)
        if written:
            fields[name] = written
    for name, items in places.lists:
        fields[name] = [_by_section(item, texts, nothing) for item in items]
    return fields


def read(sections: Mapping[str, Any], months: int) -> Months:
    """The months that `written` wrote. Raises ValueError for what is none: what is stored was not checked as a request
    is."""
    codec = _codec_to_read(_extent(sections, _all(NOT_KNOWN, months)))
    texts = [_all("0", months)] * (len(codec.order) + 1)
    _collect(codec.month, sections, texts)
    for figure, _ in codec.unknowable:
        texts[figure] = texts[figure].replace(NOT_KNOWN, str(UNKNOWN))
    ratios, words = slice(codec.first_ratio, codec.first_word), slice(codec.first_word, len(codec.order))
    texts[ratios] = columns_in_micros(texts[ratios])
    texts[words.start :] = map(in_numbers, texts[words], codec.readers)
    columns = columns_of(texts, months)
    _forget_unknown(codec, columns)
    amounts = columns[: codec.first_other]
    if amounts.max() > MOST_AMOUNT or amounts.min() < -MOST_AMOUNT:
        raise ValueError("a month has an amount beyond those of every execution")
    figures = np.empty_like(columns)
    figures[codec.order] = columns
    return Months(codec.shape, figures.T)


def _extent(columns: Mapping[str, Any], never_known: str) -> Extent:
    """The structure of the company whose months these are."""
    lengths = tuple(len(columns[name]) for name in LISTS)
    if max(lengths) > MOST_SECTIONS:
        raise ValueError(
            f"a month has {max(lengths)} entries of one kind, and no document has more than {MOST_SECTIONS}"
        )
    unknown = []
    for section, figure in OPTIONAL:
        content = columns.get(section, {})
        parts = content if isinstance(content, list) else [content]
        unknown += [(section, n, figure) for n, part in enumerate(parts) if part.get(figure) == never_known]
    return Extent(lengths, frozenset(unknown))


def _collect(places: _Places, columns: Mapping[str, Any], texts: list[str]) -> None:
    """The text of each column that is not left out."""
    for name, place in places.figures:
        if name in columns:
            texts[place] = columns[name]
    for name, section in places.sections:
        _collect(section, columns.get(name, {}), texts)
    for name, items in places.lists:
        for item, item_columns in zip(items, columns[name], strict=True):
            _collect(item, item_columns, texts)


def _forget_unknown(codec: _Codec, columns: Integers) -> None:
    """Puts 0 where a month does not know a figure, as the status beside it says too."""
    for figure, status in codec.unknowable:
        unknown = columns[figure] == UNKNOWN
        if (unknown != (columns[status] == STATUS_NOT_KNOWN)).any():
            name = codec.shape.names[codec.order[figure]]
            raise ValueError(f"{name} is known where its status is not, or not where it is")
        columns[figure, unknown] = 0
