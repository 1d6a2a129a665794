"""The months of an execution in its document: the columns of the matrix as texts, and the matrix that texts say.

The bytes are those that `document` writes of any value in columns; here a whole matrix is written in a few steps.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import numpy as np

from seawall.engine.horizon.months import UNKNOWABLE, Months
from seawall.engine.month.coverage import NOT_KNOWN as STATUS_NOT_KNOWN
from seawall.engine.values.kept import kept
from seawall.engine.values.shape import Shape
from seawall.engine.values.units import MOST_INSTRUMENTS, Kind
from seawall.engine.values.value import Field

from .columns import Integers, columns_of, integers, runs_of, texts_of
from .month_layout import LISTS, MOST_LEAVES, OPTIONAL, Extent, Figure, Layout, Section, layout_of, shape_of
from .ratios import columns_in_micros, ratio_texts
from .scalars import READ, WRITE

NOT_KNOWN = "NOT_KNOWN"  #: what stands in a column for a figure that a month does not know
ZERO_IS_NOTHING = (Kind.AMOUNT, Kind.DECIMAL, Kind.COUNT, Kind.FLAG)  #: kinds of columns that are left out if all 0
MOST_SECTIONS = MOST_INSTRUMENTS + 1  #: of a list: the instruments and the revolver
MOST_AMOUNT = 2**58  #: beyond every figure, and near enough that a sum of any of a month's fits into 64 bits
_AS_NUMBERS = (Kind.AMOUNT, Kind.COUNT, Kind.FLAG)
_UNKNOWN = -(2**63)  #: stands for it in a matrix, beyond every figure


class _Words(NamedTuple):
    """A column whose figures are no plain numbers in a document."""

    column: int
    write: Callable[[int], str]
    read: Callable[[str], int]
    zero_is_nothing: bool


class _Codec(NamedTuple):
    """How the months of one shape are written and read."""

    layout: Layout
    amounts: Integers  #: the columns of amounts
    numbers: Integers  #: the columns whose figures are plain numbers
    words: tuple[_Words, ...]  #: the others, those with ratios first
    ratios: int  #: how many of these are ratios


@kept(MOST_LEAVES, lambda shape, _: shape.width)
def _codec_of(shape: Shape) -> _Codec:
    layout = layout_of(shape)
    fields = list(enumerate(layout.fields))
    ratios = [_words(field, column) for column, field in fields if _kind(field) is Kind.RATIO]
    others = [_words(field, column) for column, field in fields if _kind(field) not in (*_AS_NUMBERS, Kind.RATIO)]
    numbers = [column for column, field in fields if _kind(field) in _AS_NUMBERS]
    amounts = [column for column, field in fields if field.unit and field.unit.kind is Kind.AMOUNT]
    return _Codec(layout, np.array(amounts), np.array(numbers), (*ratios, *others), len(ratios))


def _kind(field: Field) -> Kind | None:
    """That of a figure which every month knows."""
    return field.unit.kind if field.unit and field.name != UNKNOWABLE else None


def _words(field: Field, column: int) -> _Words:
    if field.choices:
        values = [str(member.value) for member in field.choices]
        return _Words(column, values.__getitem__, values.index, zero_is_nothing=False)
    assert field.unit is not None
    write, read = WRITE[field.unit.kind], READ[field.unit.kind]
    zero_is_nothing = field.unit.kind in ZERO_IS_NOTHING
    if field.name == UNKNOWABLE:
        return _Words(
            column,
            lambda figure: NOT_KNOWN if figure == _UNKNOWN else str(write(figure)),
            lambda text: _UNKNOWN if text == NOT_KNOWN else read(text),
            zero_is_nothing,
        )
    return _Words(column, write, read, zero_is_nothing)


def written(months: Months) -> dict[str, Any]:
    """The columns of the months, by section."""
    codec = _codec_of(months.layout)
    columns = np.array(months.matrix.T, dtype=np.int64, order="C")
    for column, status in codec.layout.unknowable:
        columns[column, columns[status] == STATUS_NOT_KNOWN] = _UNKNOWN
    return _by_section(codec.layout.month, _texts(codec, columns), _run(NOT_KNOWN, len(months)))


def _texts(codec: _Codec, columns: Integers) -> list[str | None]:
    """The text of each column, None where it is left out."""
    texts: list[str | None] = [None] * len(columns)
    is_something = np.any(columns, axis=1)
    numbers = codec.numbers[is_something[codec.numbers]]
    for column, text in zip(numbers.tolist(), texts_of(columns[numbers]), strict=True):
        texts[column] = text
    in_words = [words for words in codec.words if is_something[words.column] or not words.zero_is_nothing]
    for words, text in zip(in_words, _in_words(codec, in_words, columns), strict=True):
        texts[words.column] = text
    return texts


def _in_words(codec: _Codec, in_words: list[_Words], columns: Integers) -> Iterator[str]:
    """The text of each of these columns, whose first ones are ratios."""
    columns = columns[[words.column for words in in_words]]
    at, lengths = runs_of(columns)
    figures = columns.ravel()[at]
    begins = [*np.flatnonzero(at % columns.shape[1] == 0).tolist(), len(at)]
    texts = ratio_texts(figures[: begins[codec.ratios]])
    for words, (begin, end) in zip(in_words[codec.ratios :], pairwise(begins[codec.ratios :]), strict=True):
        texts += map(words.write, figures[begin:end].tolist())
    for run in np.flatnonzero(lengths > 1).tolist():
        texts[run] = _run(texts[run], int(lengths[run]))
    return (" ".join(texts[begin:end]) for begin, end in pairwise(begins))


def _run(text: str, months: int) -> str:
    return text if months == 1 else f"{text}*{months}"


def _by_section(section: Section, texts: list[str | None], never_known: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, part in section.parts.items():
        written: Any
        if isinstance(part, Figure):
            written = never_known if part.column is None else texts[part.column]
        elif isinstance(part, Section):
            written = _by_section(part, texts, never_known) or None
        else:
            written = [_by_section(item, texts, never_known) for item in part]
        if written is not None:
            fields[name] = written
    return fields


def read(sections: Mapping[str, Any], months: int) -> Months:
    """The months that `written` wrote. Raises ValueError for what is none: what is stored was not checked as a request
    is."""
    codec = _codec_of(shape_of(_extent(sections, _run(NOT_KNOWN, months))))
    texts: list[Any] = [None] * len(codec.layout.fields)
    _collect(codec.layout.month, sections, texts)
    figures = np.zeros((len(texts), months), dtype=np.int64)
    numbers = [column for column in codec.numbers.tolist() if texts[column] is not None]
    ratios = [words.column for words in codec.words[: codec.ratios]]
    columns = [texts[column] for column in numbers] + columns_in_micros([texts[column] for column in ratios])
    figures[numbers + ratios] = columns_of(columns, months)
    for words in codec.words[codec.ratios :]:
        if texts[words.column] is not None:
            figures[words.column] = _figures(words, codec.layout.fields[words.column].name, texts[words.column], months)
    _without_unknown(codec.layout, figures)
    amounts = figures[codec.amounts]
    if amounts.max() > MOST_AMOUNT or amounts.min() < -MOST_AMOUNT:
        raise ValueError("a month has an amount beyond those of every execution")
    return Months(codec.layout.shape, figures.T)


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


def _collect(section: Section, columns: Mapping[str, Any], texts: list[Any]) -> None:
    """The text of each column, where there is one."""
    for name, part in section.parts.items():
        if isinstance(part, Figure):
            if part.column is not None:
                texts[part.column] = columns.get(name)
        elif isinstance(part, Section):
            _collect(part, columns.get(name, {}), texts)
        else:
            for item, item_columns in zip(part, columns[name], strict=True):
                _collect(item, item_columns, texts)


def _figures(words: _Words, name: str, column: str, months: int) -> Integers:
    figures: list[int] = []
    for run in column.split(" "):
        text, times, length = run.partition("*")
        figure = words.read(text)
        if times:
            figures += repeat(figure, min(int(length), months + 1))
        else:
            figures.append(figure)
        if len(figures) > months:
            break
    if len(figures) != months:
        raise ValueError(f"{name} has more or fewer months than {months}")
    return integers(figures)


def _without_unknown(layout: Layout, figures: Integers) -> None:
    """Puts 0 where a month does not know a figure, as the status beside it says too."""
    for column, status in layout.unknowable:
        unknown = figures[column] == _UNKNOWN
        if (unknown != (figures[status] == STATUS_NOT_KNOWN)).any():
            raise ValueError(f"{layout.shape.names[column]} is known where its status is not, or not where it is")
        figures[column][unknown] = 0
