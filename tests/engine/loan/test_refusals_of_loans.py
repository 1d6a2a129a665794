"""A contract whose clauses or dates make no sense is refused with its field."""

from datetime import date, timedelta

import pytest

from seawall.engine import Refused, assess
from seawall.engine.debt.loan import Fee, FeeBasis, Scaling, ScalingEffect, Trade
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit
from seawall.engine.inputs.contract import Base, Contract, Reset
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, PrincipalPayment
from seawall.engine.preview.cash_flows import preview
from seawall.engine.preview.clauses import Clauses, IndexReading, Prepayment, ScalingReading
from seawall.engine.values.units import NANO
from tests.engine.loan.loans import loan, preview_of
from tests.engine.loan.test_month_sums import company

MONTHLY = Cycle(1, CycleUnit.MONTH)
FLOATING = {"floating_rate": FloatingRate(NANO // 25, NANO // 50)}
END, LATER = date(2026, 1, 15), date(2026, 1, 16)
TOO_LATE = Cycle(1, CycleUnit.MONTH, LATER)


def faults(build):
    with pytest.raises(Refused) as refused:
        build()
    return [(fault.field, fault.reason.name) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("amortisation", "contract", "terms", "expected"),
    [
        ("level", None, {}, [("contract.payment", "REQUIRED")]),
        ("level", Contract(payment=1), {"pik_share": 1}, [("pik_share", "CONFLICT")]),
        ("bullet", Contract(payment=1), {}, [("contract.payment", "CONFLICT")]),
        ("bullet", Contract(principal_cycle=MONTHLY), {}, [("contract.principal_cycle", "CONFLICT")]),
        ("linear", Contract(annuity_end_date=LATER), {}, [("contract.annuity_end_date", "CONFLICT")]),
        ("annuity", Contract(annuity_end_date=date(2026, 1, 1)), {}, [("contract.annuity_end_date", "CONFLICT")]),
        ("bullet", Contract(interest_cycle=TOO_LATE), {}, [("contract.interest_cycle.anchor_date", "CONFLICT")]),
        ("linear", Contract(principal_cycle=TOO_LATE), {}, [("contract.principal_cycle.anchor_date", "CONFLICT")]),
        ("bullet", Contract(capitalisation_end_date=LATER), {}, [("contract.capitalisation_end_date", "CONFLICT")]),
        ("bullet", Contract(rate_reset=Reset(MONTHLY)), {}, [("contract.rate_reset", "CONFLICT")]),
        (
            "bullet",
            Contract(rate_reset=Reset(TOO_LATE)),
            FLOATING,
            [("contract.rate_reset.cycle.anchor_date", "CONFLICT")],
        ),
        (
            "bullet",
            Contract(rate_reset=Reset(MONTHLY, spread=5 * NANO)),
            FLOATING,
            [("contract.rate_reset.spread", "OUT_OF_RANGE")],
        ),
        (
            "bullet",
            Contract(interest_base=Base.LAGGED, interest_base_cycle=TOO_LATE),
            {},
            [("contract.interest_base_cycle.anchor_date", "CONFLICT")],
        ),
    ],
)
def test_an_instrument_whose_contract_cannot_be(amortisation, contract, terms, expected):
    assert faults(lambda: loan(amortisation=Amortisation(amortisation), contract=contract, **terms)) == expected


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: Contract(interest_base=Base.LAGGED), [("interest_base_cycle", "CONFLICT")]),
        (lambda: Contract(interest_base_amount=1), [("interest_base_amount", "CONFLICT")]),
        (lambda: Cycle(0, CycleUnit.DAY), [("count", "OUT_OF_RANGE")]),
        (lambda: Reset(MONTHLY, floor=2, cap=1), [("floor", "FLOOR_ABOVE_CAP")]),
        (lambda: Reset(MONTHLY, cap=-1), [("cap", "OUT_OF_RANGE")]),
        (lambda: Reset(MONTHLY, step_floor=1, step_cap=2), [("step_floor", "OUT_OF_RANGE")]),
        (lambda: Reset(MONTHLY, step_cap=-1), [("step_cap", "OUT_OF_RANGE")]),
        (lambda: Fee(FeeBasis.ABSOLUTE, MONTHLY, rate=1), [("rate", "CONFLICT")]),
        (lambda: Fee(FeeBasis.PRINCIPAL, MONTHLY, amount=1), [("amount", "CONFLICT")]),
        (lambda: Scaling(MONTHLY, 0, ScalingEffect.BOTH), [("index_at_deal", "OUT_OF_RANGE")]),
        (lambda: Clauses(prepayment_fee=1), [("prepayment_fee", "CONFLICT")]),
        (lambda: Clauses(scaling_path=(ScalingReading(END, NANO),)), [("scaling_path", "CONFLICT")]),
        (
            lambda: Clauses(purchase=Trade(END, 0), termination=Trade(END, 0)),
            [("purchase.settlement_date", "CONFLICT")],
        ),
        (lambda: Clauses(prepayments=(Prepayment(END, 1),) * 2), [("prepayments[1].payment_date", "CONFLICT")]),
        (lambda: preview_of(loan(), END), [("instrument.maturity_date", "MATURED")]),
        (lambda: preview_of(loan(), index_path=(IndexReading(END, 0),)), [("index_path", "CONFLICT")]),
        (lambda: preview_of(loan(), clauses=Clauses(premium_discount=1)), [("clauses.premium_discount", "CONFLICT")]),
        (
            lambda: preview_of(loan(), clauses=Clauses(purchase=Trade(LATER, 0))),
            [("clauses.purchase.settlement_date", "CONFLICT")],
        ),
        (
            lambda: preview_of(loan(floating_rate=FloatingRate(5 * NANO, NANO))),
            [("instrument.floating_rate.spread", "OUT_OF_RANGE")],
        ),
    ],
)
def test_a_clause_that_cannot_be(build, expected):
    assert faults(build) == expected


