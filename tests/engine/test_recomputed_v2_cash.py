"""Trading, cash, hold-back and coverage in the recomputation of `month.v2`, each rule on an example worked by hand."""

from dataclasses import replace
from datetime import date

import pytest

from tests.engine.recomputed_v2 import recompute
from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import Course, Rate, Revolver, Scenario
from tests.engine.recomputed_v2.coverage import Flows, coverage
from tests.engine.recomputed_v2.examples import amounts, column, company, loan, minor, nanos, scenario
from tests.engine.recomputed_v2.paths import weight

FREE = Rate(index=0)  #: a revolver without interest


def test_a_liquidity_shock_takes_cash_and_undrawn_commitment():
    revolver = Revolver("revolver", minor("2,000"), minor("500"), date(2029, 12, 31), FREE)
    months, _ = recompute(company(cash="1,000", revolver=revolver), scenario(6, liquidity_shock_factor="0.9"))
    assert column(months, "moved_to_restricted") == amounts("100", *["0"] * 5)
    assert months[0]["revolver_repayments"] == minor("500")
    assert months[0]["usable_commitment"] == minor("1,850")
    assert months[0]["available_liquidity"] == minor("2,250")


def test_a_course_rises_holds_and_recovers():
    course = Course(onset_months=1, ramp_months=3, hold_months=2, recovery_months=4)
    weights = [weight(course, t) * 12 for t in range(1, 12)]
    assert weights == [0, 4, 8, 12, 12, 12, 9, 6, 3, 0, 0]


def test_the_last_twelve_months_open_with_actuals():
    debt = loan("1,200", "0.1")
    steady = company(revenue="1,200", cost_of_sales="600", tax_rate=nanos("0.25"), cash="5,000", loans=(debt,))
    months, _ = recompute(steady, scenario(6, revenue_change_factor="0"))
    actuals = {"ebitda": "550", "cash_interest": "120", "tax_due": "110", "cfads": "440"}
    assert {name: months[0][f"twelve_months.{name}"] for name in actuals} == {
        name: minor(amount) for name, amount in actuals.items()
    }


def test_receivables_are_days_of_the_sales_that_lie_behind():
    """The sales of December, 200, are owed at its end; those of January, 100, a month later."""
    shop = company(revenue="1,300", receivables="200", weights=(*[1] * 11, 2))
    months, _ = recompute(shop, scenario(12))
    assert column(months, "receivables") == amounts(*["100"] * 11, "200")
    assert months[0]["collections"] == minor("200")


