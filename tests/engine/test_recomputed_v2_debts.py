"""How debts accrue and fall due in the recomputation of `month.v2`, each rule on an example worked by hand."""

from dataclasses import replace
from datetime import date

import pytest

from tests.engine.recomputed_v2 import recompute
from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import Rate, Revolver, Row, Scenario
from tests.engine.recomputed_v2.examples import amounts, column, company, loan, minor, nanos, scenario
from tests.engine.recomputed_v2.paths import paths
from tests.engine.recomputed_v2.rates import all_in_rates

FREE = Rate(index=0)  #: a revolver without interest


def test_what_is_drawn_beyond_the_borrowing_base_falls_due():
    base = Revolver("revolver", minor("10,000"), minor("8,000"), date(2029, 12, 31), FREE, receivables_advance=NANO)
    trader = company(revenue="120,000", receivables="10,000", revolver=base)
    months, _ = recompute(trader, scenario(6, revenue_change_factor="0"))
    assert months[0]["revolver.overadvance"] == months[0]["revolver.principal_paid"] == minor("8,000")
    assert months[0]["cash"] == minor("2,000")


def test_a_fee_is_charged_on_what_is_not_drawn():
    revolver = Revolver("revolver", minor("3,600"), minor("1,600"), date(2029, 12, 31), FREE, nanos("0.005"))
    months, _ = recompute(company(cash="1,000", revolver=revolver), scenario(6))
    assert months[0]["revolver.interest_due"] == minor("0.86")  # 2,000 over 31 of 360 days


def test_half_of_a_loan_rolls_over_on_the_day_of_its_maturity():
    debt = loan("12,000", "0.1", date(2025, 3, 15))
    months, header = recompute(company(cash="50,000", loans=(debt,)), scenario(refinanced_share="0.5"))
    assert column(months, "loan.interest_due")[1:5] == amounts("100", "50", "75", "50")
    assert months[2]["loan.accrued_interest"] == minor("25")
    assert (months[2]["loan.principal_scheduled"], months[2]["loan.refinanced"]) == (minor("6,000"), minor("6,000"))
    assert months[11]["loan.closing_balance"] == minor("6,000")
    assert header["wall"] == 0


def test_the_last_of_february_is_the_30th_but_not_where_it_is_the_maturity():
    debt = loan("36,000", "0.1", date(2025, 2, 28), day_count="30e_360_isda")
    months, _ = recompute(company(cash="50,000", loans=(debt,)), scenario(6))
    assert column(months, "loan.interest_due")[:3] == amounts("300", "280", "0")
    longer = replace(debt, maturity=date(2025, 3, 31))
    months, _ = recompute(company(cash="50,000", loans=(longer,)), scenario(6))
    assert column(months, "loan.interest_due")[:3] == amounts("300", "300", "300")


@pytest.mark.parametrize(
    ("day_count", "days"), [("30_360", (30, 30)), ("30e_360_isda", (30, 30)), ("30e_360", (28, 32)),
                            ("30_360_bond", (28, 33)), ("actual_360", (28, 31))],
)  # fmt: skip
def test_the_days_of_february_and_march(day_count, days):
    """36,000 at 10 % over 360 days is 10.00 a day."""
    debt = loan("36,000", "0.1", date(2026, 1, 31), day_count=day_count)
    months, _ = recompute(company(as_of=date(2025, 1, 31), cash="50,000", loans=(debt,)), scenario(6))
    assert column(months, "loan.interest_due")[:2] == [10_00 * count for count in days]


def test_each_day_counts_over_the_length_of_its_own_year():
    debt = loan("133,590", "0.1", day_count="actual_actual")  # 36.50 a day of 2024, 36.60 a day of 2025
    months, _ = recompute(company(cash="50,000", loans=(debt,)), scenario(6))
    assert months[0]["loan.interest_due"] == minor("36.50") + 30 * minor("36.60")


def test_the_rows_of_a_schedule_are_paid_on_their_days():
    rows = (
        Row(date(2025, 1, 15), minor("400")),
        Row(date(2025, 1, 31), minor("300")),
        Row(date(2025, 2, 28), minor("500")),
    )
    debt = loan("1,200", "0.12", date(2025, 2, 28), amortisation="custom", rows=rows)
    months, _ = recompute(company(cash="50,000", loans=(debt,)), scenario(6))
    assert column(months, "loan.principal_paid")[:3] == amounts("700", "500", "0")
    assert column(months, "loan.interest_due")[:3] == amounts("10", "5", "0")  # half of January on 1,200, half on 800


@pytest.mark.parametrize(("today", "scheduled"), [(date(2024, 12, 31), "100"), (date(2025, 2, 28), "150")])
def test_rows_that_have_passed_leave_the_balance_to_those_to_come(today, scheduled):
    rows = tuple(Row(date(2025, month, 28), minor("100")) for month in range(1, 7))
    debt = loan("600", "0", date(2025, 6, 28), amortisation="custom", rows=rows)
    months, _ = recompute(company(cash="50,000", loans=(debt,)), scenario(6), today)
    assert months[3]["loan.principal_paid"] == minor(scheduled)


def test_an_annuity_without_interest_pays_even_parts():
    debt = loan("10,072.53", "0", date(2026, 6, 30), amortisation="annuity")
    months, _ = recompute(company(cash="50,000", loans=(debt,)), scenario(18))
    assert column(months, "loan.principal_paid") == amounts(*["559.58"] * 17, "559.67")


def test_an_annuity_pays_what_has_accrued_in_its_equal_payments():
    debt = loan("12,000", "0.12", date(2025, 12, 31), amortisation="annuity", accrued_interest=minor("100"))
    months, _ = recompute(company(cash="50,000", loans=(debt,)), scenario(12))
    payments = [month["loan.interest_paid"] + month["loan.principal_paid"] for month in months]
    assert months[0]["loan.interest_paid"] == minor("220")
    assert len(set(payments[:-1])) == 1
    assert abs(payments[-1] - payments[0]) <= len(payments)  # the last takes the cents


def test_an_index_is_stressed_at_its_resets_between_floor_and_cap():
    rate = Rate(None, nanos("0.03"), nanos("0.02"), floor=nanos("0.01"), cap=nanos("0.05"), reset_months=3)
    stress = Scenario(6, {"interest_rate_change_factor": (NANO, 2 * NANO), "interest_rate_shift": (nanos("0.005"),)})
    assert all_in_rates(rate, stress, paths(stress))[1:6] == [nanos(r) for r in "0.055 0.055 0.055 0.07 0.07".split()]
    relief = Scenario(6, {"interest_rate_shift": (nanos("-0.04"),)})
    assert all_in_rates(rate, relief, paths(relief))[1] == nanos("0.03")


@pytest.mark.parametrize(("scope", "interest"), [(False, "100"), (True, "200")])
def test_a_coupon_is_stressed_where_the_scope_is_all(scope, interest):
    stress = replace(scenario(6, interest_rate_change_factor="2"), stresses_coupons=scope)
    months, _ = recompute(company(cash="5,000", loans=(loan("12,000", "0.1"),)), stress)
    assert months[0]["loan.interest_due"] == minor(interest)
