"""The economic gates of DESIGN section 4 on the independent recomputation: less sales never help.

Unrounded, so that no cent of rounding hides or makes a difference; factors have two digits, so that their product is
exact too.
"""

from dataclasses import replace
from datetime import date
from itertools import accumulate
from random import Random
from typing import Any

import pytest

from tests.engine import scale
from tests.engine.recomputed_v2 import recompute
from tests.engine.recomputed_v2.arithmetic import NANO, unrounded
from tests.engine.recomputed_v2.company import Company, Loan, Rate, Scenario
from tests.engine.recomputed_v2.figures import Figures
from tests.engine.recomputed_v2.random_companies import case

SEEDS = range(scale.cases(20, 600))
MONTHS = 4  #: fractions grow threefold each month


def percent(rng: Random, low: int, high: int) -> int:
    return rng.randint(low, high) * NANO // 100


def fallen_sales(seed: int) -> tuple[Company, Scenario, Scenario]:
    """A company with a positive stressed variable margin, and two scenarios of which the second sells less."""
    rng, company = Random(seed), case(seed).company
    paths: dict[str, tuple[int, ...]] = {
        "revenue_change_factor": tuple(percent(rng, 0, 100) for _ in range(MONTHS)),
        "cost_change_factor": tuple(percent(rng, 50, 150) for _ in range(MONTHS)),
        "collection_period_extension_days": (rng.randint(-10, 90) * NANO,),
        "payment_period_reduction_days": (rng.randint(-10, 40) * NANO,),
        "liquidity_shock_factor": (percent(rng, 50, 100),),
    }
    company = replace(
        company,
        revenue=company.revenue + 10**4,
        cost_of_sales=rng.randint(0, company.revenue // 3),
        operating_expenses=rng.randint(0, company.revenue // 3),
    )
    less = tuple(percent(rng, 0, factor * 100 // NANO) for factor in paths["revenue_change_factor"])
    return company, Scenario(MONTHS, paths), Scenario(MONTHS, paths | {"revenue_change_factor": less})


def trading_worth(months: list[Figures]) -> list[Any]:
    """Cumulative trading cash plus receivables less payables."""
    cash = (month["collections"] - month["supplier_payments_due"] - month["operating_expenses"] for month in months)
    balances = (month["receivables"] - month["payables"] for month in months)
    return [total + balance for total, balance in zip(accumulate(cash), balances, strict=True)]


@pytest.mark.parametrize("seed", SEEDS)
def test_less_sales_never_raise_ebitda_nor_what_trading_brings(seed):
    company, more, less = fallen_sales(seed)
    with unrounded():
        months, months_of_less = (recompute(company, scenario)[0] for scenario in (more, less))
    for month, month_of_less in zip(months, months_of_less, strict=True):
        assert month_of_less["ebitda"] <= month["ebitda"]
    worths = zip(trading_worth(months), trading_worth(months_of_less), strict=True)
    assert all(of_less <= worth for worth, of_less in worths)


@pytest.mark.parametrize("seed", SEEDS)
def test_less_sales_never_leave_more_cash_where_nothing_is_owed_for_days(seed):
    """Days, tax, sweep, capital expenditure and revolver 0; without covenants, whose cures bring cash."""
    company, more, less = fallen_sales(seed)
    plain = replace(
        company,
        receivables=0,
        inventory=0,
        payables=0,
        tax_rate=0,
        cash_sweep_share=0,
        capital_expenditure=0,
        revolver=None,
        covenants=(),
        turnover=(),
    )
    days = dict.fromkeys(["collection_period_extension_days", "payment_period_reduction_days"], (0,))
    more, less = (replace(scenario, assumptions=scenario.assumptions | days) for scenario in (more, less))
    with unrounded():
        months, months_of_less = (recompute(plain, scenario)[0] for scenario in (more, less))
    for month, month_of_less in zip(months, months_of_less, strict=True):
        assert month_of_less["cash"] - month_of_less["unpaid"] <= month["cash"] - month["unpaid"]


#: CARBO Ceramics as of 31 December 2017, as clients/examples/carbo_ceramics_2017.yaml has it and says why.
CARBO = Company(
    as_of=date(2017, 12, 31),
    revenue=188_756_000_00,
    cost_of_sales=197_665_000_00,
    cost_of_sales_fixed_share=31 * NANO // 100,
    operating_expenses=41_612_000_00,
    operating_expenses_fixed_share=9 * NANO // 10,
    depreciation_and_amortisation=45_337_000_00,
    tax_rate=21 * NANO // 100,
    interest_annual=8_058_000_00,
    scheduled_principal_annual=3_250_000_00,
    cash=68_169_000_00,
    restricted_cash=10_216_000_00,
    receivables=37_705_000_00,
    inventory=78_999_000_00,
    fixed_assets=324_186_000_00,
    other_assets=21_323_000_00,
    payables=19_417_000_00,
    other_liabilities=23_873_000_00,
    capital_expenditure=2_152_000_00,
    minimum_cash=10_000_000_00,
    loans=(
        Loan(
            "term-loan",
            64_503_000_00,
            date(2022, 12, 31),
            Rate(coupon=9 * NANO // 100),
            interval_months=3,
            default_margin=2 * NANO // 100,
        ),
        Loan(
            "related-party-notes",
            27_040_000_00,
            date(2019, 4, 1),
            Rate(coupon=7 * NANO // 100),
            lien=2,
            interval_months=3,
            pik_share=NANO,
        ),
    ),
)


@pytest.mark.parametrize(
    ("sales", "default", "millions"),
    [(100, 0, 10.2), (80, 0, 5.6), (60, 0, 1.0), (30, 12, 0.0), (0, 11, 0.0)],
)
def test_carbo_ceramics_fails_the_sooner_the_less_it_sells(sales, default, millions):
    stress = Scenario(12, {"revenue_change_factor": (sales * NANO // 100,)})
    months, header = recompute(CARBO, stress)
    assert CARBO.equity == 405_765_000_00
    assert header["default_month"] == default
    assert round(months[-1]["cash"] / 10**8, 1) == millions
