"""A statement as a dataset version: the debts, terms and rules that no ratio gives, the same for every firm."""

from datetime import date
from typing import NamedTuple

from seawall.engine.inputs.company import BalanceSheet, DatasetVersion, IncomeStatement
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.values.units import NANO

from .ratios import Statement

TOTAL_ASSETS = 1_000_000_000  #: of every firm, in minor units: 10,000,000.00; it moves no figure but by rounding
AS_OF, MATURITY = date(2012, 12, 31), date(2017, 12, 31)
PERCENT = NANO // 100
INDEX, SPREAD, UNDRAWN_FEE = 45 * PERCENT // 10, 25 * PERCENT // 10, PERCENT // 2
TAX_RATE = 19 * PERCENT  #: of Polish companies since 2004
QUARTERLY = 3
REVOLVER = 0.10  #: of sales, undrawn


class FixedShares(NamedTuple):
    """Of cost, in percent: what does not move with sales."""

    cost_of_sales: int
    operating_expenses: int

    def __str__(self) -> str:
        return f"0.{self.cost_of_sales:02} + 0.{self.operating_expenses:02}"


class Setting(NamedTuple):
    """What a firm is executed with besides its statement."""

    with_revolver: bool
    fixed: FixedShares


LOW, SUGGESTED, HIGH = FixedShares(2, 57), FixedShares(20, 65), FixedShares(31, 84)


def dataset_version(firm: Statement, setting: Setting) -> DatasetVersion:
    """The firm of a statement, with total assets of 10,000,000.00 zloty."""
    loans = _loans(firm)
    assets = {
        "cash": _amount(firm.cash),
        "receivables": _amount(firm.receivables),
        "inventory": _amount(firm.inventory),
        "fixed_assets": _amount(firm.fixed_assets),
        "other_assets": _amount(firm.other_assets),
    }
    payables, other = _amount(firm.payables), _amount(firm.other_liabilities)
    owed = payables + other + sum(loan.principal for loan in loans)
    return DatasetVersion(
        company_name=firm.name,
        currency="PLN",
        minor_digits=2,
        as_of_date=AS_OF,
        income_statement=IncomeStatement(
            revenue_annual=_amount(firm.revenue),
            cost_of_sales_annual=_amount(firm.cost_of_sales),
            operating_expenses_annual=_amount(firm.operating_expenses),
            depreciation_and_amortisation_annual=_amount(firm.depreciation),
            tax_rate=TAX_RATE,
            cost_of_sales_fixed_share=setting.fixed.cost_of_sales * PERCENT,
            operating_expenses_fixed_share=setting.fixed.operating_expenses * PERCENT,
        ),
        balance_sheet=BalanceSheet(
            **assets,
            restricted_cash=0,
            payables=payables,
            other_liabilities=other,
            equity=sum(assets.values()) - owed,
        ),
        capital_expenditure_annual=_amount(firm.depreciation),
        instruments=loans,
        revolver=_revolver(firm) if setting.with_revolver else None,
    )


def _loans(firm: Statement) -> tuple[Instrument, ...]:
    """One loan that is repaid in equal quarterly parts over five years and one that is renewed, where there is one."""
    terms = {"repaid": (firm.repaid_debt, Amortisation.LINEAR), "renewed": (firm.renewed_debt, Amortisation.BULLET)}
    return tuple(
        Instrument(
            instrument_id=name,
            principal=_amount(debt),
            maturity_date=MATURITY,
            lien=1,
            amortisation=amortisation,
            floating_rate=FloatingRate(INDEX, SPREAD, reset_interval_months=QUARTERLY),
            payment_interval_months=QUARTERLY,
        )
        for name, (debt, amortisation) in terms.items()
        if _amount(debt)
    )


def _revolver(firm: Statement) -> Revolver:
    return Revolver(
        revolver_id="revolver",
        commitment=_amount(firm.revenue * REVOLVER),
        drawn=0,
        index=INDEX,
        spread=SPREAD,
        undrawn_fee=UNDRAWN_FEE,
        lien=1,
        maturity_date=MATURITY,
    )


def _amount(share: float) -> int:
    return round(share * TOTAL_ASSETS)
