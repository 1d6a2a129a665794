"""The dates and clauses of an instrument whose contract says more than months from the analysis date."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seawall.engine.domains import Amount, Day
from seawall.engine.faults import Fault, Reason
from seawall.engine.loan.moments import EVERY_DAY, Calendar, Cycle, MonthEnd
from seawall.engine.loan.terms import Base, Reset
from seawall.engine.shape import Value


def _a_lagged_base_has_a_cycle(contract: "Contract") -> Iterator[Fault]:
    if (contract.base is Base.LAGGED) != (contract.base_cycle is not None):
        found = "a cycle" if contract.base_cycle else "none"
        yield Fault("base_cycle", Reason.CONFLICT, found, "a cycle for a lagged base, none otherwise")
    if contract.base is Base.CURRENT and contract.base_amount is not None:
        yield Fault("base_amount", Reason.CONFLICT, str(contract.base_amount), "none for the current base")


@dataclass(frozen=True, slots=True)
class Contract(Value):
    """Cycles, anchors and clauses. A cycle left out is that of the instrument's payment interval."""

    RULES: ClassVar = (_a_lagged_base_has_a_cycle,)

    interest_cycle: Cycle | None = None
    principal_cycle: Cycle | None = None
    payment: Amount | None = None
    annuity_end_date: Day | None = None
    capitalisation_end_date: Day | None = None
    reset: Reset | None = None
    month_end: MonthEnd = MonthEnd.SAME_DAY
    calendar: Calendar = EVERY_DAY
    base: Base = Base.CURRENT
    base_cycle: Cycle | None = None
    base_amount: Amount | None = None
