"""The axes of a sweep: an assumption with a list of values, or with a table of quantiles that values are drawn from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import shake_128
from math import prod
from typing import Annotated, ClassVar

from ..inputs.scenario import Assumptions
from ..numbers.exact import half_even
from ..values.faults import Fault, Reason
from ..values.units import NANO, Kind, Most, Unit
from ..values.value import Value, decimal_text, fields_of, outside

MOST_VALUES = 10_000  #: of one axis
MOST_QUANTILES = 1_001
DRAW_BYTES = 8  #: of the stream of SHAKE-128
WHOLE = 1 << 8 * DRAW_BYTES  #: they are a part of it
RULE = b"seawall draw 1"  #: the name of how a value is drawn: another rule has another name

AssumptionName = Annotated[
    str, Unit(Kind.TEXT, 1, 63, r"[a-z][a-z_]{0,62}", "the name of a field of Assumptions that is a number")
]
#: In the range of its assumption; this one covers those of all.
SweptValue = Annotated[
    int, Unit(Kind.DECIMAL, -365 * NANO, 365 * NANO, allowed="-365 to 365, at most 9 fractional digits")
]

#: The assumptions that an axis can have: all that are numbers.
SWEPT = {field.name: field for field in fields_of(Assumptions) if field.unit is not None}


def _in_range(assumption: str, field: str, values: Sequence[int]) -> Iterator[Fault]:
    swept = SWEPT.get(assumption)
    if swept is None or swept.unit is None:
        yield Fault("assumption", Reason.UNKNOWN_REFERENCE, assumption, ", ".join(SWEPT))
        return
    for position, value in enumerate(values):
        fault = outside(swept.unit, value)
        if fault:
            yield fault.under(f"{field}[{position}]")


def _values_are_in_range(axis: "SweepAxis") -> Iterator[Fault]:
    yield from _in_range(axis.assumption, "values", axis.values)


def _values_differ(axis: "SweepAxis") -> Iterator[Fault]:
    seen: set[int] = set()
    for position, value in enumerate(axis.values):
        if value in seen:
            yield Fault(f"values[{position}]", Reason.DUPLICATE, decimal_text(value), "each value once")
        seen.add(value)


def _quantiles_are_in_range(axis: "DrawnAxis") -> Iterator[Fault]:
    yield from _in_range(axis.assumption, "quantiles", axis.quantiles)


def _quantiles_rise(axis: "DrawnAxis") -> Iterator[Fault]:
    if len(axis.quantiles) < 2:
        yield Fault("quantiles", Reason.WRONG_LENGTH, f"{len(axis.quantiles)} value", f"2 to {MOST_QUANTILES} values")
    for position in range(1, len(axis.quantiles)):
        before, value = axis.quantiles[position - 1 : position + 1]
        if value < before:
            allowed = f"at least {decimal_text(before)}, the quantile before it"
            yield Fault(f"quantiles[{position}]", Reason.OUT_OF_RANGE, decimal_text(value), allowed)


@dataclass(frozen=True, slots=True)
class SweepAxis(Value):
    """An assumption, constant over the months, and the values that it takes."""

    RULES: ClassVar = (_values_are_in_range, _values_differ)

    assumption: AssumptionName
    values: Annotated[tuple[SweptValue, ...], Most(MOST_VALUES)]

    def settled(self) -> "SweepAxis":
        """With its values in their order."""
        return replace(self, values=tuple(sorted(self.values)))


@dataclass(frozen=True, slots=True)
class DrawnAxis(Value):
    """An assumption, constant over the months, and its quantiles at equal steps of probability from 0 to 1."""

    RULES: ClassVar = (_quantiles_are_in_range, _quantiles_rise)

    assumption: AssumptionName
    quantiles: Annotated[tuple[SweptValue, ...], Most(MOST_QUANTILES)]

    def settled(self) -> "DrawnAxis":
        """As it is: its order says which quantile is which."""
        return self

    def value(self, seed: str, scenario: int) -> int:
        """The value of this axis in a scenario, on the straight line between two quantiles, half-even to nanos.

        Of 0, 1 at half of the way it is 0.5: the first eight bytes of SHAKE-128(rule, seed, scenario, axis) say which
        part of the way from the first quantile to the last that is.
        """
        drawn = shake_128(b"\0".join((RULE, seed.encode(), b"%d" % scenario, self.assumption.encode())))
        steps = (len(self.quantiles) - 1) * int.from_bytes(drawn.digest(DRAW_BYTES), "big")
        position, part = divmod(steps, WHOLE)
        low, high = self.quantiles[position], self.quantiles[position + 1]
        return low + half_even((high - low) * part, WHOLE)


Axis = SweepAxis | DrawnAxis


def combinations(axes: Sequence[SweepAxis]) -> int:
    """How many there are of the values of these axes."""
    return prod(len(axis.values) for axis in axes)


def combined(axes: Sequence[SweepAxis], numbers: range) -> list[list[int]]:
    """The values of each axis in some combinations; the last axis changes fastest.

    Number 3 of (a, b) x (1, 2) is b, 2.
    """
    import numpy as np  # which a plan does without

    columns, slower, rows = list[list[int]](), 1, np.arange(numbers.start, numbers.stop)
    for axis in reversed(axes):
        columns.append(np.array(axis.values)[rows // slower % len(axis.values)].tolist())
        slower *= len(axis.values)
    return columns[::-1]
