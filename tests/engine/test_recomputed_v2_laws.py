"""The laws of DESIGN section 4 on the independent recomputation, over random companies; without any tolerance."""

from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

import pytest

from tests.engine import scale
from tests.engine.recomputed_v2 import recompute
from tests.engine.recomputed_v2.arithmetic import times, unrounded
from tests.engine.recomputed_v2.company import NEUTRAL, Company, Course, Covenant, Loan, Revolver, Row, Scenario
from tests.engine.recomputed_v2.dues import borrowing_base
from tests.engine.recomputed_v2.figures import Execution
from tests.engine.recomputed_v2.month import Run
from tests.engine.recomputed_v2.random_companies import case

SEEDS = range(scale.cases(50, 2_000))
FEWER = range(5_000, 5_000 + scale.cases(15, 400))  #: for a law that runs a company more than once

#: Amounts that may fall below 0: a tax position below 0 is an asset.
SIGNED = set(
    "equity total_liabilities tax_payable ebitda adjusted_ebitda profit_before_tax tax net_income moved_to_restricted "
    "working_capital operating_cash_flow operating_cash_flow_indirect investing_cash_flow financing_cash_flow "
    "net_cash_flow cfads fixed_charge_cash numerator denominator have headroom headroom_share".split()
)


@lru_cache(maxsize=1024)
def played(seed: int) -> Execution:
    drawn = case(seed)
    return Execution(Run(drawn.company, drawn.scenario, drawn.d0))


@pytest.fixture(params=SEEDS)
def execution(request) -> Execution:
    return played(request.param)


def pairs(execution: Execution):
    """Each month with the one before; the opening has balances only."""
    company = execution.run.company
    opening = {
        "cash": company.cash,
        "debt": sum(debt.balance for debt in company.debts),
        "tax_payable": company.tax_payable,
        "equity": company.equity,
        **{f"{debt.name}.closing_balance": debt.balance for debt in company.debts},
    }
    return zip([opening, *execution.months], execution.months, strict=False)


def test_a_month_obeys_its_laws(execution):
    run = execution.run
    for before, month in pairs(execution):
        assert month["total_assets"] == month["total_liabilities"] + month["equity"]
        assert month["cash"] == before["cash"] + month["net_cash_flow"]
        assert month["tax_payable"] == before["tax_payable"] + month["tax"] - month["tax_due"]
        assert month["equity"] == before["equity"] + month["net_income"] + month["equity_cure"]
        assert month["operating_cash_flow"] == month["operating_cash_flow_indirect"]
        assert month["debt"] == sum(month[f"{debt.name}.closing_balance"] for debt in run.company.debts)
        for name in (debt.name for debt in run.company.debts):
            rise = month[f"{name}.drawn"] + month[f"{name}.interest_capitalised"]
            fall = month[f"{name}.principal_paid"] + month[f"{name}.prepaid"]
            assert month[f"{name}.closing_balance"] == before[f"{name}.closing_balance"] + rise - fall
        if month["unpaid"]:
            assert month["cash"] == 0
            assert month["capital_expenditure_payments"] == 0
        assert month["purchases"] >= run.trading[month["period"]].fixed_cost
        assert (
            month["capital_expenditure_payments"] + month["capital_expenditure_lapsed"]
            == (month["capital_expenditure_wanted"])
        )


def test_nothing_falls_below_zero(execution):
    below = [
        (month["period"], name, value)
        for month in execution.months
        for name, value in month.items()
        if isinstance(value, int) and value < 0 and name.rpartition(".")[2] not in SIGNED
    ]
    assert below == []


def test_what_is_drawn_stays_within_usable_commitment_and_borrowing_base(execution):
    revolver = execution.run.company.revolver
    for month in execution.months if revolver else ():
        if month["revolver_draws"]:
            base = borrowing_base(revolver, month["receivables"], month["inventory"])
            limit = month["usable_commitment"] if base is None else min(base, month["usable_commitment"])
            assert month[f"{revolver.name}.closing_balance"] <= limit


def test_tax_of_a_fiscal_year_is_the_rate_on_its_profit_above_losses(execution):
    run, company = execution.run, execution.run.company
    losses = company.tax_losses
    months_gone = (run.base.calendar_month(0) - company.year_end) % 12
    lines = ("depreciation", "interest")
    profit = sum(run.base.ebitda(t) - sum(run.base.month(line, t) for line in lines) for t in range(1 - months_gone, 1))
    tax = times(max(profit - losses, 0), company.tax_rate)
    for month in execution.months:
        profit, tax = profit + month["profit_before_tax"], tax + month["tax"]
        if run.base.calendar_month(month["period"]) == company.year_end:
            assert tax == times(max(profit - losses, 0), company.tax_rate)
            profit, tax, losses = 0, 0, max(losses - profit, 0)
            assert month["tax_losses"] == losses


