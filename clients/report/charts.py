"""The four pictures of a page: cash, coverage, debt by lien, and where the worst month's cash went."""

from collections.abc import Sequence
from decimal import Decimal

import svg

from ..client.values import MICRO
from . import plot
from .plot import Chart
from .story import Story
from .waterfall import waterfall, worst_period
from .wording import amount_of, compact, month, ratio_text

LIEN_CLASSES = 5  #: colours that the page has for liens; further ones share the last


def charts(story: Story) -> list[Chart]:
    """In the order of the page."""
    pictures = [cash(story), coverage(story)]
    if story.header.facilities:
        pictures.append(debt(story))
    return [*pictures, worst_month(story)]


def cash(story: Story) -> Chart:
    """Cash at the end of each month as bars upwards, what is unpaid as bars downwards."""
    balances, unpaid = story.amounts("position.cash"), story.amounts("shortfalls.total_outstanding")
    scale = plot.scale_of([*balances, *(-amount for amount in unpaid)])
    elements = _frame(story, scale)
    zero, width = scale.y(0), plot.bar_width(len(balances))
    for position, (above, below) in enumerate(zip(balances, unpaid, strict=True)):
        x, when = plot.x_of(position, len(balances)), month(story, position + 1)
        elements.append(plot.bar(x, width, (scale.y(above), zero), "cash", f"{when}: cash {amount_of(story, above)}"))
        if below:
            caption = f"{when}: unpaid {amount_of(story, below)}"
            elements.append(plot.bar(x, width, (zero, scale.y(-below)), "unpaid", caption))
    last = len(balances)
    description = (
        f"Cash goes from {amount_of(story, balances[0])} in {month(story, 1)} to {amount_of(story, balances[-1])} in"
        f" {month(story, last)}. Unpaid at the end: {amount_of(story, unpaid[-1])}."
    )
    legend = (("cash", "cash at the end of the month"), ("unpaid", "unpaid at the end of the month"))
    return _chart("cash", "Cash, and what is not paid", description, legend, elements)


def coverage(story: Story) -> Chart:
    """DSCR of the last twelve months against the thresholds of the report."""
    ratios = story.ratios("coverage_last_twelve_months.dscr")
    values = story.ratios_in_micros("coverage_last_twelve_months.dscr")
    rules = {threshold.statement: threshold.value for threshold in story.executive.thresholds}
    levels = sorted(round(Decimal(value) * MICRO) for what, value in rules.items() if what.startswith("DSCR"))
    scale = plot.scale_of([*levels, *(value for value in values if value is not None)])
    elements = plot.grid(scale, lambda tick: f"{Decimal(tick) / MICRO:g}") + plot.months_below(len(values))
    for level in levels:
        y = scale.y(level)
        elements.append(svg.Line(x1=plot.LEFT, x2=plot.WIDTH - plot.RIGHT, y1=y, y2=y, class_=["threshold"]))
    for run in _runs(values):
        points = [(plot.x_of(position, len(values)), scale.y(value)) for position, value in run]
        elements.append(plot.line(points, "ratio"))
    for position, (dscr, value) in enumerate(zip(ratios, values, strict=True)):
        if value is not None:
            what = svg.Title(text=f"{month(story, position + 1)}: DSCR {ratio_text(dscr)}")
            x, y = plot.x_of(position, len(values)), scale.y(value)
            elements.append(svg.Circle(cx=x, cy=y, r=3, class_=["ratio"], elements=[what]))
    lowest = next(row for row in story.aggregated.coverage if row.figure == "dscr")
    description = (
        "DSCR over the last twelve months:"
        f" lowest {ratio_text(lowest.minimum)} in {month(story, lowest.minimum_period)},"
        f" {ratio_text(ratios[-1])} in {month(story, len(ratios))}."
    )
    legend = (("ratio", "DSCR of the last twelve months"), ("threshold", "thresholds of the report"))
    return _chart("coverage", "Coverage of debt service", description, legend, elements)


