"""What a caller is shown of what it sent: figures to check by hand, and warnings that refuse nothing."""

from dataclasses import replace
from datetime import date

import pytest

from seawall.engine.echo.echo import dataset_version_echo, scenario_echo
from seawall.engine.echo.results import WarningReason
from seawall.engine.echo.warnings import dataset_version_warnings, last_coupon, scenario_warnings
from seawall.engine.inputs.calendar import Cycle, CycleUnit
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.instruments import FloatingRate
from seawall.engine.inputs.scenario import Assumptions, Course
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.values.units import NANO
from tests.companies import PERCENT, balance_sheet, cents, company, floating_note, income, revolver, scenario, term_loan

ID = "sha256:" + "0" * 64


def test_a_company_is_echoed_in_the_figures_in_which_a_wrong_unit_shows():
    echo = dataset_version_echo(company())
    assert (echo.total_assets, echo.total_debt) == (cents(8_000_000), cents(3_100_000))
    assert echo.liquidity == cents(700_000 + 400_000)
    assert (echo.ebitda_annual, echo.adjusted_ebitda_annual) == (cents(2_000_000), cents(2_000_000))
    assert echo.variable_margin == 445_833  # 12.0 m less 0.8 x 7.0 m less 0.35 x 3.0 m, over 12.0 m
    assert echo.leverage == 1_550_000  # 3.1 m over 2.0 m
    assert echo.interest_annual_run_rate == cents(120_000 + 70_000 + 6_000)  # 6 %, 7 % and 6 % of the drawn 100,000
    assert echo.weighted_average_rate == 63_226
    assert echo.receivables_days == 48_666_666_666  # 1.6 months of 365/12 days
    assert echo.market_value == cents(5_000_000)
    assert (echo.fiscal_year_end_month, echo.first_maturity_date) == (12, date(2026, 6, 15))


def test_what_a_company_does_not_say_is_not_echoed_as_nothing():
    echo = dataset_version_echo(company(instruments=(), revolver=None, assets=()))
    assert (echo.market_value, echo.first_maturity_date) == (None, None)
    assert echo.weighted_average_rate == UndefinedRatio.NO_DEBT


