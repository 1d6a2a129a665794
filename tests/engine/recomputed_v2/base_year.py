"""The twelve months that lie behind: annual amounts as calendar months, and the actuals that open a year of tests."""

from datetime import date

from tests.engine.recomputed_v2.arithmetic import Money, share_out, times
from tests.engine.recomputed_v2.company import Company
from tests.engine.recomputed_v2.days import month_end
from tests.engine.recomputed_v2.rates import opening_rate

FLAT = (1,) * 12


class BaseYear:
    """Each line as a function of the month of the execution: 1 is the first after the analysis date, 0 ends on it."""

    def __init__(self, company: Company, d0: date) -> None:
        self.d0 = d0
        fixed_cost = times(company.cost_of_sales, company.cost_of_sales_fixed_share)
        fixed_expenses = times(company.operating_expenses, company.operating_expenses_fixed_share)
        self.interest_annual = interest_of_the_year(company)
        ebitda = company.revenue - company.cost_of_sales - company.operating_expenses
        reported = ebitda if company.reported_ebitda is None else company.reported_ebitda
        profit = ebitda - company.depreciation_and_amortisation - self.interest_annual
        self.lines: dict[str, list[Money]] = {
            "revenue": share_out(company.revenue, company.weights),
            "fixed_cost": share_out(fixed_cost, FLAT),
            "materials": share_out(company.cost_of_sales - fixed_cost, company.weights),
            "fixed_expenses": share_out(fixed_expenses, FLAT),
            "variable_expenses": share_out(company.operating_expenses - fixed_expenses, company.weights),
            "depreciation": share_out(company.depreciation_and_amortisation, FLAT),
            "capital_expenditure": share_out(company.capital_expenditure, FLAT),
            "adjustment": share_out(reported - ebitda, FLAT),  # a memo: never stressed
            "interest": share_out(self.interest_annual, FLAT),
            "scheduled_principal": share_out(company.scheduled_principal_annual or 0, FLAT),
            "tax": share_out(times(max(profit, 0), company.tax_rate), FLAT),
        }

    def calendar_month(self, t: int) -> int:
        """1 is January: the month of the end of month t."""
        return month_end(self.d0, t).month

    def month(self, line: str, t: int) -> Money:
        return self.lines[line][self.calendar_month(t) - 1]

    def ebitda(self, t: int) -> Money:
        costs = ("fixed_cost", "materials", "fixed_expenses", "variable_expenses")
        return self.month("revenue", t) - sum(self.month(line, t) for line in costs)


def interest_of_the_year(company: Company) -> Money:
    """As stated, else the sum of opening balance x unstressed opening rate, without fees."""
    if company.interest_annual is not None:
        return company.interest_annual
    return run_rate(company)


def run_rate(company: Company) -> Money:
    """Opening balances at their opening rates, a year."""
    return sum(times(debt.balance, opening_rate(debt.rate)) for debt in company.debts)
