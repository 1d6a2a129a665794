"""Small companies to work out by hand: what is left out is zero, and equity closes the balance sheet."""

from datetime import date
from typing import Any

from seawall.engine.inputs.company import Asset, BalanceSheet, DatasetVersion, IncomeStatement
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.inputs.revolver import Debt, Revolver
from seawall.engine.inputs.scenario import Assumptions, Course, Posture, Scenario

AS_OF = date(2025, 12, 31)  # month 1 is January
DATASET = "sha256:" + "0" * 64


def minor(amount: str) -> int:
    """An amount as people write it, in minor units.  "5,274.95" is 527495."""
    whole, point, part = amount.replace(",", "").partition(".")
    assert not point or len(part) == 2
    return int(whole + (part or "00"))


def nanos(number: str) -> int:
    """A factor, rate, share or number of days.  "0.85" is 850000000."""
    whole, _, part = number.partition(".")
    return int(whole + part.ljust(9, "0"))


def company(
    revenue: str = "0",
    cost_of_sales: str = "0",
    operating_expenses: str = "0",
    depreciation: str = "0",
    tax_rate: str = "0",
    instruments: tuple[Instrument, ...] = (),
    revolver: Revolver | None = None,
    assets: tuple[Asset, ...] = (),
    sheet: dict[str, str] | None = None,
    capital_expenditure: str = "0",
    cost_fixed: str = "0",
    expenses_fixed: str = "1",
    as_of: date = AS_OF,
    **changes: Any,
) -> DatasetVersion:
    """A company as of 31 December 2025, with cost of sales that varies and expenses that do not."""
    assets_of = ("cash", "restricted_cash", "receivables", "inventory", "fixed_assets", "other_assets")
    balances = {
        name: minor((sheet or {}).get(name, "0"))
        for name in (*assets_of, "payables", "tax_payable", "other_liabilities")
    }
    debts: list[Debt] = [*instruments, *([revolver] if revolver else [])]
    accrued = sum(debt.accrued_interest for debt in debts)
    liabilities = balances["payables"] + balances["tax_payable"] + balances["other_liabilities"] + accrued
    equity = sum(balances[name] for name in assets_of) - liabilities - sum(debt.opening_balance for debt in debts)
    return DatasetVersion(
        company_name="Example",
        currency="EUR",
        minor_digits=2,
        as_of_date=as_of,
        source_sha256="0" * 64,
        income_statement=IncomeStatement(
            revenue_annual=minor(revenue),
            cost_of_sales_annual=minor(cost_of_sales),
            operating_expenses_annual=minor(operating_expenses),
            depreciation_and_amortisation_annual=minor(depreciation),
            tax_rate=nanos(tax_rate),
            cost_of_sales_fixed_share=nanos(cost_fixed),
            operating_expenses_fixed_share=nanos(expenses_fixed),
        ),
        balance_sheet=BalanceSheet(**balances, accrued_interest=accrued, equity=equity),
        capital_expenditure_annual=minor(capital_expenditure),
        instruments=instruments,
        revolver=revolver,
        assets=assets,
        **changes,
    )


def loan(
    principal: str,
    rate: str,
    maturity: date,
    amortisation: Amortisation = Amortisation.BULLET,
    name: str = "loan",
    lien: int = 1,
    **changes: Any,
) -> Instrument:
    """A loan at a fixed rate, 30/360, paid monthly."""
    return Instrument(name, minor(principal), maturity, lien, amortisation, fixed_rate=nanos(rate), **changes)


def scenario(
    months: int = 24,
    course: Course | None = None,
    release: str = "0",
    workout: int | None = None,
    **assumptions: str | tuple[str, ...],
) -> Scenario:
    """Assumptions by name, each a number or a path of them; `workout` has the months from a default to the call."""
    paths: dict[str, Any] = {
        name: tuple(map(nanos, (value,) if isinstance(value, str) else value)) for name, value in assumptions.items()
    }
    return Scenario(
        DATASET,
        "example",
        months,
        assumptions=Assumptions(**paths, inventory_release_share=nanos(release)),
        course=course,
        posture=Posture.STANDSTILL if workout is None else Posture.WORKOUT,
        acceleration_months=workout,
    )


def amounts(*written: str) -> list[int]:
    return [minor(amount) for amount in written]
