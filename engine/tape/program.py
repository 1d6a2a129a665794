"""A tape in registers, as players run it: a register is used again once nobody reads its figure any more."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .operations import Operation
from .tape import Step, Tape

Integers = np.ndarray[Any, np.dtype[Any]]
MOST_OPERANDS = 4  #: of a step in the arrays; a history stands beside them
COLUMNS = 3 + MOST_OPERANDS  #: operation, result, operands, second result


@dataclass(frozen=True)
class Program:
    """A tape in registers: the constants first, then the inputs that are read, then what the steps give.

    A row of `steps` is an operation, the register of its result, those of its operands, and that of a second result; of
    `AGO` the operands are the register of the months, and where its history begins and how long it is in `histories`.
    """

    constants: Integers  #: int64
    reads: Integers  #: the positions of the inputs that are read
    steps: Integers  #: uint32, COLUMNS wide
    histories: Integers  #: uint32
    outputs: Integers  #: uint32, the register of each
    registers: int

    @cached_property
    def listed(self) -> "Listed":
        """The same for whoever plays it step by step."""
        return Listed(
            constants=self.constants.tolist(),
            steps=[tuple(row) for row in self.steps.tolist()],
            histories=self.histories.tolist(),
            outputs=self.outputs.tolist(),
        )


class Listed(NamedTuple):
    """The arrays of a program as lists."""

    constants: list[int]
    steps: list[tuple[int, ...]]
    histories: list[int]
    outputs: list[int]


def program(recorded: Tape) -> Program:
    """The registers of a tape: each is free again after the last step that reads it."""
    registers = _Registers(recorded)
    rows, histories = np.zeros((len(recorded.steps), COLUMNS), dtype=np.uint32), list[int]()
    for position, step in enumerate(recorded.steps):
        operands = [registers.of[number] for number in step.operands]
        if step.operation is Operation.AGO:
            start = len(histories)
            histories += operands[1:]
            operands = [operands[0], start, len(operands) - 1]
        row = rows[position]
        row[2 : 2 + len(operands)] = operands
        row[0], row[1] = step.operation, registers.take(step.result)
        if step.operation is Operation.ACCRUE:  # of its two results one may be unread
            row[-1] = registers.take(step.result + 1)
            registers.release_unread(step.result)
            registers.release_unread(step.result + 1)
        registers.release(position, step)  # last: a register that is read and written has one execution at a time
    return Program(
        constants=np.array(recorded.constants, dtype=np.int64),
        reads=np.array(registers.reads, dtype=np.int64),
        steps=rows,
        histories=np.array(histories, dtype=np.uint32),
        outputs=np.array([registers.of[number] for number in recorded.outputs], dtype=np.uint32),
        registers=registers.count,
    )


class _Registers:
    """Which register has which figure, while the steps are walked."""

    def __init__(self, recorded: Tape) -> None:
        self._last_read = {number: position for position, step in enumerate(recorded.steps) for number in step.operands}
        self._last_read |= dict.fromkeys(recorded.outputs, len(recorded.steps))
        self.reads = sorted(number for number in self._last_read if 0 <= number < recorded.inputs)
        constants = len(recorded.constants)
        self.of = {-1 - position: position for position in range(constants)}
        self.of |= {number: constants + position for position, number in enumerate(self.reads)}
        self.count = constants + len(self.reads)
        self._inputs = recorded.inputs
        self._free: list[int] = []

    def release(self, position: int, step: Step) -> None:
        """Free what this step reads last; constants and inputs stay where they are."""
        for number in set(step.operands):
            if number >= self._inputs and self._last_read[number] == position:
                self._free.append(self.of[number])

    def take(self, number: int) -> int:
        """A register for a result, the one that was used last, as it is still in the cache."""
        if not self._free:
            self._free.append(self.count)
            self.count += 1
        register = self.of[number] = self._free.pop()
        return register

    def release_unread(self, number: int) -> None:
        """Free a result that no step and no output reads."""
        if number not in self._last_read:
            self._free.append(self.of[number])
