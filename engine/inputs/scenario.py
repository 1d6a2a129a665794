"""A scenario: what goes wrong, how far and when. Assumptions left out are neutral."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

from ..numbers.months import MOST_MONTHS
from ..values.faults import Fault, Reason
from ..values.units import (
    NANO,
    Acceleration,
    Address,
    CostFactor,
    Days,
    Horizon,
    Months,
    Most,
    Name,
    Prose,
    RateFactor,
    RateShift,
    RevenueFactor,
    Share,
)
from ..values.value import Value, fields_of

V = TypeVar("V")
Path = Annotated[tuple[V, ...], Most(MOST_MONTHS)]  #: one value a month


class Posture(Enum):
    """What creditors do after a default."""

    STANDSTILL = "standstill"  #: nobody acts: what follows is counterfactual
    WORKOUT = "workout"  #: suppliers on cash, no draws, the default margin, and all debt called after some months


class RateScope(Enum):
    """What the interest rate change factor multiplies."""

    FLOATING = "floating"  #: the index of floating debt
    ALL = "all"  #: the index of floating debt and the coupon of fixed debt


@dataclass(frozen=True, slots=True)
class Assumptions(Value):
    """Paths of one value a month from month 1; the last value holds beyond, so one value is a constant."""

    revenue_change_factor: Path[RevenueFactor] = (NANO,)
    cost_change_factor: Path[CostFactor] = (NANO,)
    interest_rate_change_factor: Path[RateFactor] = (NANO,)
    interest_rate_shift: Path[RateShift] = (0,)
    liquidity_shock_factor: Path[Share] = (NANO,)
    market_value_depreciation_factor: Path[Share] = (NANO,)
    collection_period_extension_days: Path[Days] = (0,)
    payment_period_reduction_days: Path[Days] = (0,)
    inventory_period_extension_days: Path[Days] = (0,)
    capital_expenditure_factor: Path[RevenueFactor] = (NANO,)
    refinanced_share: Path[Share] = (0,)
    inventory_release_share: Share = 0  #: of unsold stock that is run down; no path
    interest_rate_scope: RateScope = RateScope.FLOATING


#: The assumptions that are paths, with the value that changes nothing.
NEUTRAL: dict[str, int] = {field.name: field.default[0] for field in fields_of(Assumptions) if field.repeated}


@dataclass(frozen=True, slots=True)
class Course(Value):
    """When constant assumptions act: not during the onset, rising over the ramp, full for the hold, falling over the
    recovery. Without `hold_months` they stay in full to the end.
    """

    onset_months: Months = 0
    ramp_months: Months = 0
    hold_months: Months | None = None
    recovery_months: Months = 0


def _paths_fit_the_horizon(scenario: "Scenario") -> Iterator[Fault]:
    for name in NEUTRAL:
        path = getattr(scenario.assumptions, name)
        if not 1 <= len(path) <= scenario.horizon_months:
            allowed = f"1 to {scenario.horizon_months} values, one a month"
            yield Fault(f"assumptions.{name}", Reason.WRONG_LENGTH, f"{len(path)} values", allowed)


def _a_course_takes_constants(scenario: "Scenario") -> Iterator[Fault]:
    for name in NEUTRAL:
        path = getattr(scenario.assumptions, name)
        if scenario.course and len(path) > 1:
            yield Fault(
                f"assumptions.{name}", Reason.CONFLICT, f"{len(path)} values", "one value where a course is given"
            )


def _a_workout_has_months(scenario: "Scenario") -> Iterator[Fault]:
    months = scenario.acceleration_months
    if scenario.posture is Posture.WORKOUT and months is None:
        yield Fault("acceleration_months", Reason.REQUIRED, "none", "1 to 24 months for the posture workout")
    if scenario.posture is Posture.STANDSTILL and months is not None:
        yield Fault("acceleration_months", Reason.CONFLICT, str(months), "none for the posture standstill")


@dataclass(frozen=True, slots=True)
class Scenario(Value):
    """A named set of assumptions over a horizon, bound to the dataset version it was made for."""

    RULES: ClassVar = (_paths_fit_the_horizon, _a_course_takes_constants, _a_workout_has_months)

    dataset_version_id: Address
    name: Name
    horizon_months: Horizon
    description: Prose = ""
    assumptions: Assumptions = Assumptions()
    course: Course | None = None
    posture: Posture = Posture.STANDSTILL
    acceleration_months: Acceleration | None = None  #: from a default to the call of all debt, in a workout
