"""The terms of a debt, each on a loan that can be worked out by hand: when it pays, what it accrues, what it repays."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from seawall.engine import Scenario, execute
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument, PrincipalPayment
from seawall.engine.inputs.scenario import Assumptions, RateScope
from seawall.engine.month.debt_results import FacilityMonth
from seawall.engine.numbers.day_count import DayCount
from tests.engine.examples import DATASET, amounts, company, loan, minor, nanos, scenario

FIVE_YEARS = date(2030, 12, 31)


def months_of(debt: Instrument, stress: Scenario | None = None) -> list[FacilityMonth]:
    """The loan through its months, in a company with cash for everything."""
    rich = company(instruments=(debt,), sheet={"cash": "10,000,000"})
    return [month.facilities[0] for month in execute(stress or scenario(6), rich).months]


def column(months: list[FacilityMonth], name: str) -> list[Any]:
    return [getattr(month, name) for month in months]


@pytest.mark.parametrize(
    ("count", "january", "february"),
    [
        (DayCount.THIRTY_360, "3,000.00", "3,000.00"),  # 360,000 x 10 % x 30/360
        (DayCount.ACTUAL_360, "3,100.00", "2,800.00"),  # 31 and 28 days of 100.00
        (DayCount.ACTUAL_365, "3,057.53", "2,761.64"),  # 36,000 x 31/365 = 3,057.534, x 28/365 = 2,761.644
        (DayCount.ACTUAL_ACTUAL, "3,057.53", "2,761.64"),  # 2026 is no leap year
    ],
)
def test_a_coupon_counts_its_days(count, january, february):
    dues = column(months_of(loan("360,000", "0.10", FIVE_YEARS, day_count=count)), "interest_due")
    assert dues[:2] == amounts(january, february)


def test_a_quarterly_coupon_accrues_monthly_and_rounds_once():
    """100,000 at 7 %: 583.33, 1,166.67, 1,750.00; the months cost 583.33, 583.34, 583.33."""
    months = months_of(loan("100,000", "0.07", FIVE_YEARS, payment_interval_months=3))
    assert column(months, "interest_accrued") == amounts("583.33", "583.34", "583.33") * 2
    assert column(months, "interest_due") == amounts("0", "0", "1,750.00") * 2
    assert column(months, "accrued_interest") == amounts("583.33", "1,166.67", "0") * 2


def test_in_mid_month_it_accrues_to_the_day_and_is_paid_in_that_month():
    """36,000 at 10 % on actual/360 until 15 March: 15 days of 10.00."""
    months = months_of(loan("36,000", "0.10", date(2026, 3, 15), day_count=DayCount.ACTUAL_360))
    assert column(months, "interest_due") == amounts("310.00", "280.00", "150.00", "0", "0", "0")
    assert column(months, "principal_scheduled") == amounts("0", "0", "36,000", "0", "0", "0")


def test_what_is_refinanced_goes_on_from_the_day_of_maturity():
    """Half of it from 15 March on: 16 days of 5.00 accrue in March, and fall due with the 30 of April."""
    matures = loan("36,000", "0.10", date(2026, 3, 15), day_count=DayCount.ACTUAL_360)
    months = months_of(matures, scenario(6, refinanced_share="0.5"))
    assert column(months, "accrued_interest") == amounts("0", "0", "80.00", "0", "0", "0")
    assert column(months, "interest_due") == amounts("310.00", "280.00", "150.00", "230.00", "155.00", "150.00")
    assert column(months, "closing_balance")[2:] == amounts("18,000") * 4


def test_linear_repays_equal_parts_with_the_stub_last():
    """Every 2 months, due 31 May: February, April and the stub in May, a third each."""
    months = months_of(loan("1,000", "0", date(2026, 5, 31), Amortisation.LINEAR, payment_interval_months=2))
    assert column(months, "principal_scheduled") == amounts("0", "333.33", "0", "333.34", "333.33", "0")


def test_capitalised_interest_is_repaid_with_the_rest():
    """Half of 12 % a month on 10,000 capitalises: 50.00, then half of 100.50, 50.25."""
    months = months_of(loan("10,000", "0.12", FIVE_YEARS, pik_share=nanos("0.5")))
    assert column(months, "interest_capitalised")[:2] == amounts("50.00", "50.25")
    assert column(months, "interest_due")[:2] == amounts("50.00", "50.25")
    assert column(months, "closing_balance")[:2] == amounts("10,050.00", "10,100.25")


@pytest.mark.parametrize("pik", ["0", "0.3", "1"])
def test_an_annuity_costs_the_same_cash_whatever_part_of_its_interest_capitalises(pik):
    """60,000 at 10 % over 12 months: 5,274.95 a month; what capitalises is repaid instead."""
    annuity = loan("60,000", "0.10", date(2026, 12, 31), Amortisation.ANNUITY, pik_share=nanos(pik))
    months = months_of(annuity, scenario(12))
    dues = [month.interest_due + month.principal_scheduled for month in months]
    assert dues == amounts("5,274.95") * 11 + amounts("5,275.00")
    assert months[-1].closing_balance == 0


def test_an_annuity_without_interest_rounds_an_even_share_once():
    """10,072.53 in 18 payments is 559.585, a tie: 559.58, and the next 10,072.53 - 559.58 in the same proportion."""
    months = months_of(loan("10,072.53", "0", date(2027, 6, 30), Amortisation.ANNUITY))
    assert column(months, "principal_scheduled") == amounts("559.58") * 6


def test_an_annuity_is_levelled_again_when_its_rate_is_reset():
    """12,000 over 12 months at 0 %: 1,000; from April at 12 %: 9,000 x 0.01 / (1 - 1.01^-9) = 1,050.66."""
    floats = loan("12,000", "0", date(2026, 12, 31), Amortisation.ANNUITY)
    floats = replace(floats, fixed_rate=None, floating_rate=FloatingRate(0, 0, reset_interval_months=3))
    months = months_of(floats, scenario(6, interest_rate_shift=("0", "0.12")))
    dues = [month.interest_due + month.principal_scheduled for month in months]
    assert column(months, "rate") == [0] * 3 + [nanos("0.12")] * 3
    assert dues == amounts("1,000", "1,000", "1,000", "1,050.66", "1,050.66", "1,050.66")


def test_a_custom_schedule_pays_its_rows_in_their_months():
    rows = (
        PrincipalPayment(date(2026, 2, 10), minor("300")),
        PrincipalPayment(date(2026, 2, 28), minor("100")),
        PrincipalPayment(date(2026, 5, 1), minor("600")),
    )
    months = months_of(loan("1,000", "0", FIVE_YEARS, Amortisation.CUSTOM, principal_payments=rows))
    assert column(months, "principal_scheduled") == amounts("0", "400", "0", "0", "600", "0")


@pytest.mark.parametrize(
    ("terms", "assumptions", "rate"),
    [
        (FloatingRate(nanos("0.03"), nanos("0.02")), {}, "0.05"),
        (FloatingRate(nanos("0.03"), nanos("0.02")), {"interest_rate_change_factor": "2"}, "0.08"),  # never the spread
        (FloatingRate(nanos("0.03"), nanos("0.02")), {"interest_rate_shift": "0.01"}, "0.06"),
        (
            FloatingRate(nanos("0.03"), nanos("0.02")),
            {"interest_rate_change_factor": "2", "interest_rate_shift": "0.01"},
            "0.09",  # the shift after the factor
        ),
        (FloatingRate(nanos("0.03"), nanos("0.02"), cap=nanos("0.04")), {"interest_rate_shift": "0.05"}, "0.06"),
        (FloatingRate(nanos("0.03"), nanos("0.02"), floor=nanos("0.01")), {"interest_rate_change_factor": "0"}, "0.03"),
        (FloatingRate(-nanos("0.01"), 0), {}, "0"),  # never below 0
    ],
)
def test_a_floating_rate_is_its_stressed_index_within_floor_and_cap_plus_spread(terms, assumptions, rate):
    debt = replace(loan("1,000", "0", FIVE_YEARS), fixed_rate=None, floating_rate=terms)
    assert months_of(debt, scenario(6, **assumptions))[0].rate == nanos(rate)


@pytest.mark.parametrize(("scope", "rate"), [(RateScope.FLOATING, "0.05"), (RateScope.ALL, "0.1")])
def test_a_fixed_coupon_moves_only_where_the_scope_is_all(scope, rate):
    assumptions = Assumptions(interest_rate_change_factor=(nanos("2"),), interest_rate_scope=scope)
    stress = Scenario(DATASET, "scope", 6, assumptions=assumptions)
    assert months_of(loan("1,000", "0.05", FIVE_YEARS), stress)[0].rate == nanos(rate)


@pytest.mark.parametrize(
    ("amortisation", "terms", "balloon"),
    [
        (Amortisation.BULLET, {}, "60,000.00"),
        (Amortisation.LINEAR, {}, "0"),
        (Amortisation.ANNUITY, {}, "0"),  # its principal rises with each payment: the last one is as regular
        (Amortisation.LEVEL, {"contract": Contract(payment=minor("6,000"))}, "26,779.12"),
    ],
)
def test_a_balloon_is_above_the_regular_instalment(amortisation, terms, balloon):
    """60,000 at 12 % over six months. Payments of 6,000.00 leave 32,454.57 after five: 32,779.12 with its interest."""
    months = months_of(loan("60,000", "0.12", date(2026, 6, 30), amortisation=amortisation, **terms))
    assert column(months, "balloon")[:5] == [0] * 5
    assert months[5].balloon == minor(balloon)
