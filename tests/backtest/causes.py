"""Why a harder scenario lets a firm default later: such a firm sells at a loss, or lives on what customers owe."""

from collections.abc import Sequence
from dataclasses import replace

from .companies import Setting
from .ratios import Statement
from .runs import FEWER_SALES, Figures, Runs, run_all

BELOW_VARIABLE_COST = "a sale costs more than it brings (variable cost is above revenue)"
TRADE_CREDIT = "old receivables come in while less is bought: helped no longer if all trade is for cash"
UNEXPLAINED = "unexplained"


def out_of_order(figures: Sequence[Sequence[Figures]]) -> list[int]:
    """The positions of firms that default later in a harder scenario; figures by scenario, mildest first, and firm."""
    months = ([of_scenario.months_to_default() for of_scenario in firm] for firm in zip(*figures, strict=True))
    return [n for n, of_firm in enumerate(months) if of_firm != sorted(of_firm, reverse=True)]


def causes(firms: Sequence[Statement], runs: Runs, scenarios: Sequence[str], setting: Setting) -> dict[str, list[str]]:
    """The names of the firms that default later in a harder scenario, by the first cause that explains each."""
    helped = [firms[n] for n in out_of_order([runs[scenario, setting] for scenario in scenarios])]
    selling = [firm for firm in helped if _variable_margin(firm, setting) >= 0]
    for_cash = run_all([_for_cash(firm) for firm in selling], [(scenario, setting) for scenario in scenarios])
    unexplained = {selling[n].name for n in out_of_order([for_cash[scenario, setting] for scenario in scenarios])}
    return {
        BELOW_VARIABLE_COST: [firm.name for firm in helped if _variable_margin(firm, setting) < 0],
        TRADE_CREDIT: [firm.name for firm in selling if firm.name not in unexplained],
        UNEXPLAINED: [firm.name for firm in selling if firm.name in unexplained],
    }


def higher_lows(runs: Runs, setting: Setting) -> int:
    """How many firms default neither way and have a higher lowest liquidity where sales are lower."""
    pairs = zip(runs["base", setting], runs[FEWER_SALES, setting], strict=True)
    return sum(
        not base.first_default and not fewer.first_default and fewer.lowest_liquidity > base.lowest_liquidity
        for base, fewer in pairs
    )


def _for_cash(firm: Statement) -> Statement:
    other_assets, other_liabilities = firm.other_assets + firm.receivables, firm.other_liabilities + firm.payables
    return replace(firm, receivables=0.0, payables=0.0, other_assets=other_assets, other_liabilities=other_liabilities)


def _variable_margin(firm: Statement, setting: Setting) -> float:
    """Revenue less the costs that move with it."""
    sales, expenses = 1 - setting.fixed.cost_of_sales / 100, 1 - setting.fixed.operating_expenses / 100
    return firm.revenue - sales * firm.cost_of_sales - expenses * firm.operating_expenses
