"""What the business earns and moves in a month, before its debts and taxes."""

from typing import NamedTuple

from ..compile.case import MonthTerms, OpeningBalances
from ..numbers.exact import Arithmetic, Cell
from .state import State
from .working_capital import WorkingCapital, working_capital


class Trade(NamedTuple):
    """The trading of a month."""

    revenue: Cell
    cost_of_sales: Cell
    operating_expenses: Cell
    depreciation_and_amortisation: Cell
    wanted_capital_expenditure: Cell
    working_capital: WorkingCapital


def trade(m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, calendar: int, before: State) -> Trade:
    """Stressed revenue and costs, fixed x f_cost + variable x (f_rev x f_cost), and the working capital they turn."""
    year, last = opening.year, before.position
    revenue = m.times(year.revenue[calendar], terms.revenue_factor)
    cost_of_sales = m.times(year.cost_of_sales_fixed[calendar], terms.cost_factor) + m.times(
        year.cost_of_sales_variable[calendar], terms.variable_cost_factor
    )
    operating_expenses = m.times(year.operating_expenses_fixed[calendar], terms.cost_factor) + m.times(
        year.operating_expenses_variable[calendar], terms.variable_cost_factor
    )
    balances = (last.receivables, last.inventory, last.payables)
    return Trade(
        revenue=revenue,
        cost_of_sales=cost_of_sales,
        operating_expenses=operating_expenses,
        depreciation_and_amortisation=m.least(year.depreciation_and_amortisation[calendar], last.fixed_assets),
        wanted_capital_expenditure=m.times(year.capital_expenditure[calendar], terms.capital_expenditure_factor),
        working_capital=working_capital(m, opening, terms, before.flows, balances, revenue, cost_of_sales),
    )
