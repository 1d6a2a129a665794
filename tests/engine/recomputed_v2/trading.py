"""Trading comes first: revenue to payables of months 1 to H + 3 depend on no cash and no debt.

Step 1 of DESIGN section 4, as the standstill has it; a workout changes payables only, in the month itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tests.engine.recomputed_v2.arithmetic import NANO, Money, nanos, prorate, times
from tests.engine.recomputed_v2.base_year import BaseYear
from tests.engine.recomputed_v2.company import Company, Scenario

MONTH = 365 * NANO  #: a month of 365/12 days, in twelfths of a nano-day
LONGEST = 36  #: months that an opening balance is inverted over


@dataclass(frozen=True)
class Trade:
    """A month of trading."""

    revenue: Money
    fixed_cost: Money  #: F
    materials: Money  #: M
    operating_expenses: Money
    depreciation: Money  #: uncapped share
    wanted_capital_expenditure: Money
    stock: Money
    purchases: Money
    receivables: Money
    payables: Money
    collections: Money
    supplier_payments: Money

    @property
    def ebitda(self) -> Money:
        return self.revenue - self.fixed_cost - self.materials - self.operating_expenses

    @property
    def operating_cash(self) -> Money:
        return self.collections - self.supplier_payments - self.operating_expenses


@dataclass(frozen=True)
class Days:
    """An opening balance as days of a flow, in twelfths of a nano-day, and what no days explain."""

    units: int
    leftover: Money

    def longer(self, days: int) -> int:
        """With an extension in nano-days; days are at least 0."""
        return max(self.units + 12 * days, 0)


def invert(balance: Money, flow: Callable[[int], Money]) -> Days:
    """The days behind a balance, where flow(1) is the nearest month: whole months, then a part, rounded down.

    150.00 over months of 100.00 is a month and a half.
    """
    if not any(flow(n) for n in range(1, LONGEST + 1)):
        return Days(0, balance)
    left, months, part = balance, 0, 0
    while left and months < LONGEST and flow(months + 1) <= left:
        months += 1
        left -= flow(months)
    if left and months < LONGEST:
        amount = flow(months + 1)
        part = int(Fraction(left) * MONTH / amount)
        left -= prorate(amount, part, MONTH)
    return Days(months * MONTH + part, left)


def count(units: int, flow: Callable[[int], Money]) -> Money:
    """The flow of so many days, where flow(1) is the nearest month: whole months, and one prorate."""
    months, part = divmod(units, MONTH)
    return sum(flow(n) for n in range(1, months + 1)) + (prorate(flow(months + 1), part, MONTH) if part else 0)


class Trading:
    """Months 1 to H + 3 of a company's trading under a scenario."""

    def __init__(self, company: Company, scenario: Scenario, base: BaseYear, path: dict[str, list[int]]) -> None:
        self.company, self.base, self.path = company, base, path
        self.release = scenario.inventory_release_share
        self.stock_days = invert(company.inventory, lambda n: base.month("materials", n))
        self.sales_days = invert(company.receivables, lambda n: base.month("revenue", 1 - n))
        self.payment_days = invert(company.payables, self.purchases_before)
        self.months: list[Trade] = []
        for t in range(1, scenario.horizon + 4):
            self.months.append(self.trade(t))

    def __getitem__(self, t: int) -> Trade:
        return self.months[t - 1]

    def trade(self, t: int) -> Trade:
        company, base, path = self.company, self.base, self.path
        revenue_factor, cost_factor = path["revenue_change_factor"][t], path["cost_change_factor"][t]
        both = nanos(Fraction(revenue_factor * cost_factor, NANO**2))
        revenue = times(base.month("revenue", t), revenue_factor)
        fixed, materials = times(base.month("fixed_cost", t), cost_factor), times(base.month("materials", t), both)
        expenses = times(base.month("fixed_expenses", t), cost_factor) + times(base.month("variable_expenses", t), both)
        before = self[t - 1] if t > 1 else None

        stock_before = before.stock if before else company.inventory
        stock = self.stock(t, stock_before, materials)
        purchases = fixed + materials + stock - stock_before

        billed = (before.receivables if before else company.receivables) + revenue
        days = self.sales_days.longer(path["collection_period_extension_days"][t])
        sales = [revenue, *(trade.revenue for trade in reversed(self.months))]
        counted = count(days, lambda n: sales[n - 1] if n <= t else base.month("revenue", t + 1 - n))
        receivables = min(self.sales_days.leftover + counted, billed)

        invoiced = (before.payables if before else company.payables) + purchases
        days = self.payment_days.longer(-path["payment_period_reduction_days"][t])
        bought = [purchases, *(trade.purchases for trade in reversed(self.months))]
        counted = count(days, lambda n: bought[n - 1] if n <= t else self.purchases_before(n - t))
        payables = min(self.payment_days.leftover + counted, invoiced)
        return Trade(
            revenue=revenue,
            fixed_cost=fixed,
            materials=materials,
            operating_expenses=expenses,
            depreciation=base.month("depreciation", t),
            wanted_capital_expenditure=times(
                base.month("capital_expenditure", t), path["capital_expenditure_factor"][t]
            ),
            stock=stock,
            purchases=purchases,
            receivables=receivables,
            payables=payables,
            collections=billed - receivables,
            supplier_payments=invoiced - payables,
        )

    def stock(self, t: int, before: Money, materials: Money) -> Money:
        """leftover + target + unsold - what is released of it; what is already there is not thrown away."""
        wanted = self.stock_days.longer(self.path["inventory_period_extension_days"][t])
        target = times(self.count_forward(t, wanted), self.path["revenue_change_factor"][t])
        unsold = max(self.planned(t) - target, 0)
        return max(self.stock_days.leftover + target + unsold - times(unsold, self.release), before - materials)

    def planned(self, t: int) -> Money:
        return self.count_forward(t, self.stock_days.units)

    def count_forward(self, t: int, units: int) -> Money:
        """Variable cost of sales of the base year over so many days after the end of month t."""
        return count(units, lambda n: self.base.month("materials", t + n))

    def purchases_before(self, n: int) -> Money:
        """Of the month n - 1 before the last of the base year: what months 1 to 12 would have bought, repeated back."""
        m = 12 - (n - 1) % 12
        moved = self.base.month("materials", m) + self.planned(m) - self.planned(m - 1)
        return self.base.month("fixed_cost", m) + max(moved, 0)
