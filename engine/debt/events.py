"""The dated events of a loan, in the order in which they happen.

ACTUS technical specification, schedules of PAM, LAM, NAM and ANN; the order on one day is that of its applications.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import Enum
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ..inputs.calendar import Cycle, Moment
from ..inputs.contract import Base
from ..numbers.exact import ACCRUAL_DIVISOR
from ..values.faults import Fault, Reason, Refused
from .cycles import accrual_ticks, after, moments
from .loan import Loan, Repayment


class Event(Enum):
    """What happens; on one day in this order. The values are the codes of the standard."""

    INITIAL_EXCHANGE = "IED"
    DRAW = "DR"  #: ours: a row of a table that lends
    PRINCIPAL = "PR"
    PREPAYMENT = "PP"
    INTEREST = "IP"
    CAPITALISATION = "IPCI"
    FEE = "FP"
    RESET_FIXED = "RRF"
    RESET = "RR"
    LEVEL = "PRF"
    PURCHASE = "PRD"
    TERMINATION = "TD"
    SCALING = "SC"
    BASE = "IPCB"
    MATURITY = "MD"
    MONTH_END = "ME"  #: ours: a month of the model ends


ORDER = {event: position for position, event in enumerate(Event)}


class DatedEvent(NamedTuple):
    """An event, when it happens, and the moment to which it accrues."""

    when: Moment
    accrues_to: Moment
    event: Event
    day: Moment  #: that the contract names; `when` is the day of business it is rolled to


def events(loan: Loan) -> list[DatedEvent]:
    """Every event of a loan from its status date up to its end, or to its termination."""
    found = [DatedEvent(*loan.calendar.roll(moment), event, moment) for moment, event in _contract(loan)]
    found = sorted([*found, *_first_level(loan)], key=in_order)
    if loan.repayment in (Repayment.LEVEL, Repayment.ANNUITY):
        found = [dated for _, day in groupby(found, key=attrgetter("when")) for dated in _one_by_one(list(day))]
    first = loan.status_date or loan.start_date
    last = (loan.termination.day, ORDER[Event.TERMINATION]) if loan.termination else None
    return [dated for dated in found if dated.when >= first and (last is None or in_order(dated) <= last)]


def ahead(loan: Loan, day: Moment) -> list[DatedEvent]:
    """The events after a day; an annuity that is lent by then and whose level is not ahead is levelled on it."""
    found = [dated for dated in events(loan) if dated.when > day and not _opens(loan, dated)]
    if loan.repayment is Repayment.ANNUITY and loan.payment is None and lent_on(loan) <= day:
        paid = next((dated.when for dated in found if dated.event is Event.PRINCIPAL), day)
        if not any(dated.event is Event.LEVEL and dated.when < paid for dated in found):
            found.insert(0, DatedEvent(day, day, Event.LEVEL, day))
    return found


def _opens(loan: Loan, dated: DatedEvent) -> bool:
    """Whether it is the first day of a cycle that counts from the start: nothing falls due on it, rolled or not."""
    if dated.event not in (Event.PRINCIPAL, Event.INTEREST) or dated.day != loan.start_date:
        return False
    cycle = loan.principal_cycle if dated.event is Event.PRINCIPAL else loan.interest_cycle
    return cycle is not None and cycle.anchor_date == loan.start_date


def in_order(dated: DatedEvent) -> tuple[Moment, int]:
    """By day, and on one day by the order of the standard."""
    return dated.when, ORDER[dated.event]


def _one_by_one(day: list[DatedEvent]) -> list[DatedEvent]:
    """Payments that are rolled onto one day are made one after the other: each takes its own interest, and once."""
    if sum(dated.event is Event.PRINCIPAL for dated in day) < 2:
        return day
    first, last = ORDER[Event.PRINCIPAL], ORDER[Event.CAPITALISATION]

    def turn(dated: DatedEvent) -> tuple[int, Moment]:
        position = ORDER[dated.event]
        return (first, dated.day) if first <= position <= last else (position, dated.when)

    return sorted(day, key=turn)


def _contract(loan: Loan) -> Iterator[tuple[Moment, Event]]:
    """The events on the days that the contract names, before any is rolled to a day of business."""
    end = maturity(loan)
    known_from = loan.status_date or loan.start_date
    if loan.status_date is None or lent_on(loan) > known_from:
        yield loan.start_date, Event.INITIAL_EXCHANGE
    yield end, Event.MATURITY
    for day in principal_days(loan)[:-1]:
        yield day, Event.PRINCIPAL
    for row in loan.rows:
        if row.amount < 0 or row.day < end:
            yield row.day, Event.DRAW if row.amount < 0 else Event.PRINCIPAL
    for row in loan.prepayments:
        yield row.day, Event.PREPAYMENT
    yield from _interest(loan, end)
    yield from _resets(loan, end, known_from)
    for cycle, event in (
        (loan.fee and loan.fee.cycle, Event.FEE),
        (loan.scaling and loan.scaling.cycle, Event.SCALING),
        (loan.base_cycle if loan.base is Base.LAGGED else None, Event.BASE),
    ):
        if cycle:
            days = moments(anchor_of(loan, cycle), end, cycle, loan.month_end)
            yield from ((day, event) for day in (days if event is Event.FEE else days[:-1]))
    for trade, event in ((loan.purchase, Event.PURCHASE), (loan.termination, Event.TERMINATION)):
        if trade:
            yield trade.day, event


def lent_on(loan: Loan) -> Moment:
    """The day from which on the principal stands: the start, or the day to which that one is rolled back."""
    return _not_after(loan, loan.start_date)


def first_payment(loan: Loan) -> Moment:
    """The day of the first payment of principal, or the one to which that one is rolled back."""
    return _not_after(loan, principal_days(loan)[0])


def _not_after(loan: Loan, day: Moment) -> Moment:
    return min(day, loan.calendar.roll(day)[0])


def maturity(loan: Loan) -> Moment:
    """The day of the last payment: given, or the one to which the payments lead."""
    if loan.maturity_date:
        return loan.maturity_date
    if loan.rows:
        return max(row.day for row in loan.rows)
    if loan.annuity_end_date:
        return loan.annuity_end_date
    return _last_payment(loan)


def _last_payment(loan: Loan) -> Moment:
    """The first payment and as many more as the principal needs at its opening speed."""
    cycle = _principal_cycle(loan)
    first = anchor_of(loan, cycle)
    speed = Fraction(loan.payment or 0)
    if loan.repayment is not Repayment.LINEAR:
        period = accrual_ticks(loan.day_count, first, after(first, cycle.count, cycle.unit))
        speed -= Fraction(loan.principal * loan.rate * period, ACCRUAL_DIVISOR)
    if speed <= 0:
        raise Refused(
            [Fault("payment", Reason.CONFLICT, str(loan.payment), "more than the interest, or a maturity_date")]
        )
    payments = int(-(-loan.principal // speed))
    beyond = after(first, payments * cycle.count, cycle.unit)
    return moments(first, beyond, cycle, loan.month_end)[payments - 1]


def principal_days(loan: Loan) -> list[Moment]:
    """The days of principal by cycle, maturity last; none for a loan that has no cycle of principal."""
    if loan.principal_cycle is None:
        return []
    cycle = _principal_cycle(loan)
    return moments(anchor_of(loan, cycle), maturity(loan), cycle, loan.month_end)


def levelling_days(loan: Loan) -> list[Moment]:
    """The days over which an annuity is levelled: to the end of its amortisation, which may lie after maturity."""
    cycle = _principal_cycle(loan)
    return moments(anchor_of(loan, cycle), loan.annuity_end_date or maturity(loan), cycle, loan.month_end)


def _principal_cycle(loan: Loan) -> Cycle:
    if loan.principal_cycle is None:
        raise ValueError(f"a loan repaid {loan.repayment.value} has no cycle of principal")
    return loan.principal_cycle


def anchor_of(loan: Loan, cycle: Cycle) -> Moment:
    """The anchor of a cycle, one cycle after the start where none is given."""
    return cycle.anchor_date or after(loan.start_date, cycle.count, cycle.unit)


def _interest(loan: Loan, end: Moment) -> Iterator[tuple[Moment, Event]]:
    """Coupons; up to the end of capitalisation they are added to the principal instead."""
    days = _interest_days(loan, end)
    capitalised = loan.capitalisation_end_date
    if capitalised:
        for day in [*(day for day in days if day < capitalised), capitalised]:
            yield day, Event.CAPITALISATION
    for day in days:
        if capitalised is None or day > capitalised:
            yield day, Event.INTEREST


def _interest_days(loan: Loan, end: Moment) -> list[Moment]:
    cycle = loan.interest_cycle
    if loan.repayment in (Repayment.LEVEL, Repayment.ANNUITY):
        # A payment is interest first, so each day of principal is one of interest; before them the cycle's own.
        paying = principal_days(loan)
        first = anchor_of(loan, cycle) if cycle else paying[0]
        own = moments(first, paying[0], cycle, loan.month_end) if first < paying[0] else []
        return sorted({*own, *paying})
    return moments(anchor_of(loan, cycle), end, cycle, loan.month_end) if cycle else [end]


def _resets(loan: Loan, end: Moment, known_from: Moment) -> Iterator[tuple[Moment, Event]]:
    """Resets of the rate, the first one to a rate already known where there is one; an annuity is levelled at each."""
    if loan.reset is None:
        return
    days = moments(anchor_of(loan, loan.reset.cycle), end, loan.reset.cycle, loan.month_end)[:-1]
    fixed: Sequence[Moment] = ()
    if loan.reset.next_rate is not None:
        fixed = [day for day in days if day > known_from][:1]
    for day in days:
        yield day, Event.RESET_FIXED if day in fixed else Event.RESET
        if loan.repayment is Repayment.ANNUITY:
            yield day, Event.LEVEL


def _first_level(loan: Loan) -> Iterator[DatedEvent]:
    """An annuity is levelled on the eve of its first payment, wherever that one is rolled to."""
    if loan.repayment is not Repayment.ANNUITY or loan.payment is not None:
        return
    if principal_days(loan)[0] > loan.start_date:
        eve = max(first_payment(loan) - timedelta(days=1), loan.start_date)
        yield DatedEvent(eve, eve, Event.LEVEL, eve)