def debt(story: Story) -> Chart:
    """What is owed at the end of each month, stacked by lien, the best one at the bottom."""
    owed = owed_by_lien(story)
    stacks = list(zip(*owed.values(), strict=True))
    scale = plot.scale_of(map(sum, stacks))
    elements, width = _frame(story, scale), plot.bar_width(len(stacks))
    for position, stack in enumerate(stacks):
        x, below = plot.x_of(position, len(stacks)), 0
        for rank, (lien, amount) in enumerate(zip(owed, stack, strict=True)):
            caption = f"{month(story, position + 1)}: lien {lien} {amount_of(story, amount)}"
            ends = (scale.y(below + amount), scale.y(below))
            elements.append(plot.bar(x, width, ends, _lien_class(rank), caption))
            below += amount
    parts = ", ".join(f"lien {lien} {amount_of(story, amounts[-1])}" for lien, amounts in owed.items())
    legend = tuple((_lien_class(rank), f"lien {lien}") for rank, lien in enumerate(owed))
    return _chart("debt", "Debt by lien", f"At the end of the horizon: {parts}.", legend, elements)


def owed_by_lien(story: Story) -> dict[int, list[int]]:
    """The balances of each lien at the end of each month, the best lien first."""
    owed: dict[int, list[int]] = {}
    for facility in sorted(story.header.facilities, key=lambda facility: facility.lien):
        balances = story.amounts("facilities.closing_balance", facility.facility_id)
        before = owed.get(facility.lien, [0] * len(balances))
        owed[facility.lien] = list(map(sum, zip(before, balances, strict=True)))
    return owed


def worst_month(story: Story) -> Chart:
    """Where the cash of the worst month went, in the order of the waterfall."""
    period = worst_period(story)
    steps = waterfall(story, period)
    scale = plot.scale_of([step.paid for step in steps] + [-step.unpaid for step in steps])
    elements = plot.grid(scale, lambda tick: compact(tick, story.minor_digits))
    width, left = plot.bar_width(len(steps)), 0
    for position, step in enumerate(steps):
        x = plot.x_of(position, len(steps))
        elements.append(svg.Text(x=x, y=plot.HEIGHT - 10, text=step.name, class_=["tick", "middle"]))
        base, kind = (0, "cash") if position in (0, len(steps) - 1) else (left - step.paid, "paid")
        ends = (scale.y(base + step.paid), scale.y(base))
        elements.append(plot.bar(x, width, ends, kind, f"{step.name}: {amount_of(story, step.paid)}"))
        if step.unpaid:
            caption = f"{step.name}: unpaid {amount_of(story, step.unpaid)}"
            elements.append(plot.bar(x, width, (scale.y(0), scale.y(-step.unpaid)), "unpaid", caption))
        left = base if position else step.paid
    description = "; ".join(
        f"{step.name} {amount_of(story, step.paid)}{f', unpaid {amount_of(story, step.unpaid)}' if step.unpaid else ''}"
        for step in steps
    )
    legend = (("cash", "cash"), ("paid", "paid out of it"), ("unpaid", "needed and not paid"))
    return _chart("waterfall", f"Where the cash of {month(story, period)} went", f"{description}.", legend, elements)


def _frame(story: Story, scale: plot.Scale) -> list[svg.Element]:
    grid = plot.grid(scale, lambda tick: compact(tick, story.minor_digits))
    return grid + plot.months_below(len(story.months))


def _chart(
    name: str, title: str, description: str, legend: tuple[tuple[str, str], ...], elements: Sequence[svg.Element]
) -> Chart:
    return Chart(name, title, description, legend, plot.drawn(name, title, description, elements))


def _lien_class(rank: int) -> str:
    return f"lien{min(rank, LIEN_CLASSES - 1)}"


def _runs(values: Sequence[int | None]) -> list[list[tuple[int, int]]]:
    """The stretches in which a ratio is defined, with the position of each value."""
    runs: list[list[tuple[int, int]]] = [[]]
    for position, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((position, value))
    return [run for run in runs if run]
