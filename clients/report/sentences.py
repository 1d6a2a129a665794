"""What the figures of an execution say, in words and in rows: the same for the live table, `show` and the demo."""

from collections.abc import Iterator

from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader

from ..client import view
from .wording import amount, ratio_text, words


def sentences(header: ExecutionHeader, metrics: CumulativeMetrics) -> Iterator[str]:
    """When cash runs out, what is not paid and what would have been needed."""
    yield runs_out(header, metrics)
    yield first_default(header, metrics)
    yield f"left unpaid over {header.horizon_months} months: {', '.join(not_paid(header, metrics)) or 'nothing'}"
    yield f"peak funding need {peak_funding_need(header, metrics)}"
    figures = view(metrics, header.minor_digits)
    low = amount(figures.lowest_liquidity, header.currency)
    yield f"lowest liquidity {low} in month {figures.lowest_liquidity_period}"
    coverage = metrics.coverage_horizon
    yield f"DSCR over the horizon {ratio_text(coverage.dscr)} ({words(figures.coverage_horizon.status)})"


def runs_out(header: ExecutionHeader, metrics: CumulativeMetrics) -> str:
    period = metrics.first_default_period
    if not period:
        return f"cash lasts for all {header.horizon_months} months"
    kind = words(view(metrics, header.minor_digits).first_default_kind)
    return f"cash runs out in month {period} ({header.period_ends[period - 1]}); first left unpaid: {kind}"


def first_default(header: ExecutionHeader, metrics: CumulativeMetrics) -> str:
    period = metrics.first_default_period
    if not period:
        return "no debt is defaulted on"
    facility, kind = metrics.first_default_facility, view(metrics, header.minor_digits).first_default_kind
    when = f"month {period} ({header.period_ends[period - 1]})"
    if not metrics.HasField("first_default_facility"):
        return f"first default in {when}: {kind} needs"
    return f"first default in {when}: {kind} of {facility.facility_id}, lien {facility.lien}"


def not_paid(header: ExecutionHeader, metrics: CumulativeMetrics) -> list[str]:
    """The shortfalls of the horizon by category, in the order of the waterfall; empty where everything is paid."""
    totals = view(metrics.totals, header.minor_digits)
    shortfalls = {
        "operating": totals.operating_shortfall,
        "debt service": totals.debt_service_shortfall,
    }
    return [f"{category} {amount(value, header.currency)}" for category, value in shortfalls.items() if value]


def peak_funding_need(header: ExecutionHeader, metrics: CumulativeMetrics) -> str:
    figures = view(metrics, header.minor_digits)
    if not figures.standstill_peak:
        return "none"
    return f"{amount(figures.standstill_peak, header.currency)} in month {figures.standstill_peak_period}"
