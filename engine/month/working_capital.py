"""Receivables, inventory and payables by count-back: a balance is the flow of the last so many days.

So a fall in revenue does not release all receivables at once: those of better months are still being collected.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from ..compile.case import CountBack, MonthTerms, OpeningBalances
from ..numbers.exact import Arithmetic
from ..numbers.months import MONTH_UNITS
from ..values.units import Money
from .results import Position


class FlowHistory(NamedTuple):
    """Running sums of the flows behind the balances, oldest first; the last one is the latest month."""

    sales: tuple[Money, ...]
    cost_of_sales: tuple[Money, ...]
    purchases: tuple[Money, ...]


class WorkingCapital(NamedTuple):
    """The balances at the end of a month, and the cash that they bring and ask for."""

    flow_history: FlowHistory
    receivables: Money
    inventory: Money
    payables: Money
    collections: Money
    supplier_payments: Money  #: due


def opening_history(opening: OpeningBalances) -> FlowHistory:
    """The history before the analysis date. A steady company bought what it sold."""
    year = opening.year
    sales, costs = (_running(year.history(line)) for line in (year.revenue, year.cost_of_sales))
    return FlowHistory(sales=sales, cost_of_sales=costs, purchases=costs)


def _running(history: list[Money]) -> tuple[Money, ...]:
    return (0, *accumulate(history, initial=0))


def working_capital(
    m: Arithmetic,
    opening: OpeningBalances,
    terms: MonthTerms,
    before: Position,
    history: FlowHistory,
    *,
    revenue: Money,
    cost_of_sales: Money,
) -> WorkingCapital:
    """The balances, collections and supplier payments of a month, from the balance sheet `before` it.

    Collections = receivables before + revenue - receivables; supplier payments = payables before + purchases -
    payables; purchases = cost of sales + inventory - inventory before.
    """
    sales = _with_month(history.sales, revenue)
    billed = before.receivables + revenue
    receivables = m.least(opening.unexplained_receivables + count_back(m, sales, terms.collection_days), billed)

    costs = _with_month(history.cost_of_sales, cost_of_sales)
    unsold = before.inventory - cost_of_sales
    inventory = m.most(opening.unexplained_inventory + count_back(m, costs, terms.inventory_days), unsold)

    bought = _with_month(history.purchases, inventory - unsold)
    invoiced = before.payables + inventory - unsold
    payables = m.least(opening.unexplained_payables + count_back(m, bought, terms.payment_days), invoiced)
    return WorkingCapital(
        flow_history=FlowHistory(sales=sales, cost_of_sales=costs, purchases=bought),
        receivables=receivables,
        inventory=inventory,
        payables=payables,
        collections=billed - receivables,
        supplier_payments=invoiced - payables,
    )


def _with_month(running: tuple[Money, ...], flow: Money) -> tuple[Money, ...]:
    return (*running, running[-1] + flow)


def count_back(m: Arithmetic, running: Sequence[Money], days: CountBack) -> Money:
    """The flow of the last so many days: whole months by difference of running sums, the oldest one prorated.

    A month and a half of 100.00 a month is 150.00.
    """
    since, before = m.ago(running, days.months), m.ago(running, days.months + 1)
    return running[-1] - since + m.prorate(since - before, days.part, MONTH_UNITS)
