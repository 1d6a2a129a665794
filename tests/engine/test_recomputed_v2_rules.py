"""Rules of DESIGN section 4 that no row of its tables of facts meets, each on an example worked by hand."""

from dataclasses import replace
from datetime import date

import pytest

from tests.engine.recomputed_v2 import recompute
from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import Asset, Course, Covenant, Rate, Revolver, Row, Scenario
from tests.engine.recomputed_v2.coverage import Flows, coverage
from tests.engine.recomputed_v2.estate import market_values
from tests.engine.recomputed_v2.examples import AS_OF, amounts, column, company, loan, minor, nanos, scenario
from tests.engine.recomputed_v2.paths import paths, weight
from tests.engine.recomputed_v2.rates import all_in_rates
from tests.engine.recomputed_v2.recovery import Claim, Pool, recover

FREE = Rate(index=0)  #: a revolver without interest


def test_what_is_drawn_beyond_the_borrowing_base_falls_due():
    base = Revolver("revolver", minor("10,000"), minor("8,000"), date(2029, 12, 31), FREE, receivables_advance=NANO)
    trader = company(revenue="120,000", receivables="10,000", revolver=base)
    months, _ = recompute(trader, scenario(6, revenue_change_factor="0"))
    assert months[0]["revolver.overadvance"] == months[0]["revolver.principal_paid"] == minor("8,000")
    assert months[0]["cash"] == minor("2,000")


def test_a_liquidity_shock_takes_cash_and_undrawn_commitment():
    revolver = Revolver("revolver", minor("2,000"), minor("500"), date(2029, 12, 31), FREE)
    months, _ = recompute(company(cash="1,000", revolver=revolver), scenario(6, liquidity_shock_factor="0.9"))
    assert column(months, "moved_to_restricted") == amounts("100", *["0"] * 5)
    assert months[0]["revolver_repayments"] == minor("500")
    assert months[0]["usable_commitment"] == minor("1,850")
    assert months[0]["available_liquidity"] == minor("2,250")


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


# Covenants: EBITDA of 1,200 a year against a debt of 6,000 at 4.00x lacks 300

LEVERAGE = Covenant("leverage", "leverage", ((AS_OF, 4 * NANO),), netting_cap=0)
LEVERED = company(revenue="1,200", loans=(loan("6,000", "0", default_margin=nanos("0.12")),))


def test_a_cure_is_equity_of_the_next_month_and_ebitda_of_four_tests():
    curable = replace(LEVERAGE, cures_per_four=1, cures_in_life=2)
    months, header = recompute(replace(LEVERED, covenants=(curable,)), scenario(24))
    statuses = {t: months[t - 1]["covenant.leverage.status"] for t in (3, 6, 9, 12, 15, 18, 21, 24)}
    assert [t for t, status in statuses.items() if status == "cured"] == [3, 15]
    assert [t for t, status in statuses.items() if status == "pass"] == [6, 9, 12, 18, 21, 24]
    assert [t for t in range(1, 25) if months[t - 1]["equity_cure"]] == [4, 16]
    assert months[3]["equity_cure"] == minor("300")
    assert months[2]["covenant.leverage.headroom"] == minor("-300")
    assert header["covenant.leverage.first_breach"] == 3
    assert header["covenant.leverage.first_event_of_default"] == 0


def test_an_event_of_default_charges_the_margin_and_calls_the_debt():
    strict = replace(LEVERAGE, charges_default_margin=True, called_after_months=2)
    months, header = recompute(replace(LEVERED, covenants=(strict,)), scenario(12))
    assert header["covenant.leverage.first_event_of_default"] == 3
    assert column(months, "loan.interest_due")[2:5] == amounts("0", "60", "60")
    assert column(months, "loan.called")[3:5] == amounts("0", "6,000")
    assert (header["default_month"], header["default_kind"]) == (5, "principal")
    assert months[4]["loan.overdue"] == minor("5,620")  # 500 of five months less twice 60 is paid


@pytest.mark.parametrize(("cap", "status"), [("0", "event_of_default"), ("1,200", "pass")])
def test_cash_nets_debt_up_to_its_cap(cap, status):
    capped = replace(LEVERAGE, netting_cap=minor(cap))
    months, _ = recompute(replace(LEVERED, cash=minor("2,000"), covenants=(capped,)), scenario(6))
    assert months[2]["covenant.leverage.status"] == status


def test_a_liquidity_covenant_is_tested_each_month():
    floor = Covenant("floor", "liquidity", ((AS_OF, minor("450")),), cures_per_four=4, cures_in_life=9)
    burning = company(operating_expenses="1,200", cash="600", covenants=(floor,))
    months, _ = recompute(burning, scenario(6))
    assert column(months, "covenant.floor.status")[:3] == ["pass", "cured", "event_of_default"]
    assert column(months, "equity_cure")[:4] == amounts("0", "0", "50", "0")


