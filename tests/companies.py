"""Companies to stress in tests: small, rounded and balanced, so that a reader can check a figure by hand.

Each builder takes the fields to change; `company` keeps the balance sheet balanced by its equity.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from seawall.engine.inputs.company import Asset, BalanceSheet, DatasetVersion, IncomeStatement
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import Scenario
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.values.units import NANO

AS_OF = date(2024, 12, 31)
PERCENT = NANO // 100


def cents(units: float) -> int:
    """Whole currency units in minor units of two digits. 12 is 1200."""
    return round(units * 100)


def term_loan(**changes: Any) -> Instrument:
    """2,000,000 at 6 %, linear over five years, first lien on the plant."""
    loan = Instrument(
        instrument_id="term-loan",
        principal=cents(2_000_000),
        maturity_date=date(2029, 12, 31),
        lien=1,
        amortisation=Amortisation.LINEAR,
        fixed_rate=6 * PERCENT,
        collateral_asset_ids=("plant",),
    )
    return replace(loan, **changes)


def floating_note(**changes: Any) -> Instrument:
    """1,000,000 at an index of 4 % (floor 1 %, cap 9 %) plus 3 %, bullet, quarterly, inside the horizon."""
    note = Instrument(
        instrument_id="note",
        principal=cents(1_000_000),
        maturity_date=date(2026, 6, 15),
        lien=2,
        amortisation=Amortisation.BULLET,
        floating_rate=FloatingRate(index=4 * PERCENT, spread=3 * PERCENT, floor=PERCENT, cap=9 * PERCENT),
        day_count=DayCount.ACTUAL_360,
        payment_interval_months=3,
    )
    return replace(note, **changes)


def revolver(**changes: Any) -> Revolver:
    """500,000 committed, 100,000 drawn, first lien, borrowing base on receivables and inventory."""
    facility = Revolver(
        revolver_id="revolver",
        commitment=cents(500_000),
        drawn=cents(100_000),
        index=4 * PERCENT,
        spread=2 * PERCENT,
        undrawn_fee=PERCENT // 2,
        lien=1,
        maturity_date=date(2027, 12, 31),
        receivables_advance_rate=80 * PERCENT,
        inventory_advance_rate=50 * PERCENT,
    )
    return replace(facility, **changes)


def income(**changes: Any) -> IncomeStatement:
    """Revenue 12,000,000, EBITDA 2,000,000."""
    year = IncomeStatement(
        revenue_annual=cents(12_000_000),
        cost_of_sales_annual=cents(7_000_000),
        operating_expenses_annual=cents(3_000_000),
        depreciation_and_amortisation_annual=cents(600_000),
        tax_rate=25 * PERCENT,
        cost_of_sales_fixed_share=20 * PERCENT,
        operating_expenses_fixed_share=65 * PERCENT,
    )
    return replace(year, **changes)


def company(**changes: Any) -> DatasetVersion:
    """A manufacturer with a term loan, a note, a revolver and two assets; equity is what balances it."""
    loans = changes.pop("instruments", (term_loan(), floating_note()))
    facility = changes.pop("revolver", revolver())
    sheet = balance_sheet(sum(loan.principal for loan in loans) + (facility.drawn if facility else 0))
    figures: dict[str, Any] = {
        "company_name": "Tidewater Tools",
        "currency": "USD",
        "minor_digits": 2,
        "as_of_date": AS_OF,
        "source_sha256": "0" * 64,
        "income_statement": income(),
        "balance_sheet": sheet,
        "capital_expenditure_annual": cents(400_000),
        "minimum_cash": cents(250_000),
        "instruments": loans,
        "revolver": facility,
        "assets": (
            Asset("plant", "real_estate", cents(3_500_000), 70 * PERCENT),
            Asset("presses", "machinery", cents(1_500_000), 50 * PERCENT),
        ),
    }
    return DatasetVersion(**(figures | changes))


def balance_sheet(debt: int) -> BalanceSheet:
    """Total assets of 8,000,000, financed by this debt, payables, other liabilities and equity."""
    payables, other = cents(900_000), cents(300_000)
    return BalanceSheet(
        cash=cents(700_000),
        restricted_cash=cents(50_000),
        receivables=cents(1_600_000),
        inventory=cents(1_100_000),
        fixed_assets=cents(4_000_000),
        other_assets=cents(550_000),
        payables=payables,
        other_liabilities=other,
        equity=cents(8_000_000) - payables - other - debt,
    )


def scenario(dataset_version_id: str, template: str = "", **changes: Any) -> Scenario:
    """24 months of a template, or of the base case."""
    fields: dict[str, Any] = {
        "dataset_version_id": dataset_version_id,
        "name": template or "base",
        "horizon_months": 24,
    }
    if template:
        fields |= {"assumptions": TEMPLATES[template].assumptions, "course": TEMPLATES[template].course}
    return Scenario(**(fields | changes))
