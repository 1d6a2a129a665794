"""The lines of the statements in the order of the trade: what the engine says, or a sum of lines above.

Payments of the cash flow are below 0, so that its subtotals add up downwards.
"""

from typing import NamedTuple

from ..report.wording import title

OPENING_CASH, NET, CLOSING_CASH = "month.opening_cash", "cash_flow.net_cash_flow", "closing_cash"
EQUITY, DEBT, CLAIMS = "position.equity", "position.debt", "liabilities_and_equity"


class Line(NamedTuple):
    """A line of a statement: the path of its figure, -1 where it takes cash, and of a sum what it is made of."""

    path: str
    sign: int = 1
    terms: tuple[str, ...] = ()  #: paths; one that is taken off begins with a minus
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or title(self.path.rpartition(".")[2])


INCOME = (
    Line("income.revenue"),
    Line("income.cost_of_sales"),
    Line("income.operating_expenses"),
    Line("income.ebitda", terms=("income.revenue", "-income.cost_of_sales", "-income.operating_expenses")),
    Line("income.depreciation_and_amortisation"),
    Line("income.interest_expense"),
    Line(
        "income.profit_before_tax",
        terms=("income.ebitda", "-income.depreciation_and_amortisation", "-income.interest_expense"),
    ),
    Line("income.tax"),
    Line("income.net_income", terms=("income.profit_before_tax", "-income.tax")),
)
OPERATING = (
    Line("cash_flow.collections"),
    Line("cash_flow.operating_arrears_payments", -1),
    Line("cash_flow.supplier_payments", -1),
    Line("cash_flow.operating_expense_payments", -1),
    Line("cash_flow.tax_payments", -1),
    Line("cash_flow.interest_payments", -1),
)
FINANCING = (
    Line("cash_flow.revolver_draws"),
    Line("cash_flow.principal_payments", -1),
    Line("cash_flow.revolver_repayments", -1),
    Line("cash_flow.sweep_prepayments", -1),
    Line("cash_flow.equity_cure"),
)
CASH_FLOW = (
    *OPERATING,
    Line("cash_flow.operating_cash_flow", terms=tuple(line.path for line in OPERATING)),
    Line("cash_flow.capital_expenditure_payments", -1),
    *FINANCING,
    Line("cash_flow.financing_cash_flow", terms=tuple(line.path for line in FINANCING)),
    Line("cash_flow.moved_to_restricted", -1),
    Line(
        NET,
        terms=(
            "cash_flow.operating_cash_flow",
            "cash_flow.capital_expenditure_payments",
            "cash_flow.financing_cash_flow",
            "cash_flow.moved_to_restricted",
        ),
    ),
)
ASSETS = tuple(
    Line(f"position.{name}")
    for name in ("cash", "restricted_cash", "receivables", "inventory", "fixed_assets", "other_assets")
)
LIABILITIES = tuple(
    Line(f"position.{name}")
    for name in (
        "payables",
        "operating_arrears",
        "tax_position",
        "other_liabilities",
        "accrued_interest",
        "interest_arrears",
        "debt",
    )
)
POSITION = (
    *ASSETS,
    Line("position.total_assets", terms=tuple(line.path for line in ASSETS)),
    *LIABILITIES,
    Line("position.total_liabilities", terms=tuple(line.path for line in LIABILITIES)),
    Line(EQUITY),
)
LIQUIDITY = (
    Line("liquidity.available_revolver"),
    Line("month.available_liquidity", terms=("position.cash", "liquidity.available_revolver")),
)
UNPAID = (
    Line("liquidity.held_back"),
    Line("shortfalls.operating.outstanding", label="Operating needs unpaid"),
    Line("shortfalls.debt_service.outstanding", label="Debt service unpaid"),
    Line(
        "shortfalls.total_outstanding",
        terms=("shortfalls.operating.outstanding", "shortfalls.debt_service.outstanding"),
        label="Unpaid at the end",
    ),
)
LAPSED = Line("capital_expenditure.lapsed", label="Capital expenditure that lapses for want of cash")
LAST_TWELVE = "coverage_last_twelve_months"
#: Ratio -> its two amounts of the last twelve months, in the order of the lines.
COVERAGE = {
    "dscr": ("cfads", "debt_service"),
    "fixed_charge_coverage": ("fixed_charge_cash", "fixed_charges"),
    "interest_coverage": ("adjusted_ebitda", "interest_expense"),
}
#: The figures that stand in these sheets.
STATEMENT_PATHS = frozenset(
    (
        *(line.path for line in (*INCOME, *CASH_FLOW, LAPSED, *POSITION, *LIQUIDITY, *UNPAID)),
        *(f"{LAST_TWELVE}.{name}" for ratio, amounts in COVERAGE.items() for name in (ratio, *amounts)),
        *(OPENING_CASH, "exposure.leverage"),
    )
)
