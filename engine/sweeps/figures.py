"""The columns of a row: whether the row was refused, then the figures of a header that every company has.

Figures of single debts and covenants are not among them, whose number differs from company to company; what all
covenants say together is.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple

from ..analysis.header_figures import ABSENT, HeaderFigure, figures_of
from ..compile.structure import CapitalStructure
from ..horizon.firsts import KINDS
from ..horizon.results import CovenantSummary, CumulativeMetrics
from ..month.coverage import STATUSES
from ..numbers.exact import MICRO
from ..numbers.ratio import ratio_text
from ..values.faults import Reason

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
    take: Callable[[CumulativeMetrics], int]
    words: tuple[str, ...] = ()  #: of a choice


def _of_header(figure: HeaderFigure) -> Column:
    def take(metrics: CumulativeMetrics) -> int:
        if figure.path[0] == "recovery" and metrics.recovery is None:
            return NOT_KNOWN
        return NOT_KNOWN if figure.unknown(metrics) == ABSENT else figure.of(metrics)

    return Column(figure.name, ColumnUnit(figure.unit.value), take)


def _earliest(field: str) -> Callable[[CumulativeMetrics], int]:
    def take(metrics: CumulativeMetrics) -> int:
        periods = [getattr(covenant, field) for covenant in metrics.covenants]
        return min((period for period in periods if period), default=0)

    return take


def _least_headroom(metrics: CumulativeMetrics) -> int:
    tested = [covenant for covenant in metrics.covenants if covenant.least_headroom_period]
    return min((_headroom(covenant) for covenant in tested), default=NOT_KNOWN)


def _headroom(covenant: CovenantSummary) -> int:
    assert covenant.least_headroom is not None
    return covenant.least_headroom


def _default_kind(metrics: CumulativeMetrics) -> int:
    position: Any = metrics.first_default_kind  # until it is named
    return int(position)


def _coverage_status(metrics: CumulativeMetrics) -> int:
    position: Any = metrics.coverage_horizon.status
    return int(position)


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


def row_of(metrics: CumulativeMetrics) -> list[int]:
    """The row of a header that nothing refused."""
    return [0, *(figure.take(metrics) for figure in FIGURES)]


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
