"""Several executions beside each other: what happens in each, the largest differences, and all of them line by line."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from rich.console import Console

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader
from seawall.v1.report_pb2 import Line, Report
from seawall.v1.scenario_pb2 import Scenario

from ..client import StressClient
from .cells import Cell, Money, Table, text
from .differences import Difference, Value, largest
from .grid import say
from .several import column_names, headline, legend, remarks, unit_of_all
from .story import granular, scenario_of
from .terminal import show_table
from .unit import Unit
from .wording import counted, line_title, percent_of

MOST_LARGEST = 10


class Compared(NamedTuple):
    """One execution with what a comparison says of it."""

    company: DatasetVersion
    scenario: Scenario
    header: ExecutionHeader
    metrics: CumulativeMetrics
    report: Report  #: every line

    @property
    def first_default(self) -> int:
        return self.metrics.first_default_period


async def fetch(client: StressClient, execution_id: str) -> Compared:
    """An execution with its lines, its company and its scenario."""
    answer = await client.execution(execution_id)
    return Compared(
        (await client.dataset_version(answer.header.dataset_version_id)).dataset_version,
        await scenario_of(client, answer.header),
        answer.header,
        answer.metrics,
        await granular(client, execution_id),
    )


def show(executions: Sequence[Compared], differences: Sequence[Difference], console: Console) -> None:
    """The headline, what else differs than scenarios, the differences, and what each column stands for."""
    horizons = {execution.header.horizon_months for execution in executions}
    say(console, headline(executions), "bold")
    for remark in remarks(executions):
        say(console, remark)
    if len(horizons) > 1:
        say(console, f"Compared are the {min(horizons)} months that all have.")
    unit = unit_of_all(executions)
    visible = [difference for difference in differences if len({*_texts(difference, unit)}) > 1]
    for table in tables(visible, column_names(executions), min(horizons)):
        if table.rows:
            show_table(table, unit, console)
    say(console)
    hidden = len(differences) - len(visible)
    elsewhere = f", {hidden} of them in other months alone, or by less than is shown: --json has all" if hidden else ""
    say(console, f"{counted(len(differences), 'line')} {'differs' if len(differences) == 1 else 'differ'}{elsewhere}")
    for line in legend(executions):
        say(console, line, before="  ")


def tables(differences: Sequence[Difference], names: Sequence[str], months: int) -> list[Table]:
    """The largest differences, then every line, sums apart from balances."""
    of_both = f"sums over {months} months, balances of month {months}"
    sections = {
        f"Largest differences: {of_both}": largest(differences, MOST_LARGEST),
        f"Sums over {months} months": [difference for difference in differences if difference.adds_up],
        f"In month {months}": [difference for difference in differences if not difference.adds_up],
    }
    headings = ("", *names, "Difference" if len(names) == 2 else "Largest difference", "From month")
    return [
        Table("differences", title, headings, [_row(difference) for difference in section])
        for title, section in sections.items()
    ]


def _texts(difference: Difference, unit: Unit) -> Iterator[str]:
    """What is shown of each execution."""
    return (text(_cell(difference.line, total), unit) for total in difference.totals)


def _row(difference: Difference) -> tuple[Cell, ...]:
    line = difference.line
    totals = (_cell(line, total) for total in (*difference.totals, difference.largest_change))
    return line_title(line), *totals, difference.first_period


def _cell(line: Line, value: Value) -> Cell:
    match value:
        case int():
            return Money(value)
        case Decimal():
            return percent_of(value) if line.rates else f"{value.quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}x"
    return value.replace("_", " ")
