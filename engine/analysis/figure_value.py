"""A figure of a header as an answer shows it: an amount, a ratio or a number of months, or why there is none."""

from typing import NamedTuple

from ..horizon.results import CumulativeMetrics
from ..numbers.exact import UndefinedRatio
from ..numbers.ratio import is_defined
from ..values.units import Money, Number, Ratio, Words
from .header_figures import FigureUnit, HeaderFigure


class FigureValue(NamedTuple):
    """A figure in its unit, or the difference of two: exactly one of the four is there."""

    amount: Money | None = None
    ratio: Ratio | None = None  #: or the reason why it is undefined
    months: Number | None = None  #: months, or the number of one
    unknown: Words = ""  #: NEVER or ABSENT

    @property
    def number(self) -> int | None:
        """The figure in whole units of its own, None where it has no number."""
        if self.ratio is not None:
            return self.ratio if is_defined(self.ratio) else None
        return self.amount if self.amount is not None else self.months

    @property
    def why_not(self) -> str:
        """Why it has no number; empty where it has one."""
        return self.unknown or (UndefinedRatio(self.ratio or 0).name if self.number is None else "")


def value_of(figure: HeaderFigure, metrics: CumulativeMetrics) -> FigureValue:
    """What a header says of a figure."""
    unknown = figure.unknown(metrics)
    if unknown and figure.unit is not FigureUnit.RATIO:
        return FigureValue(unknown=unknown)
    return in_unit(figure.unit, figure.of(metrics))


def in_unit(unit: FigureUnit, number: int) -> FigureValue:
    """A number of whole units as a figure: an amount, a ratio in 10^-6, months."""
    if unit is FigureUnit.AMOUNT:
        return FigureValue(amount=number)
    return FigureValue(ratio=number) if unit is FigureUnit.RATIO else FigureValue(months=number)


def difference(unit: FigureUnit, value: FigureValue, other: FigureValue) -> FigureValue:
    """The value less the other; UNKNOWN where one of them has no number."""
    if value.number is None or other.number is None:
        return FigureValue(unknown=UNKNOWN)
    return in_unit(unit, value.number - other.number)


UNKNOWN = "UNKNOWN"  #: the difference of two figures of which one has no number