DAILY = Cycle(1, CycleUnit.DAY)
FOREVER = date(2200, 12, 31)


def test_interest_accrued_is_that_of_the_instrument_or_of_the_clauses_and_never_of_both():
    accrued = loan(accrued_interest=700)
    assert preview(preview_of(accrued)) == preview(preview_of(loan(), clauses=Clauses(accrued_interest=700)))
    assert preview(preview_of(accrued)) != preview(preview_of(loan()))
    refused = faults(lambda: preview_of(accrued, clauses=Clauses(accrued_interest=0)))
    assert refused == [("clauses.accrued_interest", "CONFLICT")]


def test_too_many_events_are_refused():
    twice_a_day = Contract(interest_cycle=DAILY, rate_reset=Reset(DAILY))
    daily = loan(maturity_date=date(2033, 1, 1), contract=twice_a_day, **FLOATING)
    assert faults(lambda: preview(preview_of(daily))) == [("instrument.contract", "WRONG_LENGTH")]


@pytest.mark.parametrize(
    ("cycles", "field"),
    [
        ({"interest_cycle": DAILY}, "interest_cycle"),
        ({"principal_cycle": DAILY}, "principal_cycle"),
        ({"rate_reset": Reset(DAILY)}, "rate_reset.cycle"),
        ({"interest_base": Base.LAGGED, "interest_base_cycle": DAILY}, "interest_base_cycle"),
        ({"interest_cycle": DAILY, "annuity_end_date": FOREVER}, "interest_cycle"),
    ],
)
def test_a_cycle_with_too_many_days_is_refused_with_the_loan(cycles, field):
    end = date(2030, 1, 1) if "annuity_end_date" in cycles else FOREVER
    daily = loan(amortisation=Amortisation.ANNUITY, maturity_date=end, contract=Contract(**cycles), **FLOATING)
    contract = f"contract.{field}"
    assert faults(lambda: preview_of(daily)) == [(f"instrument.{contract}", "WRONG_LENGTH")]
    assert faults(lambda: company(date(2025, 1, 15), daily)) == [(f"instruments[0].{contract}", "WRONG_LENGTH")]


def test_a_clause_with_too_many_days_is_refused():
    clauses = Clauses(fee=Fee(FeeBasis.ABSOLUTE, DAILY), scaling=Scaling(DAILY, NANO, ScalingEffect.BOTH))
    expected = [("clauses.fee.cycle", "WRONG_LENGTH"), ("clauses.scaling.cycle", "WRONG_LENGTH")]
    assert faults(lambda: preview_of(loan(maturity_date=FOREVER), clauses=clauses)) == expected


