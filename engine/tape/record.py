"""The lane that writes down what it is asked: the unchanged source runs once, on figures that are not known yet.

What comes out is a tape (`tape.Tape`): the operations in their order, without any branch. What is asked twice is
computed once, and what depends on no input is computed here. A figure that the source tests with `if` cannot be
recorded: that is an error, as the source is wrong then.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

from ..numbers.exact import SCALAR, UndefinedRatio
from ..values.units import NANO
from .operations import COMMUTING, Operation
from .tape import Step, Tape, tape

Figure = Any  #: an int that is known, or a `Unknown`


class TooLong(Exception):
    """More operations than the recorder may write."""


class Unknown:
    """A figure that is not known yet: the position of an input, or of a step, in the order in which they were made."""

    __slots__ = ("_recorder", "number")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, recorder: "Recorder", number: int) -> None:
        self._recorder, self.number = recorder, number

    def __add__(self, other: Figure) -> Figure:
        return self._recorder.sum(self, other)

    __radd__ = __add__

    def __sub__(self, other: Figure) -> Figure:
        return self._recorder.difference(self, other)

    def __rsub__(self, other: Figure) -> Figure:
        return self._recorder.difference(other, self)

    def __neg__(self) -> Figure:
        return self._recorder.difference(0, self)

    def __mul__(self, other: Figure) -> Figure:
        return self._recorder.product(self, other)

    __rmul__ = __mul__

    def __floordiv__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.QUOTIENT, self, other)

    def __mod__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.REMAINDER, self, other)

    def __divmod__(self, other: Figure) -> tuple[Figure, Figure]:
        return self // other, self % other

    def __lt__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.LESS, self, other)

    def __gt__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.LESS, other, self)

    def __le__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.AT_MOST, self, other)

    def __ge__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.AT_MOST, other, self)

    def __eq__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.EQUAL, self, other)

    def __ne__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.DIFFERENT, self, other)

    def __and__(self, other: Figure) -> Figure:
        return self._recorder.both(self, other)

    __rand__ = __and__

    def __or__(self, other: Figure) -> Figure:
        return self._recorder.cell(Operation.OR, self, other)

    __ror__ = __or__

    def __bool__(self) -> NoReturn:
        raise TypeError("a figure that varies is tested with if: choose with a verb")


class Recorder:
    """The verbs of `numbers.exact`, each of which writes a step; at most `most_steps` of them."""

    def __init__(self, most_steps: int) -> None:
        self.steps: list[Step] = []
        self.constants: dict[int, int] = {}  #: by its value the number of each, below 0
        self.inputs = 0
        self._most_steps = most_steps
        self._numbers = 0
        self._cells: dict[tuple[int, ...], tuple[Unknown, ...]] = {}

    def unknown(self) -> Unknown:
        """The next input, a figure that is not known yet."""
        self.inputs += 1
        return self._next()

    def tape(self, outputs: Sequence[Figure]) -> Tape:
        """What leads from the inputs to these figures."""
        return tape(self.inputs, self.constants, self.steps, [self.number(figure) for figure in outputs])

    def number(self, figure: Figure) -> int:
        """Where a figure stands: from 0 on for a cell, below 0 for what is known."""
        if type(figure) is Unknown:
            return figure.number
        known = int(figure)
        number = self.constants.get(known)
        if number is None:
            number = self.constants[known] = -1 - len(self.constants)
        return number

    def cell(self, operation: Operation, *figures: Figure) -> Unknown:
        """The result of an operation, that of before where it was asked before."""
        operands = tuple(map(self.number, figures))
        if operation in COMMUTING and operands[0] > operands[1]:
            operands = operands[::-1]
        (cell,) = self._written(operation, operands, 1)
        return cell

    def sum(self, a: Figure, b: Figure) -> Figure:
        if _is(a, 0):
            return b
        return a if _is(b, 0) else self.cell(Operation.ADD, a, b)

    def difference(self, a: Figure, b: Figure) -> Figure:
        if _is(b, 0):
            return a
        return 0 if self.number(a) == self.number(b) else self.cell(Operation.SUBTRACT, a, b)

    def product(self, a: Figure, b: Figure) -> Figure:
        for figure, other in ((a, b), (b, a)):
            if _is(figure, 0) or _is(figure, 1):
                return other if figure else 0
        return self.cell(Operation.MULTIPLY, a, b)

    def both(self, a: Figure, b: Figure) -> Figure:
        for figure, other in ((a, b), (b, a)):
            if type(figure) is not Unknown:
                return other if figure else 0
        return self.cell(Operation.AND, a, b)

    def times(self, money: Figure, factor: Figure) -> Figure:
        if _known(money, factor):
            return SCALAR.times(money, factor)
        if _is(money, 0) or _is(factor, 0):
            return 0
        return money if _is(factor, NANO) else self.cell(Operation.TIMES, money, factor)

    def prorate(self, money: Figure, part: Figure, whole: Figure) -> Figure:
        if _known(money, part, whole):
            return SCALAR.prorate(money, part, whole)
        if _is(money, 0) or _is(part, 0) or _is(whole, 0):
            return 0
        if self.number(part) == self.number(whole):  # the last of those that share what falls due
            return self.where(whole, money, 0)
        return self.cell(Operation.PRORATE, money, part, whole)

    def accrue(
        self, balance: Figure, rate: Figure, ticks: Figure, accrued: Figure, carry: Figure
    ) -> tuple[Figure, Figure]:
        figures = (balance, speed := rate * ticks, accrued, carry)
        if _known(*figures):
            return SCALAR.accrue(balance, rate, ticks, accrued, carry)
        if _is(carry, 0) and (_is(balance, 0) or _is(speed, 0)):
            return accrued, 0
        so_far, left = self._written(Operation.ACCRUE, tuple(map(self.number, figures)), 2)
        return so_far, left

    def ratio(self, numerator: Figure, denominator: Figure, undefined: UndefinedRatio) -> Figure:
        if _known(numerator, denominator):
            return SCALAR.ratio(numerator, denominator, undefined)
        return self.cell(Operation.RATIO, numerator, denominator, undefined)

    def least(self, a: Figure, b: Figure) -> Figure:
        return min(a, b) if _known(a, b) else self.cell(Operation.LEAST, a, b)

    def most(self, a: Figure, b: Figure) -> Figure:
        return max(a, b) if _known(a, b) else self.cell(Operation.MOST, a, b)

    def where(self, condition: Figure, a: Figure, b: Figure) -> Figure:
        if type(condition) is not Unknown:
            return a if condition else b
        return a if self.number(a) == self.number(b) else self.cell(Operation.WHERE, condition, a, b)

    def ago(self, history: Sequence[Figure], months: Figure) -> Figure:
        if type(months) is not Unknown:
            return history[-1 - months]
        return self.cell(Operation.AGO, months, *history)

    def _written(self, operation: Operation, operands: tuple[int, ...], results: int) -> tuple[Unknown, ...]:
        key = (operation, *operands)
        cells = self._cells.get(key)
        if cells is None:
            if len(self.steps) == self._most_steps:
                raise TooLong(f"more than {self._most_steps} operations")
            cells = self._cells[key] = tuple(self._next() for _ in range(results))
            self.steps.append(Step(operation, cells[0].number, operands))
        return cells

    def _next(self) -> Unknown:
        self._numbers += 1
        return Unknown(self, self._numbers - 1)


def _known(*figures: Figure) -> bool:
    return Unknown not in map(type, figures)


def _is(figure: Figure, value: int) -> bool:
    return type(figure) is not Unknown and figure == value
