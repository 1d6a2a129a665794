"""The four pictures of a page: cash, coverage, debt by lien, and where the worst month's cash went."""

from collections.abc import Sequence
from decimal import Decimal

import svg

from seawall.v1.common_pb2 import Ratio

from ..client.values import ratio
from . import plot
from .plot import Chart
from .story import Story
from .waterfall import waterfall, worst_period
from .wording import compact, money, month, ratio_text

MICRO = 10**6
LIEN_CLASSES = 5  #: colours that the page has for liens; further ones share the last


def charts(story: Story) -> list[Chart]:
    """In the order of the page."""
    found = [cash(story), coverage(story)]
    if story.header.facilities:
        found.append(debt(story))
    return [*found, worst_month(story)]


def cash(story: Story) -> Chart:
    """Cash at the end of each month as bars upwards, what is unpaid as bars downwards."""
    held, unpaid = story.amounts("position.cash"), story.amounts("shortfalls.total_outstanding")
    scale = plot.scale_of([*held, *(-amount for amount in unpaid)])
    elements = _frame(story, scale)
    zero, width = scale.y(0), plot.bar_width(len(held))
    for position, (above, below) in enumerate(zip(held, unpaid, strict=True)):
        x, when = plot.x_of(position, len(held)), month(story, position + 1)
        elements.append(plot.bar(x, width, (scale.y(above), zero), "cash", f"{when}: cash {_amount(story, above)}"))
        if below:
            told = f"{when}: unpaid {_amount(story, below)}"
            elements.append(plot.bar(x, width, (zero, scale.y(-below)), "unpaid", told))
    last = len(held)
    description = (
        f"Cash goes from {_amount(story, held[0])} in {month(story, 1)} to {_amount(story, held[-1])} in"
        f" {month(story, last)}. Unpaid at the end: {_amount(story, unpaid[-1])}."
    )
    legend = (("cash", "cash at the end of the month"), ("unpaid", "unpaid at the end of the month"))
    return _chart("cash", "Cash, and what is not paid", description, legend, elements)


def coverage(story: Story) -> Chart:
    """DSCR of the last twelve months against the thresholds of the report."""
    ratios = story.ratios("coverage_last_twelve_months.dscr")
    values = [_micros(held) for held in ratios]
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
    for position, (held, value) in enumerate(zip(ratios, values, strict=True)):
        if value is not None:
            what = svg.Title(text=f"{month(story, position + 1)}: DSCR {ratio_text(held)}")
            x, y = plot.x_of(position, len(values)), scale.y(value)
            elements.append(svg.Circle(cx=x, cy=y, r=3, class_=["ratio"], elements=[what]))
    told = next(one for one in story.aggregated.coverage if one.figure == "dscr")
    description = (
        f"DSCR over the last twelve months: lowest {ratio_text(told.minimum)} in {month(story, told.minimum_period)},"
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
            told = f"{month(story, position + 1)}: lien {lien} {_amount(story, amount)}"
            ends = (scale.y(below + amount), scale.y(below))
            elements.append(plot.bar(x, width, ends, _lien_class(rank), told))
            below += amount
    parts = ", ".join(f"lien {lien} {_amount(story, amounts[-1])}" for lien, amounts in owed.items())
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
        elements.append(plot.bar(x, width, ends, kind, f"{step.name}: {_amount(story, step.paid)}"))
        if step.unpaid:
            told = f"{step.name}: unpaid {_amount(story, step.unpaid)}"
            elements.append(plot.bar(x, width, (scale.y(0), scale.y(-step.unpaid)), "unpaid", told))
        left = base if position else step.paid
    description = "; ".join(
        f"{step.name} {_amount(story, step.paid)}{f', unpaid {_amount(story, step.unpaid)}' if step.unpaid else ''}"
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


def _amount(story: Story, minor: int) -> str:
    return f"{money(minor, story.minor_digits)} {story.currency}"


def _micros(held: Ratio) -> int | None:
    value = ratio(held)
    return round(value * MICRO) if isinstance(value, Decimal) else None


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
