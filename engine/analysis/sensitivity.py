"""How far each assumption by itself moves a figure: a tornado, and what remains between each alone and all together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..inputs.scenario import Scenario
from ..values.faults import Fault, Reason, Refused
from ..values.units import NANO, Day, Decimal9, Number, Words
from ..values.value import Value
from .between import NUMBERS, AssumptionName, AssumptionValue, Path, path_of, value_faults, with_paths
from .figure_value import UNKNOWN, FigureValue, difference, in_unit, number_of
from .header_figures import FigureUnit

METHOD = "sensitivities.v1"  #: changes when a rule of it does


@dataclass(frozen=True, slots=True)
class AssumptionRange(Value):
    """An assumption from low to high, each constant: left out, low is neutral and high what the scenario says."""

    assumption: AssumptionName
    low: AssumptionValue | None = None
    high: AssumptionValue | None = None


PERCENT = NANO // 100
#: What is tried of a scenario that stresses nothing.
DEFAULT_RANGES = (
    AssumptionRange("revenue_change_factor", 90 * PERCENT, 110 * PERCENT),
    AssumptionRange("cost_change_factor", 95 * PERCENT, 105 * PERCENT),
    AssumptionRange("interest_rate_shift", -PERCENT, PERCENT),
    AssumptionRange("liquidity_shock_factor", 90 * PERCENT, 100 * PERCENT),
    AssumptionRange("market_value_depreciation_factor", 90 * PERCENT, 100 * PERCENT),
    AssumptionRange("collection_period_extension_days", -10 * NANO, 10 * NANO),
    AssumptionRange("payment_period_reduction_days", -10 * NANO, 10 * NANO),
    AssumptionRange("inventory_period_extension_days", -10 * NANO, 10 * NANO),
    AssumptionRange("capital_expenditure_factor", 80 * PERCENT, 120 * PERCENT),
)


class Bar(NamedTuple):
    """One assumption, low and high, with all others as the scenario has them."""

    assumption: Words
    low: tuple[Decimal9, ...]  #: a path
    high: tuple[Decimal9, ...]
    low_value: FigureValue
    high_value: FigureValue
    swing: FigureValue  #: from the lower figure to the higher


class Sensitivity(NamedTuple):
    """A figure under each assumption by itself, low and high, those that move it most first."""

    method: Words  #: `METHOD`
    analysis_date: Day
    horizon_months: Number
    currency: Words
    minor_digits: Number
    figure: Words
    base_value: FigureValue  #: of the scenario
    bars: tuple[Bar, ...]
    all_low_value: FigureValue  #: every assumption low at once
    all_high_value: FigureValue
    low_residual: FigureValue  #: what all low change at once, less what each changes by itself
    high_residual: FigureValue


class Ends(NamedTuple):
    """An assumption at both ends."""

    assumption: str
    low: Path
    high: Path


def ends_of(scenario: Scenario, ranges: Sequence[AssumptionRange], field: str) -> tuple[Ends, ...]:
    """The assumptions to try. Without ranges all that differ from neutral, or `DEFAULT_RANGES` where none does.

    Raises `Refused` with every range at fault; `field` is the path of the list.
    """
    faults = [fault.under(f"{field}[{place}]") for place, of in enumerate(ranges) for fault in _faults(of)]
    faults += _twice(ranges, field)
    if faults:
        raise Refused(faults)
    stressed = [AssumptionRange(name) for name in NUMBERS if path_of(scenario.assumptions, name) != (NUMBERS[name],)]
    ends = [_ends(scenario, of) for of in ranges or stressed or DEFAULT_RANGES]
    faults = [_nothing_between(place, field) for place, end in enumerate(ends) if end.low == end.high]
    if faults:
        raise Refused(faults)
    return tuple(ends)


def _ends(scenario: Scenario, of: AssumptionRange) -> Ends:
    low = (NUMBERS[of.assumption],) if of.low is None else (of.low,)
    high = path_of(scenario.assumptions, of.assumption) if of.high is None else (of.high,)
    return Ends(of.assumption, low, high)


def _faults(of: AssumptionRange) -> Iterator[Fault]:
    yield from value_faults(of.assumption, {"low": of.low, "high": of.high})


def _twice(ranges: Sequence[AssumptionRange], field: str) -> list[Fault]:
    names = [of.assumption for of in ranges]
    return [
        Fault(f"{field}[{place}].assumption", Reason.DUPLICATE, name, "each assumption once")
        for place, name in enumerate(names)
        if name in names[:place]
    ]


def _nothing_between(place: int, field: str) -> Fault:
    return Fault(f"{field}[{place}].high", Reason.CONFLICT, "the value of low", "another value than low")


def tried(scenario: Scenario, ends: Sequence[Ends]) -> list[Scenario]:
    """The scenarios of a sensitivity: itself, all low, all high, then each assumption low and high."""
    together = [{end.assumption: end.low for end in ends}, {end.assumption: end.high for end in ends}]
    alone = [{end.assumption: path} for end in ends for path in (end.low, end.high)]
    changed = [with_paths(scenario.assumptions, paths) for paths in (*together, *alone)]
    return [scenario, *(replace(scenario, assumptions=assumptions) for assumptions in changed)]


class Tornado(NamedTuple):
    """The figures of a sensitivity."""

    base_value: FigureValue
    bars: tuple[Bar, ...]
    all_low_value: FigureValue
    all_high_value: FigureValue
    low_residual: FigureValue
    high_residual: FigureValue


def tornado(unit: FigureUnit, ends: Sequence[Ends], values: Sequence[FigureValue]) -> Tornado:
    """The figures of the scenarios of `tried`, in their order, as bars: the widest first, ties by name."""
    base, all_low, all_high, *alone = values
    lows, highs = alone[::2], alone[1::2]
    bars = [
        Bar(end.assumption, end.low, end.high, low, high, _swing(unit, low, high))
        for end, low, high in zip(ends, lows, highs, strict=True)
    ]
    bars.sort(key=_widest_first)
    residuals = (_residual(unit, base, together, each) for together, each in ((all_low, lows), (all_high, highs)))
    return Tornado(base, tuple(bars), all_low, all_high, *residuals)


def _widest_first(bar: Bar) -> tuple[bool, int, str]:
    swing = number_of(bar.swing)
    return swing is None, -(swing or 0), bar.assumption


def _swing(unit: FigureUnit, low: FigureValue, high: FigureValue) -> FigureValue:
    change = difference(unit, high, low)
    number = number_of(change)
    return change if number is None else in_unit(unit, abs(number))


def _residual(unit: FigureUnit, base: FigureValue, together: FigureValue, alone: Sequence[FigureValue]) -> FigureValue:
    """(together - base) - the sum of (each alone - base).  From 10 to 3 together, to 7 and to 8 alone: -7 + 5 = -2."""
    changes = [difference(unit, value, base) for value in (together, *alone)]
    whole, *parts = map(number_of, changes)
    if whole is None or None in parts:
        return FigureValue(unknown=UNKNOWN)
    return in_unit(unit, whole - sum(part or 0 for part in parts))
