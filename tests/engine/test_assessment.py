"""Debt service assessed: the facts of the trade to the cent, and the laws that hold for every company."""

from dataclasses import replace
from datetime import date

import pytest

from seawall.engine import AssessmentTerms, Refused, assess, execute
from seawall.engine.assessment.debt_service_results import AbilityLevel, CashSource, DebtService, Flag
from seawall.engine.assessment.results import Assessment
from seawall.engine.inputs.company import DatasetVersion
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument, PrincipalPayment
from seawall.engine.numbers.exact import MICRO, Rational, UndefinedRatio
from seawall.engine.numbers.months import month_end
from seawall.engine.values.faults import Reason
from seawall.engine.values.units import NANO
from tests.companies import AS_OF, PERCENT, cents, company, floating_note, income, revolver, scenario, term_loan
from tests.engine.companies import group

DATASET = "sha256:" + "0" * 64
HORIZONS = (1, 3, 6, 9, 12, 18, 24, 36)


def loan(principal: float, months: int, amortisation: Amortisation, **changes) -> Instrument:
    """At 10 %, 30/360, paid monthly."""
    return term_loan(
        principal=cents(principal),
        maturity_date=month_end(AS_OF, months),
        amortisation=amortisation,
        fixed_rate=10 * PERCENT,
        **changes,
    )


def borrower(*loans: Instrument, cash: float | None = None, **changes) -> DatasetVersion:
    """A company with these loans and nothing else borrowed; `cash` is what it states for debt service a year."""
    stated = None if cash is None else cents(cash)
    return company(instruments=loans, revolver=None, **({"cash_available_for_debt_service_annual": stated} | changes))


def over(months: int, figures: DatasetVersion, **terms) -> Assessment:
    return assess(figures, AssessmentTerms(horizon_months=months, **terms))


@pytest.mark.parametrize("months", HORIZONS)
def test_level_service_gives_the_same_dscr_over_any_horizon(months):
    assessment = over(months, borrower(loan(235_326.85, 60, Amortisation.ANNUITY), cash=120_000))
    assert {month.payment for month in assessment.schedule} == {cents(5_000)}
    assert assessment.debt_service.debt_service_horizon == months * cents(5_000)
    assert assessment.debt_service.cash_horizon == months * cents(10_000)
    assert assessment.debt_service.dscr == 2_000000


@pytest.mark.parametrize("months", range(1, 37))
def test_interest_only_gives_the_same_interest_coverage_over_any_horizon(months):
    figures = borrower(loan(500_000, 60, Amortisation.BULLET), income_statement=ebitda_of(200_000))
    assessment = over(months, figures)
    assert {month.interest_due for month in assessment.schedule} == {cents(4_166.67)}
    assert assessment.debt_service.interest_coverage == 3_999997


def test_an_annuity_pays_level_and_takes_the_cents_last():
    assessment = over(12, borrower(loan(60_000, 12, Amortisation.ANNUITY), cash=120_000))
    assert [month.payment for month in assessment.schedule] == 11 * [cents(5_274.95)] + [cents(5_275.00)]
    assert assessment.debt_service.cash_interest_horizon == cents(3_299.45)
    assert assessment.debt_service.principal_horizon == cents(60_000)
    assert assessment.debt_service.debt_service_horizon == cents(63_299.45)
    assert assessment.debt_service.balloon_horizon == 0


def test_a_loan_that_matures_inside_the_horizon_stops():
    assessment = over(24, borrower(loan(60_000, 12, Amortisation.ANNUITY), cash=120_000))
    assert assessment.debt_service.debt_service_horizon == cents(63_299.45)
    assert assessment.debt_service.dscr == 3_791502
    assert Flag.MATURES_IN_HORIZON in assessment.debt_service.flags
    assert {month.payment for month in assessment.schedule[12:]} == {0}


def test_a_quarterly_annuity():
    assessment = over(24, borrower(loan(60_000, 24, Amortisation.ANNUITY, payment_interval_months=3), cash=120_000))
    payments = [month.payment for month in assessment.schedule if month.payment]
    assert payments == 7 * [cents(8_368.04)] + [cents(8_368.05)]
    assert assessment.debt_service.cash_interest_horizon == cents(6_944.33)


def test_three_loans_cost_their_rates_in_a_year():
    loans = [
        replace(loan(principal, 60, Amortisation.BULLET), instrument_id=f"at-{rate}", fixed_rate=rate * PERCENT)
        for principal, rate in ((500_000, 4), (300_000, 6), (200_000, 5))
    ]
    executed = execute(scenario(DATASET), borrower(*loans))
    assert executed.header.interest_annual_run_rate == cents(48_000)
    assert executed.header.weighted_average_rate == 48_000
    rounded_by_coupon = 12 * (cents(1_666.67) + cents(1_500) + cents(833.33))
    assert over(12, borrower(*loans)).debt_service.interest_expense_horizon == rounded_by_coupon == cents(48_000)


def ebitda_of(amount: float):
    return income(revenue_annual=cents(amount), cost_of_sales_annual=0, operating_expenses_annual=0)


