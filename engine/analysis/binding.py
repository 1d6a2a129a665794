"""Where an execution that breaks does so first: the month, and the facility or the covenant."""

from collections.abc import Callable
from typing import NamedTuple

from ..horizon.results import DefaultKind, Execution, ShortfallCategory
from ..month.results import Month
from ..values.units import Number, Words
from .conditions import Condition
from .events import EventKind
from .header_figures import FigureUnit, at
from .headers import is_under_collateralised


class Binding(NamedTuple):
    """Where an event is met first; what does not apply is left out."""

    period: Number = 0  #: 0: over the whole horizon
    default_kind: DefaultKind | None = None
    facility_id: Words = ""
    covenant_id: Words = ""


def binding(condition: Condition, execution: Execution) -> Binding:
    """Where an execution that has the event has it first."""
    return _BINDING[condition.event.kind](condition, execution)


def _default(_: Condition, execution: Execution) -> Binding:
    metrics = execution.metrics
    place = metrics.first_default_facility
    facility = execution.facilities[place - 1].facility_id if place else ""
    return Binding(metrics.first_default_period, metrics.first_default_kind, facility)


def _unpaid(condition: Condition, execution: Execution) -> Binding:
    """The first month with something of the category unpaid; of debt service the first facility in the waterfall."""
    if condition.event.category is ShortfallCategory.OPERATING:
        return Binding(_first(execution, lambda month: month.shortfalls.operating.outstanding > 0))
    period = _first(execution, lambda month: month.shortfalls.debt_service.outstanding > 0)
    debts = execution.months[period - 1].facilities
    failed = (
        (facility.lien, debt.interest_arrears == 0, place)
        for place, (facility, debt) in enumerate(zip(execution.facilities, debts, strict=True))
        if debt.interest_arrears or debt.overdue
    )
    return Binding(period, facility_id=execution.facilities[min(failed)[-1]].facility_id)


def _breached(condition: Condition, execution: Execution) -> Binding:
    name = condition.event.covenant_id
    period, covenant_id = min(
        (covenant.first_breach_period, covenant.covenant_id)
        for covenant in execution.metrics.covenants
        if covenant.first_breach_period and name in (None, covenant.covenant_id)
    )
    return Binding(period, covenant_id=covenant_id)


def _short_of_liquidity(condition: Condition, execution: Execution) -> Binding:
    return Binding(_first(execution, lambda month: month.available_liquidity < condition.minimum_liquidity))


def _under_collateralised(_: Condition, execution: Execution) -> Binding:
    return Binding(_first(execution, is_under_collateralised))


def _beyond_limit(condition: Condition, execution: Execution) -> Binding:
    """The month that the header gives beside the figure, and what its name says of a list."""
    figure = condition.figure
    assert figure
    if figure.path[-1] in OF_DEFAULT:
        return _default(condition, execution)
    *holder, name = figure.path
    listed = figure.name.partition("[")[2].partition("]")[0]
    is_covenant = figure.path[0] == "covenants"
    part = at(execution.metrics, tuple(holder))
    period = figure.of(execution.metrics) if figure.unit is FigureUnit.PERIOD else getattr(part, f"{name}_period", 0)
    return Binding(period, facility_id="" if is_covenant else listed, covenant_id=listed if is_covenant else "")


#: Figures of the first default: where they pass a limit, it is what binds.
OF_DEFAULT = frozenset({"first_default_period", "months_of_runway", "need_at_default"})


def _first(execution: Execution, is_met: Callable[[Month], bool]) -> int:
    """The number of the first month that meets a condition."""
    return next(number for number, month in enumerate(execution.months, start=1) if is_met(month))


_BINDING: dict[EventKind, Callable[[Condition, Execution], Binding]] = {
    EventKind.DEFAULT: _default,
    EventKind.OBLIGATION_UNPAID: _unpaid,
    EventKind.COVENANT_BREACH: _breached,
    EventKind.LIQUIDITY_BELOW_MINIMUM: _short_of_liquidity,
    EventKind.LOAN_TO_VALUE_ABOVE_ONE: _under_collateralised,
    EventKind.THRESHOLD: _beyond_limit,
}