def test_an_event_of_default_stops_draws():
    revolver = Revolver("revolver", minor("1,000"), 0, date(2029, 12, 31), FREE)
    floor = Covenant("floor", "liquidity", ((AS_OF, minor("950")),), stops_draws=True)
    burning = company(operating_expenses="1,200", cash="100", revolver=revolver, covenants=(floor,))
    months, header = recompute(burning, scenario(12))
    assert column(months, "revolver_draws")[:3] == amounts("0", "100", "0")
    assert column(months, "available_revolver")[:3] == amounts("1,000", "900", "0")
    assert header["default_month"] == 3
    assert (header["lowest_liquidity"], header["lowest_liquidity_period"]) == (0, 3)
    assert header["lowest_liquidity_before_default"] == minor("900")
    assert recompute(replace(burning, covenants=()), scenario(12))[1]["default_month"] == 12


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
    assert months[3]["revolver_draws"] == minor(draw)


# Recovery and estate


def test_pools_are_shared_by_lien_and_what_is_open_pro_rata():
    claims = [Claim("senior", 80), Claim("junior", 90, lien=2)]
    pools = [Pool("plant", 100, ("junior", "senior")), Pool("stock", 50, ("junior",))]
    result = recover(claims, pools, 10, other_creditors=30)
    assert result.paid == {"senior": 80, "junior": 74}  # 50 + 20 + 4
    assert (result.others_paid, result.owners, result.fulcrum) == (6, 0, "junior")


def test_super_senior_debt_primes_every_pool():
    claims = [Claim("rescue", 40, super_senior=True), Claim("term", 200)]
    result = recover(claims, [Pool("plant", 100, ("term",))], 60, other_creditors=100)
    assert result.paid["rescue"] == 40
    assert result.paid["term"] == 75 + 25  # three quarters of each value is left; 125 and 100 are open against 45
    assert result.others_paid == 20


def test_a_junior_turns_over_what_it_got_until_its_senior_is_whole():
    claims = [Claim("junior", 100), Claim("senior", 100)]
    shared = recover(claims, [], 120)
    turned = recover(claims, [], 120, turnover=(("junior", ("senior",)),))
    assert shared.paid == {"junior": 60, "senior": 60}
    assert turned.paid == {"junior": 20, "senior": 100}


def test_priority_claims_come_after_liens_and_before_open_claims():
    result = recover([Claim("bank", 50, all_asset_lien=1), Claim("notes", 100)], [], 120, priority_claims=40)
    assert (result.paid, result.priority_paid) == ({"bank": 50, "notes": 30}, 40)


@pytest.mark.parametrize(("line", "values"), [("50", ("40", "10")), ("100", ("80", "20")), ("130", ("104", "26"))])
def test_an_asset_follows_its_line(line, values):
    """Below the opening line in proportion; of a rise of 30 the assets take 24 and 6."""
    assets = Asset("a", minor("80"), line="receivables"), Asset("b", minor("20"), line="receivables")
    owner = company(receivables="100", assets=assets)
    worth = market_values(owner, {"receivables": minor(line)}, NANO)
    assert list(worth.values()) == amounts(*values)


def test_collateral_covers_by_lien_and_falls_with_the_market():
    assets = (Asset("plant", minor("100"), recovery_rate=nanos("0.5")),)
    loans = loan("60", "0", name="a", collateral=("plant",)), loan("60", "0", name="b", lien=2, collateral=("plant",))
    months, header = recompute(
        company(cash="5", assets=assets, loans=loans), scenario(12, market_value_depreciation_factor="0.81")
    )
    assert (months[5]["market_value"], months[11]["market_value"]) == (minor("90"), minor("81"))
    assert (months[11]["a.collateral_value"], months[11]["b.collateral_value"]) == (minor("60"), minor("21"))
    assert months[11]["collateral_shortfall"] == months[11]["b.collateral_shortfall"] == minor("39")
    assert months[11]["loan_to_value"] == 1_481_481
    assert months[11]["distributable_value"] == minor("45.50")
    # 40.50 of the plant to a; 5.00 of cash over what is open then, 19.50 and 60.00
    assert (header["a.recovery_paid"], header["b.recovery_paid"]) == (minor("41.73"), minor("3.77"))
    assert header["fulcrum"] == "a"


def test_assets_that_are_not_stated_are_not_known():
    months, header = recompute(company(cash="100", loans=(loan("50", "0"),)), scenario(6))
    assert months[0]["market_value"] == months[0]["loan.collateral_value"] == header["recovery"] == "NOT_KNOWN"
