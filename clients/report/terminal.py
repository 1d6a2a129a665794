"""The executive view in a terminal, with small charts in text."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table as Grid

from .cells import Table, text
from .committee import committee_tables
from .scenario_words import in_sentences
from .story import Story
from .tables import after
from .unit import Unit
from .wording import multiple, rests_on

BLOCKS = "▁▂▃▄▅▆▇█"
LABEL = 20  #: columns before a chart


def show(story: Story, console: Console) -> None:
    """Headline, scenario, base beside stress, sentences with what they rest on, the committee's tables, the months."""

    def say(line: str = "", style: str = "") -> None:
        console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)

    say(f"{story.company_name}, {story.scenario.name}: {story.executive.headline}", style="bold")
    for line in in_sentences(story.scenario):
        say(line)
    beside, *others = committee_tables(story)
    show_table(beside, story.unit, console)
    for heading, findings in (
        ("Findings", story.executive.findings),
        ("Key risks", story.executive.key_risks),
        ("Recommendations", story.executive.recommendations),
    ):
        if findings:
            say(f"\n{heading}", style="bold")
        for finding in findings:
            say(f"  - {finding.statement}")
            say(f"    {rests_on(story, finding)}", style="dim")
    for table in others:
        show_table(table, story.unit, console)
    say(f"\nMonths 1 to {len(story.months)}", style="bold")
    for line in month_charts(story):
        say(f"  {line}")
    if story.first_default:
        say(f"  {'':<{LABEL}}{' ' * (story.first_default - 1)}^ default; from here on {after(story)}")
    say("")
    for view, identifier in story.report_ids.items():
        say(f"report {identifier} ({view})")


def show_table(table: Table, unit: Unit, console: Console) -> None:
    """A table with its title, its unit and its note; where it has no rows, the note alone."""
    heading = f"{table.title}, in {unit.heading}" if table.has_amounts else table.title
    console.print(f"\n{heading}", style="bold", highlight=False, markup=False, soft_wrap=True)
    if table.rows:
        grid = Grid(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        for column, name in enumerate(table.headings):
            side: JustifyMethod = "left" if column in table.words else "right"
            grid.add_column(name, justify=side, overflow="fold", no_wrap=not column)
        for row in table.rows:
            grid.add_row(*(text(cell, unit) for cell in row))
        console.print(grid, markup=False, highlight=False)
    if table.note:
        console.print(table.note, style="dim", highlight=False, markup=False, soft_wrap=True)


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
