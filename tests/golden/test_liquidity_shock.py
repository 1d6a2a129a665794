"""A company without sales burns 30,000 a month out of 100,000 of cash and a revolver of 50,000 at 12 %.

The shock leaves 60 % of both usable: 60,000 of cash (40,000 becomes restricted) and 30,000 of the revolver.
"""

from datetime import date

from seawall.engine import execute
from seawall.engine.horizon.results import DefaultKind
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.numbers.day_count import DayCount
from tests.engine.examples import amounts, company, minor, nanos, scenario

START_UP = company(
    operating_expenses="360,000",
    revolver=Revolver(
        revolver_id="line",
        commitment=minor("50,000"),
        drawn=0,
        index=nanos("0.12"),
        spread=0,
        undrawn_fee=0,
        lien=1,
        maturity_date=date(2030, 12, 31),
        day_count=DayCount.THIRTY_360,
    ),
    sheet={"cash": "100,000"},
)


def test_undisturbed_the_money_lasts_four_months():
    """January to March 70,000, 40,000, 10,000; April draws 20,000.

    May needs 30,000 and 1 % of 20,000 = 200; the 30,000 left of the revolver pay the expenses, the 200 stays unpaid.
    """
    execution = execute(scenario(6), START_UP)
    months = execution.months[:5]
    assert [month.position.cash for month in months] == amounts("70,000", "40,000", "10,000", "0", "0")
    assert [month.cash_flow.revolver_draws for month in months] == amounts("0", "0", "0", "20,000", "30,000")
    assert months[4].position.interest_arrears == minor("200")
    assert months[4].position.operating_arrears == 0
    assert execution.header.months_of_runway == 4
    assert (execution.header.first_default_period, execution.header.first_default_kind) == (5, DefaultKind.INTEREST)


def test_the_shock_takes_a_month_of_runway():
    """January 100,000 - 40,000 - 30,000 = 30,000; February 0; March draws the usable 30,000.

    April needs 30,000 and 1 % of 30,000 = 300, and there is nothing to pay either with.
    """
    execution = execute(scenario(6, liquidity_shock_factor="0.6"), START_UP)
    months = execution.months[:4]
    assert [month.cash_flow.moved_to_restricted for month in months] == amounts("40,000", "0", "0", "0")
    assert [month.position.restricted_cash for month in months] == amounts("40,000") * 4
    assert [month.position.cash for month in months] == amounts("30,000", "0", "0", "0")
    assert [month.liquidity.usable_commitment for month in months] == amounts("30,000") * 4
    assert [month.cash_flow.revolver_draws for month in months] == amounts("0", "0", "30,000", "0")
    assert [month.liquidity.available_revolver for month in months] == amounts("30,000", "30,000", "0", "0")
    assert months[3].shortfalls.operating.shortfall == minor("30,000")
    assert months[3].shortfalls.debt_service.shortfall == minor("300")
    assert execution.header.months_of_runway == 3


def test_when_the_shock_lifts_what_it_held_pays_first_what_is_oldest():
    """May: the 40,000 come back and pay the 30,000 in arrears and 10,000 of May's 30,000.

    The stock falls from 30,000 to 20,000: a cure of 10,000. Another 300 of interest joins 300 in arrears, which cost 3.
    """
    execution = execute(scenario(6, liquidity_shock_factor=("0.6", "0.6", "0.6", "0.6", "1")), START_UP)
    may = execution.months[4]
    assert may.cash_flow.moved_to_restricted == -minor("40,000")
    assert may.cash_flow.operating_arrears_payments == minor("30,000")
    assert may.cash_flow.operating_expense_payments == minor("10,000")
    assert may.shortfalls.operating == (0, minor("10,000"), minor("20,000"))
    assert may.position.interest_arrears == minor("603")
    assert may.position.restricted_cash == 0
    # The commitment is whole again, but nothing is lent to a debtor in arrears.
    assert may.liquidity.usable_commitment == minor("50,000")
    assert may.liquidity.available_revolver == 0
