"""Whether earnings pay the interest: where they do not, what is missing grows by itself, and no funding ends it."""

from typing import NamedTuple

from ..horizon.results import Execution
from ..month.debt_results import Coverage
from ..numbers.months import YEAR
from . import thresholds
from .judgement_results import Figure, Rule


class Earnings(NamedTuple):
    """The last months of the horizon: trading does not depend on what is paid, so a default does not end them."""

    path: str
    period: int
    coverage: Coverage

    @property
    def burn(self) -> bool:
        """Adjusted EBITDA below cash interest; without interest, below 0."""
        return thresholds.below(
            Rule.EARNINGS_BELOW_INTEREST, self.coverage.adjusted_ebitda, self.coverage.cash_interest
        )

    @property
    def figure(self) -> Figure:
        return Figure(f"{self.path}.adjusted_ebitda", self.period, amount=self.coverage.adjusted_ebitda)


def last_earnings(execution: Execution) -> Earnings:
    """The last twelve months, or all of a shorter horizon."""
    months = execution.horizon_months
    if months >= YEAR:
        last = execution.months[-1].coverage_last_twelve_months
        return Earnings("periods.coverage_last_twelve_months", months, last)
    return Earnings("metrics.coverage_horizon", 0, execution.metrics.coverage_horizon)
