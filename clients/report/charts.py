"""The four pictures of a page: liquidity of every run, what the cash went on, coverage, and debt by lien."""

from collections.abc import Sequence
from decimal import Decimal

import svg

from seawall.v1.report_pb2 import ComparisonKind, Rule

from ..client.names import fields_by_file_name
from ..client.values import MICRO
from . import plot
from .plot import Chart
from .story import Story
from .tables import after
from .wording import compact, month, multiple, title

LIEN_CLASSES = 5  #: colours that the page has for liens; further ones share the last
#: The runs beside the execution: class of the line, and what it stands for.
RUNS = {
    ComparisonKind.COMPARISON_KIND_BASE: ("base", "base"),
    ComparisonKind.COMPARISON_KIND_LOW_FIXED_SHARES: ("low-shares", "stress, low fixed shares"),
    ComparisonKind.COMPARISON_KIND_HIGH_FIXED_SHARES: ("high-shares", "stress, high fixed shares"),
}
RATIOS = {
    "ratio": ("coverage_last_twelve_months.dscr", "DSCR"),
    "second": ("coverage_last_twelve_months.fixed_charge_coverage", "FCCR"),
}
MOST_RATIO = 5 * MICRO  #: a ratio above is drawn here: what is far above its threshold must not flatten the rest


def charts(story: Story) -> list[Chart]:
    """In the order of the page; coverage and debt only where there is any."""
    pictures = [liquidity(story), bridge(story)]
    if any(value is not None for path, _ in RATIOS.values() for value in story.ratios_in_micros(path)):
        pictures.append(coverage(story))
    return [*pictures, debt(story)] if story.header.facilities else pictures


def liquidity(story: Story) -> Chart:
    """Liquidity at the end of each month as bars, pale after a default; the other runs up to theirs as lines."""
    amounts, minimum = story.amounts("month.available_liquidity"), story.minimum_cash_minor
    runs = {run.kind: list(run.liquidity_minor) for run in story.executive.comparison}
    scale = plot.scale_of([*amounts, minimum, *(amount for run in runs.values() for amount in run)])
    elements, count = _frame(story, scale), len(amounts)
    for position, amount in enumerate(amounts):
        kind = "paid" if story.is_after_default(position + 1) else "cash"
        caption = f"{month(story, position + 1)}: liquidity {story.unit.amount(amount)}"
        ends = (scale.y(amount), scale.y(0))
        elements.append(plot.bar(plot.x_of(position, count), plot.bar_width(count), ends, kind, caption))
    for run, (mark, _) in RUNS.items():
        points = [(plot.x_of(position, count), scale.y(amount)) for position, amount in enumerate(runs.get(run, []))]
        if points:
            elements.append(plot.line(points, mark))
    y = scale.y(minimum)
    elements.append(svg.Line(x1=plot.LEFT, x2=plot.WIDTH - plot.RIGHT, y1=y, y2=y, class_=["threshold"]))
    range_of = f"{story.unit.amount(amounts[0])} in {month(story, 1)} to {story.unit.amount(amounts[-1])}"
    description = (
        f"Liquidity goes from {range_of} in {month(story, count)}. Minimum cash: {story.unit.amount(minimum)}."
    )
    legend = [("cash", "liquidity at the end of the month")]
    if story.first_default:
        legend.append(("paid", f"after the default ({after(story)})"))
        description += f" From month {story.first_default} on: after the default, {after(story)}."
    legend += [("threshold", "minimum cash"), *RUNS.values()]
    return _chart("liquidity", "Liquidity against its minimum", description, tuple(legend), elements)


def bridge(story: Story) -> Chart:
    """How opening cash becomes closing cash, cause by cause, up to the first default."""
    message, end = story.executive.cash_bridge, story.aggregated.through_period
    steps = {
        name: getattr(message, field.name)
        for name, field in fields_by_file_name(message).items()
        if getattr(message, field.name) or name in ("opening_cash", "closing_cash")
    }
    levels, level = [], 0
    for name, amount in steps.items():
        base = 0 if name in ("opening_cash", "closing_cash") else level
        levels.append((base, base + amount))
        level = base + amount
    scale = plot.scale_of([height for ends in levels for height in ends])
    elements = plot.grid(scale, lambda tick: compact(tick, story.minor_digits))
    width = plot.bar_width(len(steps))
    for position, ((name, amount), (base, top)) in enumerate(zip(steps.items(), levels, strict=True)):
        x, row = plot.x_of(position, len(steps)), plot.HEIGHT - (18 if position % 2 else 6)
        elements.append(svg.Text(x=x, y=row, text=title(name), class_=["tick", "middle"]))
        kind = "cash" if name in ("opening_cash", "closing_cash") else "gain" if amount >= 0 else "unpaid"
        caption = f"{title(name)}: {story.unit.amount(amount)}"
        elements.append(plot.bar(x, width, (scale.y(top), scale.y(base)), kind, caption))
    description = "; ".join(f"{title(name)} {story.unit.amount(amount)}" for name, amount in steps.items())
    legend = (("cash", "cash"), ("gain", "brings cash"), ("unpaid", "takes cash"))
    heading = f"What drives it: cash by cause up to {month(story, end)}"
    return _chart("bridge-chart", heading, f"{description}.", legend, elements)


