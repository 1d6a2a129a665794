"""What holds for every loan, whatever its dates and clauses."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
import QuantLib as ql

from seawall.engine.debt.cycles import accrual_ticks
from seawall.engine.debt.events import Event, ahead
from seawall.engine.debt.instrument_loan import loan_of
from seawall.engine.debt.lifecycle import lifecycle
from seawall.engine.debt.loan import Fee, FeeBasis, Loan
from seawall.engine.debt.timeline import timed
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.numbers.exact import SCALAR, Rational
from seawall.engine.preview.cash_flows import preview
from seawall.engine.preview.clauses import Clauses, Prepayment
from seawall.engine.preview.preview import Preview
from seawall.engine.values.units import NANO
from tests.engine.loan.loans import loan, looked_at, random_preview

LOANS, SEED = 200, 20_260_103
SATURDAY = date(2025, 3, 15)


def random_loans(seed: int = SEED):
    """Random loans, a third of them annuities, some lent later, with fees, PIK and a prepayment."""
    luck = Random(seed)
    for _ in range(LOANS):
        asked = random_preview(luck)
        instrument = asked.instrument
        if instrument.amortisation is Amortisation.LINEAR and luck.random() < 0.7:
            contract = replace(instrument.contract or Contract(), payment=None)
            instrument = replace(instrument, amortisation=Amortisation.ANNUITY, contract=contract)
        elif instrument.amortisation is Amortisation.BULLET:
            instrument = replace(instrument, pik_share=luck.choice([0, NANO // 3, NANO]))
        fee = Fee(FeeBasis.PRINCIPAL, Cycle(5, CycleUnit.MONTH), rate=NANO // 200) if luck.random() < 0.5 else None
        day = asked.from_date + timedelta(luck.randint(2, 30))
        prepayments = (Prepayment(day, instrument.principal // 7 + 1),) if luck.random() < 0.5 else ()
        yield replace(asked, instrument=instrument, clauses=Clauses(fee=fee, prepayments=prepayments))


def lent_later(asked: Preview) -> Preview:
    clauses = replace(asked.clauses, start_date=asked.from_date, premium_discount=-12_345)
    return replace(asked, from_date=asked.from_date - timedelta(20), clauses=clauses)


def test_principal_repaid_is_what_was_lent_and_what_capitalised():
    for asked in random_loans():
        flows = preview(lent_later(asked))
        assert flows[0].principal == -asked.instrument.principal
        assert sum(flow.principal for flow in flows) == sum(flow.capitalised for flow in flows)
        assert flows[-1].balance == 0


def test_the_figures_of_a_row_and_from_row_to_row_add_up_to_the_cent():
    for asked in random_loans():
        flows = preview(lent_later(asked))
        for flow in flows:
            assert flow.payoff == flow.interest + flow.principal + flow.fee + flow.price
        for before, after in pairwise(flows):
            assert after.balance == before.balance - after.principal + after.capitalised


def test_a_schedule_scales_with_its_principal():
    for asked in random_loans():
        instrument, clauses = asked.instrument, asked.clauses
        contract = instrument.contract or Contract()
        sevenfold = replace(
            asked,
            instrument=replace(
                instrument,
                principal=7 * instrument.principal,
                contract=replace(contract, payment=None if contract.payment is None else 7 * contract.payment),
            ),
            clauses=replace(
                clauses, prepayments=tuple(replace(row, amount=7 * row.amount) for row in clauses.prepayments)
            ),
        )
        once, seven = preview(asked, Rational()), preview(sevenfold, Rational())
        for one, other in zip(once, seven, strict=True):
            assert (other.day, other.event, other.rate) == (one.day, one.event, one.rate)
            assert (other.payoff, other.balance, other.accrued) == (7 * one.payoff, 7 * one.balance, 7 * one.accrued)


def played(held: Loan, first: date, index):
    dated = ahead(held, first)
    return list(lifecycle(Rational(), held, timed(held, dated, accrual_ticks), index))


def told(rows):
    """A payment that is known is not levelled on the eve of the first one: that event is no part of the comparison."""
    return [row for row in rows if row.timed.event is not Event.LEVEL]


def continued(held: Loan, row) -> Loan:
    """The loan as it stands after an event, known from that day on."""
    after = row.after
    return replace(
        held,
        status_date=row.timed.when,
        principal=after.balance.principal,
        accrued_interest=after.balance.accrued,
        rate=after.rate,
        payment=after.payment,
        base_amount=after.base,
        fee=None,
    )


@pytest.mark.parametrize("amortisation", [Amortisation.BULLET, Amortisation.LINEAR, Amortisation.ANNUITY])
def test_a_loan_cut_at_any_event_goes_on_as_it_was(amortisation):
    """Unrounded, day by day; a level that is taken anew is the same to 25 digits."""
    cycle = None if amortisation is Amortisation.BULLET else Cycle(2, CycleUnit.QUARTER)
    contract = Contract(interest_cycle=Cycle(1, CycleUnit.QUARTER), principal_cycle=cycle)
    instrument = loan(amortisation=amortisation, maturity_date=date(2028, 2, 7), pik_share=NANO // 4, contract=contract)
    first = date(2025, 1, 15)

    def index(event: Event, day: date) -> int:
        return (day - first).days * 10**5

    whole = loan_of(instrument, first, 60_000_000, coupon_is_stressed=True)
    rows = played(whole, first, index)
    for number, row in enumerate(rows[:-1]):
        rest = rows[number + 1 :]
        if row.timed.when == rest[0].timed.when:
            continue  # a day is cut after the last of its events
        again, rest = told(played(continued(whole, row), row.timed.when, index)), told(rest)
        assert [one.timed.event for one in again] == [one.timed.event for one in rest]
        for one, other in zip(again, rest, strict=True):
            assert abs(one.payoff - other.payoff) < Fraction(1, 10**25)
            assert abs(one.after.balance.principal - other.after.balance.principal) < Fraction(1, 10**25)


@pytest.mark.parametrize("amortisation", [Amortisation.LINEAR, Amortisation.ANNUITY])
def test_a_prepayment_shrinks_what_remains_and_keeps_the_end(amortisation):
    """A quarter of what is owed after March is prepaid on the day of its payment: the rest pays three quarters."""
    plain = looked_at(loan(amortisation=amortisation))
    flows = preview(plain, Rational())
    (owed,) = (one.balance for one in flows if one.day == date(2025, 3, 15) and one.event is Event.INTEREST)
    prepaid = replace(plain, clauses=Clauses(prepayments=(Prepayment(date(2025, 3, 15), int(owed) // 4),)))
    share = 1 - Fraction(int(owed) // 4) / owed
    late = [one for one in flows if one.day > date(2025, 3, 15)]
    less = [one for one in preview(prepaid, Rational()) if one.day > date(2025, 3, 15)]
    assert [one.day for one in less] == [one.day for one in late]
    for one, other in zip(less, late, strict=True):
        assert abs(one.payoff - other.payoff * share) < Fraction(1, 10**20)


def test_interest_that_is_all_capitalised_grows_as_compound_interest():
    """1,000,000.00 x 1.005^12 = 1,061,677.81; with each coupon rounded by itself a cent more."""
    flows = preview(looked_at(loan(pik_share=NANO)))
    assert flows[-1].payoff == 106_167_782
    assert sum(flow.interest for flow in flows) == 0


def test_a_row_and_a_prepayment_on_a_saturday_are_paid_on_monday():
    calendar = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.SHIFT_CALCULATE_FOLLOWING)
    asked = looked_at(
        loan(contract=Contract(calendar=calendar)), clauses=Clauses(prepayments=(Prepayment(SATURDAY, 40_000_000),))
    )
    paid = [(flow.day, flow.principal) for flow in preview(asked) if flow.principal]
    assert paid == [(date(2025, 3, 17), 40_000_000), (date(2026, 1, 15), 60_000_000)]


def test_equal_parts_stay_equal_where_payments_are_rolled():
    """Twelve payments, the 15th of February, March, June and November on weekends."""
    calendar = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.CALCULATE_SHIFT_FOLLOWING)
    asked = looked_at(
        loan(principal=120_000_000, amortisation=Amortisation.LINEAR, contract=Contract(calendar=calendar))
    )
    assert [flow.principal for flow in preview(asked) if flow.principal] == [10_000_000] * 12


def annuity(rate: int, years: int) -> Instrument:
    return loan(
        principal=10**13, amortisation=Amortisation.ANNUITY, fixed_rate=rate, maturity_date=date(2025 + years, 1, 15)
    )


@pytest.mark.parametrize("rate", [5_000_000, 43_000_000, 100_000_000, 437_500_000])
@pytest.mark.parametrize("years", [1, 5, 30])
def test_an_annuity_leaves_the_balances_of_quantlib(rate, years):
    """100 billion, so that each balance is known to 12 digits; unrounded, to what a float64 can tell."""
    theirs = ql.sinkingNotionals(ql.Period(years, ql.Years), ql.Monthly, rate / NANO, 1e13)
    flows = preview(looked_at(annuity(rate, years)), Rational())
    ours = [flow.balance for flow in flows if flow.event is Event.PRINCIPAL]
    assert [float(balance) for balance in ours] == pytest.approx(list(theirs)[1:-1], rel=1e-9, abs=1)


def test_the_payment_of_an_annuity_is_level_to_the_cent():
    flows = preview(
        looked_at(loan(principal=6_000_000, amortisation=Amortisation.ANNUITY, fixed_rate=NANO // 10)), SCALAR
    )
    by_day: dict[date, int] = {}
    for flow in flows:
        by_day[flow.day] = by_day.get(flow.day, 0) + flow.payoff
    assert list(by_day.values()) == [527_495] * 11 + [527_500]
