"""Covenants, estate and recovery in the recomputation of `month.v2`, each rule on an example worked by hand."""

from dataclasses import replace
from datetime import date

import pytest

from tests.engine.recomputed_v2 import recompute
from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import Asset, Covenant, Rate, Revolver
from tests.engine.recomputed_v2.estate import market_values
from tests.engine.recomputed_v2.examples import AS_OF, amounts, column, company, loan, minor, nanos, scenario
from tests.engine.recomputed_v2.recovery import Claim, Pool, recover

FREE = Rate(index=0)  #: a revolver without interest


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
    strict = replace(LEVERAGE, charges_default_margin=True, acceleration_months=2)
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


def test_net_debt_of_nothing_needs_no_earnings():
    burning = company(operating_expenses="1,200", cash="9,000", loans=(loan("6,000", "0"),))
    netted = replace(LEVERAGE, netting_cap=None)
    assert recompute(replace(burning, covenants=(netted,)), scenario(6))[0][2]["covenant.leverage.status"] == "pass"


@pytest.mark.parametrize(("life", "consecutive", "statuses"), [
    (9, False, ["cured", "event_of_default"]), (9, True, ["cured", "cured"]), (1, True, ["cured", "event_of_default"]),
])  # fmt: skip
def test_cures_are_counted(life, consecutive, statuses):
    """The loan capitalises its interest, so that the second test lacks more than the first."""
    curable = replace(LEVERAGE, cures_per_four=4, cures_in_life=life, consecutive_cures=consecutive)
    growing = replace(LEVERED, loans=(loan("6,000", "0.4", pik_share=NANO),), interest_annual=0, covenants=(curable,))
    months, _ = recompute(growing, scenario(6))
    assert [months[t - 1]["covenant.leverage.status"] for t in (3, 6)] == statuses


def test_a_threshold_holds_from_its_day():
    steps = ((date(2025, 1, 1), 8 * NANO), (date(2025, 6, 30), 4 * NANO))
    months, header = recompute(replace(LEVERED, covenants=(replace(LEVERAGE, steps=steps),)), scenario(12))
    assert [months[t - 1]["covenant.leverage.status"] for t in (3, 6, 9)] == ["pass", "event_of_default", "breach"]
    assert header["covenant.leverage.first_event_of_default"] == 6


@pytest.mark.parametrize(
    ("kind", "threshold", "least", "headroom", "ratio"),
    [("interest_coverage", "2.5", "1,500", "-300", 2_000_000), ("fccr", "2", "1,200", "-120", 1_800_000)],
)
def test_interest_and_fixed_charges_are_those_of_twelve_months(kind, threshold, least, headroom, ratio):
    """EBITDA 1,200, interest 600, capital expenditure 120 a year."""
    covenant = Covenant(kind, kind, ((AS_OF, nanos(threshold)),))
    borrower = company(
        revenue="1,200", cash="1,000", capital_expenditure="120", loans=(loan("6,000", "0.1"),), covenants=(covenant,)
    )
    test = recompute(borrower, scenario(6))[0][2]
    assert (test[f"covenant.{kind}.least"], test[f"covenant.{kind}.headroom"]) == tuple(amounts(least, headroom))
    assert test[f"covenant.{kind}.ratio"] == ratio


def test_charges_that_are_not_known_are_not_tested():
    covenant = Covenant("fccr", "fccr", ((AS_OF, 9 * NANO),))
    borrower = company(loans=(loan("2,400", "0", date(2026, 12, 31), amortisation="linear"),), covenants=(covenant,))
    months, _ = recompute(borrower, scenario(12))
    statuses = [months[t - 1]["covenant.fccr.status"] for t in (3, 6, 9, 12)]
    assert statuses == [*["not_tested"] * 3, "event_of_default"]


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


def test_other_creditors_share_what_is_free():
    """Payables 100 stay owed, other liabilities 50; 12.00 of unpaid expenses join them in the month of default."""
    owed = company(
        operating_expenses="144", payables="100", other_liabilities="50", loans=(loan("200", "0"),),
        assets=(Asset("plot", minor("181")),),
    )  # fmt: skip
    _, header = recompute(owed, scenario(6))
    assert header["recovery_period"] == 1
    assert header["recovery_other_creditors"] == minor("81")  # 162 of 362, half of each claim
    assert header["loan.recovery_paid"] == minor("100")
    assert header["loan.loss_share"] == 500_000


def test_assets_that_are_not_stated_are_not_known():
    months, header = recompute(company(cash="100", loans=(loan("50", "0"),)), scenario(6))
    assert months[0]["market_value"] == months[0]["loan.collateral_value"] == header["recovery"] == "NOT_KNOWN"
