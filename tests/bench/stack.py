"""The array lane that tapes replaced, to be measured beside them: cases of one capital structure as one of arrays."""

from collections.abc import Callable, Sequence
from typing import Any

from seawall.engine.compile.case import CompiledCase, MonthTerms
from seawall.engine.compile.opening import OpeningBalances
from seawall.engine.debt.accrual import EMPTY_PERIOD
from seawall.engine.numbers.batch import column


def stack(cases: Sequence[CompiledCase]) -> CompiledCase:
    """One case of arrays out of cases of one capital structure; a figure that is the same in all stays a plain int.

    Raises `ValueError` where the capital structures differ.
    """
    structure = cases[0].structure
    if any(case.structure != structure for case in cases):
        raise ValueError("cases of different capital structures cannot share a batch")
    opening: OpeningBalances = _stack(column, [case.opening for case in cases])
    months: tuple[MonthTerms, ...] = _stack(column, [case.months for case in cases])
    return CompiledCase(structure, opening, months)


def _stack(column: Callable[[Sequence[int]], Any], trees: Sequence[Any]) -> Any:
    first = trees[0]
    if isinstance(first, tuple):
        longest = max(len(tree) for tree in trees)  # only the accrual periods of a month differ in number
        if any(len(tree) != longest for tree in trees):
            trees = [tree + (EMPTY_PERIOD,) * (longest - len(tree)) for tree in trees]
        parts = [_stack(column, branch) for branch in zip(*trees, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)
    return column(_with_an_interest_base(trees) if None in trees else trees)


def _with_an_interest_base(shares: Sequence[Any]) -> Sequence[Any]:
    """Where one loan has an interest base of its own, that of the others is 1 of 1; no other figure may be None."""
    return [1 if share is None else share for share in shares] if any(share is not None for share in shares) else shares
