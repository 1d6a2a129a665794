"""What the figures of an execution say in lines: the same for `execute`, `show`, `replay` and the demo."""

from collections.abc import Iterator

from rich.console import Console

from seawall.v1.execution_pb2 import CumulativeMetrics, DefaultKind, ExecutionHeader

from .grid import say
from .unit import Unit, unit_of
from .wording import counted, multiple, percent

#: What a company fails on, as in the headline of a report.
FAILURES = {
    DefaultKind.DEFAULT_KIND_NONE: "nothing",
    DefaultKind.DEFAULT_KIND_OPERATING: "suppliers, operating expenses or tax",
    DefaultKind.DEFAULT_KIND_INTEREST: "interest on {facility}",
    DefaultKind.DEFAULT_KIND_PRINCIPAL: "principal of {facility}",
    DefaultKind.DEFAULT_KIND_MATURITY: "repayment of {facility} at maturity",
}


def show(header: ExecutionHeader, metrics: CumulativeMetrics, console: Console) -> None:
    """Each sentence on a line of its own."""
    for line in sentences(header, metrics):
        say(console, line)


def sentences(header: ExecutionHeader, metrics: CumulativeMetrics) -> Iterator[str]:
    """What happens up to the first default, covenants, recovery, and then what follows the default, labelled."""
    unit = unit_of(header.opening_total_assets_minor, header.currency, header.minor_digits)
    yield first_default(header, metrics)
    if metrics.first_default_period:
        yield f"needed in that month, minimum cash included: {unit.amount(metrics.need_at_default_minor)}"
    yield _lowest_liquidity(metrics, unit)
    below = metrics.first_below_minimum_cash_period
    yield f"below the minimum cash from month {below} on" if below else "never below the minimum cash"
    yield from _covenants(metrics, unit)
    if not metrics.first_default_period:
        yield (
            f"due in the year after the horizon: {unit.amount(metrics.wall.total_minor)}, beside liquidity of"
            f" {unit.amount(metrics.wall.liquidity_minor)}"
        )
    yield _recovery(metrics)
    coverage = metrics.coverage_horizon
    of_all = " (months after the default included)" if metrics.first_default_period else ""
    yield (f"over the horizon DSCR {multiple(coverage.dscr)}, FCCR {multiple(coverage.fixed_charge_coverage)}{of_all}")
    if metrics.first_default_period:
        peak, period = unit.amount(metrics.standstill_peak_minor), metrics.standstill_peak_period
        yield f"after the default what is unpaid and the gap to minimum cash peak at {peak} in month {period}"


def first_default(header: ExecutionHeader, metrics: CumulativeMetrics) -> str:
    """The runway, and what fails first."""
    period = metrics.first_default_period
    if not period:
        return f"every obligation is paid: the runway is more than {counted(header.horizon_months, 'month')}"
    failure = FAILURES[metrics.first_default_kind].format(facility=metrics.first_default_facility.facility_id)
    when = f"month {period} ({header.period_ends[period - 1]})"
    return f"default in {when}, {failure} unpaid: a runway of {counted(metrics.months_of_runway, 'month')}"


def _lowest_liquidity(metrics: CumulativeMetrics, unit: Unit) -> str:
    before = " before it" if metrics.first_default_period else ""
    if not metrics.HasField("lowest_liquidity_before_default_minor"):
        return f"lowest liquidity{before}: not known, month 1 defaults"
    lowest = unit.amount(metrics.lowest_liquidity_before_default_minor)
    return f"lowest liquidity{before}: {lowest} in month {metrics.lowest_liquidity_before_default_period}"


def _covenants(metrics: CumulativeMetrics, unit: Unit) -> Iterator[str]:
    for covenant in metrics.covenants:
        says = [f"covenant {covenant.covenant_id}:"]
        if not covenant.HasField("least_headroom_minor"):
            says.append("not tested")
        else:
            headroom = unit.amount(covenant.least_headroom_minor)
            says.append(f"least headroom {headroom} in month {covenant.least_headroom_period}")
        if covenant.first_breach_period:
            says.append(f"breached from month {covenant.first_breach_period}")
        if covenant.first_event_of_default_period:
            says.append(f"event of default in month {covenant.first_event_of_default_period}")
        yield f"{says[0]} {', '.join(says[1:])}"


def _recovery(metrics: CumulativeMetrics) -> str:
    if not metrics.HasField("recovery"):
        return "recovery: not known, no assets are given"
    shares = [f"{facility.facility_id} {percent(facility.share)}" for facility in metrics.recovery.facilities]
    return f"recovery in month {metrics.recovery_period}: {', '.join(shares) or 'no debt'}"
