"""The executive view in a terminal, with small charts in text."""

from collections.abc import Iterator, Sequence

from rich.console import Console

from .story import Story
from .waterfall import waterfall, worst_period
from .wording import money, month, ratio_text, rests_on

BLOCKS = "▁▂▃▄▅▆▇█"
LABEL = 20  #: columns before a chart
BAR = 24  #: the longest bar, in columns


def show(story: Story, console: Console) -> None:
    """Headline, sentences, three lines of months and the waterfall of the worst month."""

    def say(line: str = "", style: str = "") -> None:
        console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)

    say(f"{story.company_name}, {story.scenario.name}: {story.executive.headline}", style="bold")
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
    say(f"\nMonths 1 to {len(story.months)}", style="bold")
    for line in month_charts(story):
        say(f"  {line}")
    say(f"\nWhere the cash of {month(story, worst_period(story))} went, in {story.currency}", style="bold")
    for line in bars(story):
        say(f"  {line}")
    say("")
    for view, identifier in story.report_ids.items():
        say(f"report {identifier} ({view})")


def month_charts(story: Story) -> Iterator[str]:
    """One character a month, with the first and the last figure beside it."""
    for label, path in (
        ("cash", "position.cash"),
        ("unpaid", "shortfalls.total_outstanding"),
        ("debt", "position.debt"),
    ):
        amounts = story.amounts(path)
        ends = f"{money(amounts[0], story.minor_digits)} to {money(amounts[-1], story.minor_digits)}"
        yield f"{label:<{LABEL}}{sparkline(amounts)}  {ends}"
    ratios = story.ratios("coverage_last_twelve_months.dscr")
    values = story.ratios_in_micros("coverage_last_twelve_months.dscr")
    yield f"{'DSCR, twelve months':<{LABEL}}{sparkline(values)}  {ratio_text(ratios[0])} to {ratio_text(ratios[-1])}"


def sparkline(values: Sequence[int | None]) -> str:
    """Blocks between the lowest and the highest value, from 0 where nothing is below; a dot where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return "·" * len(values)
    low, high = min(0, *known), max(0, *known)
    span = max(high - low, 1)
    return "".join("·" if value is None else BLOCKS[(value - low) * (len(BLOCKS) - 1) // span] for value in values)


def bars(story: Story) -> Iterator[str]:
    """The waterfall of the worst month: paid as a full bar, unpaid as a light one."""
    steps = waterfall(story, worst_period(story))
    longest = max(1, *(paid + unpaid for _, paid, unpaid in steps))
    for name, paid, unpaid in steps:
        bar = "█" * (paid * BAR // longest) + "░" * (unpaid * BAR // longest)
        figures = money(paid, story.minor_digits)
        figures += f", unpaid {money(unpaid, story.minor_digits)}" if unpaid else ""
        yield f"{name:<{LABEL}}{bar}{' ' if bar else ''}{figures}"
