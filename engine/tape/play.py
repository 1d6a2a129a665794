"""A tape played in any lane of the arithmetic: on single figures, or on columns of many executions (`numbers.batch`).

In the batch lane this is the player for whoever has no numba.
"""

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..numbers.exact import Arithmetic
from .operations import Operation

if TYPE_CHECKING:
    from .program import Program

Figure = Any  #: an int, or a column

#: What `Arithmetic` leaves to the figures themselves.
_PLAIN: dict[int, Callable[[Figure, Figure], Figure]] = {
    Operation.ADD: operator.add,
    Operation.SUBTRACT: operator.sub,
    Operation.MULTIPLY: operator.mul,
    Operation.QUOTIENT: operator.floordiv,
    Operation.REMAINDER: operator.mod,
    Operation.LESS: operator.lt,
    Operation.AT_MOST: operator.le,
    Operation.EQUAL: operator.eq,
    Operation.DIFFERENT: operator.ne,
    Operation.AND: operator.and_,
    Operation.OR: operator.or_,
}


def play(program: "Program", m: Arithmetic, inputs: Sequence[Figure]) -> list[Figure]:
    """The outputs, in their order, for the figure (or column) of each input that the program reads."""
    listed = program.listed
    registers = [*listed.constants, *inputs]
    registers += [0] * (program.registers - len(registers))
    for operation, result, a, b, c, d, second in listed.steps:
        if operation in _PLAIN:
            registers[result] = _PLAIN[operation](registers[a], registers[b])
        elif operation == Operation.WHERE:
            registers[result] = m.where(registers[a], registers[b], registers[c])
        elif operation == Operation.LEAST:
            registers[result] = m.least(registers[a], registers[b])
        elif operation == Operation.MOST:
            registers[result] = m.most(registers[a], registers[b])
        elif operation == Operation.TIMES:
            registers[result] = m.times(registers[a], registers[b])
        elif operation == Operation.PRORATE:
            registers[result] = m.prorate(registers[a], registers[b], registers[c])
        elif operation == Operation.ACCRUE:
            registers[result], registers[second] = m.accrue(registers[a], registers[b], 1, registers[c], registers[d])
        elif operation == Operation.RATIO:
            registers[result] = m.ratio(registers[a], registers[b], registers[c])
        else:
            history = [registers[n] for n in listed.histories[b : b + c]]
            registers[result] = m.ago(history, registers[a])
    return [registers[n] for n in listed.outputs]