@pytest.mark.parametrize(
    ("stated", "source", "annual"),
    [
        ({"cash": 120_000}, CashSource.STATED_CASH, 120_000),
        ({"cash": 120_000, "net_operating_income_annual": cents(90_000)}, CashSource.STATED_CASH, 120_000),
        ({"net_operating_income_annual": cents(90_000)}, CashSource.NET_OPERATING_INCOME, 90_000),
        ({"cash": 0, "net_operating_income_annual": cents(90_000)}, CashSource.STATED_CASH, 0),
        ({}, CashSource.EBITDA_SHARE, 140_000),
    ],
)
@pytest.mark.parametrize("months", [6, 12, 24])
def test_cash_is_the_first_figure_stated_and_is_scaled_to_the_horizon(months, stated, source, annual):
    figures = borrower(loan(500_000, 60, Amortisation.BULLET), **({"income_statement": ebitda_of(200_000)} | stated))
    assessment = over(months, figures)
    assert (assessment.debt_service.cash_source, assessment.cash_annual) == (source, cents(annual))
    assert assessment.debt_service.cash_horizon == cents(annual) * months // 12
    records = {record.record_id: record for record in assessment.assumption_records}
    assert records["assumption_cash_source"].value_used.split()[0] == source.value
    assert records["assumption_horizon_scaling"].formula == "annual_value * (horizon_months / 12)"
    assert records["assumption_horizon_scaling"].value_used == f"{months} / 12"
    assert records["assumption_debt_service_horizon"].value_used == f"{months} months"


@pytest.mark.parametrize("months", HORIZONS)
def test_twice_the_cash_is_twice_the_ratio(months):
    once, twice = (
        over(months, borrower(loan(777_777.77, 50, Amortisation.LINEAR), cash=cash)).debt_service
        for cash in (98_765.43, 197_530.86)
    )
    assert abs(twice.dscr - 2 * once.dscr) <= 1
    exact = [
        assess(figures, AssessmentTerms(horizon_months=months), m=Rational()).debt_service.dscr
        for figures in (
            borrower(loan(777_777.77, 50, Amortisation.LINEAR), cash=98_765.43),
            borrower(loan(777_777.77, 50, Amortisation.LINEAR), cash=197_530.86),
        )
    ]
    assert exact[1] == 2 * exact[0]


@pytest.mark.parametrize("number", range(12))
def test_the_order_of_instruments_does_not_matter_and_rows_add_up(number):
    for case in group(4, number, 4):
        backwards = replace(case.company, instruments=case.company.instruments[::-1])
        try:
            assessment = assess(case.company, AssessmentTerms(horizon_months=30), case.analysis_date)
        except Refused:  # over 30 months capitalised interest can outgrow every bound
            continue
        assert assessment == assess(backwards, AssessmentTerms(horizon_months=30), case.analysis_date)
        rows = [row for month in assessment.schedule for row in month.facilities]
        debt_service = assessment.debt_service
        assert debt_service.debt_service_horizon == sum(row.interest_due + row.principal_due for row in rows)
        assert debt_service.debt_service_horizon == sum(month.payment for month in assessment.schedule)
        capitalised = sum(row.interest_capitalised for row in rows)
        assert (
            assessment.total_debt + capitalised - debt_service.principal_horizon
            == assessment.schedule[-1].closing_balance
        )
        assert 0 <= debt_service.balloon_horizon <= debt_service.principal_horizon


def test_no_debt_is_not_applicable_and_never_weak():
    debt_service = over(12, borrower(income_statement=ebitda_of(0))).debt_service
    assert debt_service.ability_level is AbilityLevel.NOT_APPLICABLE
    assert debt_service.dscr == UndefinedRatio.NO_DEBT_SERVICE
    assert debt_service.interest_coverage == UndefinedRatio.NO_INTEREST
    assert debt_service.maturity_concentration == UndefinedRatio.NO_DEBT


@pytest.mark.parametrize("stated", [{}, {"cash": 10_000_000}])
def test_what_is_not_known_is_insufficient_data_and_never_adequate(stated):
    nothing = income(revenue_annual=0, cost_of_sales_annual=0, operating_expenses_annual=0)
    figures = borrower(loan(60_000, 36, Amortisation.ANNUITY), income_statement=nothing, **stated)
    debt_service = over(12, figures).debt_service
    assert debt_service.ability_level is AbilityLevel.INSUFFICIENT_DATA
    assert debt_service.interest_coverage == UndefinedRatio.INSUFFICIENT_DATA
    assert Flag.DATA_MISSING in debt_service.flags
    known = replace(figures, income_statement=replace(nothing, reported_ebitda_annual=cents(10_000_000)))
    assert over(12, known).debt_service.ability_level is AbilityLevel.STRONG


