"""What a sweep says: the root over its rows, its blocks, and its exact summary."""

from typing import NamedTuple

from ..values.units import Number, Words


class FigureSummary(NamedTuple):
    """A column over all rows that have a number in it. Texts are whole numbers, those of a ratio have six digits."""

    name: Words
    known: Number  #: rows that have a number; the others are refused, or have none
    least: Words  #: empty where no row has one, as are the texts below
    most: Words
    total: Words
    quantiles: tuple[Words, ...]  #: by nearest rank, at `summary.LEVELS`


class RefusedRows(NamedTuple):
    """How many rows were refused for a reason."""

    reason: Words
    rows: Number


class WorstRow(NamedTuple):
    """One of the worst rows: the earliest default, then the largest need; without default the lowest liquidity."""

    row: Number
    first_default_period: Number  #: 0 where there is none
    need_at_default: Words  #: minor units
    lowest_liquidity: Words  #: minor units


class Sweep(NamedTuple):
    """All rows of a plan."""

    currency: Words
    minor_digits: Number
    rows: Number
    refused: Number
    defaulted: Number  #: rows with a default inside the horizon
    columns: tuple[Words, ...]  #: in the order of the bytes of a row
    root: Words  #: hex digits: of RFC 6962 over all rows
    blocks: tuple[Words, ...]  #: the address of each block of 4,096 rows
    figures: tuple[FigureSummary, ...]
    refusals: tuple[RefusedRows, ...]
    worst: tuple[WorstRow, ...]  #: at most a hundred, the worst first
