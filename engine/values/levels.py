"""Some leaves of a tree of tuples, taken level by level: what is alike is taken together, not branch by branch.

A tree of thousands of figures has hundreds of branches, of a few kinds. `Shape.flatten` walks the branches; here those
of a kind, say the accrual periods of all loans in all months, are one list at once.
"""

from collections.abc import Callable, Sequence, Set
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from .shape import LEAF, Outline, Shape

Take = Callable[[Any], tuple[Any, ...]]


def taker(shape: Shape, positions: Sequence[int]) -> Take:
    """What takes the leaves at some positions of a tree of this shape, at least two, in their order.

    It raises `ValueError` for a tree with branches of another length; a None is taken for none.
    """
    numbered = shape.build(range(shape.width))
    kind = _Kind(shape.outline, [numbered], frozenset(positions))
    place = {position: place for place, position in enumerate(kind.leaves(numbered))}
    pick = itemgetter(*(place[position] for position in positions))
    return lambda tree: pick(kind.leaves(tree))


class _Below(NamedTuple):
    """The branches in one part of all branches of a kind."""

    part: int
    until: int  #: so many branches, of which the last is read
    kind: "_Kind"


class _Kind:
    """Branches of one outline: first their leaves, then what is below them, neither further than somebody reads."""

    def __init__(self, outline: Outline, branches: Sequence[Any], read: Set[int]) -> None:
        """`branches` are those of a tree whose leaves are their positions."""
        _, *outlines = outline
        self._width = len(outlines)
        if outlines and outlines[0] != LEAF and all(other == outlines[0] for other in outlines):
            outlines = outlines[:1]  # a list, whose items are one after the other
        self._every, parts = len(outlines), list(chain.from_iterable(branches))
        self._no_leaves = [part for part, below in enumerate(outlines) if below != LEAF]
        self._below = []
        for part in self._no_leaves:
            children = parts[part :: self._every]
            until = _until(children, read)
            if until:
                self._below.append(_Below(part, until, _Kind(outlines[part], children[:until], read)))
        self._until = _until(self._only_leaves(parts), read)

    def leaves(self, tree: Any) -> list[Any]:
        """Those of a tree."""
        row: list[Any] = []
        self._take([tree], row)
        return row

    def _take(self, branches: Sequence[Any], row: list[Any]) -> None:
        if set(map(len, branches)) - {self._width}:
            raise ValueError(f"a branch without {self._width} parts, as many as its shape has")
        parts = list(chain.from_iterable(branches))
        below = [(kind, parts[part : until * self._every : self._every]) for part, until, kind in self._below]
        row += self._only_leaves(parts)[: self._until]
        for kind, children in below:
            kind._take(children, row)

    def _only_leaves(self, parts: list[Any]) -> list[Any]:
        """Some parts without those that are branches, or nothing."""
        for removed, part in enumerate(reversed(self._no_leaves)):
            del parts[part :: self._every - removed]
        return parts


def _until(trees: Sequence[Any], read: Set[int]) -> int:
    """How many of some trees there are up to the last of which somebody reads a leaf."""
    return max((number for number, tree in enumerate(trees, start=1) if _is_read(tree, read)), default=0)


def _is_read(tree: Any, read: Set[int]) -> bool:
    return any(_is_read(part, read) for part in tree) if isinstance(tree, tuple) else tree in read
