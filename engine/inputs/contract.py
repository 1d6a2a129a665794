"""The dates and clauses of an instrument that does not simply count months from the analysis date."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar

from ..values.faults import Fault, Reason
from ..values.in_words import amount_text
from ..values.units import NANO, Amount, Day, Kind, SignedRate, Unit
from ..values.value import Value, decimal_text
from .calendar import EVERY_DAY, Calendar, Cycle, MonthEnd

Multiplier = Annotated[int, Unit(Kind.DECIMAL, -10 * NANO, 10 * NANO, allowed="-10 to 10, at most 9 fractional digits")]


class Base(Enum):
    """The interest base: the principal on which interest accrues."""

    CURRENT = "current"
    INITIAL = "initial"  #: as it was lent
    LAGGED = "lagged"  #: as it was when the base was fixed last


def _floors_are_not_above_caps(reset: "Reset") -> Iterator[Fault]:
    for prefix, floor, cap in (("", reset.floor, reset.cap), ("step_", reset.step_floor, reset.step_cap)):
        if floor is not None and cap is not None and floor > cap:
            allowed = f"at most {prefix}cap {decimal_text(cap)}"
            yield Fault(f"{prefix}floor", Reason.FLOOR_ABOVE_CAP, decimal_text(floor), allowed)


@dataclass(frozen=True, slots=True)
class Reset(Value):
    """How the rate is reset: index x multiplier + spread, its step and its level between floors and caps."""

    RULES: ClassVar = (_floors_are_not_above_caps,)

    cycle: Cycle
    multiplier: Multiplier = NANO
    spread: SignedRate = 0
    next_rate: SignedRate | None = None
    floor: SignedRate | None = None
    cap: SignedRate | None = None
    step_floor: SignedRate | None = None
    step_cap: SignedRate | None = None


def _a_lagged_base_has_a_cycle(contract: "Contract") -> Iterator[Fault]:
    if (contract.base is Base.LAGGED) != (contract.base_cycle is not None):
        cycle = "a cycle" if contract.base_cycle else "none"
        yield Fault("base_cycle", Reason.CONFLICT, cycle, "a cycle for a lagged base, none otherwise")
    if contract.base is Base.CURRENT and contract.base_amount is not None:
        yield Fault(
            "base_amount", Reason.CONFLICT, amount_text("{}", contract.base_amount), "none for the current base"
        )


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