def test_receivables_of_two_months_remember_a_bad_one():
    trader = company(revenue="1,200", receivables="200")
    months, _ = recompute(trader, Scenario(6, {"revenue_change_factor": (NANO // 2, NANO)}))
    assert column(months, "receivables")[:3] == amounts("150", "150", "200")


def test_free_cash_prepays_by_lien():
    loans = loan("100", "0", name="a"), loan("500", "0", name="b", lien=2)
    rich = company(cash="1,000", minimum_cash="200", cash_sweep_share=nanos("0.5"), loans=loans)
    months, _ = recompute(rich, scenario(6))
    assert (months[0]["a.prepaid"], months[0]["b.prepaid"]) == (minor("100"), minor("300"))
    assert months[0]["cash"] == minor("600")


def test_the_shock_of_the_next_months_is_held_back():
    rich = company(cash="1,000", cash_sweep_share=NANO, loans=(loan("5,000", "0"),))
    stress = Scenario(6, {"liquidity_shock_factor": (NANO, nanos("0.6"))})
    months, _ = recompute(rich, stress)
    assert (months[0]["hold_back"], months[0]["loan.prepaid"]) == (minor("400"), minor("600"))
    assert (months[1]["moved_to_restricted"], months[1]["cash"]) == (minor("400"), 0)


def test_the_half_of_a_revolver_that_rolls_over_is_not_held_back():
    revolver = Revolver("revolver", minor("500"), minor("400"), date(2025, 2, 28), FREE)
    borrower = company(cash="300", minimum_cash="300", revolver=revolver)
    months, _ = recompute(borrower, scenario(6, refinanced_share="0.5"))
    assert column(months, "hold_back")[:3] == amounts("500", "300", "300")
    assert column(months, "revolver.closing_balance")[:3] == amounts("400", "200", "200")


def test_the_revolvers_interest_of_three_months_is_held_back():
    revolver = Revolver(
        "revolver", minor("1,200"), minor("1,200"), date(2029, 12, 31), Rate(index=nanos("0.1")), day_count="30_360"
    )
    months, _ = recompute(company(cash="1,000", revolver=revolver), scenario(6))
    assert column(months, "hold_back")[:2] == amounts("30", "6")  # three times 10, then 2 on the 240 that are left
    assert column(months, "revolver_repayments")[:2] == amounts("960", "22")


def test_tax_of_three_months_is_held_back():
    """Customers pay a year late, so that nothing comes in to pay it."""
    slow = company(revenue="1,200", tax_rate=nanos("0.25"), cash="1,000")
    months, _ = recompute(slow, scenario(6, collection_period_extension_days="365"))
    assert months[0]["hold_back"] == 4 * minor("25")  # that of the month itself is owed already


def test_a_default_leads_the_header():
    burning = company(operating_expenses="1,200", cash="150", minimum_cash="50")
    months, header = recompute(burning, scenario(12))
    assert column(months, "unpaid")[:3] == amounts("0", "50", "150")
    figures = {"need_at_default": "100", "standstill_peak": "1,100", "lowest_liquidity_before_default": "50"}
    assert {name: header[name] for name in figures} == {name: minor(amount) for name, amount in figures.items()}
    assert (header["default_month"], header["default_kind"], header["runway"]) == (2, "operating", 1)
    assert (header["standstill_peak_period"], header["first_month_below_minimum_cash"]) == (12, 2)
    at_once = recompute(replace(burning, cash=0), scenario(12))[1]
    assert (at_once["runway"], at_once["lowest_liquidity_before_default"]) == (0, "NOT_KNOWN")


def test_coverage_leaves_a_balloon_out_of_fixed_charges():
    debt = loan("1,000", "0", date(2025, 1, 31))
    months, _ = recompute(company(revenue="1,200", cash="1,000", loans=(debt,)), scenario(6))
    assert months[0]["month.dscr"] == 100_000
    assert months[0]["month.fccr"] == "NO_DEBT_SERVICE"
    assert months[0]["month.status"] == "insufficient"
    assert months[1]["month.dscr"] == "NO_DEBT_SERVICE"
    assert months[1]["month.status"] == "not_applicable"


def test_the_balloon_of_a_level_loan_is_above_its_payment():
    """12,000 at 1 % a month, 1,000 a month: 10,231.20 is due with interest of 102.31 where 1,000 would be regular."""
    debt = loan("12,000", "0.12", date(2025, 3, 31), amortisation="level", payment=minor("1,000"))
    months, _ = recompute(company(cash="50,000", loans=(debt,)), scenario(6))
    assert column(months, "loan.principal_scheduled")[:3] == amounts("880", "888.80", "10,231.20")
    assert column(months, "month.balloon")[:3] == amounts("0", "0", "9,333.51")


@pytest.mark.parametrize(
    ("ebitda", "status"), [("125", "adequate"), ("124.99", "marginal"), ("100", "marginal"), ("99.99", "insufficient")]
)
def test_coverage_is_judged_without_rounding(ebitda, status):
    flows = Flows(ebitda=minor(ebitda), scheduled_principal=minor("100"))
    assert coverage(flows)["status"] == status
    assert coverage(replace(flows, cash_interest=minor("25")))["principal_coverage"] == (flows.ebitda - 25_00) * 100
    assert (
        coverage(replace(flows, ebitda=minor("200"), capital_expenditure=minor("200") - flows.ebitda))["status"]
        == status
    )


def test_a_loss_covers_nothing():
    debt = loan("1,200", "0.1")
    months, _ = recompute(company(operating_expenses="1,200", cash="5,000", loans=(debt,)), scenario(6))
    ratios = {months[0][f"month.{name}"] for name in ("dscr", "fccr", "interest_coverage")}
    assert ratios == {"NEGATIVE"}
    assert months[0]["month.status"] == "insufficient"


def test_coverage_of_a_year_is_not_known_before_a_year_of_principal_is():
    debt = loan("2,400", "0", date(2026, 12, 31), amortisation="linear")
    months, _ = recompute(company(revenue="2,400", loans=(debt,)), scenario(12))
    assert set(column(months[:11], "twelve_months.dscr")) == {"INSUFFICIENT_DATA"}
    assert months[11]["twelve_months.dscr"] == 2_000_000
    stated = company(revenue="2,400", scheduled_principal_annual="4,800", loans=(debt,))
    assert recompute(stated, scenario(12))[0][5]["twelve_months.dscr"] == 800_000  # 2,400 over 6 x 400 + 6 x 100


@pytest.mark.parametrize(("workout", "draw"), [(False, "50"), (True, "0")])
def test_nothing_is_drawn_in_a_workout(workout, draw):
    """Nothing is usable in January; sales of February pay what is in arrears, and April lacks cash again."""
    revolver = Revolver("revolver", minor("50"), 0, date(2029, 12, 31), FREE)
    seasonal = company(
        revenue="300", operating_expenses="1,200", weights=(0, 1, *[0] * 10), revolver=revolver,
        operating_expenses_fixed_share=NANO,
    )  # fmt: skip
    posture = Scenario(6, {"liquidity_shock_factor": (0, NANO)}, workout=workout, acceleration_months=24)
    months, _ = recompute(seasonal, posture)
    assert column(months, "unpaid")[:3] == amounts("100", "0", "0")
    assert months[1]["operating_cured"] == minor("100")
    assert months[3]["revolver_draws"] == minor(draw)


def test_cash_for_debt_service_is_ebitda_less_tax_due_and_what_working_capital_takes():
    """Taxed at a quarter: 67.50 of profit of 270 due in March."""
    trader = company(
        revenue="1,200", tax_rate=nanos("0.25"), cash="500", capital_expenditure="120", loans=(loan("1,000", "0.12"),)
    )
    months, _ = recompute(trader, scenario(6, collection_period_extension_days="10"))
    assert months[0]["month.cfads"] == minor("100") - minor("32.88")  # ten days of 100 a month are owed
    assert months[2]["month.cfads"] == minor("100") - months[2]["tax_due"]
    assert months[2]["tax_due"] == minor("67.50")
    assert months[2]["month.fccr"] == (minor("100") - minor("10") - minor("67.50")) * 1000  # over interest of 10.00


@pytest.mark.parametrize(("maturity", "wall"), [(date(2026, 12, 31), "60"), (date(2027, 1, 31), "0")])
def test_the_wall_is_of_the_twelve_months_beyond_the_horizon(maturity, wall):
    _, header = recompute(company(loans=(loan("60", "0", maturity),)), scenario(12))
    assert header["wall"] == minor(wall)
