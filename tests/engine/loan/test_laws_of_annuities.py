"""An annuity ends with a payment like the others, whatever rolls its payments, its resets and its first day."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from random import Random
from typing import NamedTuple

from seawall.engine.debt.cycles import after
from seawall.engine.debt.events import Event
from seawall.engine.debt.loan import Fee, FeeBasis
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit, MonthEnd, Stub
from seawall.engine.inputs.contract import Contract, Reset
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.numbers.exact import Rational
from seawall.engine.preview.cash_flows import LoanCashFlow, preview
from seawall.engine.preview.clauses import Clauses, IndexReading
from seawall.engine.preview.preview import Preview
from seawall.engine.values.units import NANO
from tests.engine.loan.loans import BASIS_POINT, loan, preview_of
from tests.engine.scale import cases

LOANS = cases(150, 2_000)
SEED = 20_260_614
FOLLOWING = BusinessDay.SHIFT_CALCULATE_FOLLOWING
CYCLES = [
    (1, CycleUnit.DAY),
    (10, CycleUnit.DAY),
    (1, CycleUnit.WEEK),
    (2, CycleUnit.WEEK),
    *[(1, CycleUnit.MONTH)] * 4,
    (5, CycleUnit.MONTH),
]
CYCLES += [(1, CycleUnit.QUARTER), (1, CycleUnit.HALF_YEAR), (1, CycleUnit.YEAR)]


def random_annuity(luck: Random) -> Preview:
    """Any cycle, anchor, stub, calendar, day count and reset; previewed before, on or after the day of its lending."""
    start = date(2024, 1, 1) + timedelta(luck.randrange(1500))
    if luck.random() < 0.4:
        start = start.replace(day=1) - timedelta(1)
    count, unit = luck.choice(CYCLES)
    length = (after(start, count, unit) - start).days
    maturity = after(start, count * luck.randint(4 if length > 5 else 20, 60), unit) + timedelta(
        luck.choice([0, 0, luck.randrange(20)])
    )
    anchor = luck.choice([None, start, start + timedelta(luck.randint(1 - length, length))])
    calendar = _calendar(luck, start, maturity)
    instrument = loan(
        amortisation=Amortisation.ANNUITY,
        maturity_date=maturity,
        floating_rate=FloatingRate(luck.randrange(900) * BASIS_POINT, 50 * BASIS_POINT),
        day_count=luck.choice(list(DayCount)),
        pik_share=luck.choice([0, 0, NANO // 3]),
        contract=Contract(
            interest_cycle=Cycle(count, unit, anchor, luck.choice(list(Stub))),
            month_end=luck.choice(list(MonthEnd)),
            calendar=calendar,
            rate_reset=Reset(_reset_cycle(luck, start, maturity)),
        ),
    )
    fee = Fee(FeeBasis.PRINCIPAL, Cycle(5, CycleUnit.MONTH), rate=NANO // 200)
    clauses = Clauses(start_date=start, fee=luck.choice([None, fee]))
    path = _path(luck, start, maturity)
    return preview_of(instrument, _first_day(luck, instrument, start), index_path=path, clauses=clauses)


def _first_day(luck: Random, instrument: Instrument, start: date) -> date:
    """Before the start, on it, or about the day to which one of the first payments is rolled."""
    contract, kind = instrument.contract or Contract(), luck.random()
    if kind < 0.2:
        return start - timedelta(luck.randint(1, 40))
    if kind < 0.5 and (cycle := contract.interest_cycle):
        named = after(cycle.anchor_date or start, cycle.count * luck.randint(1, 3), cycle.unit)
        day = contract.calendar.roll(named)[0] + timedelta(luck.choice([-1, 0, 0, 0, 1]))
        if start < day < instrument.last_payment_date:
            return day
    return start


def _calendar(luck: Random, start: date, maturity: date) -> Calendar:
    """Holidays alone and a few in a row."""
    holidays: set[date] = set()
    for _ in range(luck.choice([0, 20])):
        first = start + timedelta(luck.randrange((maturity - start).days))
        holidays |= {first + timedelta(day) for day in range(luck.choice([1, 1, 2, 4]))}
    return Calendar(luck.choice(list(BusinessWeek)), tuple(sorted(holidays)), luck.choice(list(BusinessDay)))


def _reset_cycle(luck: Random, start: date, maturity: date) -> Cycle:
    """Often on the days of payment, else on any day, the last ones before the maturity among them."""
    count, unit = luck.choice(
        [*[(6, CycleUnit.MONTH)] * 3, (1, CycleUnit.MONTH), (3, CycleUnit.WEEK), (1, CycleUnit.YEAR)]
    )
    days = (maturity - start).days
    anchor = luck.choice(
        [None, start, start + timedelta(luck.randrange(days)), maturity - timedelta(luck.randint(1, 3))]
    )
    if anchor is None and after(start, count, unit) > maturity:
        anchor = start
    return Cycle(count, unit, anchor)


def _path(luck: Random, start: date, maturity: date) -> tuple[IndexReading, ...]:
    days = sorted({start + timedelta(luck.randrange((maturity - start).days)) for _ in range(4)})
    return tuple(IndexReading(day, luck.randrange(900) * BASIS_POINT) for day in days)


class Payment(NamedTuple):
    """What is paid on a day, for each of the payments that are rolled onto it, and the rate until then."""

    amount: Fraction
    rate: int


def payments(flows: tuple[LoanCashFlow, ...]) -> list[Payment]:
    paid_on_days = []
    for _, group in groupby(
        (flow for flow in flows if flow.event is not Event.INITIAL_EXCHANGE), lambda flow: flow.event_date
    ):
        of_day = list(group)
        parts = sum(flow.event in (Event.PRINCIPAL, Event.MATURITY) for flow in of_day)
        if parts:
            paid = sum(flow.interest + flow.principal for flow in of_day if flow.event is not Event.FEE)
            paid_on_days.append(Payment(Fraction(paid, parts), of_day[0].rate))
    return paid_on_days


def test_an_annuity_ends_with_a_payment_like_the_others():
    """Exactly where interest accrues over the days of the contract, and nearly where a few of them differ: where it
    goes along with a rolled day, or where a reset cuts a period of the bond basis. Over decades they compound.
    """
    luck, compared = Random(SEED), 0
    for _ in range(LOANS):
        request = random_annuity(luck)
        flows = preview(request, Rational())
        paid = payments(flows)
        assert flows[-1].balance == 0
        if len(paid) < 2 or paid[-2].rate != paid[-1].rate:
            continue  # the last payment is levelled alone
        compared += 1
        contract = request.instrument.contract or Contract()
        shifts = contract.calendar.convention.value.startswith("shift")
        nearly = shifts or request.instrument.day_count is DayCount.THIRTY_360_BOND
        within = Fraction(1, 4) if nearly else Fraction(1, 10**12)
        assert paid[-2].amount > 0
        assert abs(paid[-1].amount - paid[-2].amount) <= within * paid[-2].amount, request
    assert compared > LOANS // 2


def by_day(request: Preview) -> dict[date, int]:
    payoffs: dict[date, int] = {}
    for flow in preview(request):
        payoffs[flow.event_date] = payoffs.get(flow.event_date, 0) + flow.payoff
    return {day: payoff for day, payoff in payoffs.items() if payoff}


def month_end_annuity(
    maturity: date, reset: date, rule: BusinessDay = BusinessDay.SHIFT_CALCULATE_MODIFIED_FOLLOWING
) -> Instrument:
    """1,000,000.00 at 5 %, monthly, Monday to Friday, reset every six months."""
    return loan(
        amortisation=Amortisation.ANNUITY,
        maturity_date=maturity,
        floating_rate=FloatingRate(500 * BASIS_POINT, 0),
        day_count=DayCount.THIRTY_360,
        contract=Contract(
            month_end=MonthEnd.END_OF_MONTH,
            calendar=Calendar(BusinessWeek.MONDAY_TO_FRIDAY, convention=rule),
            rate_reset=Reset(Cycle(6, CycleUnit.MONTH, reset)),
        ),
    )


def test_a_reset_on_a_payment_that_was_rolled_back_levels_what_is_left():
    """Saturday 31 May 2025 is paid and reset on the 30th: 5 payments at 5 %, and 31 at 7 %."""
    path = (IndexReading(date(2025, 5, 1), 700 * BASIS_POINT),)
    paid = by_day(
        preview_of(month_end_annuity(date(2027, 12, 31), date(2025, 5, 31)), date(2024, 12, 31), index_path=path)
    )
    assert list(paid)[4] == date(2025, 5, 30)
    assert list(paid.values())[:-1] == [29_970_90] * 5 + [30_756_44] * 30
    assert list(paid.values())[-1] == 30_670_62  # rolled days moved some interest; a payment too many left 65,198.87


def test_an_annuity_previewed_on_a_payment_that_was_rolled_back_has_it_behind_it():
    """On Friday 30 May 2025 the payment of Saturday the 31st is made: 31 are left, and no 32nd is levelled."""
    annuity = month_end_annuity(date(2027, 12, 31), date(2025, 12, 31))
    request = preview_of(annuity, date(2025, 5, 30), clauses=Clauses(start_date=date(2024, 12, 31)))
    paid = list(by_day(request).values())
    assert len(paid) == 31
    assert set(paid[:-1]) == {paid[0]}
    assert abs(paid[-1] - paid[0]) < paid[0] // 100


def test_a_reset_that_is_rolled_past_the_maturity_changes_nothing():
    """Monday to Friday, following: a reset on Saturday 29 and the maturity on Sunday 30 August 2026, both on Monday."""
    last, usual = (
        by_day(preview_of(month_end_annuity(date(2026, 8, 30), reset, FOLLOWING), date(2024, 12, 31)))
        for reset in (date(2026, 8, 29), date(2025, 6, 30))
    )
    assert last == usual
    assert max(last) == date(2026, 8, 31)


def test_an_annuity_that_is_lent_after_its_first_days_of_payment_is_repaid_from_the_next():
    """Lent on 15 March 2025, with payments at the end of each month since January: 22 of them are left."""
    monthly = Contract(interest_cycle=Cycle(1, CycleUnit.MONTH, date(2025, 1, 31)), month_end=MonthEnd.END_OF_MONTH)
    annuity = replace(month_end_annuity(date(2026, 12, 31), date(2025, 12, 31)), contract=monthly)
    request = preview_of(annuity, date(2024, 12, 31), clauses=Clauses(start_date=date(2025, 3, 15)))
    lent, *paid = by_day(request).values()
    assert (lent, len(paid), set(paid[:-1])) == (-1_000_000_00, 22, {paid[0]})
    assert abs(paid[-1] - paid[0]) < 22


def test_a_loan_whose_start_is_rolled_back_to_the_first_day_is_lent_by_then():
    """Lent on Sunday 30 November 2025, so on Friday the 28th, the first day of the preview: not lent again."""
    annuity = month_end_annuity(date(2027, 12, 31), date(2025, 12, 31))
    request = preview_of(annuity, date(2025, 11, 28), clauses=Clauses(start_date=date(2025, 11, 30)))
    paid = list(by_day(request).values())
    assert (len(paid), set(paid[:-1])) == (25, {paid[0]})
    assert abs(sum(flow.principal for flow in preview(request))) == 1_000_000_00


def test_daily_payments_of_a_weekend_are_made_one_after_the_other_on_monday():
    """1,000,000.00 at 5 % in 60 daily payments, three on a Monday and two, with the cents, on the last one."""
    daily = Contract(
        interest_cycle=Cycle(1, CycleUnit.DAY),
        calendar=Calendar(BusinessWeek.MONDAY_TO_FRIDAY, convention=BusinessDay.CALCULATE_SHIFT_FOLLOWING),
    )
    annuity = loan(
        amortisation=Amortisation.ANNUITY,
        fixed_rate=500 * BASIS_POINT,
        day_count=DayCount.ACTUAL_360,
        maturity_date=date(2025, 3, 16),
        contract=daily,
    )
    paid = by_day(preview_of(annuity, date(2025, 1, 15)))
    daily_payment = paid[date(2025, 1, 16)]
    assert paid[date(2025, 1, 20)] == 3 * daily_payment
    assert abs(paid[date(2025, 3, 17)] - 2 * daily_payment) < 60
