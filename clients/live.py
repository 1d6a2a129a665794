"""Shows months as they arrive: a live table on a terminal, plain lines anywhere else."""

from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Protocol, Self, TypeVar, cast

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from seawall.clients.figures import Row, row, words
from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader, PeriodResult

#: Heading and width of each column; numbers and words alike stand to the right.
COLUMNS = {"month": 5, "end": 10, "cash": 18, "shortfall": 18, "DSCR": 15, "status": 14}
COLOURS = {"adequate": "green", "marginal": "yellow", "insufficient": "red", "not_applicable": "dim"}


class HasHeader(Protocol):
    @property
    def header(self) -> ExecutionHeader: ...


class HasMetrics(Protocol):
    @property
    def metrics(self) -> CumulativeMetrics: ...


Started = TypeVar("Started", bound=HasHeader)
Completed = TypeVar("Completed", bound=HasMetrics)


async def follow(
    events: AsyncIterator[Started | PeriodResult | Completed], console: Console
) -> tuple[Started, Completed]:
    """Show each month when it arrives, and give the first and the last message once all have come."""
    started = cast(Started, await anext(events))
    with Months(started.header, console) as months:
        async for event in events:
            if isinstance(event, PeriodResult):
                months.add(row(event, started.header.minor_digits))
            else:
                return started, cast(Completed, event)
    raise AssertionError("a stream always ends with its completed message")


class Months:
    """The months so far, with cash, what is unpaid and DSCR coloured by its status."""

    def __init__(self, header: ExecutionHeader, console: Console) -> None:
        self._console = console
        self._table = Table(box=SIMPLE_HEAD, caption=f"amounts in {header.currency}; DSCR over the last twelve months")
        self._live = Live(self._table, console=console, vertical_overflow="visible") if console.is_terminal else None
        for heading in COLUMNS:
            self._table.add_column(heading, justify="right", no_wrap=True)

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        else:
            self._print(COLUMNS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def add(self, month: Row) -> None:
        figures = (month.period, month.period_end, f"{month.cash:,}", f"{month.shortfall:,}", month.dscr, month.status)
        cells = [words(str(figure)) for figure in figures]
        if self._live:
            styles = ["", "", "", "red" if month.shortfall else "dim", COLOURS[month.status], COLOURS[month.status]]
            self._table.add_row(*map(Text, cells, styles))
        else:
            self._print(cells)

    def _print(self, cells: Iterable[str]) -> None:
        line = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, COLUMNS.values(), strict=True))
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