@pytest.mark.parametrize(
    ("cash", "level"),
    [
        (74_999.99, AbilityLevel.WEAK),
        (75_000, AbilityLevel.ADEQUATE),
        (104_999.99, AbilityLevel.ADEQUATE),
        (105_000, AbilityLevel.STRONG),
    ],
)
def test_levels_are_decided_on_the_exact_fraction(cash, level):
    """Service of 60,000 a year: 75,000 is 1.25 and 105,000 is 1.75, a cent less is not."""
    figures = borrower(loan(235_326.85, 60, Amortisation.ANNUITY), cash=cash)
    assert over(12, figures).debt_service.ability_level is level


def test_weak_interest_coverage_is_weak_and_a_threshold_of_0_means_0():
    figures = borrower(loan(500_000, 60, Amortisation.BULLET), cash=10_000_000, income_statement=ebitda_of(99_000))
    assert over(12, figures).debt_service.ability_level is AbilityLevel.WEAK
    assert over(12, figures, minimum_interest_coverage=0).debt_service.ability_level is AbilityLevel.STRONG
    broke = replace(figures, cash_available_for_debt_service_annual=0)
    assert over(12, broke, minimum_interest_coverage=0, minimum_dscr=0).debt_service.ability_level is (
        AbilityLevel.ADEQUATE
    )
    assert over(12, figures, most_maturity_concentration=0).debt_service.flags == (
        Flag.INTEREST_COVERAGE_BELOW_THRESHOLD,
    )


def test_a_balloon_is_what_a_maturity_asks_for_above_the_regular_instalment():
    bullet = over(24, borrower(loan(500_000, 24, Amortisation.BULLET), cash=120_000)).debt_service
    assert bullet.balloon_horizon == cents(500_000)
    assert bullet.ex_balloon_dscr == round(MICRO * cents(240_000) / (24 * cents(4_166.67)))
    assert (bullet.maturity_concentration, bullet.maturity_concentration_period) == (1_000000, 24)
    assert Flag.MATURITY_CONCENTRATED in bullet.flags

    ends = [month_end(AS_OF, months) for months in (6, 12)]
    rows = tuple(PrincipalPayment(day, cents(part)) for day, part in zip(ends, (20_000, 80_000), strict=True))
    stepped = over(12, borrower(loan(100_000, 12, Amortisation.CUSTOM, principal_payments=rows), cash=120_000))
    assert stepped.debt_service.balloon_horizon == cents(60_000)

    linear = over(24, borrower(loan(500_000, 24, Amortisation.LINEAR), cash=120_000)).debt_service
    assert linear.balloon_horizon == 0
    assert Flag.BALLOON_IN_HORIZON not in linear.flags


def test_a_revolver_stays_drawn_until_its_maturity():
    assessment = over(48, company(instruments=(), revolver=revolver()))
    principal = {
        number: month.principal_due for number, month in enumerate(assessment.schedule, 1) if month.principal_due
    }
    assert principal == {36: cents(100_000)}
    assert assessment.schedule[0].interest_due > 0
    assert assessment.schedule[36].payment == 0


def test_an_analysis_date_after_a_maturity_is_refused_and_so_is_interest_that_outgrows_all_bounds():
    with pytest.raises(Refused) as refused:
        assess(company(), analysis_date=date(2026, 6, 15))
    assert [fault.reason for fault in refused.value.faults] == [Reason.MATURED]
    pik = loan(1_000_000, 120, Amortisation.BULLET, pik_share=NANO)
    with pytest.raises(Refused) as refused:
        over(120, borrower(replace(pik, fixed_rate=5 * NANO)))
    assert [fault.reason for fault in refused.value.faults] == [Reason.BOUND_EXCEEDED]


@pytest.mark.parametrize("months", [6, 12, 24])
def test_a_neutral_execution_carries_the_static_assessment_of_its_horizon(months):
    figures = borrower(term_loan(), floating_note(maturity_date=date(2026, 5, 31)))
    executed = execute(scenario(DATASET, horizon_months=months), figures)
    assert executed.header.first_default_period == 0
    assert executed.debt_service == over(months, figures).debt_service


def test_a_rate_that_no_contract_can_open_with_is_refused_with_its_spread():
    rate = FloatingRate(index=PERCENT, spread=5 * NANO)
    figures = borrower(loan(1_000, 12, Amortisation.BULLET), floating_note(floating_rate=rate))
    with pytest.raises(Refused) as refused:
        assess(figures)
    (fault,) = refused.value.faults
    assert (fault.field, fault.reason, fault.value) == (
        "instruments[1].floating_rate.spread",
        Reason.OUT_OF_RANGE,
        "5.01",
    )


def test_stress_lowers_cash_by_what_it_takes_from_ebitda():
    figures = borrower(term_loan(), cash=1_500_000)
    base, severe = (execute(scenario(DATASET, template), figures) for template in ("", "severe"))
    lost = base.header.totals.ebitda - severe.header.totals.ebitda
    assert cash_of(base.debt_service) - cash_of(severe.debt_service) == lost > 0
    assert base.debt_service.ability_level is AbilityLevel.STRONG
    assert severe.debt_service.ability_level is AbilityLevel.WEAK


def cash_of(debt_service: DebtService) -> int:
    assert debt_service.cash_horizon is not None
    return debt_service.cash_horizon
