"""What holds for every loan, whatever its dates and clauses."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
import QuantLib as ql

from seawall.engine.debt.cycles import accrual_ticks
from seawall.engine.debt.events import Event, events_after
from seawall.engine.debt.instrument_loan import loan_of
from seawall.engine.debt.lifecycle import lifecycle
from seawall.engine.debt.loan import Fee, FeeBasis, Loan
from seawall.engine.debt.timeline import TimedEvent, timed_events
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.numbers.exact import SCALAR, Rational
from seawall.engine.preview.cash_flows import preview
from seawall.engine.preview.clauses import Clauses, Prepayment
from seawall.engine.preview.preview import Preview
from seawall.engine.values.units import NANO
from tests.engine.loan.loans import loan, preview_of, random_preview

LOANS, SEED = 200, 20_260_103
SATURDAY = date(2025, 3, 15)


def random_loans(seed: int = SEED):
    """Random loans, a third of them annuities, some lent later, with fees, PIK and a prepayment."""
    luck = Random(seed)
    for _ in range(LOANS):
        request = random_preview(luck)
        instrument = request.instrument
        if instrument.amortisation is Amortisation.LINEAR and luck.random() < 0.7:
            contract = replace(instrument.contract or Contract(), payment=None)
            instrument = replace(instrument, amortisation=Amortisation.ANNUITY, contract=contract)
        elif instrument.amortisation is Amortisation.BULLET:
            instrument = replace(instrument, pik_share=luck.choice([0, NANO // 3, NANO]))
        fee = Fee(FeeBasis.PRINCIPAL, Cycle(5, CycleUnit.MONTH), rate=NANO // 200) if luck.random() < 0.5 else None
        day = request.from_date + timedelta(luck.randint(2, 30))
        prepayments = (Prepayment(day, instrument.principal // 7 + 1),) if luck.random() < 0.5 else ()
        yield replace(request, instrument=instrument, clauses=Clauses(fee=fee, prepayments=prepayments))


def lent_later(request: Preview) -> Preview:
    clauses = replace(request.clauses, start_date=request.from_date, premium_discount=-12_345)
    return replace(request, from_date=request.from_date - timedelta(20), clauses=clauses)


def test_principal_repaid_is_what_was_lent_and_what_capitalised():
    for request in random_loans():
        flows = preview(lent_later(request))
        assert flows[0].principal == -request.instrument.principal
        assert sum(flow.principal for flow in flows) == sum(flow.capitalised for flow in flows)
        assert flows[-1].balance == 0


def test_the_figures_of_a_row_and_from_row_to_row_add_up_to_the_cent():
    for request in random_loans():
        flows = preview(lent_later(request))
        for flow in flows:
            assert flow.payoff == flow.interest + flow.principal + flow.fee + flow.price
        for before, after in pairwise(flows):
            assert after.balance == before.balance - after.principal + after.capitalised


def test_a_schedule_scales_with_its_principal():
    for request in random_loans():
        instrument, clauses = request.instrument, request.clauses
        contract = instrument.contract or Contract()
        sevenfold = replace(
            request,
            instrument=replace(
                instrument,
                principal=7 * instrument.principal,
                contract=replace(contract, payment=None if contract.payment is None else 7 * contract.payment),
            ),
            clauses=replace(
                clauses, prepayments=tuple(replace(row, amount=7 * row.amount) for row in clauses.prepayments)
            ),
        )
        once, seven = preview(request, Rational()), preview(sevenfold, Rational())
        for flow, large in zip(once, seven, strict=True):
            assert (large.event_date, large.event, large.rate) == (flow.event_date, flow.event, flow.rate)
            assert (large.payoff, large.balance, large.accrued) == (7 * flow.payoff, 7 * flow.balance, 7 * flow.accrued)


def played_events(terms: Loan, first: date, index):
    timeline = timed_events(terms, events_after(terms, first), accrual_ticks)
    return list(lifecycle(Rational(), terms, timeline, index))


def without_levelling(events):
    """A payment that is known is not levelled on the eve of the first payment: that event is not compared."""
    return [played for played in events if played.event.kind is not Event.LEVEL]


def continued(terms: Loan, played) -> Loan:
    """The loan after an event, known from that day on."""
    after = played.after
    return terms._replace(
        status_date=played.event.day,
        principal=after.principal,
        accrued_interest=after.accrued,
        rate=after.rate,
        payment=after.payment,
        base_amount=after.interest_base,
        fee=None,
    )


@pytest.mark.parametrize("amortisation", [Amortisation.BULLET, Amortisation.LINEAR, Amortisation.ANNUITY])
def test_a_loan_cut_at_any_event_goes_on_as_it_was(amortisation):
    """Unrounded, day by day; a level that is taken anew is the same to 25 digits."""
    cycle = None if amortisation is Amortisation.BULLET else Cycle(2, CycleUnit.QUARTER)
    contract = Contract(interest_cycle=Cycle(1, CycleUnit.QUARTER), principal_cycle=cycle)
    instrument = loan(amortisation=amortisation, maturity_date=date(2028, 2, 7), pik_share=NANO // 4, contract=contract)
    first = date(2025, 1, 15)

    def index(event: TimedEvent) -> int:
        return (event.day - first).days * 10**5

    whole = loan_of(instrument, first, 60_000_000, coupon_is_stressed=True)
    events = played_events(whole, first, index)
    for number, cut in enumerate(events[:-1]):
        if cut.event.day == events[number + 1].event.day:
            continue  # a day is cut after the last of its events
        later = without_levelling(events[number + 1 :])
        again = without_levelling(played_events(continued(whole, cut), cut.event.day, index))
        assert [played.event.kind for played in again] == [played.event.kind for played in later]
        for played, uncut in zip(again, later, strict=True):
            assert abs(played.payoff - uncut.payoff) < Fraction(1, 10**25)
            assert abs(played.after.principal - uncut.after.principal) < Fraction(1, 10**25)


@pytest.mark.parametrize("amortisation", [Amortisation.LINEAR, Amortisation.ANNUITY])
def test_a_prepayment_shrinks_what_remains_and_keeps_the_end(amortisation):
    """A quarter of what is owed after March is prepaid on the day of its payment: later payments are three quarters."""
    plain = preview_of(loan(amortisation=amortisation))
    flows = preview(plain, Rational())
    (owed,) = (flow.balance for flow in flows if flow.event_date == date(2025, 3, 15) and flow.event is Event.INTEREST)
    prepaid = replace(plain, clauses=Clauses(prepayments=(Prepayment(date(2025, 3, 15), int(owed) // 4),)))
    share = 1 - Fraction(int(owed) // 4) / owed
    late = [flow for flow in flows if flow.event_date > date(2025, 3, 15)]
    less = [flow for flow in preview(prepaid, Rational()) if flow.event_date > date(2025, 3, 15)]
    assert [flow.event_date for flow in less] == [flow.event_date for flow in late]
    for flow, in_full in zip(less, late, strict=True):
        assert abs(flow.payoff - in_full.payoff * share) < Fraction(1, 10**20)


def test_interest_that_is_all_capitalised_grows_as_compound_interest():
    """1,000,000.00 x 1.005^12 = 1,061,677.81; with each coupon rounded by itself a cent more."""
    flows = preview(preview_of(loan(pik_share=NANO)))
    assert flows[-1].payoff == 106_167_782
    assert sum(flow.interest for flow in flows) == 0


def test_a_row_and_a_prepayment_on_a_saturday_are_paid_on_monday():
    calendar = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.SHIFT_CALCULATE_FOLLOWING)
    request = preview_of(
        loan(contract=Contract(calendar=calendar)), clauses=Clauses(prepayments=(Prepayment(SATURDAY, 40_000_000),))
    )
    paid = [(flow.event_date, flow.principal) for flow in preview(request) if flow.principal]
    assert paid == [(date(2025, 3, 17), 40_000_000), (date(2026, 1, 15), 60_000_000)]


def test_equal_parts_stay_equal_where_payments_are_rolled():
    """Twelve payments, the 15th of February, March, June and November on weekends."""
    calendar = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.CALCULATE_SHIFT_FOLLOWING)
    request = preview_of(
        loan(principal=120_000_000, amortisation=Amortisation.LINEAR, contract=Contract(calendar=calendar))
    )
    assert [flow.principal for flow in preview(request) if flow.principal] == [10_000_000] * 12


def annuity(rate: int, years: int) -> Instrument:
    return loan(
        principal=10**13, amortisation=Amortisation.ANNUITY, fixed_rate=rate, maturity_date=date(2025 + years, 1, 15)
    )


@pytest.mark.parametrize("rate", [5_000_000, 43_000_000, 100_000_000, 437_500_000])
@pytest.mark.parametrize("years", [1, 5, 30])
def test_an_annuity_leaves_the_balances_of_quantlib(rate, years):
    """100 billion, so that each balance is known to 12 digits; unrounded, to the precision of a float64."""
    theirs = ql.sinkingNotionals(ql.Period(years, ql.Years), ql.Monthly, rate / NANO, 1e13)
    flows = preview(preview_of(annuity(rate, years)), Rational())
    ours = [flow.balance for flow in flows if flow.event is Event.PRINCIPAL]
    assert [float(balance) for balance in ours] == pytest.approx(list(theirs)[1:-1], rel=1e-9, abs=1)


def test_the_payment_of_an_annuity_is_level_to_the_cent():
    flows = preview(
        preview_of(loan(principal=6_000_000, amortisation=Amortisation.ANNUITY, fixed_rate=NANO // 10)), SCALAR
    )
    by_day: dict[date, int] = {}
    for flow in flows:
        by_day[flow.event_date] = by_day.get(flow.event_date, 0) + flow.payoff
    assert list(by_day.values()) == [527_495] * 11 + [527_500]
