"""A revolver that carries a company which loses 2,000 a month, until its receivables, and so its base, shrink.

A month has 10,000 of sales, collected after two months, and 12,000 of expenses. The revolver has a commitment of
20,000, of which 5,000 is drawn, at 5 % + 1 % on actual/360, a fee of 0.5 % on what is undrawn, and lends 80 % of
receivables: 80 % of 20,000 = 16,000. The company keeps 500 in cash.
"""

from datetime import date

from seawall.engine import execute
from seawall.engine.horizon.results import DefaultKind
from seawall.engine.inputs.revolver import Revolver
from tests.engine.examples import amounts, company, minor, nanos, scenario

STUDIO = company(
    revenue="120,000",
    operating_expenses="144,000",
    revolver=Revolver(
        revolver_id="revolver",
        commitment=minor("20,000"),
        drawn=minor("5,000"),
        index=nanos("0.05"),
        spread=nanos("0.01"),
        undrawn_fee=nanos("0.005"),
        lien=1,
        maturity_date=date(2030, 12, 31),
        receivables_advance_rate=nanos("0.8"),
    ),
    minimum_cash=minor("500"),
    sheet={"cash": "1,000", "receivables": "20,000", "fixed_assets": "10,000"},
)


def test_it_draws_for_the_gap_and_the_minimum_cash():
    """January   31 days: 5,000.00 x 6 % x 31/360 = 25.83, fee 15,000.00 x 0.5 % x 31/360 = 6.46
                 12,000 + 32.29 + 500 to keep - 1,000 - 10,000 collected = 1,532.29 drawn: 6,532.29
    February     28 days: 6,532.29 x 6 % x 28/360 = 30.48, fee 13,467.71 x 0.5 % x 28/360 = 5.24
                 12,000 + 35.72 + 500 - 500 - 10,000 = 2,035.72 drawn: 8,568.01
    """
    months = execute(scenario(6), STUDIO).months[:2]
    revolver = [month.facilities[0] for month in months]
    assert [month.interest_due for month in revolver] == amounts("32.29", "35.72")
    assert [month.interest_paid for month in revolver] == amounts("32.29", "35.72")
    assert [month.drawn for month in revolver] == amounts("1,532.29", "2,035.72")
    assert [month.closing_balance for month in revolver] == amounts("6,532.29", "8,568.01")
    assert [month.position.cash for month in months] == amounts("500", "500")
    # What could still be drawn: the base of 16,000 less the balance.
    assert [month.liquidity.available_revolver for month in months] == amounts("9,467.71", "7,431.99")
    assert [month.shortfalls.total_shortfall for month in months] == [0, 0]


def test_an_overadvance_falls_due_and_ends_the_lending():
    """No sales from March on. Receivables are the sales of two months: 10,000 in March, none in April.

    March    base 80 % of 10,000 = 8,000; 8,568.01 drawn: an overadvance of 568.01, and nothing to draw
             31 days: 8,568.01 x 6 % x 31/360 = 44.27, fee 11,431.99 x 0.5 % x 31/360 = 4.92
             500 + 10,000 collected pay 10,500 of 12,000; 1,500, the 49.19 and the 568.01 stay unpaid
    April    base 0: the remaining 8,000.00 is due too
             30 days: 8,000.00 at 6 % = 40.00, 617.20 unpaid at 6 % = 3.09, fee 11,431.99 x 0.5 % x 30/360 = 4.76
             10,000 collected pay the 1,500 in arrears and 8,500 of 12,000: 3,500 stay unpaid
    """
    execution = execute(scenario(6, revenue_change_factor=("1", "1", "0")), STUDIO)
    march, april = execution.months[2], execution.months[3]
    assert (march.facilities[0].overadvance, march.facilities[0].overdue) == (minor("568.01"), minor("568.01"))
    assert (march.facilities[0].interest_due, march.facilities[0].drawn) == (minor("49.19"), 0)
    assert march.position.cash == 0
    assert march.shortfalls.operating.shortfall == minor("1,500.00")
    assert march.shortfalls.debt_service.shortfall == minor("617.20")  # 49.19 + 568.01
    assert march.coverage_month.debt_service == minor("49.19")  # an overadvance is not scheduled

    assert (april.facilities[0].overadvance, april.facilities[0].overdue) == (minor("8,000.00"), minor("8,568.01"))
    assert april.facilities[0].interest_due == minor("47.85")
    assert april.cash_flow.operating_arrears_payments == minor("1,500.00")
    assert april.cash_flow.operating_expense_payments == minor("8,500.00")
    assert april.position.operating_arrears == minor("3,500.00")
    assert april.liquidity.available_revolver == 0

    cumulative = execution.header
    assert (cumulative.first_default_period, cumulative.first_default_kind) == (3, DefaultKind.OPERATING)
    assert cumulative.need_at_default == minor("2,617.20")  # 1,500.00 and 617.20 unpaid, 500.00 to keep
