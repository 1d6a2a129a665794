"""The facts of DESIGN section 4, row by row, on the independent recomputation of `month.v2`."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.engine import recomputed_v2
from tests.engine.recomputed_v2 import recompute
from tests.engine.recomputed_v2.arithmetic import NANO, ratio
from tests.engine.recomputed_v2.base_year import run_rate
from tests.engine.recomputed_v2.company import Covenant, Loan, Rate, Revolver, Scenario
from tests.engine.recomputed_v2.covenants import Measure, fixed_charge_coverage, leverage_amounts, springs
from tests.engine.recomputed_v2.coverage import Flows
from tests.engine.recomputed_v2.debts import contract, play
from tests.engine.recomputed_v2.examples import AS_OF, amounts, column, company, loan, minor, nanos, scenario
from tests.engine.recomputed_v2.paths import market_value_left, paths
from tests.engine.recomputed_v2.recovery import Claim, recover

# From month.v1, unchanged


def dues(debt: Loan, months: int = 36) -> list[tuple[int, int]]:
    """Interest and principal of each month, all paid."""
    neutral = Scenario()
    deal, performing, grown, rows = contract(debt, AS_OF, neutral, paths(neutral)), debt.principal, Fraction(0), []
    for t in range(1, months + 1):
        played = play(deal.periods[t], performing, grown)
        performing, grown = played.performing, played.grown
        rows.append((played.coupon, played.scheduled))
    return rows


@pytest.mark.parametrize(("months", "service"), [(6, "30,000"), (12, "60,000"), (24, "120,000")])
def test_an_annuity_of_five_years_pays_5000_a_month(months, service):
    rows = dues(loan("235,326.85", "0.1", amortisation="annuity"))
    paid = sum(interest + principal for interest, principal in rows[:months])
    assert {interest + principal for interest, principal in rows} == {minor("5,000")}
    assert paid == minor(service)
    assert ratio(minor("120,000") * months, 12 * paid, "") == 2_000_000


def test_interest_only_of_500000_is_covered_3_999997_times_at_every_horizon():
    interest = [coupon for coupon, _ in dues(loan("500,000", "0.1"))]
    assert interest == amounts(*["4,166.67"] * 36)
    for months in range(1, 37):
        assert ratio(minor("200,000") * months, 12 * sum(interest[:months]), "") == 3_999_997


@pytest.mark.parametrize(
    ("interval", "months", "payment", "last", "interest"),
    [(1, 12, "5,274.95", "5,275.00", "3,299.45"), (3, 24, "8,368.04", "8,368.05", "6,944.33")],
)
def test_an_annuity_of_60000(interval, months, payment, last, interest):
    debt = loan("60,000", "0.1", date(2024 + months // 12, 12, 31), amortisation="annuity", interval_months=interval)
    rows = dues(debt)
    payments = [sum(row) for row in rows if sum(row)]
    assert payments == amounts(*[payment] * (months // interval - 1), last)
    assert sum(coupon for coupon, _ in rows) == minor(interest)
    assert sum(principal for _, principal in rows) == minor("60,000")


def test_dscr_is_level_only_while_service_is_level():
    debt = loan("60,000", "0.1", date(2025, 12, 31), amortisation="annuity")
    assert ratio(minor("120,000") * 24, 12 * sum(map(sum, dues(debt, 24))), "") == 3_791_502


def test_a_market_value_falls_by_exactly_its_factor_a_year():
    left = market_value_left([0, *[nanos("0.85")] * 24])
    assert (left[12], left[24]) == (nanos("0.85"), nanos("0.7225"))


def test_the_weighted_rate_of_three_loans():
    loans = loan("500,000", "0.04", name="a"), loan("300,000", "0.06", name="b"), loan("200,000", "0.05", name="c")
    debtor = company(loans=loans)
    assert run_rate(debtor) == minor("48,000")
    assert ratio(run_rate(debtor), minor("1,000,000"), "") == 48_000


# Of month.v2

P = company(
    revenue="120,000",
    cost_of_sales="60,000",
    cost_of_sales_fixed_share=nanos("0.2"),
    operating_expenses="24,000",
    operating_expenses_fixed_share=nanos("0.65"),
    cash="50,000",
    receivables="10,000",
    inventory="8,000",
    payables="5,000",
)
P_CASH = replace(P, receivables=0, payables=0)
Q = company(
    revenue="12,000", cost_of_sales="6,000", operating_expenses="5,400", operating_expenses_fixed_share=NANO,
    cash="50,000",
)  # fmt: skip


def test_without_sales_a_cash_trader_buys_its_fixed_cost_and_keeps_its_stock():
    months, _ = recompute(P_CASH, scenario(6, revenue_change_factor="0"))
    assert column(months, "ebitda") == amounts(*["-2,300.00"] * 6)
    assert column(months, "purchases") == amounts(*["1,000.00"] * 6)
    assert column(months, "inventory") == amounts(*["8,000.00"] * 6)
    assert months[5]["cash"] == minor("36,200.00")


def test_without_sales_the_last_invoices_are_collected_and_paid():
    months, _ = recompute(P, scenario(6, revenue_change_factor="0"))
    assert column(months, "collections")[:2] == amounts("10,000.00", "0.00")
    assert column(months, "supplier_payments")[:2] == amounts("5,000.00", "1,000.00")
    assert column(months, "payables")[:2] == amounts("1,000.00", "1,000.00")


@pytest.mark.parametrize(
    ("release", "purchases", "stock"),
    [
        ("0", ["3,000.00"] * 6, "8,000.00"),
        ("0.5", ["1,000.00", *["3,000.00"] * 5], "6,000.00"),
        ("1", ["1,000.00", "1,000.00", *["3,000.00"] * 4], "4,000.00"),
    ],
)
def test_at_half_the_sales_stock_is_released_as_the_scenario_says(release, purchases, stock):
    months, _ = recompute(P_CASH, scenario(6, release, revenue_change_factor="0.5"))
    assert column(months, "purchases") == amounts(*purchases)
    assert months[5]["inventory"] == minor(stock)


def test_dearer_costs_do_not_revalue_the_stock():
    months, _ = recompute(P_CASH, scenario(6, cost_change_factor="1.1"))
    assert column(months, "purchases") == amounts(*["5,500.00"] * 6)
    assert column(months, "inventory") == amounts(*["8,000.00"] * 6)
    assert column(months, "ebitda") == amounts(*["2,300.00"] * 6)


def test_stock_for_thirty_days_more():
    stress = scenario(6, revenue_change_factor="0.8", inventory_period_extension_days="30")
    months, _ = recompute(P_CASH, stress)
    assert column(months, "inventory") == amounts(*["9,556.17"] * 6)
    assert column(months, "purchases") == amounts("5,756.17", *["4,200.00"] * 5)


def test_a_toy_shop_fills_its_stock_before_christmas():
    shop = replace(
        P_CASH, as_of=date(2024, 9, 30), cost_of_sales_fixed_share=0, inventory=minor("10,000"),
        weights=(7, 7, 8, 8, 8, 8, 8, 8, 8, 8, 10, 17),
    )  # fmt: skip
    months, _ = recompute(shop, scenario())
    assert column(months, "inventory")[:3] == amounts("14,942.86", "13,514.29", "7,800.00")
    assert column(months, "purchases")[:3] == amounts("9,514.29", "4,285.71", "4,000.00")
    assert months[11]["inventory"] == minor("10,000.00")


TAXED = company(
    revenue="120,000", cost_of_sales="72,000", operating_expenses="42,000", operating_expenses_fixed_share=NANO,
    tax_rate=nanos("0.25"), cash="50,000",
)  # fmt: skip


def test_tax_of_a_season_is_that_of_its_year():
    months, _ = recompute(replace(TAXED, weights=(12, *[1] * 11)), scenario())
    expense = ["5,385.87", *["-353.26"] * 3, "-353.27", *["-353.26"] * 6]
    assert column(months, "tax")[:11] == amounts(*expense)
    assert column(months, "tax_payments") == amounts("0", "0", "4,679.35", *["0"] * 9)
    assert sum(column(months, "profit_before_tax")) == minor("6,000.00")
    assert sum(column(months, "tax")) == minor("1,500.00")
    assert months[11]["tax_payable"] == minor("-3,179.35")


def test_losses_of_earlier_years_are_used_first():
    profitable = replace(TAXED, operating_expenses=minor("36,000"), tax_losses=minor("5,000"))
    months, _ = recompute(profitable, scenario())
    assert column(months, "tax") == amounts(*["0"] * 5, *["250.00"] * 7)
    paid = {6: "250.00", 9: "750.00", 12: "750.00"}
    assert column(months, "tax_payments") == amounts(*[paid.get(t, "0") for t in range(1, 13)])


def test_a_loss_takes_back_tax_of_the_same_year_only():
    midyear = replace(TAXED, operating_expenses=minor("36,000"), as_of=date(2025, 6, 30), fiscal_year_end_month=12)
    months, _ = recompute(midyear, scenario(revenue_change_factor="0.6"))
    assert column(months, "profit_before_tax") == amounts(*["-600.00"] * 12)
    assert column(months, "tax") == amounts(*["-150.00"] * 6, *["0"] * 6)
    assert months[5]["tax_payable"] == months[11]["tax_payable"] == minor("-900.00")


QUARTERLY = loan("30,000", "0.12", interval_months=3)
INVESTOR = replace(Q, cash=minor("1,000"), capital_expenditure=minor("3,600"), loans=(QUARTERLY,))


def test_cash_for_the_next_coupon_is_held_back_from_capital_expenditure():
    months, header = recompute(INVESTOR, scenario())
    assert months[0]["hold_back"] == minor("800.00")
    assert column(months, "capital_expenditure_payments") == amounts("250.00", *["0"] * 11)
    assert months[2]["interest_payments"] == minor("900.00")
    assert (header["default_month"], header["default_kind"]) == (6, "interest")
    assert header["need_at_default"] == minor("750.00")


def test_a_revolver_that_matures_soon_is_held_back_for():
    revolver = Revolver("revolver", minor("2,000"), 0, date(2025, 9, 30), Rate(coupon=None))
    months, header = recompute(replace(INVESTOR, revolver=revolver), scenario())
    assert column(months, "capital_expenditure_payments") == amounts(*["300.00"] * 5, *["0"] * 7)
    assert column(months, "revolver_draws")[:6] == amounts("0", "0", "650", "250", "250", "850")
    assert months[5]["hold_back"] == minor("2,750.00")
    assert header["default_month"] == 9
    assert header["need_at_default"] == minor("2,750.00")


def test_a_senior_lien_is_paid_before_the_interest_of_a_junior():
    senior = loan("5,000", "0.12", date(2025, 3, 31), "senior", default_margin=nanos("0.02"), interval_months=3)
    junior = loan("4,000", "0.12", name="junior", lien=2, interval_months=3)
    poor = replace(Q, operating_expenses=minor("4,800"), cash=minor("500"), loans=(senior, junior))
    months, header = recompute(poor, scenario())
    paid = [month["senior.interest_paid"] + month["senior.principal_paid"] for month in months]
    assert paid[2:4] == amounts("800.00", "100.00")
    assert months[3]["senior.interest_paid"] == minor("50.75")
    assert months[3]["senior.principal_paid"] == minor("49.25")
    assert column(months, "senior.overdue")[2:4] == amounts("4,350.00", "4,300.75")
    assert column(months, "junior.interest_arrears")[2:4] == amounts("120.00", "121.20")
    assert (header["default_month"], header["default_debt"], header["default_kind"]) == (3, "senior", "maturity")


ACCRUING = loan("30,000", "0.12", interval_months=3, default_margin=nanos("0.02"), accrued_interest=minor("300"))


def test_arrears_bear_interest():
    months, _ = recompute(company(loans=(ACCRUING,)), scenario(6))
    assert months[2]["loan.interest_due"] == minor("1,200.00")
    arrears = column(months, "interest_arrears")
    assert arrears[3] - arrears[2] == minor("14.00")
    assert arrears[4] - arrears[3] == minor("14.16")
    assert months[5]["loan.interest_due"] == minor("914.33")  # the coupon of 900.00 beside it
    assert arrears[5] == minor("2,142.49")


def test_half_of_the_first_coupon_capitalises_with_what_had_accrued():
    half = replace(ACCRUING, pik_share=nanos("0.5"))
    months, _ = recompute(company(cash="1,000", loans=(half,)), scenario(6))
    assert months[2]["loan.interest_paid"] == minor("600.00")
    assert months[2]["loan.interest_capitalised"] == minor("600.00")


FAILING = company(
    revenue="60,000", cost_of_sales="48,000", operating_expenses="18,000", operating_expenses_fixed_share=NANO,
    payables="5,000", loans=(loan("6,000", "0.12", interval_months=3, default_margin=nanos("0.02")),),
)  # fmt: skip


def test_a_workout_ends_supplier_credit_and_calls_the_debt():
    workout = Scenario(12, workout=True, acceleration_months=2)
    months, _ = recompute(FAILING, workout)
    assert months[0]["unpaid"] == minor("500.00")
    assert months[1]["need_operating"] - months[0]["operating_arrears"] - minor("1,500.00") == minor("9,000.00")
    assert months[1]["loan.interest_arrears"] == minor("10.00")
    assert months[2]["loan.called"] == minor("6,000.00")
    assert months[2]["loan.interest_arrears"] == minor("200.12")
    assert months[2]["unpaid"] == minor("12,700.12")
    standstill, _ = recompute(FAILING, scenario())
    assert standstill[2]["unpaid"] == minor("1,680.00")


def test_a_wall_stands_beyond_the_horizon():
    trader = replace(P_CASH, inventory=0, cash=minor("4,000"), loans=(loan("60,000", "0", date(2026, 1, 31)),))
    _, header = recompute(trader, scenario())
    assert header["default_month"] == 0
    assert (header["wall"], header["wall_liquidity"]) == (minor("60,000.00"), minor("40,000.00"))


# Covenants and recovery


def test_a_springing_covenant_is_tested_a_cent_above_its_trigger():
    assert not springs(minor("350.00"), minor("1,000"), nanos("0.35"))
    assert springs(minor("350.01"), minor("1,000"), nanos("0.35"))


def test_net_leverage_lacks_ebitda_to_the_cent():
    test = leverage_amounts(minor("750"), minor("100"), nanos("7.40"))
    assert test.lacking == minor("1.36")


def test_ebitda_may_fall_by_19_percent():
    test = leverage_amounts(minor("600,000,000"), minor("100,000,000"), nanos("7.40"))
    assert round(Fraction(test.have - test.least, test.have), 4) == Fraction("0.1892")


def test_fixed_charges_lack_cash():
    year = Flows(adjusted_ebitda=minor("55"), cash_interest=minor("60"))
    measure = Measure(AS_OF, True, cash=0, liquidity=0, balances={}, year=year, principal_known=True)
    test = fixed_charge_coverage(Covenant("fccr", "fccr", ()), measure, nanos("1.10"), 0)
    assert test.lacking == minor("11.00")


def test_a_first_lien_on_all_assets_takes_the_free_value_of_an_emergence():
    """In thousandths: 435 at 6.5 times is 2,827.500 million."""
    result = recover([Claim("first", 2_760_000, all_asset_lien=1), Claim("notes", 500_000)], [], 2_827_500,
                     cost_share=nanos("0.05"))  # fmt: skip
    assert result.paid == {"first": 2_686_125, "notes": 0}
    assert ratio(result.paid["first"], 2_760_000, "") == 973_234
    assert sum(result.unsecured.values()) == 0
    assert result.fulcrum == "first"


def test_costs_come_off_first():
    assert recover([Claim("notes", 2_000_000)], [], 1_125_000, cost_share=nanos("0.05")).paid == {"notes": 1_068_750}


def test_no_line_of_the_engine_takes_part():
    modules = sorted(Path(recomputed_v2.__file__).parent.glob("*.py"))
    assert len(modules) > 15
    assert [path.name for path in modules if "seawall" in path.read_text(encoding="utf-8")] == []
