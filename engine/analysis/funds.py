"""Funds: liquidity less all that is unpaid, at the end of one month. It goes on below 0 where liquidity ends.

The one figure of an analysis that no header has: it is taken from the months.
"""

from typing import NamedTuple

from ..horizon.run import Run
from ..values.units import Number
from .figure_value import FigureValue
from .header_figures import FigureUnit

NAME = "funds_minor"  #: in the API, beside the paths of header figures


class Funds(NamedTuple):
    """The figure of one month, as an analysis takes it."""

    period: Number

    @property
    def name(self) -> str:
        """Its name in the API."""
        return NAME

    @property
    def unit(self) -> FigureUnit:
        """It is an amount."""
        return FigureUnit.AMOUNT

    def of_run(self, run: Run) -> FigureValue:
        """Cash of 10 and 5 still to draw, with 40 unpaid: -25."""
        month = run.months[self.period - 1]
        return FigureValue(amount=month.available_liquidity - month.shortfalls.total_outstanding)
