"""An executed case, and the arithmetic of the laws: Python's own sums, and Fractions rounded half-even."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from seawall.engine.compile.paths import path
from seawall.engine.horizon.results import Execution
from seawall.engine.inputs.covenants import Consequence, CovenantReach
from seawall.engine.inputs.revolver import Debt
from seawall.engine.inputs.scenario import Posture
from seawall.engine.month.debt_results import CovenantStatus, FacilityMonth
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
    def months(self) -> Sequence[Month]:
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
        unpaid = {"operating_arrears": 0, "interest_arrears": 0, "tax_position": sheet.tax_payable}
        return Position(**balances, **unpaid, debt=self.case.company.total_debt)

    def facilities(self) -> Iterator[tuple[Debt, tuple[FacilityMonth, ...]]]:
        """Each debt with its months, in the order of the waterfall."""
        company = self.case.company
        debts: list[Debt] = [*company.instruments, *([company.revolver] if company.revolver else [])]
        debts.sort(key=lambda debt: (debt.lien, debt.facility_id))
        for slot, debt in enumerate(debts):
            yield debt, tuple(month.facilities[slot] for month in self.months)


class InForce(NamedTuple):
    """What creditors do in a month, read from the months before it."""

    in_workout: bool
    draws_stopped: bool
    bears_margin: set[str]  #: facilities
    called: set[str]


def in_force(run: Run, number: int) -> InForce:
    """A workout from the month after the default; a covenant's consequences from the month after its event."""
    scenario, company = run.case.scenario, run.case.company
    everyone = {debt.facility_id for debt in company.debts}
    unpaid = [month.position.operating_arrears + debts_unpaid(month) for month in run.months[: number - 1]]
    default = next((n for n, amount in enumerate(unpaid, start=1) if amount), None)
    in_workout = default is not None and scenario.posture is Posture.WORKOUT
    margin, called = (set(everyone) if in_workout else set()), set()
    if default is not None and in_workout and number >= default + (scenario.acceleration_months or 0):
        called = set(everyone)
    stopped = in_workout or bool(unpaid and unpaid[-1])
    for position, covenant in enumerate(sorted(company.covenants, key=lambda covenant: covenant.covenant_id)):
        statuses = [month.covenants[position].status for month in run.months[: number - 1]]
        if CovenantStatus.EVENT_OF_DEFAULT not in statuses:
            continue
        event = statuses.index(CovenantStatus.EVENT_OF_DEFAULT) + 1
        own = set(covenant.facility_ids) or everyone
        reached = everyone if covenant.reach is CovenantReach.ALL_DEBTS else own
        line = company.revolver.revolver_id if company.revolver else ""
        stopped = stopped or (Consequence.DRAW_STOP in covenant.consequences and line in reached)
        margin |= reached if Consequence.DEFAULT_MARGIN in covenant.consequences else set()
        called |= reached if covenant.acceleration_months and number >= event + covenant.acceleration_months else set()
    return InForce(in_workout, stopped, margin, called)


def debts_unpaid(month: Month) -> Money:
    return month.position.interest_arrears + sum(debt.overdue for debt in month.facilities)


def cash_less_unpaid(month: Month) -> Money:
    """Closing cash, below 0 by what is unpaid."""
    return month.position.cash - month.position.operating_arrears - debts_unpaid(month)


def tax_due(before: Position, now: Position, month: Month) -> Money:
    """What left the tax position beside the expense."""
    return before.tax_position + month.income.tax - now.tax_position


def ratio(run: Run, numerator: Money, denominator: Money, undefined: UndefinedRatio) -> Money:
    if denominator <= 0:
        return undefined
    if abs(Fraction(numerator, denominator)) > 10**9:
        return UndefinedRatio.OUT_OF_RANGE
    return run.rounded(Fraction(numerator) * 10**6 / denominator)


def cover(run: Run, numerator: Money, denominator: Money, undefined: UndefinedRatio) -> Money:
    """A ratio of coverage: no number below 0."""
    if denominator > 0 and numerator < 0:
        return UndefinedRatio.NEGATIVE
    return ratio(run, numerator, denominator, undefined)


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
