"""The pictures of a page: liquidity of every run, what drives the stress, what the cash went on, coverage, and debt."""

from collections.abc import Sequence
from decimal import Decimal

import svg

from seawall.v1.attribution_pb2 import Attribution
from seawall.v1.report_pb2 import ComparisonKind, Rule

from ..client.names import fields_by_file_name
from ..client.values import MICRO
from ..report.story import Story
from ..report.tables import after
from ..report.wording import compact, month, multiple, title
from . import plot
from .drivers import funds_steps, steps_in_words
from .plot import Chart, Frame, Step

LIEN_CLASSES = 5  #: colours that the page has for liens; further ones share the last
#: The runs beside the execution: class of the line, and what it stands for.
RUNS = {
    ComparisonKind.COMPARISON_KIND_BASE: ("base", "base"),
    ComparisonKind.COMPARISON_KIND_LOW_FIXED_SHARES: ("low-shares", "low fixed shares"),
    ComparisonKind.COMPARISON_KIND_HIGH_FIXED_SHARES: ("high-shares", "high fixed shares"),
}
RATIOS = {
    "ratio": ("coverage_last_twelve_months.dscr", "DSCR"),
    "second": ("coverage_last_twelve_months.fixed_charge_coverage", "FCCR"),
}
MOST_RATIO = 5 * MICRO  #: a ratio above is drawn here: what is far above its threshold must not flatten the rest
ENDS = ("opening_cash", "closing_cash")


def charts(story: Story) -> list[Chart]:
    """In the order of the page; those that would show nothing are left out."""
    pictures = [liquidity(story)]
    if story.causes is not None:
        pictures.append(drivers(story, story.causes.attribution))
    pictures.append(cash_bridge(story))
    if any(value is not None for path, _ in RATIOS.values() for value in story.ratios_in_micros(path)):
        pictures.append(coverage(story))
    return [*pictures, debt(story)] if story.header.facilities else pictures


def liquidity(story: Story) -> Chart:
    """Liquidity at the end of each month as bars, pale after a default, with what debt asks for up to it; the other
    runs up to their defaults as lines.
    """
    amounts, minimum, owed = story.amounts("month.available_liquidity"), story.minimum_cash_minor, debt_service(story)
    runs = {run.kind: list(run.liquidity_minor) for run in story.executive.comparison}
    scale = plot.scale_of([*amounts, *owed, minimum, *(amount for run in runs.values() for amount in run)])
    count = len(amounts)

    def draw(frame: Frame) -> list[svg.Element]:
        elements, width = _months(frame, story, scale), frame.bar_width(count)
        for position, amount in enumerate(amounts):
            kind = "paid" if story.is_after_default(position + 1) else "cash"
            caption = f"{month(story, position + 1)}: liquidity {story.unit.amount(amount)}"
            elements.append(plot.bar(frame.x(position, count), width, (scale.y(amount), scale.y(0)), kind, caption))
        for position, amount in enumerate(owed):
            caption = f"{month(story, position + 1)}: interest and principal due {story.unit.amount(amount)}"
            ends = scale.y(amount), scale.y(0)
            elements.append(plot.bar(frame.x(position, count), round(width / 3, 1), ends, "owed", caption))
        for run, (mark, _) in RUNS.items():
            line = [(frame.x(position, count), scale.y(amount)) for position, amount in enumerate(runs.get(run, []))]
            if line:
                elements.append(plot.line(line, mark))
        return [*elements, plot.level(frame, scale.y(minimum), "threshold")]

    range_of = f"{story.unit.amount(amounts[0])} in {month(story, 1)} to {story.unit.amount(amounts[-1])}"
    description = (
        f"Liquidity goes from {range_of} in {month(story, count)}. Minimum cash: {story.unit.amount(minimum)}."
    )
    legend = [("cash", "liquidity at the end of the month")]
    if story.first_default:
        legend.append(("paid", f"after the default ({after(story)})"))
        description += f" From month {story.first_default} on: after the default, {after(story)}."
    legend += [("owed", "interest and principal due in the month"), ("threshold", "minimum cash"), *RUNS.values()]
    return plot.chart("liquidity", "Liquidity against minimum cash and debt service", description, legend, draw)


def debt_service(story: Story) -> list[int]:
    """Interest and principal to pay in each month, up to that of the first default: later ones have arrears in them."""
    interest, principal = story.amounts("needs.interest"), story.amounts("needs.principal")
    return [sum(due) for due in zip(interest, principal, strict=True)][: story.first_default or None]


def drivers(story: Story, attribution: Attribution) -> Chart:
    """From the base to the stress, cause by cause."""
    legend = (("cash", "base and stress"), ("gain", "brings"), ("unpaid", "takes"))
    end = month(story, attribution.period)
    heading = f"From base to stress, cause by cause: liquidity less what is unpaid, end of {end}"
    steps = funds_steps(attribution)
    return _bridge(story, "drivers-chart", heading, steps_in_words(story, steps), legend, steps)


