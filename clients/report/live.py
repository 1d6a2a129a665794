"""Shows months as they arrive: a live table on a terminal that can hold it, line by line anywhere else."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import NamedTuple, Protocol, Self, TypeVar, cast

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from seawall.v1.execution_pb2 import CoverageStatus, CumulativeMetrics, ExecutionHeader, PeriodResult

from ..client.names import choice_name
from ..client.streams import HasHeader
from .grid import GAP, say
from .unit import Unit, unit_of
from .wording import multiple, words

LINES_AROUND = 5  #: of the table: its headings, its caption and the prompt
#: Heading and width of each column; numbers and words alike stand to the right.
COLUMNS = {"month": 5, "end": 10, "liquidity": 12, "unpaid": 12, "DSCR": 8, "FCCR": 8, "status": 12}
COLOURS = {"adequate": "green", "marginal": "yellow", "insufficient": "red"}
AFTER_DEFAULT = "*"


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
                months.add(month_row(event, months.unit))
            else:
                return started, cast(Completed, event)
    raise AssertionError("a stream always ends with its completed message")


class MonthRow(NamedTuple):
    """One month, as far as a reader follows it while it arrives, in the company's unit."""

    period: str  #: with a star from the default on
    period_end: str
    liquidity: str
    unpaid: str
    dscr: str  #: over the last twelve months, or why it has no value
    fixed_charge_coverage: str  #: likewise
    status: str
    is_unpaid: bool


def month_row(period: PeriodResult, unit: Unit) -> MonthRow:
    coverage, unpaid = period.coverage_last_twelve_months, period.shortfalls.total_outstanding_minor
    return MonthRow(
        period=f"{period.period}{AFTER_DEFAULT if period.after_default else ''}",
        period_end=period.period_end,
        liquidity=unit.figure(period.available_liquidity_minor),
        unpaid=unit.figure(unpaid),
        dscr=multiple(coverage.dscr),
        fixed_charge_coverage=multiple(coverage.fixed_charge_coverage),
        status=choice_name(CoverageStatus.DESCRIPTOR, coverage.status),
        is_unpaid=unpaid > 0,
    )


class Months:
    """The months so far: liquidity, what is unpaid, and coverage coloured by its status."""

    def __init__(self, header: ExecutionHeader, console: Console) -> None:
        self._console = console
        self.unit = unit_of(header.opening_total_assets_minor, header.currency, header.minor_digits)
        coverage = "DSCR and FCCR of the last twelve months"
        self._caption = f"amounts in {self.unit.heading}; {coverage}; {AFTER_DEFAULT} from the default on"
        self._table = Table(box=None, padding=(0, len(GAP), 0, 0), pad_edge=False, caption=self._caption)
        for heading, width in COLUMNS.items():
            self._table.add_column(heading, justify="right", min_width=width, overflow="fold")
        # A table that is taller than the terminal cannot be drawn anew in place: it is printed line by line instead.
        fits = console.is_terminal and console.height > header.horizon_months + LINES_AROUND
        self._live = Live(self._table, console=console) if fits else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        else:
            say(self._console, self._caption)
            self._print([Text(heading) for heading in COLUMNS])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def add(self, month: MonthRow) -> None:
        *figures, is_unpaid = month
        colour = COLOURS.get(month.status, "dim")
        styles = ("", "", "", "red" if is_unpaid else "dim", colour, colour, colour)
        cells = [Text(words(figure), style) for figure, style in zip(figures, styles, strict=True)]
        if self._live:
            self._table.add_row(*cells)
        else:
            self._print(cells)

    def _print(self, cells: list[Text]) -> None:
        for cell, width in zip(cells, COLUMNS.values(), strict=True):
            cell.align("right", width)
        self._console.print(Text(GAP).join(cells), soft_wrap=True)
