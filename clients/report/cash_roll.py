"""Cash from month to month as a lender's liquidity page has it: what comes in, what goes out, and what is left."""

from .cells import Cell, Money, Table
from .story import Story

#: Column -> the line it shows and its sign. What is in none of these stands under Other, so that a row adds up.
FLOWS = {
    "Receipts": ("cash_flow.collections", 1),
    "Operating": ("cash_flow.operating_payments", -1),
    "Capital exp.": ("cash_flow.capital_expenditure_payments", -1),
    "Interest": ("cash_flow.interest_payments", -1),
    "Principal": ("cash_flow.principal_payments", -1),
}


def cash_roll(story: Story) -> Table:
    """A row for each month up to the first default: cash, flows, cash, liquidity, and cash above its minimum."""
    columns = [[sign * amount for amount in story.amounts(path)] for path, sign in FLOWS.values()]
    net, opening, cash = (
        story.amounts(path) for path in ("cash_flow.net_cash_flow", "month.opening_cash", "position.cash")
    )
    liquidity, months = story.amounts("month.available_liquidity"), range(story.first_default or len(story.months))
    rows: list[tuple[Cell, ...]] = []
    for month in months:
        flows = [column[month] for column in columns]
        other = net[month] - sum(flows)
        above = cash[month] - story.minimum_cash_minor
        amounts = (opening[month], *flows, other, cash[month], liquidity[month], above)
        rows.append((month + 1, story.header.period_ends[month], *map(Money, amounts)))
    headings = ("Month", "End", "Cash", *FLOWS, "Other", "Cash", "Liquidity", "Above minimum")
    note = (
        "Other: revolver, prepayments, equity that cures, and cash that the shock puts out of reach. Above minimum:"
        f" cash at the end less minimum cash of {story.unit.amount(story.minimum_cash_minor)}."
    )
    return Table("cash-roll", "Cash and liquidity by month", headings, rows, frozenset((1,)), note=note)
