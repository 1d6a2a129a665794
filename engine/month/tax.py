"""Tax of the month: on the profit after the losses carried forward."""

from ..compile.case import OpeningBalances
from ..numbers.exact import Arithmetic, Cell
from .results import Income
from .state import State
from .trading import Trade


def earn(
    m: Arithmetic, opening: OpeningBalances, before: State, trade: Trade, interest_expense: Cell
) -> tuple[Income, Cell]:
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
