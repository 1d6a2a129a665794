"""The cells of a table: figures that a page writes in the company's unit, and a workbook as numbers."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from google.protobuf.message import Message

from seawall.v1.common_pb2 import Ratio

from .unit import Unit
from .wording import multiple, percent, percent_of


class Money(NamedTuple):
    """An amount in minor units."""

    minor: int


class Multiple(NamedTuple):
    """A ratio that is read as 1.24x."""

    ratio: Ratio
    less_is_better: bool = False


class Percent(NamedTuple):
    """A ratio that is read as 97.3 %."""

    ratio: Ratio


class Rate(NamedTuple):
    """A decimal of the API that is read as a percentage."""

    decimal: str


class Day(NamedTuple):
    """A day, as ISO 8601 has it."""

    iso: str


Cell = str | int | Money | Multiple | Percent | Rate | Day
NOT_KNOWN = "not known"
NEVER = "never"


class Table(NamedTuple):
    """Rows of cells under headings.

    `words` are the columns that are not figures, `marked` the rows to tell apart, `sums` those that add up others.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    words: frozenset[int] = frozenset((0,))
    marked: frozenset[int] = frozenset()
    note: str = ""
    sums: frozenset[int] = frozenset()

    @property
    def has_amounts(self) -> bool:
        return any(isinstance(cell, Money) for row in self.rows for cell in row)


def text(cell: Cell, unit: Unit) -> str:
    """A cell as people read it, below a heading that says the unit."""
    match cell:
        case Money():
            return unit.figure(cell.minor)
        case Multiple():
            return multiple(cell.ratio, ROUND_CEILING) if cell.less_is_better else multiple(cell.ratio)
        case Percent():
            return percent(cell.ratio)
        case Rate():
            return percent_of(Decimal(cell.decimal))
        case Day():
            return cell.iso
    return str(cell)


def money_or(minor: int | None, otherwise: str = NOT_KNOWN) -> Cell:
    """An amount, or what stands in its place."""
    return otherwise if minor is None else Money(minor)


def money_in(message: Message, field: str, otherwise: str = NOT_KNOWN) -> Cell:
    """An amount of a message, or what stands in its place where the message leaves it out."""
    return money_or(getattr(message, field) if message.HasField(field) else None, otherwise)
