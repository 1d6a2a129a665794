"""A bullet loan that the company cannot repay in March: with no refinancing, and with half of it rolled over.

A month brings 30,000 of sales less 25,000 of expenses, in cash: 5,000. The loan is 200,000 at 6 %, 1,000 a month,
due on 31 March 2026, with a default margin of 2 %. Cash is 50,000. Land worth 150,000 secures it; a sale brings 80 %.
"""

from datetime import date

from seawall.engine import execute
from seawall.engine.horizon.results import DefaultKind
from seawall.engine.inputs.company import Asset
from seawall.engine.month.debt_results import CoverageStatus
from tests.engine.examples import amounts, company, loan, minor, nanos, scenario

MILL = company(
    revenue="360,000",
    operating_expenses="300,000",
    instruments=(
        loan("200,000", "0.06", date(2026, 3, 31), default_margin=nanos("0.02"), collateral_asset_ids=("land",)),
    ),
    assets=(Asset("land", "property", minor("150,000"), nanos("0.8")),),
    sheet={"cash": "50,000", "fixed_assets": "300,000"},
)


def test_without_refinancing_the_balance_is_overdue_at_the_default_rate():
    """January   50,000 + 5,000 - 1,000 =  54,000
    February     54,000 + 5,000 - 1,000 =  58,000
    March        58,000 + 5,000 - 1,000 =  62,000, all of it goes to the 200,000 due: 138,000 overdue
    April        8 % of 138,000.00 / 12 = 920.00; 5,000 - 920.00 = 4,080.00 repaid: 133,920.00
    May          8 % of 133,920.00 / 12 = 892.80; 4,107.20 repaid: 129,812.80
    June         8 % of 129,812.80 / 12 = 865.418... = 865.42; 4,134.58 repaid: 125,678.22
    """
    execution = execute(scenario(6), MILL)
    months, loans = execution.months, [month.facilities[0] for month in execution.months]
    assert [month.position.cash for month in months] == amounts("54,000", "58,000", "0", "0", "0", "0")
    assert [loan.interest_paid for loan in loans] == amounts("1,000", "1,000", "1,000", "920.00", "892.80", "865.42")
    assert [loan.principal_scheduled for loan in loans] == amounts("0", "0", "200,000", "0", "0", "0")
    assert [loan.principal_paid for loan in loans] == amounts("0", "0", "62,000", "4,080.00", "4,107.20", "4,134.58")
    overdue = amounts("0", "0", "138,000", "133,920.00", "129,812.80", "125,678.22")
    assert [loan.overdue for loan in loans] == overdue
    assert [loan.closing_balance for loan in loans] == amounts("200,000", "200,000") + overdue[2:]

    unpaid = [month.shortfalls.debt_service for month in months]
    assert [stock.shortfall for stock in unpaid] == amounts("0", "0", "138,000", "0", "0", "0")
    assert [stock.cured for stock in unpaid] == amounts("0", "0", "0", "4,080.00", "4,107.20", "4,134.58")

    cumulative = execution.header
    assert (cumulative.first_default_period, cumulative.first_default_facility) == (3, 1)
    assert cumulative.first_default_kind is DefaultKind.MATURITY
    assert cumulative.months_of_runway == 2
    assert cumulative.need_at_default == minor("138,000")
    assert (cumulative.standstill_peak, cumulative.standstill_peak_period) == (minor("138,000"), 3)
    assert cumulative.lowest_liquidity_before_default == minor("54,000")


def test_coverage_counts_what_was_scheduled_and_not_what_is_overdue():
    """January 5,000 over 1,000; March 5,000 over 201,000 = 0.024876; April 5,000 over 920 = 5.434783."""
    months = execute(scenario(6), MILL).months
    assert [month.coverage_month.dscr for month in months[:4]] == [5_000_000, 5_000_000, 24_876, 5_434_783]
    assert months[2].coverage_month.status is CoverageStatus.INSUFFICIENT
    assert months[2].coverage_month.principal_coverage == 20_000  # (5,000 - 1,000) over 200,000


def test_the_land_covers_what_is_left_and_a_sale_does_not():
    """In March 138,000 is owed: the land is worth 150,000, and selling it brings 120,000, a loss of 13 %.

    In February 200,000 is owed, and 50,000 has no collateral.
    """
    execution = execute(scenario(6), MILL)
    february, march, recovery = execution.months[1], execution.months[2], execution.header.recovery
    assert february.facilities[0].collateral_value == minor("150,000")
    assert february.facilities[0].collateral_shortfall == minor("50,000")
    assert february.exposure.loan_to_value == 1_333_333  # 200,000 over 150,000
    assert march.facilities[0].collateral_value == minor("138,000")
    assert march.facilities[0].collateral_shortfall == 0
    assert march.exposure.loan_to_value == 920_000
    assert recovery is not None
    assert (execution.header.recovery_period, recovery.owners, recovery.fulcrum) == (3, 0, 1)
    assert (recovery.facilities[0].claim, recovery.facilities[0].paid) == tuple(amounts("138,000", "120,000"))
    assert recovery.facilities[0].loss_given_default == 130_435


def test_with_half_refinanced_the_rest_is_overdue():
    """March: 100,000 rolls over, 62,000 of the other 100,000 is paid, 38,000 is overdue.

    April    6 % of 100,000 / 12 = 500.00 and 8 % of 38,000 / 12 = 253.33; 4,246.67 repaid: 33,753.33 overdue
    May      500.00 and 8 % of 33,753.33 / 12 = 225.02; 4,274.98 repaid: 29,478.35 overdue
    """
    execution = execute(scenario(6, refinanced_share="0.5"), MILL)
    loans = [month.facilities[0] for month in execution.months[:5]]
    assert [loan.refinanced for loan in loans] == amounts("0", "0", "100,000", "0", "0")
    assert [loan.principal_scheduled for loan in loans] == amounts("0", "0", "100,000", "0", "0")
    assert [loan.interest_paid for loan in loans] == amounts("1,000", "1,000", "1,000", "753.33", "725.02")
    assert [loan.overdue for loan in loans] == amounts("0", "0", "38,000", "33,753.33", "29,478.35")
    assert [loan.closing_balance for loan in loans[2:]] == amounts("138,000", "133,753.33", "129,478.35")
    assert execution.header.first_default_kind is DefaultKind.MATURITY
