"""Tax by fiscal year: step 3 of DESIGN section 4."""

from tests.engine.recomputed_v2.arithmetic import Money, times
from tests.engine.recomputed_v2.base_year import BaseYear
from tests.engine.recomputed_v2.company import Company


class Tax:
    """Profit of the fiscal year so far, the tax booked on it, the losses before it and the net position."""

    def __init__(self, company: Company, base: BaseYear) -> None:
        self.rate, self.year_end, self.base = company.tax_rate, company.year_end, base
        self.losses: Money = company.tax_losses
        self.position: Money = company.tax_payable
        self.profit: Money = 0
        months_of_year = (base.calendar_month(0) - self.year_end) % 12
        for t in range(1 - months_of_year, 1):
            self.profit += base.ebitda(t) - base.month("depreciation", t) - base.month("interest", t)
        self.booked: Money = self.of_the_year()

    def of_the_year(self) -> Money:
        return times(max(self.profit - self.losses, 0), self.rate)

    def expense(self, profit_before_tax: Money) -> Money:
        """Tax of the year so far less what is booked; it may be below 0."""
        self.profit += profit_before_tax
        expense = self.of_the_year() - self.booked
        self.booked += expense
        self.position += expense
        return expense

    def falls_due(self, t: int) -> Money:
        """At the end of a fiscal quarter what the position owes; at that of the year the account opens anew."""
        if not self.is_quarter_end(t):
            return 0
        due = max(self.position, 0)
        self.position -= due
        if self.base.calendar_month(t) == self.year_end:
            self.losses = max(self.losses - self.profit, 0)
            self.profit = self.booked = 0
        return due

    def is_quarter_end(self, t: int) -> bool:
        return (self.base.calendar_month(t) - self.year_end) % 3 == 0
