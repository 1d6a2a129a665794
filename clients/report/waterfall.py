"""Where the cash of a month went: the steps of its waterfall, for a picture or for a terminal."""

from typing import NamedTuple

from .story import Story


class Step(NamedTuple):
    """One step of a waterfall, in minor units: what was paid, or is there, and what was needed and not paid."""

    name: str
    paid: int
    unpaid: int = 0


def worst_period(story: Story) -> int:
    """The month that newly leaves the most unpaid; where all is paid, the one with the least cash."""
    short = list(story.amounts("shortfalls.total_shortfall"))
    if any(short):
        return short.index(max(short)) + 1
    balances = list(story.amounts("position.cash"))
    return balances.index(min(balances)) + 1


#: What the classes of needs are called in a picture, and where their need and their payment stand.
CLASSES = {
    "operating": ("needs.operating", "cash_flow.operating_payments"),
    "interest": ("needs.interest", "cash_flow.interest_payments"),
    "principal": ("needs.principal", "cash_flow.principal_payments"),
    "capex": ("needs.capital_expenditure", "cash_flow.capital_expenditure_payments"),
}


def waterfall(story: Story, period: int) -> list[Step]:
    """The cash to begin with, each class of needs, what was prepaid, and the cash that is left."""

    def amount(path: str) -> int:
        return story.amounts(path)[period - 1]

    steps = [Step(name, amount(paid), amount(need) - amount(paid)) for name, (need, paid) in CLASSES.items()]
    steps.append(Step("prepaid", amount("cash_flow.revolver_repayments") + amount("cash_flow.sweep_prepayments")))
    left = amount("position.cash")
    return [Step("cash before", left + sum(step.paid for step in steps)), *steps, Step("cash left", left)]
