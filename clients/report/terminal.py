"""The executive view in a terminal, with small charts in text."""

from collections.abc import Iterator, Sequence

from rich.console import Console

from . import grid
from .cells import Table, text
from .committee import committee_tables
from .grid import Grid, say
from .scenario_words import in_sentences
from .story import Story
from .tables import after
from .unit import Unit
from .wording import multiple

BLOCKS = "▁▂▃▄▅▆▇█"
LABEL = 20  #: columns before a chart


def show(story: Story, console: Console) -> None:
    """Headline, scenario, base beside stress, sentences, the committee's tables, the months."""

    say(console, f"{story.company_name}, {story.scenario.name}: {story.executive.headline}", "bold")
    for line in in_sentences(story.scenario):
        say(console, line)
    beside, *others = committee_tables(story)
    show_table(beside, story.unit, console)
    for heading, findings in (
        ("Findings", story.executive.findings),
        ("Key risks", story.executive.key_risks),
        ("Recommendations", story.executive.recommendations),
    ):
        if findings:
            say(console)
            say(console, heading, "bold")
        for finding in findings:
            say(console, finding.statement, before="  - ")
    for table in others:
        show_table(table, story.unit, console)
    say(console)
    say(console, f"Months 1 to {len(story.months)}", "bold")
    for line in month_charts(story):
        say(console, line, before="  ")
    if story.first_default:
        say(console, f"^ default; from here on {after(story)}", before=" " * (LABEL + story.first_default + 1))
    say(console)
    say(console, "The figure and the rule of each sentence: with --json, or in the appendix of --html.", "dim")
    for view, identifier in story.report_ids.items():
        say(console, f"{view} report {identifier}")


def show_table(table: Table, unit: Unit, console: Console) -> None:
    """A table with its title, its unit and its note; where it has no rows, the note alone."""
    say(console)
    say(console, f"{table.title}, in {unit.heading}" if table.has_amounts else table.title, "bold")
    if table.rows:
        rows = [[text(cell, unit) for cell in row] for row in table.rows]
        grid.show(Grid(table.headings, rows, table.words), console)
    if table.note:
        say(console, table.note, "dim")


def month_charts(story: Story) -> Iterator[str]:
    """One character a month, with the first and the last figure beside it."""
    for label, path in (
        ("liquidity", "month.available_liquidity"),
        ("unpaid", "shortfalls.total_outstanding"),
        ("debt", "position.debt"),
    ):
        amounts = story.amounts(path)
        ends = f"{story.unit.figure(amounts[0])} to {story.unit.amount(amounts[-1])}"
        yield f"{label:<{LABEL}}{sparkline(amounts)}  {ends}"
    for label, path in (
        ("DSCR, twelve months", "coverage_last_twelve_months.dscr"),
        ("FCCR, twelve months", "coverage_last_twelve_months.fixed_charge_coverage"),
    ):
        ratios = story.ratios(path)
        chart = sparkline(story.ratios_in_micros(path))
        yield f"{label:<{LABEL}}{chart}  {multiple(ratios[0])} to {multiple(ratios[-1])}"


def sparkline(values: Sequence[int | None]) -> str:
    """Blocks between the lowest and the highest value, from 0 where nothing is below; a dot where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return "·" * len(values)
    low, high = min(0, *known), max(0, *known)
    span = max(high - low, 1)
    return "".join("·" if value is None else BLOCKS[(value - low) * (len(BLOCKS) - 1) // span] for value in values)
