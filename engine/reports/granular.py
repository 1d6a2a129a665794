"""Every line of every period, as `lines` lists them."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from ..horizon.results import Execution
from .lines import MONTH, SECTIONS
from .results import GranularReport, Line, LineNature

_COLUMNS = {
    LineNature.RATIO: "ratios",
    LineNature.RATE: "rates",
    LineNature.STATUS: "statuses",
    LineNature.TEST: "tests",
    LineNature.MARK: "marks",
}


def granular_report(execution: Execution) -> GranularReport:
    """The lines in the order of a month: income, position, cash flow ... facility by facility, category by category."""
    return GranularReport(tuple(_lines(execution)))


def _lines(execution: Execution) -> Iterator[Line]:
    for section, runs in SECTIONS.items():
        for item, parts in _parts(execution, section):
            for nature, names in runs:
                for figure in names.split():
                    figures = [getattr(part, figure) for part in parts]
                    unknown = figures.count(None)  # in the first months, or in all
                    if unknown < len(figures):  # what is never known has no line
                        line = _line(section, item, figure, nature, figures[unknown:])
                        yield line._replace(known_from_period=unknown + 1) if unknown else line


def _parts(execution: Execution, section: str) -> Iterator[tuple[str, list[Any]]]:
    """A section of every month, as its item and that part of each month.

    An item is a facility, a category, a covenant, or none.
    """
    names = {
        "facilities": [facility.facility_id for facility in execution.facilities],
        "categories": list(execution.category_names),
        "covenants": [covenant.covenant_id for covenant in execution.metrics.covenants],
    }
    if section == MONTH:
        yield "", list(execution.months)
    elif section in names:
        for position, name in enumerate(names[section]):
            yield name, [getattr(month, section)[position] for month in execution.months]
    else:
        yield "", list(map(attrgetter(section), execution.months))


def _line(section: str, item: str, figure: str, nature: LineNature, figures: list[Any]) -> Line:
    if nature in _COLUMNS:
        column: Any = {_COLUMNS[nature]: tuple(figures)}
        return Line(section, item, figure, nature, **column)
    total = sum(figures) if nature is LineNature.FLOW else None
    return Line(section, item, figure, nature, tuple(figures), total)
