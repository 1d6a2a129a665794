"""The cash flows of an instrument as a table: a row for each event, a sum below, no column that says nothing."""

from decimal import Decimal

from rich.table import Table

from seawall.v1.stress_service_pb2 import PreviewInstrumentResponse

from ..client.values import View, major, view
from .wording import words

SUMMED = ("payoff", "interest", "principal", "capitalised", "fee", "price")
ALWAYS = ("payoff", "interest", "principal")
AFTER = ("balance", "rate", "accrued")


def cash_flows(preview: PreviewInstrumentResponse) -> Table:
    """The rows in their order, as the lender sees them, with the sums of what is paid."""
    flows = view(preview, preview.minor_digits).cash_flows
    zero = major(0, preview.minor_digits)
    sums = {name: sum((getattr(flow, name) for flow in flows), zero) for name in SUMMED}
    paid = [name for name in SUMMED if name in ALWAYS or any(getattr(flow, name) for flow in flows)]
    caption = f"amounts in {preview.currency}, as the lender sees them: what is lent is below 0"
    table = Table(box=None, padding=(0, 2, 0, 0), caption=caption, caption_justify="left", show_footer=True)
    table.add_column("day", "sum", no_wrap=True)
    table.add_column("event", no_wrap=True)
    for name in paid:
        table.add_column(name, f"{sums[name]:,}", justify="right", no_wrap=True)
    for name in AFTER:
        table.add_column(name, justify="right", no_wrap=True)
    for flow in flows:
        table.add_row(flow.event_date, words(flow.event), *(_text(flow, name) for name in (*paid, *AFTER)))
    return table


def _text(flow: View, name: str) -> str:
    value = getattr(flow, name)
    return f"{value:,}" if isinstance(value, Decimal) else str(value)
