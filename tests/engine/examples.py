"""Small companies to work out by hand: what is left out is zero, and equity closes the balance sheet."""

from datetime import date
from typing import Any

from seawall.engine.inputs.company import Asset, BalanceSheet, DatasetVersion, IncomeStatement
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import Assumptions, Course, Scenario

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
    **changes: Any,
) -> DatasetVersion:
    """A company as of 31 December 2025."""
    names = (
        "cash", "restricted_cash", "receivables", "inventory", "fixed_assets", "other_assets", "payables",
        "other_liabilities",
    )  # fmt: skip
    balances = {name: minor((sheet or {}).get(name, "0")) for name in names}
    debt = sum(loan.principal for loan in instruments) + (revolver.drawn if revolver else 0)
    claims = balances["payables"] + balances["other_liabilities"] + debt
    return DatasetVersion(
        company_name="Example",
        currency="EUR",
        minor_digits=2,
        as_of_date=AS_OF,
        source_sha256="0" * 64,
        income_statement=IncomeStatement(
            revenue_annual=minor(revenue),
            cost_of_sales_annual=minor(cost_of_sales),
            operating_expenses_annual=minor(operating_expenses),
            depreciation_and_amortisation_annual=minor(depreciation),
            tax_rate=nanos(tax_rate),
        ),
        balance_sheet=BalanceSheet(**balances, equity=sum(balances.values()) - 2 * (claims - debt) - debt),
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


def scenario(months: int = 24, course: Course | None = None, **assumptions: str | tuple[str, ...]) -> Scenario:
    """Assumptions by name, each a number or a path of them."""
    paths: dict[str, Any] = {
        name: tuple(map(nanos, (value,) if isinstance(value, str) else value)) for name, value in assumptions.items()
    }
    return Scenario(DATASET, "example", months, assumptions=Assumptions(**paths), course=course)


def amounts(*written: str) -> list[int]:
    return [minor(amount) for amount in written]
