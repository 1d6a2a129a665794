"""The dates and clauses of an instrument that does not simply count months from the analysis date."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar

from ..values.faults import Fault, Reason
from ..values.in_words import amount_text
from ..values.units import NANO, Amount, Day, Kind, Measure, Rate, SignedRate, Unit
from ..values.value import Value, decimal_text
from .calendar import EVERY_DAY, Calendar, Cycle, MonthEnd

Multiplier = Annotated[int, Unit(Kind.DECIMAL, -10 * NANO, 10 * NANO, allowed="-10 to 10, at most 9 fractional digits")]
#: The most that a reset takes off. One that had to add at each reset would pass every limit.
StepDown = Annotated[
    int, Unit(Kind.DECIMAL, -NANO // 2, 0, allowed="-0.5 to 0, at most 9 fractional digits", measure=Measure.RATE)
]


class Base(Enum):
    """The interest base: the principal on which interest accrues."""

    CURRENT = "current"
    INITIAL = "initial"  #: as it was lent
    LAGGED = "lagged"  #: as it was when the base was fixed last


def _the_floor_is_not_above_the_cap(reset: "Reset") -> Iterator[Fault]:
    floor, cap = reset.floor, reset.cap
    if floor is not None and cap is not None and floor > cap:
        yield Fault("floor", Reason.FLOOR_ABOVE_CAP, decimal_text(floor), f"at most cap {decimal_text(cap)}")


@dataclass(frozen=True, slots=True)
class Reset(Value):
    """How the rate is reset: index x multiplier + spread, its step and its level between floors and caps."""

    RULES: ClassVar = (_the_floor_is_not_above_the_cap,)

    cycle: Cycle
    multiplier: Multiplier = NANO
    spread: SignedRate = 0
    next_rate: SignedRate | None = None
    floor: SignedRate | None = None
    cap: Rate | None = None
    step_floor: StepDown | None = None
    step_cap: Rate | None = None


def _a_lagged_base_has_a_cycle(contract: "Contract") -> Iterator[Fault]:
    if (contract.interest_base is Base.LAGGED) != (contract.interest_base_cycle is not None):
        cycle = "a cycle" if contract.interest_base_cycle else "none"
        yield Fault("interest_base_cycle", Reason.CONFLICT, cycle, "a cycle for a lagged base, none otherwise")
    if contract.interest_base is Base.CURRENT and contract.interest_base_amount is not None:
        yield Fault(
            "interest_base_amount",
            Reason.CONFLICT,
            amount_text("{}", contract.interest_base_amount),
            "none for the current base",
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
    rate_reset: Reset | None = None
    month_end: MonthEnd = MonthEnd.SAME_DAY
    calendar: Calendar = EVERY_DAY
    interest_base: Base = Base.CURRENT
    interest_base_cycle: Cycle | None = None
    interest_base_amount: Amount | None = None
