"""An executed case, and the arithmetic of the laws: Python's own sums, and Fractions rounded half-even."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from seawall.engine.compile.paths import path
from seawall.engine.horizon.results import Execution
from seawall.engine.inputs.revolver import Debt
from seawall.engine.month.debt_results import FacilityMonth
from seawall.engine.month.results import Month, Position
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.months import month_end
from seawall.engine.values.units import NANO
from tests.engine.companies import Case

Money = Any  #: an int, or a Fraction in the rational lane


class Run(NamedTuple):
    """A case with its execution; `rounded` is `round`, or nothing in the lane that does not round."""

    case: Case
    execution: Execution
    rounded: Callable[[Fraction], Money] = round

    @property
    def months(self) -> tuple[Month, ...]:
        return self.execution.months

    def positions(self) -> Iterator[tuple[Position, Position, Month]]:
        """Each month between its opening and its closing balance sheet."""
        before = self.opening()
        for month in self.months:
            yield before, month.position, month
            before = month.position

    def opening(self) -> Position:
        sheet = self.case.company.balance_sheet
        balances = {name: getattr(sheet, name) for name in Position._fields if hasattr(sheet, name)}
        unpaid = {"operating_arrears": 0, "accrued_interest": 0, "interest_arrears": 0}
        return Position(**balances, **unpaid, debt=self.case.company.total_debt)

    def facilities(self) -> Iterator[tuple[Debt, tuple[FacilityMonth, ...]]]:
        """Each debt with its months, in the order of the waterfall."""
        company = self.case.company
        debts: list[Debt] = [*company.instruments, *([company.revolver] if company.revolver else [])]
        debts.sort(key=lambda debt: (debt.lien, debt.facility_id))
        for slot, debt in enumerate(debts):
            yield debt, tuple(month.facilities[slot] for month in self.months)


def ratio(run: Run, numerator: Money, denominator: Money, undefined: UndefinedRatio) -> Money:
    if denominator <= 0:
        return undefined
    if abs(Fraction(numerator, denominator)) > 10**9:
        return UndefinedRatio.OUT_OF_RANGE
    return run.rounded(Fraction(numerator) * 10**6 / denominator)


def twelve(run: Run, annual: Money, weights: tuple[int, ...] = (1,) * 12) -> list[Money]:
    """An annual amount by cumulative prorate over calendar months, opening with the first month of the horizon."""
    upto = [run.rounded(Fraction(annual) * part / sum(weights)) for part in accumulate(weights)]
    months = [after - before for before, after in pairwise([0, *upto])]
    first = month_end(run.execution.analysis_date, 1).month - 1
    return months[first:] + months[:first]


def stress(run: Run, name: str) -> tuple[int, ...]:
    """The path of an assumption, in nanos."""
    return path(run.case.scenario, name)


def part(share: int | None) -> Fraction:
    """Nanos as a fraction."""
    return Fraction(share or 0, NANO)