def test_a_scenario_is_echoed_as_what_it_comes_to_month_by_month():
    assumptions = Assumptions(revenue_change_factor=(80 * PERCENT,), inventory_release_share=NANO // 2)
    stress = scenario(ID, horizon_months=12, assumptions=assumptions, course=Course(ramp_months=2, hold_months=3))
    echo = scenario_echo(stress, company())
    assert [tuple(assumption) for assumption in echo.assumptions] == [
        ("revenue_change_factor", 90 * PERCENT, 80 * PERCENT, 2, NANO),
        ("inventory_release_share", NANO // 2, NANO // 2, 1, NANO // 2),
    ]
    assert echo.base_revenue_horizon == cents(12_000_000)
    assert echo.revenue_horizon == cents(12_000_000 - 100_000 - 4 * 200_000)
    assert echo.last_period_end == date(2025, 12, 31)


FIGURES = {
    WarningReason.SOLD_BELOW_VARIABLE_COST: (
        company(income_statement=income(revenue_annual=cents(5_000_000))),
        "income_statement",
    ),
    WarningReason.NO_EBITDA: (
        company(income_statement=income(operating_expenses_annual=cents(5_000_000))),
        "income_statement",
    ),
    WarningReason.STATEMENTS_FAR_APART: (
        company(income_statement=income(reported_ebitda_annual=cents(2_700_000))),
        "income_statement.reported_ebitda_annual",
    ),
    WarningReason.PRINCIPAL_NOT_KNOWN: (company(), "income_statement.scheduled_principal_annual"),
    WarningReason.BELOW_MINIMUM_CASH: (company(minimum_cash=cents(700_001)), "minimum_cash"),
    WarningReason.RATE_ABOVE_ONE: (company(instruments=(term_loan(fixed_rate=5 * NANO),)), "instruments[0].fixed_rate"),
    WarningReason.NO_ASSETS: (
        company(instruments=(term_loan(collateral_asset_ids=()),), assets=()),
        "assets",
    ),
}


@pytest.mark.parametrize("reason", FIGURES)
def test_what_looks_like_a_mistake_in_a_company_is_warned_of_with_its_field(reason):
    figures, field = FIGURES[reason]
    assert (reason, field) in {(warning.reason, warning.field) for warning in dataset_version_warnings(figures)}
    sound = company(
        instruments=(floating_note(),),
        income_statement=income(reported_ebitda_annual=cents(1_600_000), interest_annual=cents(76_000)),
    )
    assert dataset_version_warnings(sound) == ()


def test_interest_that_the_debt_does_not_cost_is_warned_of():
    year = income(interest_annual=cents(1_960_000), scheduled_principal_annual=0)
    (warning,) = dataset_version_warnings(company(income_statement=year))
    assert (warning.reason, warning.field) == (
        WarningReason.STATEMENTS_FAR_APART,
        "income_statement.interest_annual",
    )


#: The last figure without the warning, and one more.
THRESHOLDS = [
    (WarningReason.SOLD_BELOW_VARIABLE_COST, lambda step: {"revenue_annual": cents(6_650_000) - step}),
    (WarningReason.NO_EBITDA, lambda step: {"operating_expenses_annual": cents(5_000_000) - 1 + step}),
    (WarningReason.STATEMENTS_FAR_APART, lambda step: {"reported_ebitda_annual": cents(1_500_000) - step}),
    (WarningReason.STATEMENTS_FAR_APART, lambda step: {"interest_annual": cents(147_000) - step}),
]


@pytest.mark.parametrize(("reason", "year"), THRESHOLDS)
def test_a_warning_begins_one_cent_beyond_its_threshold(reason, year):
    reasons = [
        [warning.reason for warning in dataset_version_warnings(company(income_statement=income(**year(step))))]
        for step in (0, 1)
    ]
    assert reason not in reasons[0]
    assert reason in reasons[1]


def test_a_rate_of_one_and_a_balance_at_the_minimum_are_no_mistake():
    at_limits = company(instruments=(term_loan(fixed_rate=NANO, default_margin=NANO),), minimum_cash=cents(700_000))
    seen = {warning.reason for warning in dataset_version_warnings(at_limits)}
    assert not seen & {WarningReason.RATE_ABOVE_ONE, WarningReason.BELOW_MINIMUM_CASH}
    above = company(instruments=(term_loan(default_margin=NANO + 1),), revolver=revolver(undrawn_fee=NANO + 1))
    fields = [warning.field for warning in dataset_version_warnings(above) if warning.reason.name == "RATE_ABOVE_ONE"]
    assert fields == ["instruments[0].default_margin", "revolver.undrawn_fee"]


@pytest.mark.parametrize("name", ["cost_of_sales_fixed_share", "operating_expenses_fixed_share"])
@pytest.mark.parametrize(
    ("share", "meaning"), [(0, "All of it falls"), (1, None), (NANO - 1, None), (NANO, "None of it falls")]
)
def test_a_fixed_share_at_either_end_is_warned_of(name, share, meaning):
    warnings = dataset_version_warnings(company(income_statement=income(**{name: share})))
    extremes = [warning for warning in warnings if warning.reason == WarningReason.FIXED_SHARE_EXTREME]
    assert [warning.field for warning in extremes] == ([f"income_statement.{name}"] if meaning else [])
    assert all(warning.why.startswith(f"{meaning} ") for warning in extremes)


@pytest.mark.parametrize(
    ("anchor", "changes", "coupon"),
    [
        (date(2020, 11, 30), {}, None),  # 31 days before the balances
        (date(2020, 11, 29), {}, date(2024, 11, 29)),
        (date(2025, 2, 28), {}, date(2024, 11, 28)),  # the first coupon to come says when the last one was
        (date(2024, 12, 31), {}, None),
        (date(2020, 11, 29), {"accrued_interest": 1}, None),
        (date(2020, 11, 29), {"fixed_rate": 0}, None),
        (None, {}, None),
    ],
)
def test_a_coupon_long_past_without_accrued_interest_is_warned_of(anchor, changes, coupon):
    contract = Contract(interest_cycle=Cycle(count=1, unit=CycleUnit.QUARTER, anchor_date=anchor))
    loan, accrued = term_loan(contract=contract, **changes), changes.get("accrued_interest", 0)
    sheet = balance_sheet(loan.principal + revolver().drawn + accrued)
    figures = company(instruments=(loan,), balance_sheet=replace(sheet, accrued_interest=accrued))
    field = "instruments[0].accrued_interest"
    warnings = [warning for warning in dataset_version_warnings(figures) if warning.field == field]
    assert [warning.value for warning in warnings] == ([f"0.00, last coupon on {coupon}"] if coupon else [])
    if coupon == date(2024, 11, 29):  # 2,000,000 at 6 % over 32 days
        assert warnings[0].why.startswith("In 32 days some 10,520.55 accrued")


@pytest.mark.parametrize(
    ("cycle", "anchor", "last"),
    [
        (Cycle(count=1, unit=CycleUnit.MONTH), date(2100, 1, 31), date(2024, 11, 30)),
        (Cycle(count=2, unit=CycleUnit.HALF_YEAR), date(1900, 4, 15), date(2024, 4, 15)),
        (Cycle(count=1200, unit=CycleUnit.YEAR), date(1900, 4, 15), date(1900, 4, 15)),
        (Cycle(count=1, unit=CycleUnit.DAY), date(1900, 4, 15), date(2024, 12, 30)),
    ],
)
def test_the_last_day_of_a_cycle_up_to_a_day_is_known_from_any_anchor(cycle, anchor, last):
    assert last_coupon(cycle, anchor, date(2024, 12, 30)) == last


def test_an_index_and_a_spread_above_one_are_both_named():
    note = floating_note(floating_rate=FloatingRate(index=4 * NANO, spread=NANO + 1))
    fields = [warning.field for warning in dataset_version_warnings(company(instruments=(note,)))]
    assert fields == [f"instruments[0].floating_rate.{name}" for name in ("index", "spread")]


def reasons(stress, figures=None):
    return [warning.reason for warning in scenario_warnings(stress, figures or company())]


def test_a_factor_that_looks_like_a_change_is_warned_of_and_one_above_a_half_is_not():
    changed = Assumptions(revenue_change_factor=(NANO, NANO // 2), refinanced_share=(NANO,))
    assert reasons(scenario(ID, assumptions=changed)) == [WarningReason.FACTOR_LOOKS_LIKE_CHANGE]
    milder = replace(changed, revenue_change_factor=(NANO // 2 + 1,))
    assert reasons(scenario(ID, assumptions=milder)) == []


def test_a_scenario_that_changes_nothing_says_so():
    assert reasons(scenario(ID), company(instruments=(term_loan(),))) == [WarningReason.NOTHING_CHANGES]


def test_a_maturity_inside_the_horizon_is_warned_of_unless_some_of_it_rolls_over():
    stress = scenario(ID, "mild")
    assert reasons(stress) == [WarningReason.MATURES_IN_HORIZON]
    assert reasons(replace(stress, horizon_months=12)) == []
    rolled = replace(stress.assumptions, refinanced_share=(NANO // 10,))
    assert reasons(replace(stress, assumptions=rolled)) == []


@pytest.mark.parametrize(
    ("maturity", "months", "why"),
    [
        (date(2026, 12, 31), 24, None),
        (
            date(2027, 1, 1),
            24,
            "It falls due 1 day after the horizon ends on 2026-12-31. A report shows it as the wall",
        ),
        (date(2026, 4, 2), 15, "It falls due 2 days after the horizon ends on 2026-03-31. A longer horizon shows it."),
        (date(2027, 4, 2), 24, "It falls due 92 days after the horizon"),
        (date(2027, 4, 3), 24, None),
    ],
)
def test_a_debt_that_falls_due_within_a_quarter_after_the_horizon_is_warned_of(maturity, months, why):
    figures = company(instruments=(term_loan(maturity_date=maturity),), revolver=None)
    stress = replace(scenario(ID, "mild"), horizon_months=months)
    after = [
        warning
        for warning in scenario_warnings(stress, figures)
        if warning.reason == WarningReason.MATURES_AFTER_HORIZON
    ]
    assert [warning.value for warning in after] == ([f"{figures.debts[0].facility_id} on {maturity}"] if why else [])
    assert all(warning.why.startswith(why) for warning in after)
