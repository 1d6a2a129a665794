"""What a tape can ask for: the verbs of the arithmetic, sums and comparisons, each on figures that precede it.

A truth is 1 or 0. Every operation gives one figure but an accrual, which gives its carry too.
"""

from enum import IntEnum


class Operation(IntEnum):
    """The operations; the figures that each takes stand beside it."""

    ADD = 0  #: a + b
    SUBTRACT = 1  #: a - b
    MULTIPLY = 2  #: a x b
    QUOTIENT = 3  #: a // b, rounded down, b > 0
    REMAINDER = 4  #: a - b x (a // b)
    LESS = 5  #: a < b
    AT_MOST = 6  #: a <= b
    EQUAL = 7
    DIFFERENT = 8
    AND = 9
    OR = 10
    LEAST = 11
    MOST = 12
    TIMES = 13  #: money, factor
    PRORATE = 14  #: money, part, whole
    RATIO = 15  #: numerator, denominator, the reason where there is none
    WHERE = 16  #: condition, the figure where it holds, the other
    ACCRUE = 17  #: balance, rate x ticks, accrued, carry; it gives interest so far and the carry
    AGO = 18  #: months, and then a history, oldest first


#: Those whose two figures can change places; recorded in one order, each is computed once.
COMMUTING = frozenset(
    Operation[name] for name in ("ADD", "MULTIPLY", "EQUAL", "DIFFERENT", "AND", "OR", "LEAST", "MOST")
)
