"""Several executions beside each other: what happens in each, the largest differences, and all of them line by line."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from rich.console import Console

from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader
from seawall.v1.report_pb2 import Line, Report

from ..client import StressClient
from .cells import Cell, Money, Table
from .differences import Difference, Value, largest
from .grid import say
from .story import granular, scenario_of
from .terminal import show_table
from .unit import Unit, unit_of
from .wording import counted, line_title, percent_of

MOST_LARGEST = 10
SHORT = 8  #: digits of an id that tell it apart


class Compared(NamedTuple):
    """One execution with what a comparison says of it."""

    scenario_name: str
    company_name: str
    company_id: str  #: the caller's own; empty where there is none
    header: ExecutionHeader
    metrics: CumulativeMetrics
    report: Report  #: every line


async def fetch(client: StressClient, execution_id: str) -> Compared:
    """An execution with its lines, and the names of its company and of its scenario."""
    answer = await client.execution(execution_id)
    company = (await client.dataset_version(answer.header.dataset_version_id)).dataset_version
    return Compared(
        (await scenario_of(client, answer.header)).name,
        company.company_name,
        company.company_id,
        answer.header,
        answer.metrics,
        await granular(client, execution_id),
    )


def show(executions: Sequence[Compared], differences: Sequence[Difference], console: Console) -> None:
    """The headline, which companies and figures these are, the differences, and what each column stands for."""
    names, unit = column_names(executions), _unit(executions)
    say(console, headline(executions), "bold")
    for remark in remarks(executions):
        say(console, remark)
    for table in tables(differences, names, min(execution.header.horizon_months for execution in executions)):
        if table.rows:
            show_table(table, unit, console)
    say(console)
    say(console, f"{counted(len(differences), 'line')} {'differs' if len(differences) == 1 else 'differ'}")
    for name, execution in zip(names, executions, strict=True):
        header = execution.header
        when = f"{counted(header.horizon_months, 'month')} from {header.analysis_date}"
        say(console, f"{name}: {execution.company_name}, {when}, execution {header.execution_id}", before="  ")


def headline(executions: Sequence[Compared]) -> str:
    """CARBO Ceramics Inc: Base defaults in month 15; Severe defaults in month 9, 6 months earlier."""
    first, names = executions[0].metrics.first_default_period, column_names(executions)
    sentences = []
    for number, (name, execution) in enumerate(zip(names, executions, strict=True)):
        period = execution.metrics.first_default_period
        says = f"{name} defaults in month {period}" if period else f"{name} pays everything that falls due"
        if number and period and first:
            says += f", {_apart(first - period)}"
        sentences.append(says)
    companies = {execution.company_name for execution in executions}
    of_all = f"{executions[0].company_name}: " if len(companies) == 1 else ""
    return f"{of_all}{'; '.join(sentences)}"


def _apart(months: int) -> str:
    """6 is 6 months earlier."""
    if not months:
        return "in the same month"
    return f"{counted(abs(months), 'month')} {'earlier' if months > 0 else 'later'}"


def remarks(executions: Sequence[Compared]) -> Iterator[str]:
    """What makes executions differ beside their scenarios: companies, figures, days and horizons."""
    companies = companies_of(executions)
    if len(companies) > 1:
        number = {2: "Two"}.get(len(companies), str(len(companies)))
        yield (
            f"{number} companies are compared, {' and '.join(companies)}: what differs comes of the companies as well"
            " as of the scenarios."
        )
    elif len({execution.header.dataset_version_id for execution in executions}) > 1:
        yield "They stand on different figures of the company: not all that differs comes of the scenarios."
    if len({execution.header.analysis_date for execution in executions}) > 1:
        yield "They begin on different days: month 1 is not the same month in all."
    horizons = {execution.header.horizon_months for execution in executions}
    if len(horizons) > 1:
        yield f"Compared are the {min(horizons)} months that all have."


def companies_of(executions: Sequence[Compared]) -> list[str]:
    """The names of the companies, each once: told apart by the caller's ids where all have one, else by name."""
    by_id = all(execution.company_id for execution in executions)
    return list(
        {
            execution.company_id if by_id else execution.company_name: execution.company_name
            for execution in executions
        }.values()
    )


def column_names(executions: Sequence[Compared]) -> list[str]:
    """The scenarios' names; where two are equal with the company's, or with the first digits of the execution."""
    names = [execution.scenario_name for execution in executions]
    of_companies = [f"{execution.scenario_name}, {execution.company_name}" for execution in executions]
    digits = [execution.header.execution_id.removeprefix("sha256:")[:SHORT] for execution in executions]
    of_ids = [f"{name} {short}" for name, short in zip(names, digits, strict=True)]
    return [
        next(
            (form for form, column in zip(forms, (names, of_companies), strict=False) if column.count(form) == 1), last
        )
        for *forms, last in zip(names, of_companies, of_ids, strict=True)
    ]


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


def _unit(executions: Sequence[Compared]) -> Unit:
    """The unit of the smallest company, so that nothing of it reads as nothing."""
    header = min((execution.header for execution in executions), key=lambda header: header.opening_total_assets_minor)
    return unit_of(header.opening_total_assets_minor, header.currency, header.minor_digits)
