"""Whether a header has an event: tested on its integers, and on a rounded ratio only where it lacks the parts of it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..horizon.results import ShortfallCategory
from ..inputs.company import DatasetVersion
from ..numbers.exact import MICRO, UndefinedRatio
from ..values.faults import Fault, Reason, Refused
from ..values.units import NANO
from .events import BreakingEvent, EventKind, Side
from .header_figures import NEVER, FigureUnit, HeaderFigure, at, header_figures
from .headers import Header


class Condition(NamedTuple):
    """An event as it is tested on one company."""

    event: BreakingEvent
    minimum_liquidity: int = 0
    figure: HeaderFigure | None = None  #: of a threshold
    breaches: tuple[HeaderFigure, ...] = ()  #: the first breach of each covenant that is tested

    @property
    def needs_collateral(self) -> bool:
        """Whether headers have to say it."""
        return self.event.kind is EventKind.LOAN_TO_VALUE_ABOVE_ONE

    def breaks(self, header: Header) -> bool:
        """Whether the event is anywhere in an execution."""
        return _BREAKS[self.event.kind](self, header)

    def undefined(self, header: Header) -> str:
        """Why nobody can say, of a threshold; empty elsewhere. NEVER and NEGATIVE lie beyond every limit."""
        unknown = self.figure.unknown(header.metrics) if self.figure else ""
        return "" if unknown in (NEVER, UndefinedRatio.NEGATIVE.name) else unknown


def condition(event: BreakingEvent, company: DatasetVersion, field: str) -> Condition:
    """An event of a company. Raises `Refused` where the company has no such thing; `field` is the path of the event."""
    fault = _NEEDS[event.kind](event, company) if event.kind in _NEEDS else None
    if fault:
        raise Refused([fault.under(field)], company.minor_digits)
    threshold, minimum, figures = event.threshold, event.minimum_liquidity, header_figures(company)
    tested = [event.covenant_id] if event.covenant_id else [covenant.covenant_id for covenant in company.covenants]
    return Condition(
        event,
        company.minimum_cash if minimum is None else minimum,
        figures[threshold.figure] if threshold else None,
        tuple(figures[f"covenants[{covenant_id}].first_breach_period"] for covenant_id in tested),
    )


def _needs_covenant(event: BreakingEvent, company: DatasetVersion) -> Fault | None:
    ids = sorted(covenant.covenant_id for covenant in company.covenants)
    if not ids:
        return Fault("kind", Reason.CONFLICT, event.kind.name, "another event: the company has no covenants")
    if event.covenant_id in (None, *ids):
        return None
    return Fault("covenant_id", Reason.UNKNOWN_REFERENCE, str(event.covenant_id), " ".join(ids))


def _needs_minimum(event: BreakingEvent, company: DatasetVersion) -> Fault | None:
    if event.minimum_liquidity is not None or company.minimum_cash:
        return None
    return Fault("minimum_liquidity_minor", Reason.REQUIRED, "nothing", "an amount: the company has no minimum cash")


def _needs_assets(event: BreakingEvent, company: DatasetVersion) -> Fault | None:
    if company.assets:
        return None
    return Fault("kind", Reason.CONFLICT, event.kind.name, "another event: no assets of the company are known")


def _needs_figure(event: BreakingEvent, company: DatasetVersion) -> Fault | None:
    assert event.threshold
    threshold, figures = event.threshold, header_figures(company)
    fault = unknown_figure(figures, threshold.figure)
    if fault:
        return fault.under("threshold")
    unit = figures[threshold.figure].unit
    limit = LIMITS[unit]
    others = [name for name in set(LIMITS.values()) - {limit} if getattr(threshold, name) is not None]
    if others:
        words = f"{WIRE_LIMITS[others[0]]} for {threshold.figure}"
        return Fault(f"threshold.{WIRE_LIMITS[others[0]]}", Reason.CONFLICT, words, f"{WIRE_LIMITS[limit]}, its unit")
    if getattr(threshold, limit) is None:
        return Fault(f"threshold.{WIRE_LIMITS[limit]}", Reason.REQUIRED, "nothing", f"the limit of {threshold.figure}")
    return None


def unknown_figure(figures: Mapping[str, HeaderFigure], name: str) -> Fault | None:
    """The fault of a field `figure` that names none of a company."""
    if name in figures:
        return None
    allowed = "a number of CumulativeMetrics that is known of the company, by its path: totals.ebitda_minor"
    return Fault("figure", Reason.UNKNOWN_REFERENCE, name, allowed)


#: The field of a threshold that has the limit of a figure, by its unit.
LIMITS = {
    FigureUnit.AMOUNT: "amount",
    FigureUnit.RATIO: "ratio",
    FigureUnit.MONTHS: "months",
    FigureUnit.PERIOD: "months",
}
WIRE_LIMITS = {"amount": "amount_minor", "ratio": "ratio", "months": "months"}
_NEEDS: dict[EventKind, Callable[[BreakingEvent, DatasetVersion], Fault | None]] = {
    EventKind.COVENANT_BREACH: _needs_covenant,
    EventKind.LIQUIDITY_BELOW_MINIMUM: _needs_minimum,
    EventKind.LOAN_TO_VALUE_ABOVE_ONE: _needs_assets,
    EventKind.THRESHOLD: _needs_figure,
}


def _is_unpaid(condition: Condition, header: Header) -> bool:
    totals = header.metrics.totals
    is_operating = condition.event.category is ShortfallCategory.OPERATING
    return (totals.operating_shortfall if is_operating else totals.debt_service_shortfall) > 0


def _is_breached(condition: Condition, header: Header) -> bool:
    return any(breach.of(header.metrics) > 0 for breach in condition.breaches)


def _passes_limit(condition: Condition, header: Header) -> bool:
    """Whether a figure is beyond its limit, on its exact fraction where the header has both of its parts."""
    figure, threshold = condition.figure, condition.event.threshold
    assert figure
    assert threshold
    unknown = figure.unknown(header.metrics)
    if unknown == NEVER:
        return threshold.side is Side.ABOVE
    if unknown == UndefinedRatio.NEGATIVE.name:
        return threshold.side is Side.BELOW
    if unknown:
        return False
    numerator, denominator = _fraction(figure, header)
    limit = getattr(threshold, LIMITS[figure.unit])
    excess: int = numerator * (NANO if figure.unit is FigureUnit.RATIO else 1) - limit * denominator
    return excess < 0 if threshold.side is Side.BELOW else excess > 0


def _fraction(figure: HeaderFigure, header: Header) -> tuple[int, int]:
    if figure.unit is not FigureUnit.RATIO:
        return figure.of(header.metrics), 1
    parts = _FRACTIONS.get(str(figure.path[-1]))
    return parts(at(header.metrics, figure.path[:-1])) if parts else (figure.of(header.metrics), MICRO)


#: The parts of a ratio, from what it stands in; the others are compared as they are rounded.
_FRACTIONS: dict[str, Callable[[Any], tuple[int, int]]] = {
    "dscr": lambda coverage: (coverage.cfads, coverage.debt_service),
    "fixed_charge_coverage": lambda coverage: (coverage.fixed_charge_cash, coverage.fixed_charges),
    "interest_coverage": lambda coverage: (coverage.adjusted_ebitda, coverage.interest_expense),
    "principal_coverage": lambda coverage: (coverage.cfads - coverage.cash_interest, coverage.scheduled_principal),
    "share": lambda facility: (facility.paid, facility.claim),
    "loss_given_default": lambda facility: (facility.claim - facility.paid, facility.claim),
}
_BREAKS: dict[EventKind, Callable[[Condition, Header], bool]] = {
    EventKind.DEFAULT: lambda _, header: header.metrics.first_default_period > 0,
    EventKind.OBLIGATION_UNPAID: _is_unpaid,
    EventKind.COVENANT_BREACH: _is_breached,
    EventKind.LIQUIDITY_BELOW_MINIMUM: lambda at_least, header: (
        header.metrics.lowest_liquidity < at_least.minimum_liquidity
    ),
    EventKind.LOAN_TO_VALUE_ABOVE_ONE: lambda _, header: bool(header.first_under_collateralised_period),
    EventKind.THRESHOLD: _passes_limit,
}
