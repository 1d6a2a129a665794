"""What the business earns and moves in a month, before its debts and taxes."""

from typing import NamedTuple

from seawall.engine.arithmetic import Arithmetic, Cell
from seawall.engine.month_results import Income
from seawall.engine.plan import MonthTerms, Opening
from seawall.engine.state import State
from seawall.engine.working_capital import Turn, turn


class Trade(NamedTuple):
    """The trading of a month."""

    revenue: Cell
    cost_of_sales: Cell
    operating_expenses: Cell
    depreciation_and_amortisation: Cell
    wanted_capital_expenditure: Cell
    turn: Turn


def trade(m: Arithmetic, opening: Opening, terms: MonthTerms, calendar: int, before: State) -> Trade:
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
        turn=turn(m, opening, terms, before.flows, balances, revenue, cost_of_sales),
    )


def earn(m: Arithmetic, opening: Opening, before: State, trade: Trade, interest_expense: Cell) -> tuple[Income, Cell]:
    """The income statement, with tax on the profit after losses carried forward, and the losses to carry on."""
    untaxed = Income(
        revenue=trade.revenue,
        cost_of_sales=trade.cost_of_sales,
        operating_expenses=trade.operating_expenses,
        depreciation_and_amortisation=trade.depreciation_and_amortisation,
        interest_expense=interest_expense,
        tax=0,
    )
    profit, loss = m.most(untaxed.profit_before_tax, 0), m.most(-untaxed.profit_before_tax, 0)
    relieved = m.least(before.losses, profit)
    return untaxed._replace(tax=m.times(profit - relieved, opening.tax_rate)), before.losses - relieved + loss