def test_a_loan_without_an_end_in_sight_is_accepted():
    """Monthly, with everything that a contract has, until the last day there is; or daily, ended early."""
    monthly = Contract(
        principal_cycle=MONTHLY, rate_reset=Reset(MONTHLY), interest_base=Base.LAGGED, interest_base_cycle=MONTHLY
    )
    assert company(
        date(1900, 1, 1), loan(amortisation=Amortisation.LINEAR, maturity_date=FOREVER, contract=monthly, **FLOATING)
    )
    daily = loan(maturity_date=FOREVER, contract=Contract(interest_cycle=DAILY))
    ended = Clauses(termination=Trade(date(2026, 1, 1), 0))
    with_interest = preview(preview_of(daily, clauses=ended))
    assert len(with_interest) == 352


def test_what_outgrows_every_amount_is_refused():
    growing = loan(fixed_rate=5 * NANO, pik_share=NANO, maturity_date=date(2060, 1, 15))
    assert faults(lambda: preview(preview_of(growing))) == [("instrument", "BOUND_EXCEEDED")]


def test_more_than_is_owed_cannot_be_prepaid():
    request = preview_of(loan(), clauses=Clauses(prepayments=(Prepayment(date(2025, 5, 1), 100_000_001),)))
    assert faults(lambda: preview(request)) == [("clauses.prepayments[0].amount", "CONFLICT")]


def rows(*amounts):
    days = [date(2025, month, 15) for month in range(3, 3 + len(amounts))]
    return {
        "amortisation": Amortisation.CUSTOM,
        "principal_payments": tuple(map(PrincipalPayment, days, amounts)),
    }


def test_a_table_draws_in_a_preview_and_not_in_a_dataset_version():
    drawing = loan(**rows(-50_000_000, 150_000_000))
    assert [flow.balance for flow in preview(preview_of(drawing)) if flow.principal] == [150_000_000, 0]
    field = "instruments[0].principal_payments[0].principal"
    assert faults(lambda: company(date(2025, 1, 15), drawing)) == [(field, "OUT_OF_RANGE")]


def test_a_table_repays_no_more_than_is_owed():
    repaid_first = rows(150_000_000, -50_000_000)
    assert faults(lambda: loan(**repaid_first)) == [("principal_payments[0].principal", "CONFLICT")]


def test_a_loan_that_is_rolled_to_an_end_before_the_as_of_date_has_matured():
    """Its maturity, 18 January 2026, is a Sunday: it was paid on Friday the 16th."""
    calendar = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.SHIFT_CALCULATE_PRECEDING)
    paid = loan(maturity_date=date(2026, 1, 18), contract=Contract(calendar=calendar))
    assert faults(lambda: company(date(2026, 1, 17), paid)) == [("instruments[0].maturity_date", "MATURED")]


def test_a_loan_whose_maturity_has_passed_has_matured_though_it_is_paid_on_a_later_day():
    """Its maturity, 17 January 2026, is a Saturday: it is paid on Monday the 19th, and no cycle begins on Sunday."""
    calendar = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.SHIFT_CALCULATE_FOLLOWING)
    due, sunday = loan(maturity_date=date(2026, 1, 17), contract=Contract(calendar=calendar)), date(2026, 1, 18)
    assert faults(lambda: company(sunday, due)) == [("instruments[0].maturity_date", "MATURED")]
    figures = company(date(2026, 1, 16), due)
    assert faults(lambda: assess(figures, analysis_date=sunday)) == [("analysis_date", "MATURED")]
    assert faults(lambda: preview_of(due, sunday)) == [("instrument.maturity_date", "MATURED")]
    begun_before = Clauses(start_date=date(2025, 1, 17))
    last = preview(preview_of(due, sunday, clauses=begun_before))[-1]
    assert (last.event_date, last.principal) == (date(2026, 1, 19), due.principal)


def test_a_month_that_is_the_same_a_year_later_is_another_one():
    """From 15 December 2024 to 3 January 2026 nothing is open: no day of 2025 can keep its month."""
    closed = tuple(date(2024, 12, 15) + timedelta(days=number) for number in range(385))
    days = (date(2025, 1, 15), date(2025, 12, 10))
    for convention, rolled in (
        (BusinessDay.SHIFT_CALCULATE_MODIFIED_FOLLOWING, date(2024, 12, 14)),
        (BusinessDay.SHIFT_CALCULATE_MODIFIED_PRECEDING, date(2026, 1, 4)),
    ):
        calendar = Calendar(holidays=closed, convention=convention)
        assert [calendar.roll(day)[0] for day in days] == [rolled, rolled]
