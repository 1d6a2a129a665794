"""Shows months as they arrive: a live table on a terminal that can hold it, line by line anywhere else."""

from collections.abc import AsyncIterator
from decimal import Decimal
from types import TracebackType
from typing import NamedTuple, Protocol, Self, TypeVar, cast

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader, PeriodResult

from ..client import view
from ..client.streams import HasHeader
from .wording import ratio_text, words

LINES_AROUND = 5  #: of the table: its headings, its caption and the prompt
#: Heading and width of each column; numbers and words alike stand to the right.
COLUMNS = {"month": 5, "end": 10, "cash": 16, "shortfall": 15, "DSCR": 11, "status": 12}
GAP = "  "
COLOURS = {"adequate": "green", "marginal": "yellow", "insufficient": "red", "not_applicable": "dim"}


class HasMetrics(Protocol):
    @property
    def metrics(self) -> CumulativeMetrics: ...


Started = TypeVar("Started", bound=HasHeader)
Completed = TypeVar("Completed", bound=HasMetrics)


async def follow(
    events: AsyncIterator[Started | PeriodResult | Completed], console: Console
) -> tuple[Started, Completed]:
    """Show each month when it arrives; gives the first and the last message of the stream."""
    started = cast(Started, await anext(events))
    with Months(started.header, console) as months:
        async for event in events:
            if isinstance(event, PeriodResult):
                months.add(month_row(event, started.header.minor_digits))
            else:
                return started, cast(Completed, event)
    raise AssertionError("a stream always ends with its completed message")


class MonthRow(NamedTuple):
    """One month, as far as a reader follows it while it arrives."""

    period: int
    period_end: str
    cash: Decimal
    shortfall: Decimal
    dscr: str  #: over the last twelve months, or why it has no value
    status: str


def month_row(period: PeriodResult, minor_digits: int) -> MonthRow:
    figures = view(period, minor_digits)
    return MonthRow(
        period=figures.period,
        period_end=figures.period_end,
        cash=figures.position.cash,
        shortfall=figures.shortfalls.total_shortfall,
        dscr=ratio_text(period.coverage_last_twelve_months.dscr),
        status=figures.coverage_last_twelve_months.status,
    )


class Months:
    """The months so far: cash, what was left unpaid, and DSCR coloured by its status."""

    def __init__(self, header: ExecutionHeader, console: Console) -> None:
        self._console = console
        caption = f"amounts in {header.currency}; DSCR over the last twelve months"
        self._table = Table(box=None, padding=(0, len(GAP), 0, 0), caption=caption)
        for heading, width in COLUMNS.items():
            self._table.add_column(heading, justify="right", min_width=width, overflow="fold")
        # A table that is taller than the terminal cannot be drawn anew in place: it is printed line by line instead.
        fits = console.is_terminal and console.height > header.horizon_months + LINES_AROUND
        self._live = Live(self._table, console=console) if fits else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        else:
            self._print([Text(heading) for heading in COLUMNS])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def add(self, month: MonthRow) -> None:
        figures = (month.period, month.period_end, f"{month.cash:,}", f"{month.shortfall:,}", month.dscr, month.status)
        styles = ("", "", "", "red" if month.shortfall else "dim", COLOURS[month.status], COLOURS[month.status])
        cells = [Text(words(str(figure)), style) for figure, style in zip(figures, styles, strict=True)]
        if self._live:
            self._table.add_row(*cells)
        else:
            self._print(cells)

    def _print(self, cells: list[Text]) -> None:
        for cell, width in zip(cells, COLUMNS.values(), strict=True):
            cell.align("right", width)
        self._console.print(Text(GAP).join(cells), soft_wrap=True)
