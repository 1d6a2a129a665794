"""The covenants of a company: what its debts promise, when that is tested, and what follows where it is not kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Annotated, ClassVar

from ..values.faults import Fault, Reason
from ..values.in_words import amount_text
from ..values.units import (
    MOST_INSTRUMENTS,
    MOST_STEPS,
    NANO,
    Acceleration,
    Amount,
    CuresInFourQuarters,
    CuresInLife,
    Day,
    Identifier,
    Most,
    Multiple,
    Share,
)
from ..values.value import Value, decimal_text

FacilityIds = Annotated[tuple[Identifier, ...], Most(MOST_INSTRUMENTS)]  #: ids of instruments or of the revolver


class CovenantKind(Enum):
    """What is tested. All but liquidity compare the last twelve months, at the end of a fiscal quarter."""

    MAX_NET_LEVERAGE = "max_net_leverage"  #: (debt - cash up to the netting cap) / adjusted EBITDA
    MIN_INTEREST_COVERAGE = "min_interest_coverage"  #: adjusted EBITDA / cash interest
    MIN_FIXED_CHARGE_COVERAGE = "min_fixed_charge_coverage"  #: (adjusted EBITDA - capex - tax) / fixed charges
    MIN_LIQUIDITY = "min_liquidity"  #: cash and what can be drawn, at the end of every month


class Consequence(Enum):
    """What an event of default brings from the next month on."""

    DRAW_STOP = "draw_stop"
    DEFAULT_MARGIN = "default_margin"


class CovenantReach(Enum):
    """Which debts the consequences reach."""

    OWN_DEBTS = "own_debts"
    ALL_DEBTS = "all_debts"  #: cross-default


class ConsecutiveCures(Enum):
    """Whether a test may be cured after one that was cured."""

    NOT_ALLOWED = "not_allowed"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class CovenantStep(Value):
    """The threshold from a day on: a multiple, or an amount for liquidity."""

    from_date: Day
    multiple: Multiple | None = None
    amount: Amount | None = None


def _steps_go_with_the_kind(covenant: "Covenant") -> Iterator[Fault]:
    if not covenant.steps:
        yield Fault("steps", Reason.REQUIRED, "none", "at least one step")
    is_liquidity = covenant.kind is CovenantKind.MIN_LIQUIDITY
    name, other = ("amount", "multiple") if is_liquidity else ("multiple", "amount")
    for position, step in enumerate(covenant.steps):
        if getattr(step, name) is None:
            yield Fault(f"steps[{position}].{name}", Reason.REQUIRED, "none", f"a threshold for {covenant.kind.value}")
        threshold = getattr(step, other)
        if threshold is not None:
            value = amount_text("{}", threshold) if other == "amount" else decimal_text(threshold)
            yield Fault(f"steps[{position}].{other}", Reason.CONFLICT, value, f"none for {covenant.kind.value}")


def _steps_are_in_order(covenant: "Covenant") -> Iterator[Fault]:
    for position, (step, following) in enumerate(pairwise(covenant.steps)):
        if step.from_date >= following.from_date:
            field = f"steps[{position + 1}].from_date"
            yield Fault(field, Reason.CONFLICT, str(following.from_date), f"after {step.from_date}")


def _consequences_are_named_once(covenant: "Covenant") -> Iterator[Fault]:
    for position, consequence in enumerate(covenant.consequences):
        if consequence in covenant.consequences[:position]:
            yield Fault(f"consequences[{position}]", Reason.DUPLICATE, consequence.value, "each consequence once")


def _leverage_is_at_least_one(covenant: "Covenant") -> Iterator[Fault]:
    is_leverage = covenant.kind is CovenantKind.MAX_NET_LEVERAGE
    for position, step in enumerate(covenant.steps):
        if is_leverage and step.multiple is not None and step.multiple < NANO:
            value = decimal_text(step.multiple)
            yield Fault(f"steps[{position}].multiple", Reason.OUT_OF_RANGE, value, "1 to 1000 for max_net_leverage")
    if covenant.netting_cap is not None and not is_leverage:
        yield Fault(
            "netting_cap", Reason.CONFLICT, amount_text("{}", covenant.netting_cap), "only for max_net_leverage"
        )


@dataclass(frozen=True, slots=True)
class Covenant(Value):
    """One covenant: its test, its cures and its consequences. Without facilities it belongs to every debt."""

    RULES: ClassVar = (
        _steps_go_with_the_kind,
        _steps_are_in_order,
        _leverage_is_at_least_one,
        _consequences_are_named_once,
    )

    covenant_id: Identifier
    kind: CovenantKind
    steps: Annotated[tuple[CovenantStep, ...], Most(MOST_STEPS)]
    facility_ids: FacilityIds = ()  #: its own debts: leverage counts these
    netting_cap: Amount | None = None  #: the most cash that leverage takes off; left out, all of it
    springing_share: Share | None = None  #: tested only where more than this share of the revolver is drawn
    cures_in_four_quarters: CuresInFourQuarters = 0
    cures_in_life: CuresInLife = 0
    consecutive_cures: ConsecutiveCures = ConsecutiveCures.NOT_ALLOWED
    consequences: Annotated[tuple[Consequence, ...], Most(len(Consequence))] = ()
    acceleration_months: Acceleration | None = None  #: after an event of default; left out, nothing is called
    reach: CovenantReach = CovenantReach.OWN_DEBTS


@dataclass(frozen=True, slots=True)
class Turnover(Value):
    """A junior debt that hands on what it gets as unsecured until its seniors are whole."""

    junior_facility_id: Identifier
    senior_facility_ids: FacilityIds
