"""Companies of one structure and different figures: five loans of every kind, two classes of assets."""

from datetime import date
from random import Random

from seawall.engine import TEMPLATES, Scenario
from seawall.engine.inputs.company import Asset, BalanceSheet, DatasetVersion, IncomeStatement
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument
from seawall.engine.values.units import NANO

LOANS = (
    (Amortisation.ANNUITY, 1, 1),
    (Amortisation.BULLET, 3, 1),
    (Amortisation.LINEAR, 1, 2),
    (Amortisation.ANNUITY, 3, 2),
    (Amortisation.BULLET, 6, 3),
)


def company(luck: Random) -> DatasetVersion:
    """A company with five loans."""
    revenue = luck.randrange(10**8, 10**11)
    loans = tuple(_loan(luck, position, revenue) for position in range(len(LOANS)))
    sheet = {
        "cash": revenue // 10,
        "restricted_cash": 0,
        "receivables": revenue // 8,
        "inventory": revenue // 10,
        "fixed_assets": revenue // 2,
        "other_assets": revenue // 50,
        "payables": revenue // 12,
        "other_liabilities": revenue // 40,
    }
    debt = sum(loan.principal for loan in loans)
    equity = 2 * (
        sheet["cash"] + sheet["receivables"] + sheet["inventory"] + sheet["fixed_assets"] + sheet["other_assets"]
    )
    return DatasetVersion(
        company_name="Bench",
        currency="USD",
        minor_digits=2,
        as_of_date=date(2024, 12, 31),
        source_sha256="0" * 64,
        income_statement=IncomeStatement(
            revenue,
            luck.randrange(revenue // 2, revenue * 7 // 10),
            revenue // 5,
            revenue // 50,
            NANO // 4,
            cost_of_sales_fixed_share=NANO // 5,
            operating_expenses_fixed_share=13 * NANO // 20,
        ),
        balance_sheet=BalanceSheet(**sheet, equity=equity // 2 - sheet["payables"] - sheet["other_liabilities"] - debt),
        capital_expenditure_annual=revenue // 60,
        instruments=loans,
        assets=(Asset("plant", "plant", revenue // 4, NANO // 2), Asset("stock", "stock", revenue // 10, NANO // 4)),
    )


def _loan(luck: Random, position: int, revenue: int) -> Instrument:
    amortisation, interval, lien = LOANS[position]
    floating = FloatingRate(luck.randrange(NANO // 50, NANO // 20), NANO // 40) if position % 2 else None
    return Instrument(
        f"loan_{position}",
        luck.randrange(revenue // 20),
        date(2025 + luck.randrange(4), 1 + luck.randrange(12), 15),
        lien,
        amortisation,
        fixed_rate=None if floating else luck.randrange(NANO // 50, NANO // 8),
        floating_rate=floating,
        payment_interval_months=interval,
        collateral_asset_ids=("plant",) if position < 2 else (),
    )


def scenario() -> Scenario:
    """The moderate template over 24 months."""
    template = TEMPLATES["moderate"]
    return Scenario("sha256:" + "0" * 64, "moderate", 24, assumptions=template.assumptions, course=template.course)
