"""A tape: what was recorded, without what nobody reads.

It numbers every figure: inputs from 0 on, then what the steps gave; below 0 stand those that are known.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from .operations import Operation

if TYPE_CHECKING:
    from .program import Program


class Step(NamedTuple):
    """An operation, the number of its result (a second one follows it), and the numbers of what it takes."""

    operation: Operation
    result: int
    operands: tuple[int, ...]


class Steps(Iterable[Step]):
    """Steps in a few bytes each: thousands of them are kept, and walked seldom."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._numbers, self._count = array("i"), 0  #: of each: operation, result, how many operands, operands
        for operation, result, operands in steps:
            self._numbers.extend((operation, result, len(operands), *operands))
            self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Step]:
        numbers = iter(self._numbers)
        for operation in numbers:
            result, count = next(numbers), next(numbers)
            yield Step(Operation(operation), result, tuple(islice(numbers, count)))


@dataclass(frozen=True)
class Tape:
    """The steps that lead from inputs to outputs."""

    inputs: int
    constants: tuple[int, ...]  #: the figure at position n has the number -1 - n
    steps: Steps
    outputs: tuple[int, ...]  #: the number of each

    @cached_property
    def program(self) -> "Program":
        """The tape in registers."""
        from .program import program  # with numpy, which whoever records nothing does without

        return program(self)


def tape(inputs: int, constants: Iterable[int], steps: Sequence[Step], outputs: Sequence[int]) -> Tape:
    """The tape of those steps that the outputs need."""
    needed, kept = set(outputs), []
    for step in reversed(steps):
        if step.result in needed or (step.operation is Operation.ACCRUE and step.result + 1 in needed):
            kept.append(step)
            needed.update(step.operands)
    return Tape(inputs, tuple(constants), Steps(reversed(kept)), tuple(outputs))
