"""The figures in a tree of tuples as one row, and a row as the tree: which column of a matrix is which figure."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

#: A leaf, None where there is nothing, or a branch: its class, then its parts.
Outline = Any
LEAF = "leaf"
_Take = Callable[[Any, list[Any]], None]
_Make = Callable[[Sequence[Any]], Any]


class Shape:
    """The leaves of a tree of NamedTuples and tuples, depth first in the order of their fields.

    None is a part of the shape and no leaf: a figure that is not known of a company has no column. Two shapes are
    equal where their trees have the same classes, lengths and Nones.
    """

    __slots__ = ("_hash", "_make", "_take", "names", "outline", "width")

    def __init__(self, tree: Any) -> None:
        self.outline: Outline = _outline(tree)
        self.names = tuple(_names(self.outline, ""))  #: of the leaves: "facilities[0].closing_balance"
        self.width = len(self.names)
        self._hash = hash(self.outline)
        self._take = _taker(self.outline)
        self._make, _ = _maker(self.outline, 0)

    def flatten(self, tree: Any) -> list[Any]:
        """The leaves of a tree of this shape; ValueError where it has another number of them."""
        row: list[Any] = []
        self._take(tree, row)
        if len(row) != self.width:
            raise ValueError(f"a tree with {len(row)} leaves, and its shape has {self.width}")
        return row

    def build(self, row: Sequence[Any]) -> Any:
        """The tree with these leaves, as many as the shape has."""
        return self._make(row)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Shape) and self.outline == other.outline)

    def __hash__(self) -> int:
        return self._hash


def _outline(tree: Any) -> Outline:
    if tree is None:
        return None
    return (type(tree), *map(_outline, tree)) if isinstance(tree, tuple) else LEAF


def _names(outline: Outline, path: str) -> Iterator[str]:
    if outline is None:
        return
    if outline == LEAF:
        yield path
        return
    cls, *parts = outline
    fields = getattr(cls, "_fields", None)
    for position, part in enumerate(parts):
        step = f"{path}[{position}]" if fields is None else f"{path}.{fields[position]}" if path else fields[position]
        yield from _names(part, step)


def _taker(outline: Outline) -> _Take:
    """What appends the leaves of a branch to a row."""
    _, *parts = outline
    if all(part == LEAF for part in parts):
        return _take_all
    takers: list[tuple[_Take, Any]] = []  # each with the part that it takes, or with a run of leaves
    for is_leaf, run in groupby(range(len(parts)), lambda position: parts[position] == LEAF):
        positions = list(run)
        if is_leaf:
            takers.append((_take_all, slice(positions[0], positions[-1] + 1)))
        else:
            takers += [(_taker(parts[n]) if parts[n] else _take_nothing, n) for n in positions]

    def take(tree: Any, row: list[Any]) -> None:
        if len(tree) != len(parts):
            raise ValueError(f"a branch with {len(tree)} parts, and its shape has {len(parts)}")
        for taker, part in takers:
            taker(tree[part], row)

    return take


def _take_all(tree: Any, row: list[Any]) -> None:
    row += tree


def _take_nothing(nothing: None, row: list[Any]) -> None:
    if nothing is not None:
        raise ValueError("a tree with a leaf where its shape has None")


def _maker(outline: Outline, begin: int) -> tuple[_Make, int]:
    """What makes a branch of a row whose leaves begin there, and where the next one's begin."""
    cls, *parts = outline
    of = getattr(cls, "_make", tuple)
    if all(part == LEAF for part in parts):
        leaves = slice(begin, begin + len(parts))
        return (lambda row: of(row[leaves])), leaves.stop
    makers: list[_Make] = []
    end = begin
    for part in parts:
        if isinstance(part, tuple):
            maker, end = _maker(part, end)
            makers.append(maker)
        elif part == LEAF:
            makers.append(itemgetter(end))
            end += 1
        else:
            makers.append(_nothing)
    return (lambda row: of([make(row) for make in makers])), end


def _nothing(row: Sequence[Any]) -> None:
    return None
