"""Cost of sales and operating expenses before depreciation, by the lines that the operating income confirms.

What a filing calls its lines differs: research may be a line or part of a line, depreciation too, and one-offs stand
among the costs. Revenue less all of them is the operating income, to the unit: the lines that make this so are the ones
the filing has. Where none do, the first alternative is taken and the difference is named.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations, product
from typing import NamedTuple

from . import concepts
from .concepts import formulas
from .facts import GAAP
from .year import Figure, Year

ASSUMED = "ASSUMPTION: depreciation stands in cost of sales, amortisation of intangible assets in operating expenses."
MOST_LINES = 4  #: beside cost of sales and operating expenses


class OperatingCosts(NamedTuple):
    """What the filing gives of a year's costs; None where it gives nothing. `remarks` are for the reader."""

    cost_of_sales: Figure | None
    operating_expenses: Figure | None
    remarks: tuple[str, ...]


class _Line(NamedTuple):
    """A line of its own in the income statement."""

    kind: str
    figure: Figure


def operating_costs(year: Year) -> OperatingCosts:
    """Both costs of a year, before depreciation and amortisation and without one-offs."""
    revenue = year.first_flow(formulas(concepts.REVENUE))
    sales_costs = _every(year, concepts.COST_OF_SALES_BEFORE_DEPRECIATION) + _every(year, concepts.COST_OF_SALES)
    gross_profit = year.flow(formulas(concepts.GROSS_PROFIT)[0])
    if not sales_costs and revenue and gross_profit:
        source = f"revenue - {gross_profit.source} {gross_profit.value:,f}"
        sales_costs = [Figure(revenue.value - gross_profit.value, source, gross_profit.notes)]
    expenses = _every(year, concepts.OPERATING_EXPENSES)
    if not sales_costs or not expenses:
        cost, expense = (figures[0] if figures else None for figures in (sales_costs, expenses))
        return OperatingCosts(cost, expense, _not_split(year))
    income = year.flow(formulas(concepts.OPERATING_INCOME)[0])
    if not revenue or not income:
        remark = "Costs are not checked: the facts have no revenue or no operating income."
        return _before_depreciation(year, sales_costs[0], expenses[0], (), (remark,))
    return _confirmed(year, revenue.value - income.value, sales_costs, expenses)


def _every(year: Year, text: str) -> list[Figure]:
    return [figure for figure in map(year.flow, formulas(text)) if figure]


def _not_split(year: Year) -> tuple[str, ...]:
    costs = year.flow(formulas(concepts.ALL_COSTS)[0])
    before = "both costs are needed, each before depreciation and amortisation."
    return (f"{costs.source} {costs.value:,f} are all costs: {before}" if costs else before.capitalize(),)


def _confirmed(year: Year, costs: Decimal, sales_costs: list[Figure], expenses: list[Figure]) -> OperatingCosts:
    """The two costs, of the alternatives, that with the fewest other lines come to all costs."""
    lines = _lines(year)
    for expense, cost, count in product(expenses, sales_costs, range(MOST_LINES + 1)):
        for chosen in combinations(lines, count):
            if cost.value + expense.value + sum(line.figure.value for line in chosen) == costs:
                return _before_depreciation(year, cost, expense, chosen, ())
    cost, expense = sales_costs[0], expenses[0]
    rest = costs - cost.value - expense.value
    possible = _named(line.figure for line in lines) or "none of the known lines"
    remark = (
        f"Costs do not add up: {rest:,f} more are between revenue and operating income. They may be some of these, as"
        f" costs: {possible}; add to operating_expenses_annual what comes back every year."
    )
    return _before_depreciation(year, cost, expense, (), (remark,))


def _lines(year: Year) -> list[_Line]:
    """The lines that the year has, none of them 0; of equal ones the first."""
    kinds = {
        "recurring": concepts.RECURRING_LINES,
        "depreciation": concepts.DEPRECIATION_LINES,
        "one-off": concepts.ONE_OFF_LINES,
    }
    lines: dict[Decimal, _Line] = {}
    for kind, alternatives in kinds.items():
        for figure in map(year.flow, alternatives):
            if figure and figure.value:
                lines.setdefault(figure.value, _Line(kind, figure))
    return [*lines.values()]


def _before_depreciation(
    year: Year, cost: Figure, expense: Figure, lines: tuple[_Line, ...], remarks: tuple[str, ...]
) -> OperatingCosts:
    """Both costs without the depreciation that stands in them, with the lines that come back every year."""
    said = [*remarks, *_one_offs(year, expense, lines)]
    for line in lines:
        expense = _plus(expense, line.figure, 1) if line.kind == "recurring" else expense
    depreciation, elsewhere = _depreciation_inside(year, cost, expense, lines)
    if depreciation is None:
        return OperatingCosts(cost, expense, tuple(said))
    before = _plus(cost, depreciation, -1)
    for figure in elsewhere:
        before = _plus(before, figure, 1)
    if before.value < 0:
        said.append(f"Depreciation is not taken out of the costs: {cost.source} is less than {depreciation.source}.")
        return OperatingCosts(cost, expense, tuple(said))
    for figure in elsewhere:
        is_line = any(figure == line.figure for line in lines)
        expense = expense if is_line else _plus(expense, figure, -1)
    return OperatingCosts(before._replace(notes=(*before.notes, ASSUMED)), expense, tuple(said))


def _one_offs(year: Year, expense: Figure, lines: tuple[_Line, ...]) -> Iterator[str]:
    """One-offs that are left out, and those that may be in all operating expenses."""
    inside = [line.figure for line in _lines(year) if line.kind == "one-off"]
    if expense.source == f"{GAAP}:{concepts.ALL_EXPENSES}" and inside:
        yield f"{expense.source} may contain one-offs: {_named(inside)}."
    for line in lines:
        if line.kind == "one-off":
            yield f"Left out as a one-off: {line.figure.value:,f}, {line.figure.source}."


def _depreciation_inside(
    year: Year, cost: Figure, expense: Figure, lines: tuple[_Line, ...]
) -> tuple[Figure | None, list[Figure]]:
    """The depreciation of the year where some of it stands in cost of sales, and what of it stands elsewhere.

    Elsewhere are lines of their own, else amortisation of intangible assets in operating expenses.
    """
    whole = year.first_flow(formulas(concepts.DEPRECIATION))
    apart = [line.figure for line in lines if line.kind == "depreciation"]
    stated_before = any(concept in cost.source for concept in concepts.COST_OF_SALES_BEFORE_DEPRECIATION.split(" | "))
    if whole is None or stated_before or any(figure.value == whole.value for figure in apart):
        return None, []
    amortisation = year.first_flow(formulas(concepts.AMORTISATION))
    if apart or not amortisation or amortisation.value >= whole.value or amortisation.value > expense.value:
        return whole, apart
    return whole, [amortisation]


def _named(figures: Iterable[Figure]) -> str:
    return ", ".join(f"{figure.source} {figure.value:,f}" for figure in figures)


def _plus(figure: Figure, other: Figure, sign: int) -> Figure:
    """A sum or a difference, with each part in its source."""
    first = figure.source if " " in figure.source else f"{figure.source} {figure.value:,f}"
    parts = other.source if " " in other.source else f"{other.source} {other.value:,f}"
    parts = f"({parts})" if sign < 0 and " " in other.source else parts
    source = f"{first} {'+' if sign > 0 else '-'} {parts}"
    return Figure(figure.value + sign * other.value, source, (*figure.notes, *other.notes))
