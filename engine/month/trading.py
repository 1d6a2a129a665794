"""What the business earns and moves in a month, before its debts and taxes."""

from typing import NamedTuple

from ..compile.case import MonthTerms, OpeningBalances
from ..numbers.exact import Arithmetic
from ..values.units import Money
from .state import State
from .working_capital import WorkingCapital, working_capital


class Trading(NamedTuple):
    """The trading of a month."""

    revenue: Money
    cost_of_sales: Money
    operating_expenses: Money
    depreciation_and_amortisation: Money
    wanted_capital_expenditure: Money  #: what cash cannot pay lapses
    working_capital: WorkingCapital


def trade(m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, season: int, before: State) -> Trading:
    """Stressed revenue and costs of a month, and the working capital they tie up; `season` is the month of the year.

    Revenue x f_revenue; costs fixed x f_cost + variable x (f_revenue x f_cost).
    """
    year = opening.year
    revenue = m.times(year.revenue[season], terms.revenue_factor)
    cost_of_sales = m.times(year.cost_of_sales_fixed[season], terms.cost_factor) + m.times(
        year.cost_of_sales_variable[season], terms.variable_cost_factor
    )
    operating_expenses = m.times(year.operating_expenses_fixed[season], terms.cost_factor) + m.times(
        year.operating_expenses_variable[season], terms.variable_cost_factor
    )
    return Trading(
        revenue=revenue,
        cost_of_sales=cost_of_sales,
        operating_expenses=operating_expenses,
        depreciation_and_amortisation=m.least(year.depreciation_and_amortisation[season], before.position.fixed_assets),
        wanted_capital_expenditure=m.times(year.capital_expenditure[season], terms.capital_expenditure_factor),
        working_capital=working_capital(
            m,
            opening,
            terms,
            before.position,
            before.flow_history,
            revenue=revenue,
            cost_of_sales=cost_of_sales,
        ),
    )
