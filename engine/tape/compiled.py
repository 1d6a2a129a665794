"""The player of tapes in numba: one small interpreter, compiled once for all companies and kept in a folder.

A step is played on a block of executions at a time, so that its cost is that of the figures and not of finding out what
it is. The figures are those of `numbers.exact.Scalar`: as in `numbers.batch` a float64 only estimates a quotient, and
wrapping int64 arithmetic decides it.
"""

from typing import Any

import numpy as np
from numba import njit

from ..numbers.exact import ACCRUAL_DIVISOR, MICRO, MOST_RATIO, UndefinedRatio
from ..values.units import NANO
from .operations import Operation

(
    ADD, SUBTRACT, MULTIPLY, QUOTIENT, REMAINDER, LESS, AT_MOST, EQUAL, DIFFERENT, AND, OR, LEAST, MOST,
    TIMES, PRORATE, RATIO, WHERE, ACCRUE, AGO,
) = map(int, Operation)  # fmt: skip  # as constants, which numba folds into the code

SIGNATURE = "void(int64[::1], uint32[:, ::1], uint32[::1], uint32[::1], int64, int64[:, ::1], int64[:, ::1])"
BLOCK = 64  #: executions whose registers are played together: they stay in the processor's cache
_HALF_NANO, _HALF_ACCRUAL = 0.5 / NANO, 0.5 / ACCRUAL_DIVISOR
_OUT_OF_RANGE = int(UndefinedRatio.OUT_OF_RANGE)
_LEAST_BEYOND = MOST_RATIO // 10  #: from this divisor on no numerator is beyond, and the product would not fit


@njit(inline="always")  # type: ignore[untyped-decorator]
def _times(money: Any, factor: Any) -> Any:
    """money x factor / 10^9: the even estimate is at most a few away, so its remainder is exact as a float64."""
    quotient = 2 * np.int64(np.rint(np.float64(money) * np.float64(factor) * _HALF_NANO))
    remainder = money * factor - quotient * NANO
    return quotient + np.int64(np.rint(np.float64(remainder) / NANO))


@njit(inline="always")  # type: ignore[untyped-decorator]
def _divided(money: Any, part: Any, whole: Any) -> Any:
    """money x part / whole for a divisor too large for a float64 to tell a tie: integers decide."""
    quotient = 2 * np.int64(np.rint(np.float64(money) * np.float64(part) / np.float64(whole) * 0.5))
    remainder = money * part - quotient * whole
    nearer = np.int64(np.rint(np.float64(remainder) / np.float64(whole)))
    quotient += nearer
    remainder = 2 * (remainder - nearer * whole)
    odd = quotient & 1
    return quotient + np.int64(remainder + odd > whole) - np.int64(odd - remainder > whole)


def _play(
    constants: Any, steps: Any, histories: Any, outputs: Any, registers_count: Any, inputs: Any, figures: Any
) -> None:
    """Play a program on the columns of `inputs`, a row for each input that it reads, into the rows of `figures`."""
    executions, first = inputs.shape[1], constants.shape[0]
    block = min(BLOCK, executions)
    registers = np.empty((registers_count, block), dtype=np.int64)
    for n in range(first):
        registers[n, :] = constants[n]
    for start in range(0, executions, block):
        width = min(block, executions - start)
        for n in range(inputs.shape[0]):
            for x in range(width):
                registers[first + n, x] = inputs[n, start + x]
        for k in range(steps.shape[0]):
            operation, result = steps[k, 0], steps[k, 1]
            a, b, c = steps[k, 2], steps[k, 3], steps[k, 4]
            if operation == WHERE:
                for x in range(width):
                    registers[result, x] = registers[b, x] if registers[a, x] else registers[c, x]
            elif operation == ADD:
                for x in range(width):
                    registers[result, x] = registers[a, x] + registers[b, x]
            elif operation == SUBTRACT:
                for x in range(width):
                    registers[result, x] = registers[a, x] - registers[b, x]
            elif operation == LESS:
                for x in range(width):
                    registers[result, x] = registers[a, x] < registers[b, x]
            elif operation == LEAST:
                for x in range(width):
                    registers[result, x] = min(registers[a, x], registers[b, x])
            elif operation == MOST:
                for x in range(width):
                    registers[result, x] = max(registers[a, x], registers[b, x])
            elif operation == TIMES:
                for x in range(width):
                    registers[result, x] = _times(registers[a, x], registers[b, x])
            elif operation == PRORATE:
                for x in range(width):
                    money, part, whole = registers[a, x], registers[b, x], registers[c, x]
                    registers[result, x] = _divided(money, part, whole) if part != 0 and whole != 0 else 0
            elif operation == ACCRUE:
                d, e, second = steps[k, 5], steps[k, 6], steps[k, 7]
                for x in range(width):
                    balance, speed = registers[a, x], registers[b, x] * registers[c, x]
                    accrued, carry = registers[d, x], registers[e, x]
                    half = np.float64(balance) * np.float64(speed) * _HALF_ACCRUAL + np.float64(accrued) * 0.5
                    so_far = 2 * np.int64(np.rint(half))
                    remainder = balance * speed + carry - (so_far - accrued) * ACCRUAL_DIVISOR
                    up = np.int64(np.rint(np.float64(remainder) / ACCRUAL_DIVISOR))
                    registers[result, x] = so_far + up
                    registers[second, x] = remainder - up * ACCRUAL_DIVISOR
            elif operation == AND:
                for x in range(width):
                    registers[result, x] = registers[a, x] & registers[b, x]
            elif operation == AT_MOST:
                for x in range(width):
                    registers[result, x] = registers[a, x] <= registers[b, x]
            elif operation == EQUAL:
                for x in range(width):
                    registers[result, x] = registers[a, x] == registers[b, x]
            elif operation == AGO:
                for x in range(width):
                    registers[result, x] = registers[histories[b + c - 1 - registers[a, x]], x]
            elif operation == RATIO:
                for x in range(width):
                    numerator, denominator = registers[a, x], registers[b, x]
                    if denominator <= 0:
                        registers[result, x] = registers[c, x]
                    elif abs(numerator) > min(denominator, _LEAST_BEYOND) * MOST_RATIO:
                        registers[result, x] = _OUT_OF_RANGE
                    else:
                        registers[result, x] = _divided(numerator, MICRO, denominator)
            elif operation == MULTIPLY:
                for x in range(width):
                    registers[result, x] = registers[a, x] * registers[b, x]
            elif operation == DIFFERENT:
                for x in range(width):
                    registers[result, x] = registers[a, x] != registers[b, x]
            elif operation == OR:
                for x in range(width):
                    registers[result, x] = registers[a, x] | registers[b, x]
            elif operation == QUOTIENT:
                for x in range(width):
                    registers[result, x] = registers[a, x] // registers[b, x]
            elif operation == REMAINDER:
                for x in range(width):
                    registers[result, x] = registers[a, x] % registers[b, x]
        for n in range(outputs.shape[0]):
            for x in range(width):
                figures[n, start + x] = registers[outputs[n], x]


def compiled(kept: bool) -> Any:
    """The player, compiled now or taken from the folder `numba.config.CACHE_DIR`.

    Raises `RuntimeError` where it is to be kept and no folder can be written.
    """
    return njit(SIGNATURE, nogil=True, cache=kept, error_model="numpy")(_play)
