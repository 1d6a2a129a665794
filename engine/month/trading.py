"""What the business earns and moves in each month: it depends on no cash and on no debt, and so comes first.

Every month is traded before the first one is stepped, as a month looks three months ahead.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from ..compile.base_year import history
from ..compile.case import CompiledCase, MonthTerms
from ..compile.opening import OpeningBalances
from ..numbers.exact import Arithmetic
from ..numbers.months import month_of_year
from ..values.units import Money
from .working_capital import Balances, Flows, next_balances, stock


class TradingMonth(NamedTuple):
    """The trading of a month, with suppliers who go on as before."""

    revenue: Money
    cost_of_sales: Money
    operating_expenses: Money
    depreciation_share: Money  #: of the year, before what fixed assets there are to write off
    wanted_capital_expenditure: Money
    purchases: Money
    receivables: Money
    inventory: Money
    payables: Money
    collections: Money
    supplier_payments: Money

    @property
    def ebitda(self) -> Money:
        return self.revenue - self.cost_of_sales - self.operating_expenses

    @property
    def cash(self) -> Money:
        """Collections less suppliers and operating expenses."""
        return self.collections - self.supplier_payments - self.operating_expenses


class Costs(NamedTuple):
    """Stressed costs: the fixed cost of sales never lies in stock."""

    fixed_cost_of_sales: Money
    materials: Money
    operating_expenses: Money


def trade(m: Arithmetic, case: CompiledCase, months: int) -> list[TradingMonth]:
    """The trading of so many months from the first on."""
    opening = case.opening
    balances = Balances(opening.receivables, opening.inventory, opening.payables)
    sales = list(accumulate(history(opening.year.revenue), initial=0))
    purchases = list(accumulate(history(opening.base_purchases), initial=0))
    traded = []
    for number, terms in enumerate(case.months[:months], start=1):
        season = month_of_year(number)
        revenue = m.times(opening.year.revenue[season], terms.revenue_factor)
        costs = stressed_costs(m, opening, terms, season)
        inventory = stock(m, opening, terms, balances.inventory, costs.materials)
        bought = costs.fixed_cost_of_sales + costs.materials + inventory - balances.inventory
        sales.append(sales[-1] + revenue)
        purchases.append(purchases[-1] + bought)
        after = next_balances(m, opening, terms, balances, Flows(sales, purchases), inventory)
        traded.append(_month(m, opening, terms, season, (balances, after), revenue, costs, bought))
        balances = after
    return traded


def stressed_costs(m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, season: int) -> Costs:
    """Fixed cost x f_cost, variable cost x (f_revenue x f_cost); `season` is the month of the year."""
    year, fixed, variable = opening.year, terms.cost_factor, terms.variable_cost_factor
    return Costs(
        fixed_cost_of_sales=m.times(year.cost_of_sales_fixed[season], fixed),
        materials=m.times(year.cost_of_sales_variable[season], variable),
        operating_expenses=m.times(year.operating_expenses_fixed[season], fixed)
        + m.times(year.operating_expenses_variable[season], variable),
    )


def _month(
    m: Arithmetic,
    opening: OpeningBalances,
    terms: MonthTerms,
    season: int,
    balances: Sequence[Balances],
    revenue: Money,
    costs: Costs,
    bought: Money,
) -> TradingMonth:
    before, after = balances
    year = opening.year
    return TradingMonth(
        revenue=revenue,
        cost_of_sales=costs.fixed_cost_of_sales + costs.materials,
        operating_expenses=costs.operating_expenses,
        depreciation_share=year.depreciation_and_amortisation[season],
        wanted_capital_expenditure=m.times(year.capital_expenditure[season], terms.capital_expenditure_factor),
        purchases=bought,
        receivables=after.receivables,
        inventory=after.inventory,
        payables=after.payables,
        collections=before.receivables + revenue - after.receivables,
        supplier_payments=before.payables + bought - after.payables,
    )
