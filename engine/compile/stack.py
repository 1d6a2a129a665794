"""Compiled cases of one capital structure as one case of arrays."""

from collections.abc import Callable, Sequence
from typing import Any

from ..debt.accrual import EMPTY_PERIOD
from ..numbers.exact import Cell
from .case import CompiledCase, MonthTerms, OpeningBalances


def stack(plans: Sequence[CompiledCase]) -> CompiledCase:
    """One plan of arrays out of plans of one structure; a leaf that is the same in all stays a plain int."""
    from ..numbers.batch import column  # with numpy, which one execution does without

    structure = plans[0].structure
    if any(plan.structure != structure for plan in plans):
        raise ValueError("plans of different structures cannot share a batch")
    opening: OpeningBalances = _stack(column, [plan.opening for plan in plans])
    months: tuple[MonthTerms, ...] = _stack(column, [plan.months for plan in plans])
    return CompiledCase(structure, opening, months)


def _stack(column: Callable[[Sequence[int]], Cell], trees: Sequence[Any]) -> Any:
    first = trees[0]
    if isinstance(first, tuple):
        longest = max(len(tree) for tree in trees)  # only the accrual periods of a month differ in number
        if any(len(tree) != longest for tree in trees):
            trees = [tree + (EMPTY_PERIOD,) * (longest - len(tree)) for tree in trees]
        parts = [_stack(column, branch) for branch in zip(*trees, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)
    return column(trees)
