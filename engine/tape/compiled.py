"""The player of tapes in numba: one small interpreter, compiled once for all companies and kept in a folder.

A step is played on a block of executions at a time, so that its cost is that of the figures and not of finding out what
it is, and four of them at once where the processor can: so no verb branches on a figure, or converts one by itself. The
figures are those of `numbers.exact.Scalar`: as in `numbers.batch` a float64 only estimates a quotient, here as a
multiple of 4 or 8, and wrapping int64 arithmetic decides it.
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
BLOCK = 128  #: executions whose registers are played together: they stay in the processor's cache
_EIGHTH_NANO, _QUARTER_ACCRUAL = 0.125 / NANO, 0.25 / ACCRUAL_DIVISOR
_ONES = np.float64(3 << 51)  #: of the sum of this and a number below 2^51 the lowest bit stands for 1
_ONES_BITS = int(_ONES.view(np.int64))
_HALF, _LOW = np.uint64(32), np.uint64(2**32 - 1)
#: The bits of 2^52, to which a low half adds itself, and of 2^84 + 2^63, to which a high half adds itself x 2^32.
_LOW_BITS, _HIGH_BITS = np.uint64(0x4330_0000_0000_0000), np.uint64(0x4530_0000_8000_0000)
_BOTH = np.float64(2**84 + 2**63 + 2**52)
_OUT_OF_RANGE = int(UndefinedRatio.OUT_OF_RANGE)
_LEAST_BEYOND = MOST_RATIO // 10  #: from this divisor on no numerator is beyond, and the product would not fit


@njit(inline="always")  # type: ignore[untyped-decorator]
def _float(number: Any) -> Any:
    """An integer as a float64, made of the bits of its halves: exact up to 2^53, then the nearest."""
    bits = np.uint64(number)
    high, low = np.uint64((bits >> _HALF) ^ _HIGH_BITS), np.uint64((bits & _LOW) | _LOW_BITS)
    return (high.view(np.float64) - _BOTH) + low.view(np.float64)


@njit(inline="always")  # type: ignore[untyped-decorator]
def _nearest(number: Any) -> Any:
    """The integer nearest to a float64 below 2^51, a tie to the even one."""
    return np.float64(number + _ONES).view(np.int64) - _ONES_BITS


@njit(inline="always")  # type: ignore[untyped-decorator]
def _times(money: Any, factor: Any) -> Any:
    """money x factor / 10^9: the even estimate is a few away, so its remainder is exact as a float64."""
    quotient = 8 * _nearest(_float(money) * _float(factor) * _EIGHTH_NANO)
    remainder = money * factor - quotient * NANO
    return quotient + _nearest(_float(remainder) / NANO)


@njit(inline="always")  # type: ignore[untyped-decorator]
def _divided(money: Any, part: Any, whole: Any) -> Any:
    """money x part / whole for a divisor too large for a float64 to tell a tie: integers decide."""
    inverse = 1.0 / _float(whole)
    quotient = 8 * _nearest(_float(money) * _float(part) * inverse * 0.125)
    remainder = money * part - quotient * whole
    nearer = _nearest(_float(remainder) * inverse)
    quotient += nearer
    remainder = 2 * (remainder - nearer * whole)
    odd = quotient & 1
    return quotient + np.int64(remainder + odd > whole) - np.int64(odd - remainder > whole)


@njit(inline="always")  # type: ignore[untyped-decorator]
def _accrued(balance: Any, speed: Any, accrued: Any, carry: Any) -> Any:
    """accrued + (balance x speed + carry) / ACCRUAL_DIVISOR, and what is left of the divisor."""
    so_far = 4 * _nearest(_float(balance) * _float(speed) * _QUARTER_ACCRUAL + _float(accrued) * 0.25)
    remainder = balance * speed + carry - (so_far - accrued) * ACCRUAL_DIVISOR
    up = _nearest(_float(remainder) / ACCRUAL_DIVISOR)
    return so_far + up, remainder - up * ACCRUAL_DIVISOR


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
                    figure, other = registers[b, x], registers[c, x]
                    registers[result, x] = figure if registers[a, x] else other
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
                    whole = max(registers[c, x], 1)  # the part is 0 where the whole is
                    registers[result, x] = _divided(registers[a, x], registers[b, x], whole)
            elif operation == ACCRUE:
                d, second = steps[k, 5], steps[k, 6]
                for x in range(width):
                    so_far, left = _accrued(registers[a, x], registers[b, x], registers[c, x], registers[d, x])
                    registers[result, x] = so_far
                    registers[second, x] = left
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
