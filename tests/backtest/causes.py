"""Why a harder scenario lets a firm default later: each such firm under changes that take one cause away."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from .companies import Setting
from .ratios import Statement
from .runs import Figures, Runs, run_all

BELOW_VARIABLE_COST = "a sale costs more than it brings (variable cost is above revenue)"
TRADE_CREDIT = "old receivables come in while less is bought: helped no longer if all trade is for cash"
SLOWER_STOCK = "likewise for stock: helped no longer if no stock is kept either"
UNEXPLAINED = "unexplained"


def _for_cash(firm: Statement) -> Statement:
    other_assets, other_liabilities = firm.other_assets + firm.receivables, firm.other_liabilities + firm.payables
    return replace(firm, receivables=0.0, payables=0.0, other_assets=other_assets, other_liabilities=other_liabilities)


def _without_stock(firm: Statement) -> Statement:
    cash_trade = _for_cash(firm)
    return replace(cash_trade, inventory=0.0, other_assets=cash_trade.other_assets + firm.inventory)


CHANGES: dict[str, Callable[[Statement], Statement]] = {TRADE_CREDIT: _for_cash, SLOWER_STOCK: _without_stock}


def out_of_order(figures: Sequence[Sequence[Figures]]) -> list[int]:
    """The positions of firms that default later in a harder scenario; figures by scenario, mildest first, and firm."""
    months = ([of_scenario.months_to_default() for of_scenario in firm] for firm in zip(*figures, strict=True))
    return [n for n, of_firm in enumerate(months) if of_firm != sorted(of_firm, reverse=True)]


def causes(firms: Sequence[Statement], runs: Runs, scenarios: Sequence[str], setting: Setting) -> dict[str, list[str]]:
    """The names of the firms that default later in a harder scenario, by the first cause that explains each."""
    helped = [firms[n] for n in out_of_order([runs[scenario, setting] for scenario in scenarios])]
    names: dict[str, list[str]] = {BELOW_VARIABLE_COST: [f.name for f in helped if _variable_margin(f, setting) < 0]}
    helped = [firm for firm in helped if _variable_margin(firm, setting) >= 0]
    for cause, change in CHANGES.items():
        changed = run_all([change(firm) for firm in helped], [(scenario, setting) for scenario in scenarios])
        still = set(out_of_order([changed[scenario, setting] for scenario in scenarios]))
        names[cause] = [firm.name for n, firm in enumerate(helped) if n not in still]
        helped = [firm for n, firm in enumerate(helped) if n in still]
    return names | {UNEXPLAINED: [firm.name for firm in helped]}


def _variable_margin(firm: Statement, setting: Setting) -> float:
    """Revenue less the costs that move with it."""
    sales, expenses = 1 - setting.fixed.cost_of_sales / 100, 1 - setting.fixed.operating_expenses / 100
    return firm.revenue - sales * firm.cost_of_sales - expenses * firm.operating_expenses
