"""The lines of the granular view: each figure of a month that it shows, by name, and what kind of figure it is.

The list is written out, not discovered: what a month learns later changes no report that is stored already. A line
added here changes the documents of every execution, and so takes a new `report.METHOD`.
"""

from .results import LineNature

FLOW, STOCK = LineNature.FLOW, LineNature.STOCK
RATIO, RATE, STATUS = LineNature.RATIO, LineNature.RATE, LineNature.STATUS

Figures = tuple[LineNature, str]

_UNPAID: tuple[Figures, ...] = ((FLOW, "shortfall cured"), (STOCK, "outstanding"))
_RATIOS: tuple[Figures, ...] = (
    (RATIO, "dscr fixed_charge_coverage interest_coverage principal_coverage"),
    (STATUS, "status"),
)
_COVERED = "cfads fixed_charge_cash adjusted_ebitda cash_interest interest_expense scheduled_principal balloon"

MONTH = "month"  #: the section of a month as a whole; every other name is the path to a part of it

#: Sections in the order of a month, figures in the order of their section. Amounts over other months than one are
#: stocks: they do not add up. `facilities` has a line for each facility, `categories` for each category, `covenants`
#: for each covenant.
SECTIONS: dict[str, tuple[Figures, ...]] = {
    MONTH: ((STOCK, "opening_cash available_liquidity"),),
    "income": (
        (FLOW, "revenue cost_of_sales operating_expenses depreciation_and_amortisation interest_expense tax"),
        (FLOW, "ebitda profit_before_tax net_income"),
    ),
    "position": (
        (STOCK, "cash restricted_cash receivables inventory fixed_assets other_assets"),
        (STOCK, "payables operating_arrears accrued_interest interest_arrears debt"),
        (STOCK, "tax_position other_liabilities equity"),
        (STOCK, "total_assets working_capital total_liabilities"),
    ),
    "cash_flow": (
        (FLOW, "moved_to_restricted collections operating_arrears_payments supplier_payments"),
        (FLOW, "operating_expense_payments tax_payments interest_payments capital_expenditure_payments"),
        (FLOW, "revolver_draws principal_payments revolver_repayments sweep_prepayments equity_cure"),
        (FLOW, "operating_payments operating_cash_flow investing_cash_flow financing_cash_flow net_cash_flow"),
    ),
    "needs": ((STOCK, "operating interest principal total"),),
    "shortfalls.operating": _UNPAID,
    "shortfalls.debt_service": _UNPAID,
    "shortfalls": ((FLOW, "total_shortfall"), (STOCK, "total_outstanding")),
    "capital_expenditure": ((FLOW, "wanted lapsed"),),
    "liquidity": ((STOCK, "usable_commitment available_revolver minimum_cash_gap held_back"),),
    "coverage_month": ((FLOW, _COVERED), *_RATIOS, (FLOW, "debt_service fixed_charges")),
    "coverage_last_twelve_months": ((STOCK, _COVERED), *_RATIOS, (STOCK, "debt_service fixed_charges")),
    "exposure": (
        (STOCK, "claims collateral_shortfall"),
        (RATIO, "loan_to_value leverage"),
        (STOCK, "estate_value"),
    ),
    "facilities": (
        (RATE, "rate"),
        (FLOW, "interest_accrued interest_capitalised interest_due interest_paid"),
        (STOCK, "interest_arrears accrued_interest"),
        (FLOW, "principal_scheduled balloon overadvance called principal_paid refinanced drawn prepaid"),
        (STOCK, "overdue closing_balance collateral_value opening_balance claim collateral_shortfall"),
    ),
    "categories": ((STOCK, "market_value_before market_value"), (FLOW, "change")),
    "covenants": (
        (STOCK, "numerator denominator"),
        (RATIO, "ratio"),
        (RATE, "threshold"),
        (STOCK, "headroom"),
        (RATIO, "headroom_share"),
        (FLOW, "cure"),
    ),
}
