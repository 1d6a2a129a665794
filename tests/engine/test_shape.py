"""A tree of figures is a row with names, and the row is the tree again."""

from typing import NamedTuple

import pytest

from seawall.engine.values.shape import Shape


class Part(NamedTuple):
    debt: int
    collateral: int | None


class Tree(NamedTuple):
    cash: int
    parts: tuple[Part, ...]
    steps: tuple[int, ...]
    nothing: tuple[int, ...]


TREE = Tree(1, (Part(2, None), Part(3, 4)), (5, 6), ())


def test_leaves_are_named_in_the_order_of_the_fields():
    names = ("cash", "parts[0].debt", "parts[1].debt", "parts[1].collateral", "steps[0]", "steps[1]")
    assert Shape(TREE).names == names
    assert Shape(TREE).width == len(names)


def test_a_row_is_the_tree_again_class_by_class():
    shape = Shape(TREE)
    built = shape.build(shape.flatten(TREE))
    assert shape.flatten(TREE) == [1, 2, 3, 4, 5, 6]
    assert built == TREE
    assert [type(part) for part in (built, *built.parts)] == [Tree, Part, Part]


def test_shapes_are_equal_where_their_classes_lengths_and_nones_are():
    other = TREE._replace(cash=9, steps=(8, 7))
    assert Shape(other) == Shape(TREE)
    assert hash(Shape(other)) == hash(Shape(TREE))
    assert len({Shape(TREE), Shape(tuple(TREE)), Shape(TREE._replace(parts=())), Shape(TREE._replace(steps=(5,)))}) == 4


@pytest.mark.parametrize(
    "tree", [TREE._replace(steps=(5,)), TREE._replace(parts=TREE.parts[:1]), TREE._replace(parts=(Part(2, 7),) * 2)]
)
def test_a_tree_of_another_shape_has_no_row(tree: Tree):
    with pytest.raises(ValueError, match=r"leaves|leaf|parts"):
        Shape(TREE).flatten(tree)
