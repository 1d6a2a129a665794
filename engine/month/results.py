"""The cells of one month, each figure that a month of the model says.

A field is a stored cell; a property is a subtotal of cells, so that no figure is kept twice and each formula stands
here once. Cells are integers in the scalar lane, arrays of them in the batch lane, fractions in the rational one.
Money in minor units; rates in nanos; ratios in 10^-6 or a reason (`arithmetic.UndefinedRatio`).
"""

from enum import Enum
from typing import NamedTuple

from ..values.units import Decimal9, Money, Number, Ratio, Words


class Facility(NamedTuple):
    """The place of one instrument, or of the revolver, in the waterfall."""

    facility_id: Words
    lien: Number


class CoverageStatus(Enum):
    """How well debt service is covered; tested on the exact fraction, never on the rounded ratio."""

    NOT_APPLICABLE = "not_applicable"  #: no debt service
    ADEQUATE = "adequate"  #: DSCR at least 1.25
    MARGINAL = "marginal"  #: DSCR at least 1.00
    INSUFFICIENT = "insufficient"  #: DSCR below 1.00


class Income(NamedTuple):
    """The income statement of the month."""

    revenue: Money
    cost_of_sales: Money
    operating_expenses: Money
    depreciation_and_amortisation: Money
    interest_expense: Money
    tax: Money

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
        return self.payables + self.operating_arrears + interest + self.debt + self.other_liabilities


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
        return self.revolver_draws - repaid

    @property
    def net_cash_flow(self) -> Money:
        flows = self.operating_cash_flow + self.investing_cash_flow + self.financing_cash_flow
        return flows - self.moved_to_restricted


class Needs(NamedTuple):
    """What had to be paid in the month, older amounts included, in the order of the waterfall."""

    operating: Money
    interest: Money
    principal: Money
    capital_expenditure: Money

    @property
    def total(self) -> Money:
        return self.operating + self.interest + self.principal + self.capital_expenditure


class Unpaid(NamedTuple):
    """One category: the rise of its unpaid stock in the month, its fall, and the stock at the end."""

    shortfall: Money
    cured: Money
    outstanding: Money


class Shortfalls(NamedTuple):
    """What the waterfall left unpaid, by category. Lapsed capital expenditure is a memo and never cured."""

    operating: Unpaid
    debt_service: Unpaid
    capital_expenditure: Unpaid

    @property
    def total_shortfall(self) -> Money:
        return self.operating.shortfall + self.debt_service.shortfall + self.capital_expenditure.shortfall

    @property
    def total_outstanding(self) -> Money:
        return self.operating.outstanding + self.debt_service.outstanding + self.capital_expenditure.outstanding


class Liquidity(NamedTuple):
    """What could still be drawn at the end of the month, and the distance to the cash the company wants to hold."""

    usable_commitment: Money
    available_revolver: Money
    minimum_cash_gap: Money


class FacilityMonth(NamedTuple):
    """One instrument, or the revolver, in the month. Balances are principal, overdue and capitalised included."""

    rate: Decimal9
    interest_accrued: Money  #: expense of the month: coupon, interest on overdue principal, undrawn fee
    interest_capitalised: Money
    interest_due: Money  #: newly due in cash in the month
    interest_paid: Money
    interest_arrears: Money
    accrued_interest: Money  #: accrued and not yet due, at the end
    principal_scheduled: Money  #: newly due in the month under the contract
    overadvance: Money  #: newly due because the borrowing base fell
    principal_paid: Money
    refinanced: Money
    drawn: Money
    prepaid: Money
    overdue: Money
    closing_balance: Money
    collateral_value: Money
    recovery: Money

    @property
    def opening_balance(self) -> Money:
        added = self.drawn + self.interest_capitalised
        return self.closing_balance - added + self.principal_paid + self.prepaid

    @property
    def claim(self) -> Money:
        return self.closing_balance + self.accrued_interest + self.interest_arrears

    @property
    def collateral_shortfall(self) -> Money:
        return self.claim - self.collateral_value


class CategoryExposure(NamedTuple):
    """The market value of one category of assets."""

    market_value_before: Money
    market_value: Money

    @property
    def change(self) -> Money:
        return self.market_value - self.market_value_before


class Exposure(NamedTuple):
    """What stands behind the debt at the end of the month, and what a liquidation then would bring."""

    claims: Money  #: debt with accrued interest and arrears
    collateral_shortfall: Money  #: sum over the facilities, without netting
    loan_to_value: Ratio  #: claims over the market value of all assets
    leverage: Ratio  #: debt over the adjusted EBITDA of the last twelve months
    distributable_value: Money
    recovered_by_debt: Money
    recovered_by_other_creditors: Money
    residual: Money


class Coverage(NamedTuple):
    """Coverage over some months: numerators and denominators over the same ones."""

    cfads: Money
    adjusted_ebitda: Money
    cash_interest: Money
    interest_expense: Money
    scheduled_principal: Money
    dscr: Ratio
    interest_coverage: Ratio
    principal_coverage: Ratio
    status: CoverageStatus

    @property
    def debt_service(self) -> Money:
        return self.cash_interest + self.scheduled_principal


class Month(NamedTuple):
    """Every cell of one month. Facilities stand in the order of the waterfall, categories by name."""

    income: Income
    position: Position
    cash_flow: CashFlow
    needs: Needs
    shortfalls: Shortfalls
    liquidity: Liquidity
    coverage_month: Coverage
    coverage_last_twelve_months: Coverage
    exposure: Exposure
    facilities: tuple[FacilityMonth, ...]
    categories: tuple[CategoryExposure, ...]

    @property
    def opening_cash(self) -> Money:
        return self.position.cash - self.cash_flow.net_cash_flow

    @property
    def available_liquidity(self) -> Money:
        return self.position.cash + self.liquidity.available_revolver
