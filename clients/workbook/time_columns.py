"""The columns of a sheet over time, and what the months of a line come to in each.

Label, opening, each quarter, the whole horizon; then, in an outline that is not printed, each month.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ..report.quarters import MONTHS

LABEL, OPENING, FIRST_QUARTER = 0, 1, 2


class Nature(Enum):
    """What months come to over a quarter."""

    FLOW = "their sum"
    STOCK = "the last"
    CLOSING = "the last, and so over the horizon"
    FIRST = "the first, and so over the horizon"


class Columns(NamedTuple):
    """Where the columns of a grid are, for a horizon of some months."""

    horizon: int

    @property
    def quarters(self) -> int:
        return -(-self.horizon // MONTHS)

    @property
    def total(self) -> int:
        return FIRST_QUARTER + self.quarters

    @property
    def first_month(self) -> int:
        return self.total + 2

    @property
    def last(self) -> int:
        return self.first_month + self.horizon - 1

    def month(self, position: int) -> int:
        return self.first_month + position

    def spans(self) -> Iterator[tuple[int, range]]:
        """Each column of figures with the positions of its months: quarters, the horizon, months."""
        everything = range(self.horizon)
        for quarter in range(self.quarters):
            yield FIRST_QUARTER + quarter, everything[quarter * MONTHS : (quarter + 1) * MONTHS]
        yield self.total, everything
        for position in everything:
            yield self.month(position), everything[position : position + 1]

    def is_month(self, column: int) -> bool:
        return column >= self.first_month

    def before(self, column: int) -> int:
        """The column whose end is the beginning of this one."""
        return OPENING if column in (FIRST_QUARTER, self.total, self.first_month) else column - 1


class Amounts(NamedTuple):
    """A line of money by month, in minor units; None where it is not known."""

    label: str
    months: Sequence[int | None]
    nature: Nature
    opening: int | None = None

    def over(self, span: range) -> int | None:
        """What a span of months comes to."""
        if self.nature is not Nature.FLOW:
            return self.months[span[0 if self.nature is Nature.FIRST else -1]]
        known = [amount for amount in (self.months[position] for position in span) if amount is not None]
        return sum(known) if len(known) == len(span) else None
