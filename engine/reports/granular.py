"""Every line of every period, by one walk over the shape of a month: cells first, then the subtotals of a section."""

from collections.abc import Iterator, Sequence
from typing import Any

from seawall.engine.domains import Kind
from seawall.engine.month_results import CategoryExposure, FacilityMonth, Month, Unpaid
from seawall.engine.reports.report_results import GranularReport, Line, LineNature
from seawall.engine.results import Execution
from seawall.engine.shape import Field, shape

#: Sections whose money is of the month alone; in the others only what `_FLOWS` names is.
_OF_THE_MONTH = frozenset(("income", "cash_flow", "coverage_month"))
_FLOWS: dict[Any, frozenset[str]] = {
    Unpaid: frozenset(("shortfall", "cured")),
    CategoryExposure: frozenset(("change",)),
    FacilityMonth: frozenset(
        "interest_accrued interest_capitalised interest_due interest_paid principal_scheduled overadvance"
        " principal_paid refinanced drawn prepaid".split()
    ),
}
_TOTAL_SHORTFALL = ("shortfalls", "total_shortfall")
_KINDS = {Kind.RATIO: ("ratios", LineNature.RATIO), Kind.DECIMAL: ("rates", LineNature.RATE)}


def granular(execution: Execution) -> GranularReport:
    """The lines in the order of a month: income, position, cash flow ... facility by facility, category by category."""
    return GranularReport(tuple(_lines(execution)))


def _lines(execution: Execution) -> Iterator[Line]:
    names = {
        "facilities": [facility.facility_id for facility in execution.facilities],
        "categories": list(execution.category_names),
    }
    for figure in subtotals(Month):
        yield _money("month", "", figure, LineNature.STOCK, [getattr(month, figure) for month in execution.months])
    for field in shape(Month):
        column = [getattr(month, field.name) for month in execution.months]
        if field.repeated:
            for position, item in enumerate(names[field.name]):
                yield from _section(field.name, item, field.value, [row[position] for row in column])
        else:
            yield from _section(field.name, "", field.value, column)


def _section(section: str, item: str, cls: Any, column: Sequence[Any]) -> Iterator[Line]:
    for field in shape(cls):
        cells = [getattr(one, field.name) for one in column]
        if field.value:
            yield from _section(f"{section}.{field.name}", item, field.value, cells)
        else:
            yield _line(section, item, cls, field, cells)
    for figure in subtotals(cls):
        amounts = [getattr(one, figure) for one in column]
        yield _money(section, item, figure, _nature(section, cls, figure), amounts)


def _line(section: str, item: str, cls: Any, field: Field, cells: list[Any]) -> Line:
    if field.choices:
        return Line(section, item, field.name, LineNature.STATUS, statuses=tuple(cells))
    assert field.domain is not None
    if field.domain.kind in _KINDS:
        column, nature = _KINDS[field.domain.kind]
        values: Any = {column: tuple(cells)}
        return Line(section, item, field.name, nature, **values)
    return _money(section, item, field.name, _nature(section, cls, field.name), cells)


def _money(section: str, item: str, figure: str, nature: LineNature, amounts: list[int]) -> Line:
    total = sum(amounts) if nature is LineNature.FLOW else None
    return Line(section, item, figure, nature, tuple(amounts), total)


def _nature(section: str, cls: Any, figure: str) -> LineNature:
    flow = section in _OF_THE_MONTH or figure in _FLOWS.get(cls, ()) or (section, figure) == _TOTAL_SHORTFALL
    return LineNature.FLOW if flow else LineNature.STOCK


def subtotals(cls: Any) -> list[str]:
    """The properties of a shape, in the order in which they are written."""
    return [name for name, held in vars(cls).items() if isinstance(held, property)]
