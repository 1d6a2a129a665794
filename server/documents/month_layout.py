"""Where each figure of a month stands: its place in a document and in a message, its unit, its column in the matrix.

Derived once for each structure of a company, from the shape of its months, for documents and messages alike.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from seawall.engine.horizon.months import UNKNOWABLE, Unknowable, unknowable
from seawall.engine.month.results import Month
from seawall.engine.values.kept import kept
from seawall.engine.values.shape import LEAF, Outline, Shape
from seawall.engine.values.value import Field, fields_of

MOST_LEAVES = 50_000  #: of all layouts that are kept: those of some 300 companies


class Figure(NamedTuple):
    """A figure of a month."""

    field: Field
    column: int | None  #: of the matrix; None where no month knows it


class Section(NamedTuple):
    """A group of figures and of further groups, by the names of their fields."""

    cls: Any
    parts: Mapping[str, "Figure | Section | tuple[Section, ...]"]


class Layout(NamedTuple):
    """The months of companies of one structure."""

    shape: Shape
    month: Section
    fields: tuple[Field, ...]  #: of each column
    unknowable: tuple[Unknowable, ...]


@kept(MOST_LEAVES, lambda shape, _: shape.width)
def layout_of(shape: Shape) -> Layout:
    """The layout of the months of a shape."""
    fields: list[Field] = []
    month = _section(shape.outline, fields)
    return Layout(shape, month, tuple(fields), unknowable(shape))


def _section(outline: Outline, fields: list[Field]) -> Section:
    cls, *outlines = outline
    return Section(cls, dict(_parts(cls, outlines, fields)))


def _parts(cls: Any, outlines: list[Outline], fields: list[Field]) -> Iterator[tuple[str, Any]]:
    for field, outline in zip(fields_of(cls), outlines, strict=True):
        if outline is None:
            yield field.name, Figure(field, None)
        elif outline == LEAF:
            yield field.name, Figure(field, len(fields))
            fields.append(field)
        elif field.repeated:
            yield field.name, tuple(_section(item, fields) for item in outline[1:])
        else:
            yield field.name, _section(outline, fields)


class Extent(NamedTuple):
    """What a document says of the structure of its company: enough to know the shape of its months."""

    lengths: tuple[int, ...]  #: of the lists of a month
    never_known: frozenset[tuple[str, int, str]]  #: list or section, position in it, figure


@kept(MOST_LEAVES, lambda _, shape: shape.width)
def shape_of(extent: Extent) -> Shape:
    """The shape of months of this extent."""
    lengths = dict(zip(LISTS, extent.lengths, strict=True))
    never_known = extent.never_known

    def month(cls: Any, section: str, position: int) -> Any:
        parts: list[Any] = []
        for field in fields_of(cls):
            part: Any = field.value
            if part is None:
                parts.append(None if (section, position, field.name) in never_known else 0)
            elif field.repeated:
                parts.append(tuple(month(part, field.name, n) for n in range(lengths[field.name])))
            else:
                parts.append(month(part, field.name, 0))
        return cls(*parts)

    return Shape(month(Month, "", 0))


def _optional(cls: Any) -> Iterator[tuple[str, str]]:
    for section in fields_of(cls):
        part: Any = section.value
        for figure in fields_of(part) if part else ():
            if figure.optional and figure.name != UNKNOWABLE:
                yield section.name, figure.name


LISTS = tuple(field.name for field in fields_of(Month) if field.repeated)
#: Section or list, and figure, that a company without assets does not know in any month.
OPTIONAL = tuple(_optional(Month))
