"""Every figure of one month: its statements here, its debts in `debt_results`.

A field is stored; a property is a subtotal of fields, so that no figure is kept twice and each formula stands here
once. Figures are integers in the scalar lane, arrays of them in the batch lane, fractions in the rational one. Money
in minor units; rates in nanos; ratios in 10^-6 or a reason (`UndefinedRatio`).
"""

from typing import NamedTuple

from ..values.units import Money, Number
from .debt_results import CategoryExposure, CovenantTest, Coverage, Exposure, FacilityMonth


class Income(NamedTuple):
    """The income statement of the month."""

    revenue: Money
    cost_of_sales: Money
    operating_expenses: Money
    depreciation_and_amortisation: Money
    interest_expense: Money
    tax: Money  #: below 0 where a loss takes back tax of the fiscal year

    @property
    def ebitda(self) -> Money:
        return self.revenue - self.cost_of_sales - self.operating_expenses

    @property
    def profit_before_tax(self) -> Money:
        return self.ebitda - self.depreciation_and_amortisation - self.interest_expense

    @property
    def net_income(self) -> Money:
        return self.profit_before_tax - self.tax


class Position(NamedTuple):
    """The balance sheet at the end of the month."""

    cash: Money
    restricted_cash: Money
    receivables: Money
    inventory: Money
    fixed_assets: Money
    other_assets: Money
    payables: Money
    operating_arrears: Money
    accrued_interest: Money
    interest_arrears: Money
    debt: Money
    tax_position: Money  #: owed and not yet due; below 0 it is an asset that later tax consumes
    other_liabilities: Money
    equity: Money

    @property
    def total_assets(self) -> Money:
        current = self.cash + self.restricted_cash + self.receivables + self.inventory
        return current + self.fixed_assets + self.other_assets

    @property
    def working_capital(self) -> Money:
        return self.receivables + self.inventory - self.payables

    @property
    def total_liabilities(self) -> Money:
        interest = self.accrued_interest + self.interest_arrears
        trade = self.payables + self.operating_arrears + self.tax_position
        return trade + interest + self.debt + self.other_liabilities


class CashFlow(NamedTuple):
    """Where cash came from and went, by the direct method."""

    moved_to_restricted: Money
    collections: Money
    operating_arrears_payments: Money
    supplier_payments: Money
    operating_expense_payments: Money
    tax_payments: Money
    interest_payments: Money
    capital_expenditure_payments: Money
    revolver_draws: Money
    principal_payments: Money
    revolver_repayments: Money
    sweep_prepayments: Money
    equity_cure: Money

    @property
    def operating_payments(self) -> Money:
        current = self.supplier_payments + self.operating_expense_payments + self.tax_payments
        return current + self.operating_arrears_payments

    @property
    def operating_cash_flow(self) -> Money:
        return self.collections - self.operating_payments - self.interest_payments

    @property
    def investing_cash_flow(self) -> Money:
        return -self.capital_expenditure_payments

    @property
    def financing_cash_flow(self) -> Money:
        repaid = self.principal_payments + self.revolver_repayments + self.sweep_prepayments
        return self.revolver_draws + self.equity_cure - repaid

    @property
    def net_cash_flow(self) -> Money:
        flows = self.operating_cash_flow + self.investing_cash_flow + self.financing_cash_flow
        return flows - self.moved_to_restricted


class Needs(NamedTuple):
    """What had to be paid in the month, older amounts included, in the order of the waterfall."""

    operating: Money
    interest: Money
    principal: Money

    @property
    def total(self) -> Money:
        return self.operating + self.interest + self.principal


class Unpaid(NamedTuple):
    """One category: the rise of its unpaid stock in the month, the fall, and the stock at the end."""

    shortfall: Money
    cured: Money
    outstanding: Money


class Shortfalls(NamedTuple):
    """What the waterfall left unpaid, by category."""

    operating: Unpaid
    debt_service: Unpaid

    @property
    def total_shortfall(self) -> Money:
        return self.operating.shortfall + self.debt_service.shortfall

    @property
    def total_outstanding(self) -> Money:
        return self.operating.outstanding + self.debt_service.outstanding


class CapitalExpenditure(NamedTuple):
    """What was to be invested, and what of it lapsed: never a need, never unpaid, never a default."""

    wanted: Money
    lapsed: Money


class Liquidity(NamedTuple):
    """What could still be drawn at the end of the month, and the distance to the cash the company wants to hold."""

    usable_commitment: Money
    available_revolver: Money
    minimum_cash_gap: Money
    held_back: Money  #: for the three months ahead, before capital expenditure and repayments


class Month(NamedTuple):
    """Every figure of one month. Facilities stand in the order of the waterfall, categories by name."""

    income: Income
    position: Position
    cash_flow: CashFlow
    needs: Needs
    shortfalls: Shortfalls
    capital_expenditure: CapitalExpenditure
    liquidity: Liquidity
    after_default: Number  #: 1 from the month of the first default on
    coverage_month: Coverage
    coverage_last_twelve_months: Coverage
    exposure: Exposure
    facilities: tuple[FacilityMonth, ...]
    categories: tuple[CategoryExposure, ...]
    covenants: tuple[CovenantTest, ...]

    @property
    def opening_cash(self) -> Money:
        return self.position.cash - self.cash_flow.net_cash_flow

    @property
    def available_liquidity(self) -> Money:
        return self.position.cash + self.liquidity.available_revolver
