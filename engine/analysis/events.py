"""What may break: the events that a search looks for, as a caller names them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar

from ..horizon.results import ShortfallCategory
from ..values.faults import Fault, Reason
from ..values.units import NANO, Amount, Identifier, Kind, SignedAmount, Unit
from ..values.value import Value

FigureName = Annotated[
    str,
    Unit(
        Kind.TEXT, 1, 200, r"[a-z][A-Za-z0-9_.:\[\]-]{0,199}", "a figure of CumulativeMetrics, as totals.ebitda_minor"
    ),
]
RatioLimit = Annotated[
    int,
    Unit(Kind.DECIMAL, -(10**9) * NANO, 10**9 * NANO, allowed="-1000000000 to 1000000000, at most 9 fractional digits"),
]
MonthLimit = Annotated[int, Unit(Kind.COUNT, 0, 25, allowed="a whole number from 0 to 25")]


class EventKind(Enum):
    """What breaks."""

    DEFAULT = "default"  #: anything is left unpaid
    OBLIGATION_UNPAID = "obligation_unpaid"  #: something of one category is left unpaid
    COVENANT_BREACH = "covenant_breach"  #: a test lacks something, cured or not
    LIQUIDITY_BELOW_MINIMUM = "liquidity_below_minimum"
    LOAN_TO_VALUE_ABOVE_ONE = "loan_to_value_above_one"  #: all claims exceed the market value of all assets
    THRESHOLD = "threshold"  #: a figure of the header passes a limit


class Side(Enum):
    """On which side of a limit a figure breaks; at the limit it holds."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Threshold(Value):
    """A limit of a figure of the header, in the unit of that figure."""

    figure: FigureName
    side: Side
    amount: SignedAmount | None = None
    ratio: RatioLimit | None = None
    months: MonthLimit | None = None


def _details_go_with_their_kind(event: "BreakingEvent") -> Iterator[Fault]:
    for name, kind in DETAILS.items():
        if getattr(event, name) is not None and event.kind is not kind:
            yield Fault(name, Reason.CONFLICT, f"{name} with {event.kind.name}", f"only with {kind.name}")
    if event.kind is EventKind.THRESHOLD and event.threshold is None:
        yield Fault("threshold", Reason.REQUIRED, "nothing", "a figure, a side and a limit")


@dataclass(frozen=True, slots=True)
class BreakingEvent(Value):
    """What a search looks for, anywhere in the horizon."""

    RULES: ClassVar = (_details_go_with_their_kind,)

    kind: EventKind
    category: ShortfallCategory | None = None  #: None: debt service
    covenant_id: Identifier | None = None  #: None: any
    minimum_liquidity: Amount | None = None  #: None: the minimum cash of the company
    threshold: Threshold | None = None


DETAILS = {
    "category": EventKind.OBLIGATION_UNPAID,
    "covenant_id": EventKind.COVENANT_BREACH,
    "minimum_liquidity": EventKind.LIQUIDITY_BELOW_MINIMUM,
    "threshold": EventKind.THRESHOLD,
}
