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


def number_of(value: FigureValue) -> int | None:
    """A figure in whole units of its own, None where it has no number."""
    if value.ratio is not None:
        return value.ratio if is_defined(value.ratio) else None
    return value.amount if value.amount is not None else value.months


def why_unknown(value: FigureValue) -> str:
    """Why a figure has no number; empty where it has one."""
    return value.unknown or (UndefinedRatio(value.ratio or 0).name if number_of(value) is None else "")


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
    number, less = number_of(value), number_of(other)
    return FigureValue(unknown=UNKNOWN) if number is None or less is None else in_unit(unit, number - less)


UNKNOWN = "UNKNOWN"  #: the difference of two figures of which one has no number
