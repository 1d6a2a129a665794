"""The columns of a row: whether the row was refused, then the figures of a header that every company has.

Figures of single debts and covenants are not among them, whose number differs from company to company; what all
covenants say together is.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple

from ..analysis.header_figures import HeaderFigure, at, figures_of
from ..compile.structure import CapitalStructure
from ..horizon.firsts import BEYOND, KINDS
from ..horizon.results import CumulativeMetrics
from ..month.coverage import STATUSES
from ..numbers.exact import MICRO, Arithmetic
from ..numbers.ratio import ratio_text
from ..values.faults import Reason
from ..values.units import Figure

NOT_KNOWN = -(2**63)  #: stands where there is no figure: in a refused row, and where a figure is absent
REFUSAL = "refusal"  #: the first column: 0, or the number of the reason


class ColumnUnit(Enum):
    """What a column is counted in."""

    REFUSAL = "refusal"  #: the number of the reason, 0 where the row was not refused
    AMOUNT = "amount"  #: minor units of the currency
    RATIO = "ratio"  #: whole numbers of 10^-6, or the code of the reason why there is none
    MONTHS = "months"
    PERIOD = "period"  #: the number of a month, 0 where it never happens
    CHOICE = "choice"  #: the place of a word in the column's list


class Column(NamedTuple):
    """A column of every block."""

    name: str
    unit: ColumnUnit
    take: Callable[[Arithmetic, CumulativeMetrics], Figure]  #: of one row, or of columns of them
    words: tuple[str, ...] = ()  #: of a choice


def _of_header(figure: HeaderFigure) -> Column:
    def take(m: Arithmetic, metrics: CumulativeMetrics) -> Figure:
        if figure.path[0] == "recovery" and metrics.recovery is None:
            return NOT_KNOWN
        known: Figure = at(metrics, figure.path)
        return m.where(at(metrics, figure.absent_at) > 0, known, NOT_KNOWN) if figure.absent_at else known

    return Column(figure.name, ColumnUnit(figure.unit.value), take)


def _earliest(field: str) -> Callable[[Arithmetic, CumulativeMetrics], Figure]:
    """The first of the periods of all covenants, 0 where there is none."""

    def take(m: Arithmetic, metrics: CumulativeMetrics) -> Figure:
        earliest: Figure = 0
        for covenant in metrics.covenants:
            period: Figure = getattr(covenant, field)
            earliest = m.where((period > 0) & ((earliest == 0) | (period < earliest)), period, earliest)
        return earliest

    return take


def _least_headroom(m: Arithmetic, metrics: CumulativeMetrics) -> Figure:
    """That of all covenants that are tested."""
    least: Figure = BEYOND
    for covenant in metrics.covenants:
        known: Any = covenant.least_headroom  # None of a header with names
        least = m.least(m.where(covenant.least_headroom_period > 0, known, BEYOND), least)
    return m.where(least == BEYOND, NOT_KNOWN, least)


def _default_kind(m: Arithmetic, metrics: CumulativeMetrics) -> Figure:
    position: Figure = metrics.first_default_kind  # type: ignore[assignment]  # its position, until it is named
    return position


def _coverage_status(m: Arithmetic, metrics: CumulativeMetrics) -> Figure:
    position: Figure = metrics.coverage_horizon.status  # type: ignore[assignment]
    return position


def _words(members: Sequence[Any]) -> tuple[str, ...]:
    return tuple(member.value for member in members)


#: A company with an asset and without debts and covenants: its figures are those of every company.
_ANY_COMPANY = CapitalStructure((), (), (), None, False, (), (0,), ("",), ((),), (), (), (), (), ())
#: The figures, in the order of the API, then what follows from several of them.
FIGURES = (
    *map(_of_header, figures_of(_ANY_COMPANY).values()),
    Column("first_default_kind", ColumnUnit.CHOICE, _default_kind, _words(KINDS)),
    Column("coverage_horizon.status", ColumnUnit.CHOICE, _coverage_status, _words(STATUSES)),
    Column("covenants.first_breach_period", ColumnUnit.PERIOD, _earliest("first_breach_period")),
    Column("covenants.first_event_of_default_period", ColumnUnit.PERIOD, _earliest("first_event_of_default_period")),
    Column("covenants.least_headroom_minor", ColumnUnit.AMOUNT, _least_headroom),
)
#: The names of all columns, in the order of the bytes of a row.
COLUMNS = (REFUSAL, *(figure.name for figure in FIGURES))
REFUSED_FIGURES = (NOT_KNOWN,) * len(FIGURES)
BY_NAME = {figure.name: figure for figure in FIGURES}
ROW_BYTES = 8 * len(COLUMNS)


def columns_of(m: Arithmetic, metrics: CumulativeMetrics) -> list[Figure]:
    """The columns of headers that nothing refused, which are columns too; of one header, its row."""
    return [0, *(figure.take(m, metrics) for figure in FIGURES)]


def figure_text(unit: ColumnUnit, figure: int) -> str:
    """A known figure, or a sum of some, as text: a ratio with six digits.  1250000 is 1.250000 there, else itself."""
    if unit is not ColumnUnit.RATIO:
        return str(figure)
    whole, part = divmod(abs(figure), MICRO)
    return f"{'-' if figure < 0 else ''}{whole}.{part:06d}"


def entry_text(column: str, entry: int) -> str:
    """An entry of a row as people read it: a word, a ratio or why it has no value, a number; empty where none is."""
    if column == REFUSAL:
        return Reason(entry).name if entry else ""
    figure = BY_NAME[column]
    if entry == NOT_KNOWN:
        return ""
    if figure.unit is ColumnUnit.CHOICE:
        return figure.words[entry]
    return ratio_text(entry) if figure.unit is ColumnUnit.RATIO else str(entry)
