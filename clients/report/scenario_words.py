"""The scenario in words: what goes wrong, how far, when, and what creditors then do."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from seawall.v1.scenario_pb2 import Assumptions, Course, Posture, RateScope, Scenario

from .changes import ASSUMPTIONS as SAID
from .wording import counted, percent_of

NOTHING_CHANGES = "Nothing goes wrong: the last twelve months go on."

#: Of each assumption: its neutral value, and what a value below and one above it says. {share} is a percentage, {days}
#: (5 days) and {points} count from 0, {value} is as it was given.
ASSUMPTIONS = {
    "revenue_change_factor": (1, "sales fall to {share}", "sales rise to {share}"),
    "cost_change_factor": (1, "costs fall to {share}", "costs rise to {share}"),
    "collection_period_extension_days": (0, "customers pay {days} earlier", "customers pay {days} later"),
    "payment_period_reduction_days": (
        0,
        "suppliers are paid {days} later",
        "suppliers are paid {days} earlier",
    ),
    "inventory_period_extension_days": (0, "stock lies {days} less", "stock lies {days} longer"),
    "inventory_release_share": (0, "", "{share} of the stock that stays unsold is run down"),
    "interest_rate_change_factor": (1, "{rates} fall to {share}", "{rates} rise to {share}"),
    "interest_rate_shift": (
        0,
        "index rates fall by {points} percentage points",
        "index rates rise by {points} percentage points",
    ),
    "liquidity_shock_factor": (1, "{share} of opening cash and undrawn commitment stay usable", ""),
    "capital_expenditure_factor": (
        1,
        "capital expenditure is cut to {share}",
        "capital expenditure rises to {share}",
    ),
    "refinanced_share": (0, "", "{share} of what matures is refinanced"),
    "market_value_depreciation_factor": (1, "in a year the assets' market value falls to {share}", ""),
}
RATES = {RateScope.RATE_SCOPE_ALL: "index rates and fixed coupons"}
CREDITORS = {
    Posture.POSTURE_STANDSTILL: "After a default creditors stand still: what follows it is counterfactual.",
    Posture.POSTURE_WORKOUT: (
        "After a default suppliers deliver for cash, nothing can be drawn, balances bear their default margins, and all"
        " debt is called {months} after it."
    ),
}


def in_sentences(scenario: Scenario) -> list[str]:
    """What goes wrong, when it acts, and what creditors do."""
    changes = list(_changes(scenario))
    lines = [_sentence(changes) if changes else NOTHING_CHANGES]
    if changes and scenario.HasField("course"):
        lines.append(course_in_words(scenario.course))
    return [*lines, CREDITORS[scenario.posture].format(months=counted(scenario.acceleration_months, "month"))]


def _changes(scenario: Scenario) -> Iterator[str]:
    """Each assumption that is not neutral, at the value furthest from neutral."""
    assumptions = scenario.assumptions
    for name, (neutral, below, above) in ASSUMPTIONS.items():
        path = path_of(assumptions, name)
        value = max(path, key=lambda month: abs(month - neutral), default=Decimal(neutral))
        if value != neutral:
            says = (below if value < neutral else above).format(
                share=percent_of(value),
                days=counted(f"{abs(value).normalize():f}", "day"),
                points=f"{abs(value * 100).normalize():f}",
                rates=RATES.get(assumptions.interest_rate_scope, "index rates"),
            )
            yield f"{says} at worst, by a path of months" if len(set(path)) > 1 else says


def path_of(assumptions: Assumptions, name: str) -> list[Decimal]:
    """The values of an assumption month by month; none where it is left out, which is neutral."""
    values: Sequence[str] | str = getattr(assumptions, name)
    return list(map(Decimal, filter(None, [values] if isinstance(values, str) else values)))


def is_changed(assumptions: Assumptions, name: str) -> bool:
    """Whether an assumption is anything but neutral in any month."""
    neutral, _, _ = ASSUMPTIONS[name]
    return any(value != neutral for value in path_of(assumptions, name))


def change_at_worst(assumptions: Assumptions, name: str) -> str:
    """What an assumption changes in the month in which it is furthest from neutral: revenue -35 %."""
    neutral, _, _ = ASSUMPTIONS[name]
    said, furthest = SAID[name], max(path_of(assumptions, name), key=lambda month: abs(month - neutral))
    return f"{said.subject} {said.value(furthest)}"


def _sentence(changes: list[str]) -> str:
    text = "; ".join(changes)
    return f"{text[0].upper()}{text[1:]}."


def course_in_words(course: Course) -> str:
    """When a stress acts: how it builds up, stays and fades."""
    parts = []
    if course.onset_months:
        parts.append(f"begins after {counted(course.onset_months, 'month')}")
    if course.ramp_months:
        parts.append(f"builds up over {counted(course.ramp_months, 'month')}")
    if course.HasField("hold_months"):
        parts.append(f"stays in full for {counted(course.hold_months, 'month')}")
    if course.recovery_months:
        parts.append(f"fades over {counted(course.recovery_months, 'month')}")
    return f"The stress {', '.join(parts)}." if parts else "The stress acts in full from month 1 to the end."
