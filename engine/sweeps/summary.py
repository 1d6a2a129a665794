"""What all rows say together, exactly: counts, sums, extremes, quantiles by nearest rank, the worst rows."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..numbers.ratio import MOST_DEFINED
from ..values.faults import Reason
from .figures import FIGURES, NOT_KNOWN, REFUSAL, Column, ColumnUnit, figure_text
from .results import FigureSummary, RefusedRows, WorstRow
from .rows import Integers

LEVELS = (1, 5, 10, 25, 50, 75, 90, 95, 99)  #: quantiles, in percent
WORST = 100
AT_ONCE = 2**16  #: rows whose worst are looked for together
_LOW = 2**32 - 1

Read = Callable[[str], Integers]  #: a column of all rows, by its name


class Summary(NamedTuple):
    """All rows together."""

    refused: int
    defaulted: int
    figures: tuple[FigureSummary, ...]
    refusals: tuple[RefusedRows, ...]
    worst: tuple[WorstRow, ...]


def summary_of(read: Read) -> Summary:
    """The summary of the rows that `read` gives, one column in memory at a time."""
    reasons = read(REFUSAL)
    refusals = tuple(
        RefusedRows(reason.name, count) for reason in Reason if (count := int((reasons == reason.value).sum()))
    )
    defaults = read("first_default_period")
    return Summary(
        refused=int((reasons > 0).sum()),
        defaulted=int((defaults > 0).sum()),
        figures=tuple(_figure(column, read(column.name)) for column in FIGURES if column.unit is not ColumnUnit.CHOICE),
        refusals=refusals,
        worst=_worst(defaults, read("need_at_default_minor"), read("lowest_liquidity_minor")),
    )


def _figure(column: Column, entries: Integers) -> FigureSummary:
    known = entries[entries != NOT_KNOWN]
    if column.unit is ColumnUnit.RATIO:
        known = known[np.abs(known) < MOST_DEFINED]
    if not len(known):
        return FigureSummary(column.name, 0, "", "", "", ())
    figures = np.sort(known)
    ranks = [-(-level * len(figures) // 100) - 1 for level in LEVELS]
    texts = [figure_text(column.unit, int(figures[rank])) for rank in (0, -1, *ranks)]
    total = figure_text(column.unit, exact_sum(figures))
    return FigureSummary(column.name, len(figures), texts[0], texts[1], total, tuple(texts[2:]))


def exact_sum(figures: Integers) -> int:
    """A sum that may pass 64 bits: the upper and the lower halves by themselves."""
    return (int((figures >> 32).sum()) << 32) + int((figures & _LOW).sum())


def _worst(defaults: Integers, needs: Integers, liquidities: Integers) -> tuple[WorstRow, ...]:
    """Rows with a default come first, by its month, then by what is needed; the others by their lowest liquidity."""
    worst = np.empty(0, dtype=np.int64)
    for start in range(0, len(defaults), AT_ONCE):
        rows = np.concatenate([worst, np.arange(start, min(start + AT_ONCE, len(defaults)))])
        rows = rows[defaults[rows] != NOT_KNOWN]
        period = defaults[rows]
        failed = period > 0
        measure = np.where(failed, -needs[rows], liquidities[rows])
        worst = rows[np.lexsort((rows, measure, np.where(failed, period, 0), ~failed))][:WORST]
    return tuple(_row(int(row), defaults, needs, liquidities) for row in worst)


def _row(row: int, *columns: Sequence[int] | Integers) -> WorstRow:
    period, need, liquidity = (int(column[row]) for column in columns)
    return WorstRow(row, period, str(need), str(liquidity))
