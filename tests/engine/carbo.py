"""CARBO Ceramics as of 31 December 2017, as clients/examples has it, for tests that import the engine alone."""

from datetime import date

from seawall.engine import DatasetVersion
from seawall.engine.inputs.instruments import Amortisation
from tests.engine.examples import company, loan, minor, nanos

AS_OF = date(2017, 12, 31)


def carbo() -> DatasetVersion:
    """A listed company that went through Chapter 11 two years later; no revolver, notes that capitalise."""
    return company(
        "188,756,000",
        "197,665,000",
        "41,612,000",
        depreciation="45,337,000",
        tax_rate="0.21",
        cost_fixed="0.31",
        expenses_fixed="0.9",
        as_of=AS_OF,
        sheet={
            "cash": "68,169,000",
            "restricted_cash": "10,216,000",
            "receivables": "37,705,000",
            "inventory": "78,999,000",
            "fixed_assets": "324,186,000",
            "other_assets": "21,323,000",
            "payables": "19,417,000",
            "other_liabilities": "23,873,000",
        },
        capital_expenditure="2,152,000",
        minimum_cash=minor("10,000,000"),
        instruments=(
            loan(
                "64,503,000",
                "0.09",
                date(2022, 12, 31),
                name="term-loan",
                payment_interval_months=3,
                default_margin=nanos("0.02"),
            ),
            loan(
                "27,040,000",
                "0.07",
                date(2019, 4, 1),
                Amortisation.BULLET,
                name="related-party-notes",
                lien=2,
                pik_share=nanos("1"),
                payment_interval_months=3,
            ),
        ),
    )
