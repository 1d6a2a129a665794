"""What is taken level by level is what the row of the tree has at these positions."""

from random import Random
from typing import Any, NamedTuple

import pytest

from seawall.engine.values.levels import taker
from seawall.engine.values.shape import Shape

TREES, SEED = 200, 20_261_129


class Pair(NamedTuple):
    first: Any
    second: Any


def random_tree(luck: Random, depth: int) -> Any:
    """A leaf, nothing, or a branch of up to four parts, often alike."""
    if depth == 0 or luck.random() < 0.2:
        return luck.choice([luck.randrange(10**9), luck.randrange(10**9), None])
    if luck.random() < 0.4:
        alike = random_tree(luck, depth - 1)
        return tuple(another(luck, alike) for _ in range(luck.randrange(4)))
    parts = [random_tree(luck, depth - 1) for _ in range(luck.randrange(5))]
    return Pair(*parts) if len(parts) == 2 else tuple(parts)


def another(luck: Random, tree: Any) -> Any:
    """A tree of the same shape with other figures."""
    if isinstance(tree, tuple):
        parts = [another(luck, part) for part in tree]
        return Pair(*parts) if isinstance(tree, Pair) else tuple(parts)
    return tree and luck.randrange(10**9)


def test_any_leaves_are_taken_in_any_order():
    luck, large = Random(SEED), 0
    for _ in range(TREES):
        tree = (random_tree(luck, 5), random_tree(luck, 5), 1, 2)
        shape = Shape(tree)
        positions = luck.choices(range(shape.width), k=luck.randint(2, 12))
        take = taker(shape, positions)
        for of_shape in (tree, another(luck, tree)):
            row = shape.flatten(of_shape)
            assert list(take(of_shape)) == [row[position] for position in positions]
        large += shape.width > 20
    assert large > TREES // 5


def test_a_branch_of_another_length_is_no_branch_of_the_shape():
    """Also where the leaves of all of them are as many."""
    take = taker(Shape(((1, 2), (3, 4), 5)), [0, 2])
    assert take(((6, 7), (8, 9), 0)) == (6, 8)
    with pytest.raises(ValueError, match="2 parts"):
        take(((6, 7, 8), (9,), 0))
