"""The cash flows of an instrument as a table: a row for each event, a sum below, no column that says nothing."""

from decimal import Decimal

from rich.console import Console

from seawall.v1.stress_service_pb2 import PreviewInstrumentResponse

from ..client.values import View, major, view
from . import grid
from .grid import Grid, say
from .wording import words

SUMMED = ("payoff", "interest", "principal", "capitalised", "fee", "price")
ALWAYS = ("payoff", "interest", "principal")
AFTER = ("balance", "rate", "accrued")


def show(preview: PreviewInstrumentResponse, console: Console) -> None:
    """The rows in their order, as the lender sees them, with the sums of what is paid."""
    flows = view(preview, preview.minor_digits).cash_flows
    zero = major(0, preview.minor_digits)
    sums = {name: sum((getattr(flow, name) for flow in flows), zero) for name in SUMMED}
    paid = [name for name in SUMMED if name in ALWAYS or any(getattr(flow, name) for flow in flows)]
    names = [*paid, *AFTER]
    rows = [[flow.event_date, words(flow.event), *(_text(flow, name) for name in names)] for flow in flows]
    total = ["sum", "", *(f"{sums[name]:,}" for name in paid), *("" for _ in AFTER)]
    grid.show(Grid(["day", "event", *names], rows, frozenset((0, 1)), keys=2, sums=total), console)
    say(console, f"amounts in {preview.currency}, as the lender sees them: what is lent is below 0")


def _text(flow: View, name: str) -> str:
    value = getattr(flow, name)
    return f"{value:,}" if isinstance(value, Decimal) else str(value)
