"""Stock that looks forward; receivables and payables by count-back: a balance is the flow of the last so many days.

So unsold stock stays, and a fall in revenue does not release all receivables at once: those of better months are
still being collected.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import CountBack, MonthTerms
from ..compile.opening import OpeningBalances
from ..numbers.exact import Arithmetic
from ..numbers.months import MONTH_UNITS
from ..values.units import Flag, Money
from .results import Position


class Balances(NamedTuple):
    """Working capital at the end of a month."""

    receivables: Money
    inventory: Money
    payables: Money


class Flows(NamedTuple):
    """Running sums of what the balances count back on, oldest first; the last one is the latest month."""

    sales: Sequence[Money]
    purchases: Sequence[Money]


def stock(m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, before: Money, materials: Money) -> Money:
    """What is wanted, what is unsold and not run down, and a constant; at least what is left when nothing is bought.

    Unsold = most(planned - wanted, 0): at half the sales and nothing released, stock stays.
    """
    unsold = m.most(terms.planned_stock - terms.wanted_stock, 0)
    kept = unsold - m.times(unsold, opening.inventory_release_share)
    return m.most(opening.unexplained_inventory + terms.wanted_stock + kept, before - materials)


def next_balances(
    m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, before: Balances, flows: Flows, inventory: Money
) -> Balances:
    """The balances at the end of a month, whose sales and purchases are the last of `flows`."""
    billed = before.receivables + flows.sales[-1] - flows.sales[-2]
    invoiced = before.payables + flows.purchases[-1] - flows.purchases[-2]
    owed_by_customers = opening.unexplained_receivables + count_back(m, flows.sales, terms.collection_days)
    owed_to_suppliers = opening.unexplained_payables + count_back(m, flows.purchases, terms.payment_days)
    return Balances(m.least(owed_by_customers, billed), inventory, m.least(owed_to_suppliers, invoiced))


def count_back(m: Arithmetic, running: Sequence[Money], days: CountBack) -> Money:
    """The flow of the last so many days: whole months by difference of running sums, the oldest one prorated.

    A month and a half of 100.00 a month is 150.00.
    """
    since, before = m.ago(running, days.months), m.ago(running, days.months + 1)
    return running[-1] - since + m.prorate(since - before, days.part, MONTH_UNITS)


def payables(
    m: Arithmetic, opening: OpeningBalances, before: Position, on_terms: Money, purchases: Money, on_cash: Flag
) -> Money:
    """What suppliers wait for: as they go on, or on cash nothing but what no days explain."""
    return m.where(on_cash, m.least(opening.unexplained_payables, before.payables + purchases), on_terms)
