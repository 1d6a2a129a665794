"""Receivables, inventory and payables by count-back: a balance is the last so many days of its flow.

So a fall in revenue does not release all receivables at once: those of better months are still being collected.
"""

from itertools import accumulate
from typing import NamedTuple

from ..compile.case import Days, MonthTerms, OpeningBalances
from ..numbers.exact import Arithmetic, Cell
from ..numbers.months import MONTH_UNITS


class Flows(NamedTuple):
    """Running sums of the flows behind the balances, oldest first; the last one is the latest month."""

    sales: tuple[Cell, ...]
    cost_of_sales: tuple[Cell, ...]
    purchases: tuple[Cell, ...]


class WorkingCapital(NamedTuple):
    """What the month did to working capital."""

    flows: Flows
    receivables: Cell
    inventory: Cell
    payables: Cell
    collections: Cell
    supplier_payments: Cell  #: due


def opening_flows(opening: OpeningBalances) -> Flows:
    """The history before the analysis date. A steady company bought what it sold."""
    sales, costs = (_running(opening.year.history(line)) for line in (opening.year.revenue, opening.year.cost_of_sales))
    return Flows(sales, costs, costs)


def _running(history: list[Cell]) -> tuple[Cell, ...]:
    return (0, *accumulate(history, initial=0))


def working_capital(
    m: Arithmetic,
    opening: OpeningBalances,
    terms: MonthTerms,
    flows: Flows,
    before: tuple[Cell, Cell, Cell],
    revenue: Cell,
    cost_of_sales: Cell,
) -> WorkingCapital:
    """Collections and supplier payments of a month; `before` has receivables, inventory and payables of the last."""
    receivables, inventory, payables = before
    sales = _grown(flows.sales, revenue)
    costs = _grown(flows.cost_of_sales, cost_of_sales)

    billed = receivables + revenue
    still_owed = m.least(opening.unexplained_receivables + count_back(m, sales, terms.collection_days), billed)

    unsold = inventory - cost_of_sales
    stock = m.most(opening.unexplained_inventory + count_back(m, costs, terms.inventory_days), unsold)
    bought = _grown(flows.purchases, stock - unsold)

    invoiced = payables + stock - unsold
    unpaid = m.least(opening.unexplained_payables + count_back(m, bought, terms.payment_days), invoiced)
    return WorkingCapital(
        Flows(sales, costs, bought), still_owed, stock, unpaid, billed - still_owed, invoiced - unpaid
    )


def _grown(running: tuple[Cell, ...], flow: Cell) -> tuple[Cell, ...]:
    return (*running, running[-1] + flow)


def count_back(m: Arithmetic, running: tuple[Cell, ...], days: Days) -> Cell:
    """The flow of the last so many days: whole months by difference of running sums, the oldest one prorated."""
    since, before = m.ago(running, days.months), m.ago(running, days.months + 1)
    return running[-1] - since + m.prorate(since - before, days.part, MONTH_UNITS)
