"""What a breaking point, a sensitivity and an attribution say, in lines and tables."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console

from seawall.v1.analysis_service_pb2 import FindBreakingPointResponse
from seawall.v1.attribution_pb2 import Attribution
from seawall.v1.breaking_point_pb2 import (
    BreakingEvent,
    BreakingEventKind,
    BreakingPoint,
    BreakingPointState,
    BreakingPointVerdict,
    ThresholdSide,
)
from seawall.v1.execution_pb2 import ShortfallCategory
from seawall.v1.figure_pb2 import FigureValue
from seawall.v1.scenario_pb2 import Assumptions
from seawall.v1.sensitivity_pb2 import Sensitivity

from ..client.names import MINOR, choice_name
from ..client.values import ratio
from . import grid
from .grid import Grid, say
from .scenario_words import ASSUMPTIONS
from .sentences import FAILURES
from .wording import counted, money, words

MARKS = {
    BreakingPointState.BREAKING_POINT_STATE_HOLDS: "·",
    BreakingPointState.BREAKING_POINT_STATE_BREAKS: "#",
    BreakingPointState.BREAKING_POINT_STATE_UNDEFINED: "?",
    BreakingPointState.BREAKING_POINT_STATE_REFUSED: "x",
}
BAR = 24  #: columns of the longest bar


def figure_in_words(path: str) -> str:
    """The path of a figure as words.  totals.ebitda_minor is totals: ebitda."""
    return words(path.removesuffix(MINOR).replace(".", ": "))


def value_text(value: FigureValue, minor_digits: int) -> str:
    """A figure exactly, or why it has none."""
    if value.HasField("amount_minor"):
        return money(value.amount_minor, minor_digits)
    if value.HasField("ratio"):
        return words(str(ratio(value.ratio)))
    return str(value.months) if value.HasField("months") else words(value.unknown.lower())


def number_of(value: FigureValue) -> Decimal | None:
    """A figure as a number of its own unit; None where it has none."""
    if value.HasField("amount_minor"):
        return Decimal(value.amount_minor)
    if value.HasField("months"):
        return Decimal(value.months)
    exact = ratio(value.ratio) if value.HasField("ratio") else ""
    return exact if isinstance(exact, Decimal) else None


def event_in_words(event: BreakingEvent, currency: str, minor_digits: int) -> str:
    """What was looked for.  A threshold is a figure with its limit."""
    kind = BreakingEventKind
    if event.kind == kind.BREAKING_EVENT_KIND_THRESHOLD:
        limit = event.threshold
        side = choice_name(ThresholdSide.DESCRIPTOR, limit.side)
        value = f"{money(limit.amount_minor, minor_digits)} {currency}"
        if not limit.HasField("amount_minor"):
            value = limit.ratio if limit.HasField("ratio") else str(limit.months)
        return f"{figure_in_words(limit.figure)} {side} {value}"
    if event.kind == kind.BREAKING_EVENT_KIND_OBLIGATION_UNPAID:
        category = event.category or ShortfallCategory.SHORTFALL_CATEGORY_DEBT_SERVICE
        return f"{words(choice_name(ShortfallCategory.DESCRIPTOR, category))} left unpaid"
    if event.HasField("minimum_liquidity_minor"):
        return f"liquidity below {money(event.minimum_liquidity_minor, minor_digits)} {currency}"
    of_covenant = f" of {event.covenant_id}" if event.covenant_id else ""
    return f"{words(choice_name(kind.DESCRIPTOR, event.kind))}{of_covenant}"


def breaking_point_lines(point: BreakingPoint) -> Iterator[str]:
    """How far it is, where it breaks first, and what the scan saw."""
    what = event_in_words(point.event, point.currency, point.minor_digits)
    what = what[:1].upper() + what[1:]
    verdict, to = point.verdict, f" {point.template_name}" if point.template_name else " the target"
    if verdict == BreakingPointVerdict.BREAKING_POINT_VERDICT_NOTHING_BREAKS:
        yield f"{what}: nowhere on the way to{to}, looked at in {counted(len(point.scan), 'point')}"
    elif verdict == BreakingPointVerdict.BREAKING_POINT_VERDICT_BASE_BREAKS:
        yield f"{what}: the base itself has it, {_where(point)}"
    else:
        yield f"{what}: at {point.first_breaking.severity} of the way to{to}, {_where(point)}"
        if point.before_it.reason:
            yield f"nobody can say of the step before: {point.before_it.reason}"
    yield f"scan: {''.join(MARKS[seen.state] for seen in point.scan)}"
    flips = counted(len(point.flips), "flip")
    yield f"{flips} in it, {'monotone' if point.is_monotone else 'not monotone: it breaks and holds by turns'}"
    for reason in dict.fromkeys(seen.reason for seen in point.scan if seen.reason):
        yield f"not known at some points: {reason}"


def _where(point: BreakingPoint) -> str:
    binding = point.binding
    when = f"first in month {binding.period}" if binding.period else "over the whole horizon"
    if binding.HasField("default_kind"):
        return f"{when}, {FAILURES[binding.default_kind].format(facility=binding.facility_id)} unpaid"
    about = binding.facility_id or binding.covenant_id
    return f"{when}, {about}" if about else when


def show_breaking_point(answer: FindBreakingPointResponse, console: Console) -> None:
    """The verdict, the assumptions on either side of it, and the executions to open."""
    point = answer.breaking_point
    for line in breaking_point_lines(point):
        say(console, line)
    steps = [("base", point.base)]
    steps += [("holds at", point.before_it.assumptions)] if answer.last_holding_execution_id else []
    steps += [("breaks at", point.first_breaking.assumptions)] if answer.first_breaking_execution_id else []
    steps += [("target", point.target)]
    rows = [
        [words(name), *(_path_text(assumptions, name) for _, assumptions in steps)]
        for name in ASSUMPTIONS
        if _path_text(point.base, name) != _path_text(point.target, name)
    ]
    grid.show(Grid(("assumption", *(heading for heading, _ in steps)), rows), console)
    for side, execution in zip(("holds", "breaks"), _executions(answer), strict=True):
        if execution:
            say(console, f"execution that {side} {execution}")
    say(console, f"breaking point {answer.breaking_point_id}")


def _executions(answer: FindBreakingPointResponse) -> tuple[str, str]:
    return answer.last_holding_execution_id, answer.first_breaking_execution_id


def _path_text(assumptions: Assumptions, name: str) -> str:
    values = getattr(assumptions, name)
    return values if isinstance(values, str) else " ".join(values)


def sensitivity_cells(sensitivity: Sensitivity) -> tuple[Sequence[str], list[list[str]], list[str]]:
    """The headings, a row for each assumption, and the row of all together."""
    digits = sensitivity.minor_digits
    rows = [
        [
            words(bar.assumption),
            " ".join(bar.low),
            " ".join(bar.high),
            *(value_text(value, digits) for value in (bar.low_value, bar.high_value, bar.swing)),
        ]
        for bar in sensitivity.bars
    ]
    together = (value_text(value, digits) for value in (sensitivity.all_low_value, sensitivity.all_high_value))
    headings = ("assumption", "low", "high", "figure low", "figure high", "swing")
    return headings, rows, ["all together", "", "", *together, ""]


def show_sensitivity(sensitivity: Sensitivity, console: Console) -> None:
    """The tornado: the widest bar first, then what does not add up."""
    digits = sensitivity.minor_digits
    base = value_text(sensitivity.base_value, digits)
    say(console, f"{figure_in_words(sensitivity.figure)}{_unit(sensitivity)}: {base} in the scenario")
    widest = max((number_of(bar.swing) or Decimal(0) for bar in sensitivity.bars), default=Decimal(0))
    headings, rows, sums = sensitivity_cells(sensitivity)
    drawn = [[*row, _bar(number_of(bar.swing), widest)] for row, bar in zip(rows, sensitivity.bars, strict=True)]
    grid.show(Grid((*headings, ""), drawn, words=frozenset((0, 6)), sums=[*sums, ""]), console)
    residuals = (value_text(value, digits) for value in (sensitivity.low_residual, sensitivity.high_residual))
    say(console, "residual of all together against each by itself: {} low, {} high".format(*residuals))


def show_attribution(attribution: Attribution, console: Console) -> None:
    """The change, and the share of each cause, the largest first."""
    digits = attribution.minor_digits
    ends = (value_text(value, digits) for value in (attribution.base_value, attribution.target_value))
    say(console, "{}{}: from {} to {}".format(_attributed(attribution), _unit(attribution), *ends))
    shares = _largest_first(attribution)
    widest = max(abs(number) for _, number, _ in shares)
    rows = [[group, value_text(value, digits), _bar(number, widest)] for group, number, value in shares]
    sums = ["change", value_text(attribution.change, digits), ""]
    grid.show(Grid(("cause", "share", ""), rows, words=frozenset((0, 2)), sums=sums), console)


def attribution_line(attribution: Attribution) -> str:
    """The same in a line: the causes that did anything, the largest first."""
    digits = attribution.minor_digits
    ends = [value_text(value, digits) for value in (attribution.base_value, attribution.target_value)]
    causes = [f"{group} {value_text(value, digits)}" for group, number, value in _largest_first(attribution) if number]
    figure = _attributed(attribution)
    return f"{figure[:1].upper()}{figure[1:]}{_unit(attribution)} from {ends[0]} to {ends[1]}: {', '.join(causes)}"


def _attributed(attribution: Attribution) -> str:
    """The figure in words, with its month if it is one of a month."""
    end = f" at the end of month {attribution.period}" if attribution.period else ""
    return f"{figure_in_words(attribution.figure)}{end}"


def _largest_first(attribution: Attribution) -> list[tuple[str, Decimal, FigureValue]]:
    shares = [(share.group, number_of(share.value) or Decimal(0), share.value) for share in attribution.shares]
    return sorted(shares, key=lambda share: (-abs(share[1]), share[0]))


def _unit(answer: Sensitivity | Attribution) -> str:
    return f" in {answer.currency}" if answer.figure.endswith(MINOR) else ""


def _bar(number: Decimal | None, widest: Decimal) -> str:
    """A bar as long as the figure is, beside the longest; what is anything at all shows."""
    if not number or not widest:
        return ""
    return ("+" if number > 0 else "-") * max(1, int(abs(number) * BAR / widest))
