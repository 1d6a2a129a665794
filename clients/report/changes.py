"""An assumption of a scenario in a few words, as an analyst says it: revenue -20 % from month 1."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from seawall.v1.echo_pb2 import AssumptionEcho

from .wording import words

TENTH = Decimal("0.1")
POINT = Decimal("0.01")


def _rounded(number: Decimal) -> str:
    """To a tenth, with its sign; what would read as nothing is written out.  -11.66666667 is -11.7."""
    tenths = number.quantize(TENTH, ROUND_HALF_EVEN)
    return f"{(tenths or number).normalize():+f}"


def _change(factor: Decimal) -> str:
    """What a factor changes.  0.8 is -20 %."""
    return f"{_rounded((factor - 1) * 100)} %"


def _share(share: Decimal) -> str:
    """0.5 is 50 %."""
    return f"{_rounded(share * 100).removeprefix('+')} %"


def _points(shift: Decimal) -> str:
    """0.015 is +1.5 percentage points."""
    return f"{_rounded(shift * 100)} percentage point{'' if abs(shift) == POINT else 's'}"


def _days(days: Decimal) -> str:
    """20 is +20 days."""
    return f"{_rounded(days)} day{'' if abs(days) == 1 else 's'}"


def _fewer_days(days: Decimal) -> str:
    """A reduction by 10 is -10 days."""
    return _days(-days)


class Said(NamedTuple):
    """How an assumption is called, how its values are written, and which of them changes nothing."""

    subject: str
    value: Callable[[Decimal], str]
    neutral: int


ASSUMPTIONS = {
    "revenue_change_factor": Said("revenue", _change, 1),
    "cost_change_factor": Said("costs", _change, 1),
    "interest_rate_change_factor": Said("interest rates", _change, 1),
    "interest_rate_shift": Said("index rates", _points, 0),
    "liquidity_shock_factor": Said("usable cash and commitment", _change, 1),
    "market_value_depreciation_factor": Said("market values, a year", _change, 1),
    "collection_period_extension_days": Said("collection period", _days, 0),
    "payment_period_reduction_days": Said("payment period", _fewer_days, 0),
    "inventory_period_extension_days": Said("inventory period", _days, 0),
    "inventory_release_share": Said("unsold stock run down", _share, 0),
    "capital_expenditure_factor": Said("capital expenditure", _change, 1),
    "refinanced_share": Said("refinanced of what matures", _share, 0),
}


def change_in_words(echo: AssumptionEcho, is_path: bool) -> str:
    """The change in month 1, at its furthest and at the end, equal ones once.

    Of a path, whose months were written one by one, no month between these three is said to be equal to them.
    """
    said = ASSUMPTIONS.get(echo.name)
    subject = said.subject if said else words(echo.name)
    first, furthest, last = (_value(said, Decimal(text)) for text in (echo.first, echo.furthest, echo.last))
    month = f"month {echo.furthest_period}"
    if furthest == last:
        parts = [f"{furthest} in {month} and at the end" if is_path else f"{furthest} from {month}"]
    else:
        parts = [f"{furthest} in {month}", f"{last} at the end"]
    if echo.furthest_period > 1:
        parts.insert(0, f"{first} in month 1")
    return f"{subject} {', '.join(parts)}"


def _value(said: Said | None, value: Decimal) -> str:
    if said is None:
        return f"{value}"
    return "unchanged" if value == said.neutral else said.value(value)