def cash_bridge(story: Story) -> Chart:
    """How opening cash becomes closing cash, cause by cause, up to the first default."""
    bridge = story.executive.cash_bridge
    steps = [
        Step(title(name), getattr(bridge, field.name), name in ENDS)
        for name, field in fields_by_file_name(bridge).items()
        if getattr(bridge, field.name) or name in ENDS
    ]
    heading = f"Where the cash goes, up to {month(story, _end(story))}"
    legend = (("cash", "cash"), ("gain", "brings cash"), ("unpaid", "takes cash"))
    return _bridge(story, "bridge-chart", heading, steps_in_words(story, steps), legend, steps)


def _end(story: Story) -> int:
    return story.aggregated.through_period


def _bridge(
    story: Story,
    name: str,
    heading: str,
    description: str,
    legend: Sequence[tuple[str, str]],
    steps: Sequence[Step],
) -> Chart:
    def draw(frame: Frame) -> list[svg.Element]:
        return plot.bridge(
            frame,
            steps,
            lambda step: f"{step.label}: {story.unit.amount(step.amount)}",
            lambda tick: compact(tick, story.minor_digits),
        )

    return plot.chart(name, heading, description, legend, draw)


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

    def draw(frame: Frame) -> list[svg.Element]:
        elements = plot.grid(frame, scale, lambda tick: f"{Decimal(tick) / MICRO:g}x")
        elements += plot.months_below(frame, story.header.period_ends)
        elements += [plot.level(frame, scale.y(level), "threshold") for level in levels]
        for mark, (_, name) in RATIOS.items():
            for run in _runs(values[mark]):
                elements.append(plot.line([(frame.x(at, count), scale.y(value)) for at, value in run], mark))
            for at, value in enumerate(values[mark]):
                if value is not None:
                    what = svg.Title(text=f"{month(story, at + 1)}: {name} {multiple(ratios[mark][at])}")
                    x, y = frame.x(at, count), scale.y(value)
                    elements.append(svg.Circle(cx=x, cy=y, r=3, class_=[mark], elements=[what]))
        return elements

    description = " ".join(
        f"{name} of the last twelve months: {multiple(ratios[mark][0])} in {month(story, 1)},"
        f" {multiple(ratios[mark][-1])} in {month(story, count)}."
        for mark, (_, name) in RATIOS.items()
    )
    description += " A month without a dot has no number: nothing falls due, or what pays is negative or not known."
    legend = (*((mark, name) for mark, (_, name) in RATIOS.items()), ("threshold", "thresholds of the report"))
    return plot.chart("coverage", "Coverage of debt service, last twelve months", description, legend, draw)


def debt(story: Story) -> Chart:
    """What is owed at the end of each month, stacked by lien, the best one at the bottom."""
    owed = owed_by_lien(story)
    stacks = list(zip(*owed.values(), strict=True))
    scale, count = plot.scale_of(map(sum, stacks)), len(stacks)

    def draw(frame: Frame) -> list[svg.Element]:
        elements, width = _months(frame, story, scale), frame.bar_width(count)
        for position, stack in enumerate(stacks):
            below = 0
            for rank, (lien, amount) in enumerate(zip(owed, stack, strict=True)):
                caption = f"{month(story, position + 1)}: lien {lien} {story.unit.amount(amount)}"
                ends = (scale.y(below + amount), scale.y(below))
                elements.append(plot.bar(frame.x(position, count), width, ends, _lien_class(rank), caption))
                below += amount
        return elements

    parts = ", ".join(f"lien {lien} {story.unit.amount(amounts[-1])}" for lien, amounts in owed.items())
    legend = tuple((_lien_class(rank), f"lien {lien}") for rank, lien in enumerate(owed))
    after_it = f" ({after(story)})" if story.first_default else ""
    return plot.chart("debt", "Debt by lien", f"At the end of the horizon{after_it}: {parts}.", legend, draw)


def owed_by_lien(story: Story) -> dict[int, list[int]]:
    """The balances of each lien at the end of each month, the best lien first."""
    owed: dict[int, list[int]] = {}
    for facility in sorted(story.header.facilities, key=lambda facility: facility.lien):
        balances = story.amounts("facilities.closing_balance", facility.facility_id)
        before = owed.get(facility.lien, [0] * len(balances))
        owed[facility.lien] = list(map(sum, zip(before, balances, strict=True)))
    return owed


def _months(frame: Frame, story: Story, scale: plot.Scale) -> list[svg.Element]:
    """The grid over the months; those after a default stand on a shade."""
    grid = plot.grid(frame, scale, lambda tick: compact(tick, story.minor_digits))
    default = plot.default(frame, story.first_default, len(story.months)) if story.first_default else []
    return default + grid + plot.months_below(frame, story.header.period_ends)


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
