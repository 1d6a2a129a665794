"""Which assumptions did it: the exact Shapley value of each group of them, between a base and a target.

A group's share is what it adds to a figure, averaged over every order in which the groups could have come to act. It is
computed in fractions and rounded once, by largest remainder: the shares add up to the change, to the last unit; a group
that changes nothing gets nothing; groups that do the same get the same; their order and their names decide nothing but
which of two equal remainders takes the last unit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Annotated, NamedTuple

from ..values.faults import Fault, Reason, Refused
from ..values.units import Day, Most, Name, Number, Words
from ..values.value import Value
from .between import NUMBERS, AssumptionName
from .figure_value import FigureValue

METHOD = "attributions.v1"  #: changes when a rule of it does
MOST_GROUPS = 8  #: 256 executions


@dataclass(frozen=True, slots=True)
class Group(Value):
    """Assumptions that come to act together, under a name."""

    name: Name
    assumptions: Annotated[tuple[AssumptionName, ...], Most(len(NUMBERS))]


#: By cause; together they have every assumption.
DEFAULT_GROUPS = (
    Group("revenue", ("revenue_change_factor",)),
    Group("costs", ("cost_change_factor",)),
    Group("interest rates", ("interest_rate_change_factor", "interest_rate_shift")),
    Group("liquidity", ("liquidity_shock_factor",)),
    Group("market values", ("market_value_depreciation_factor",)),
    Group(
        "working capital",
        (
            "collection_period_extension_days",
            "payment_period_reduction_days",
            "inventory_period_extension_days",
            "inventory_release_share",
        ),
    ),
    Group("capital expenditure", ("capital_expenditure_factor",)),
    Group("refinancing", ("refinanced_share",)),
)


class Share(NamedTuple):
    """What one group did."""

    group: Words
    assumptions: tuple[Words, ...]
    value: FigureValue  #: rounded so that all add up to the change
    exact: Words  #: the Shapley value as a fraction of the figure's smallest unit: -41/6


class Attribution(NamedTuple):
    """The change of a figure between two scenarios, group by group, by name."""

    method: Words  #: `METHOD`
    analysis_date: Day
    horizon_months: Number
    currency: Words
    minor_digits: Number
    figure: Words
    base_value: FigureValue
    target_value: FigureValue
    change: FigureValue
    shares: tuple[Share, ...]
    #: The figure under every combination of the groups that differ: bit n of its place says that the n-th of them, by
    #: name, is as in the target. What the shares are made of.
    combinations: tuple[FigureValue, ...]
    period: Number = 0  #: the month of a figure that is one of a month; 0 of a figure of the header


def checked_groups(groups: Sequence[Group], differing: Sequence[str], field: str) -> tuple[Group, ...]:
    """The groups by name. Raises `Refused` where they overlap or leave out an assumption that differs.

    `field` is the path of the list; without any they are `DEFAULT_GROUPS`.
    """
    groups = groups or DEFAULT_GROUPS
    faults = [*_unknown(groups, field), *_twice(groups, field), *_missing(groups, differing, field)]
    if faults:
        raise Refused(faults)
    return tuple(sorted(groups, key=lambda group: group.name))


def _unknown(groups: Sequence[Group], field: str) -> Iterator[Fault]:
    for place, group in enumerate(groups):
        for at, name in enumerate(group.assumptions):
            if name not in NUMBERS:
                path = f"{field}[{place}].assumptions[{at}]"
                yield Fault(path, Reason.UNKNOWN_REFERENCE, name, " ".join(NUMBERS))


def _twice(groups: Sequence[Group], field: str) -> Iterator[Fault]:
    names: set[str] = set()
    assumptions: set[str] = set()
    for place, group in enumerate(groups):
        if group.name in names:
            yield Fault(f"{field}[{place}].name", Reason.DUPLICATE, group.name, "each name once")
        names.add(group.name)
        for at, name in enumerate(group.assumptions):
            if name in assumptions:
                path = f"{field}[{place}].assumptions[{at}]"
                yield Fault(path, Reason.DUPLICATE, name, "each assumption in one group")
            assumptions.add(name)


def _missing(groups: Sequence[Group], differing: Sequence[str], field: str) -> Iterator[Fault]:
    grouped = {name for group in groups for name in group.assumptions}
    missing = [name for name in differing if name not in grouped]
    if missing:
        allowed = "every assumption that differs between base and target in a group"
        yield Fault(field, Reason.REQUIRED, f"no group with {' '.join(missing)}", allowed)


def players(groups: Sequence[Group], differing: Sequence[str]) -> tuple[Group, ...]:
    """The groups that differ between base and target: any other changes nothing, and is not asked."""
    return tuple(group for group in groups if set(group.assumptions) & set(differing))


def members(groups: Sequence[Group], combination: int) -> tuple[Group, ...]:
    """The groups of a combination: bit n stands for the n-th."""
    return tuple(group for n, group in enumerate(groups) if combination >> n & 1)


def shapley(values: Sequence[int], number: int) -> list[Fraction]:
    """The Shapley value of each of so many groups from the figure of each of their 2^number combinations.

    Two groups: 10 without both, 4 with the first, 7 with the second, 0 with both: (-6 - 7) / 2 and (-3 - 4) / 2.
    """
    weights = [Fraction(factorial(size) * factorial(number - size - 1), factorial(number)) for size in range(number)]
    return [
        sum(
            (
                weights[combination.bit_count()] * (values[combination | 1 << group] - values[combination])
                for combination in range(len(values))
                if not combination >> group & 1
            ),
            Fraction(0),
        )
        for group in range(number)
    ]


def largest_remainder(parts: Mapping[str, Fraction]) -> dict[str, int]:
    """The parts in whole numbers that add up to what they do: rounded down, then one more for the largest remainders.

    Ties by name. -6.5 and -3.5 are -7 + 1 and -4: -6 and -4.
    """
    whole = {name: part.numerator // part.denominator for name, part in parts.items()}
    lacking = int(sum(parts.values())) - sum(whole.values())
    for name in sorted(parts, key=lambda name: (whole[name] - parts[name], name))[:lacking]:
        whole[name] += 1
    return whole