def coverage(story: Story) -> Chart:
    """DSCR and FCCR of the last twelve months against the thresholds of the report."""
    ratios = {mark: story.ratios(path) for mark, (path, _) in RATIOS.items()}
    values = {
        mark: [None if value is None else min(value, MOST_RATIO) for value in story.ratios_in_micros(path)]
        for mark, (path, _) in RATIOS.items()
    }
    rules = {threshold.rule: threshold.value for threshold in story.executive.thresholds}
    levels = [round(Decimal(rules[rule]) * MICRO) for rule in (Rule.RULE_DSCR_BELOW_ONE, Rule.RULE_DSCR_BELOW_MINIMUM)]
    scale = plot.scale_of([*levels, *(value for line in values.values() for value in line if value is not None)])
    count = len(story.months)
    elements = plot.grid(scale, lambda tick: f"{Decimal(tick) / MICRO:g}x") + plot.months_below(
        story.header.period_ends
    )
    for level in levels:
        y = scale.y(level)
        elements.append(svg.Line(x1=plot.LEFT, x2=plot.WIDTH - plot.RIGHT, y1=y, y2=y, class_=["threshold"]))
    for mark, (_, name) in RATIOS.items():
        for run in _runs(values[mark]):
            elements.append(plot.line([(plot.x_of(at, count), scale.y(value)) for at, value in run], mark))
        for at, value in enumerate(values[mark]):
            if value is not None:
                what = svg.Title(text=f"{month(story, at + 1)}: {name} {multiple(ratios[mark][at])}")
                x, y = plot.x_of(at, count), scale.y(value)
                elements.append(svg.Circle(cx=x, cy=y, r=3, class_=[mark], elements=[what]))
    description = " ".join(
        f"{name} of the last twelve months: {multiple(ratios[mark][0])} in {month(story, 1)},"
        f" {multiple(ratios[mark][-1])} in {month(story, count)}."
        for mark, (_, name) in RATIOS.items()
    )
    description += " A month without a dot has no number: nothing falls due, or what pays is negative or not known."
    legend = (*((mark, name) for mark, (_, name) in RATIOS.items()), ("threshold", "thresholds of the report"))
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
            caption = f"{month(story, position + 1)}: lien {lien} {story.unit.amount(amount)}"
            ends = (scale.y(below + amount), scale.y(below))
            elements.append(plot.bar(x, width, ends, _lien_class(rank), caption))
            below += amount
    parts = ", ".join(f"lien {lien} {story.unit.amount(amounts[-1])}" for lien, amounts in owed.items())
    legend = tuple((_lien_class(rank), f"lien {lien}") for rank, lien in enumerate(owed))
    after_it = f" ({after(story)})" if story.first_default else ""
    return _chart("debt", "Debt by lien", f"At the end of the horizon{after_it}: {parts}.", legend, elements)


def owed_by_lien(story: Story) -> dict[int, list[int]]:
    """The balances of each lien at the end of each month, the best lien first."""
    owed: dict[int, list[int]] = {}
    for facility in sorted(story.header.facilities, key=lambda facility: facility.lien):
        balances = story.amounts("facilities.closing_balance", facility.facility_id)
        before = owed.get(facility.lien, [0] * len(balances))
        owed[facility.lien] = list(map(sum, zip(before, balances, strict=True)))
    return owed


def _frame(story: Story, scale: plot.Scale) -> list[svg.Element]:
    """The grid over the months; those after a default stand on a shade."""
    grid = plot.grid(scale, lambda tick: compact(tick, story.minor_digits))
    shade = [plot.shade(story.first_default, len(story.months))] if story.first_default else []
    return shade + grid + plot.months_below(story.header.period_ends)


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