@pytest.mark.parametrize("seed", FEWER)
def test_a_short_run_is_the_beginning_of_a_long_one(seed):
    short, long = (replace(case(seed).scenario, horizon=months) for months in (6, 24))
    company, d0 = case(seed).company, case(seed).d0
    assert recompute(company, short, d0)[0] == recompute(company, long, d0)[0][:6]


@pytest.mark.parametrize("seed", FEWER)
def test_neutral_assumptions_are_the_base_case(seed):
    company, d0 = case(seed).company, case(seed).d0
    neutral: dict[str, tuple[int, ...]] = {name: (value,) for name, value in NEUTRAL.items()}
    base = recompute(company, Scenario(24), d0)
    for course in (None, Course(onset_months=1, ramp_months=3, hold_months=2, recovery_months=4)):
        assert recompute(company, Scenario(24, neutral, stresses_coupons=True, course=course), d0) == base


@pytest.mark.parametrize("seed", FEWER)
def test_the_order_of_inputs_does_not_matter(seed):
    company, scenario, d0 = (getattr(case(seed), name) for name in ("company", "scenario", "d0"))
    turned = replace(
        company,
        loans=tuple(replace(loan, collateral=loan.collateral[::-1]) for loan in company.loans[::-1]),
        assets=company.assets[::-1],
        covenants=tuple(replace(covenant, debts=covenant.debts[::-1]) for covenant in company.covenants[::-1]),
        super_senior=company.super_senior[::-1],
        turnover=tuple((junior, seniors[::-1]) for junior, seniors in company.turnover),
    )
    assert recompute(turned, scenario, d0) == recompute(company, scenario, d0)


@pytest.mark.parametrize("seed", FEWER)
def test_a_workout_is_the_standstill_up_to_the_default(seed):
    company, scenario, d0 = (getattr(case(seed), name) for name in ("company", "scenario", "d0"))
    standstill, header = recompute(company, replace(scenario, workout=False), d0)
    workout, _ = recompute(company, replace(scenario, workout=True, acceleration_months=2), d0)
    months = header["default_month"] or len(standstill)
    assert workout[:months] == standstill[:months]


@pytest.mark.parametrize("seed", FEWER)
def test_without_rounding_seven_times_the_money_leaves_every_ratio(seed):
    company, scenario, d0 = (getattr(case(seed), name) for name in ("company", "scenario", "d0"))
    scenario = replace(scenario, horizon=4)  # fractions grow threefold each month
    with unrounded():
        months, header = recompute(company, scenario, d0)
        sevenfold, header_of_seven = recompute(times_seven(company), scenario, d0)
    for row, row_of_seven in zip([*months, header], [*sevenfold, header_of_seven], strict=True):
        for name in row:
            if name.endswith(RATIOS):
                assert row_of_seven[name] == row[name], name
            elif name.endswith("closing_balance"):
                assert row_of_seven[name] == 7 * row[name], name


RATIOS = tuple(
    "dscr fccr interest_coverage principal_coverage leverage loan_to_value headroom_share _share .status "
    "default_month default_kind runway".split()
)


def times_seven(company: Company) -> Company:
    """Every amount of a company sevenfold; a cent that is added to a threshold is too little to count."""
    counts = {"tax_rate", "cash_sweep_share", "fiscal_year_end_month", "enforcement_cost_share"}
    amounts = {
        field.name: 7 * getattr(company, field.name)
        for field in fields(company)
        if isinstance(getattr(company, field.name), int) and not field.name.endswith("_share") | (field.name in counts)
    }
    return replace(
        company,
        **amounts,
        loans=tuple(loan_of_seven(loan) for loan in company.loans),
        revolver=revolver_of_seven(company.revolver) if company.revolver else None,
        assets=tuple(replace(asset, market_value=7 * asset.market_value) for asset in company.assets),
        covenants=tuple(covenant_of_seven(covenant) for covenant in company.covenants),
    )


def loan_of_seven(loan: Loan) -> Loan:
    return replace(
        loan,
        principal=7 * loan.principal,
        payment=7 * loan.payment,
        accrued_interest=7 * loan.accrued_interest,
        rows=tuple(Row(row.day, 7 * row.amount) for row in loan.rows),
    )


def revolver_of_seven(revolver: Revolver) -> Revolver:
    amounts: dict[str, Any] = {
        name: 7 * getattr(revolver, name) for name in ("commitment", "drawn", "accrued_interest")
    }
    return replace(revolver, **amounts)


def covenant_of_seven(covenant: Covenant) -> Covenant:
    cap = covenant.netting_cap
    steps = covenant.steps
    if covenant.kind == "liquidity":
        steps = tuple((day, 7 * amount) for day, amount in steps)
    return replace(covenant, netting_cap=None if cap is None else 7 * cap, steps=steps)


@pytest.mark.parametrize("seed", FEWER)
def test_without_rounding_a_flat_year_moves_no_working_capital(seed):
    company, d0 = case(seed).company, case(seed).d0
    with unrounded():
        months, _ = recompute(replace(company, weights=(1,) * 12), Scenario(1), d0)
    before = company.receivables + company.inventory - company.payables
    assert months[0]["working_capital"] == before
