"""The figures of an execution's header by their names in the API, each with its unit and how to take it.

One table for all who ask for a figure by its name: breaking points, sensitivities, attributions, and the columns of a
sweep. It is read from the shapes of the cumulative metrics, so that a figure added there has its name here.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

from ..compile.structure import CapitalStructure, capital_structure
from ..horizon.results import CumulativeMetrics
from ..inputs.company import DatasetVersion
from ..numbers.exact import UndefinedRatio
from ..numbers.ratio import is_defined
from ..values.units import Kind, Unit
from ..values.value import Field, fields_of

Step = str | int  #: a field or property by its name, or a place in a list


class FigureUnit(Enum):
    """What a figure of a header is counted in."""

    AMOUNT = "amount"  #: minor units of the company's currency
    RATIO = "ratio"  #: whole numbers of 10^-6, or the code of the reason why there is none
    MONTHS = "months"
    PERIOD = "period"  #: the number of a month, 0 where it never happens


class HeaderFigure(NamedTuple):
    """A figure of a header. `totals.revenue_minor` and `covenants[leverage].least_headroom_minor` are names."""

    name: str
    unit: FigureUnit
    path: tuple[Step, ...]  #: from the cumulative metrics to it
    absent_at: tuple[Step, ...] = ()  #: the period that is 0 where the figure is absent; empty where it never is
    may_never_be: bool = False  #: a period that is 0 where what it is about never happens

    @property
    def may_be_unknown(self) -> bool:
        """Whether some company under some scenario has no number here."""
        return bool(self.absent_at) or self.may_never_be or self.unit is FigureUnit.RATIO

    def of(self, metrics: CumulativeMetrics) -> int:
        """The figure as the run has it: the code of a ratio, a period of 0, and anything at all where it is absent."""
        return int(at(metrics, self.path) or 0)

    def unknown(self, metrics: CumulativeMetrics) -> str:
        """Why there is no number: NEVER, ABSENT or the reason of a ratio; empty where there is one.

        NEVER is later than every month, and NEGATIVE below every number.
        """
        if self.absent_at and not at(metrics, self.absent_at):
            return ABSENT
        figure = self.of(metrics)
        if self.may_never_be and figure == 0:
            return NEVER
        return UndefinedRatio(figure).name if self.unit is FigureUnit.RATIO and not is_defined(figure) else ""


NEVER, ABSENT = "NEVER", "ABSENT"
#: Numbers that stand for a place in the waterfall.
POSITIONS = frozenset({"first_default_facility", "fulcrum"})
#: Periods that every execution has: those of what is lowest, and of the liquidation.
ALWAYS = frozenset({"lowest_liquidity_period", "recovery_period"})


def header_figures(company: DatasetVersion) -> dict[str, HeaderFigure]:
    """The figures of the headers of a company by name, in the order of the API.

    Lists are by id, in the order of the header: `wall.facilities[ID].principal_minor`. Without assets there is no
    recovery, as it is not known.
    """
    return figures_of(capital_structure(company, company.debts))


def figures_of(structure: CapitalStructure) -> dict[str, HeaderFigure]:
    """The same of a capital structure."""
    facilities = tuple(facility_id for facility_id, _ in structure.facilities)
    covenants = tuple(covenant.covenant_id for covenant in structure.covenants)
    ids = {"facilities": facilities, "covenants": covenants}
    left_out = frozenset() if structure.asset_lines else frozenset({"recovery"})
    return {figure.name: figure for figure in _figures(CumulativeMetrics, ids, left_out, "", ())}


def _figures(
    part: Any, ids: dict[str, tuple[str, ...]], left_out: frozenset[str], name: str, path: tuple[Step, ...]
) -> Iterator[HeaderFigure]:
    """The figures of a part of a header, then its subtotals."""
    fields = fields_of(part)
    names = {field.name for field in fields}
    for field in fields:
        if field.name in left_out:
            continue
        if field.value is None:
            yield from _figure(field, names, name, path)
            continue
        places: list[tuple[str, tuple[Step, ...]]] = [(field.name, (field.name,))]
        if field.repeated:
            places = [(f"{field.name}[{key}]", (field.name, place)) for place, key in enumerate(ids[field.name])]
        for step, steps in places:
            yield from _figures(field.value, ids, left_out, f"{name}{step}.", (*path, *steps))
    for subtotal, member in vars(part).items():
        if isinstance(member, property):
            yield HeaderFigure(f"{name}{subtotal}_minor", FigureUnit.AMOUNT, (*path, subtotal))


def _figure(field: Field, siblings: set[str], name: str, path: tuple[Step, ...]) -> Iterator[HeaderFigure]:
    """The figure of a field, if it is a number."""
    unit = _unit(field.name, field.unit)
    if unit is None:
        return
    written = f"{name}{field.name}_minor" if unit is FigureUnit.AMOUNT else f"{name}{field.name}"
    period = f"{field.name}_period"
    absent_at = (*path, period) if field.optional and period in siblings else ()
    may_never_be = unit is FigureUnit.PERIOD and field.name not in ALWAYS
    yield HeaderFigure(written, unit, (*path, field.name), absent_at, may_never_be)


def _unit(name: str, unit: Unit | None) -> FigureUnit | None:
    if unit is None or name in POSITIONS:
        return None
    if unit.kind is Kind.COUNT:
        return FigureUnit.PERIOD if name.endswith("_period") else FigureUnit.MONTHS
    return {Kind.AMOUNT: FigureUnit.AMOUNT, Kind.RATIO: FigureUnit.RATIO}.get(unit.kind)


def at(metrics: CumulativeMetrics, path: tuple[Step, ...]) -> Any:
    """What stands at a path."""
    branch: Any = metrics
    for step in path:
        branch = branch[step] if isinstance(step, int) else getattr(branch, step)
    return branch
