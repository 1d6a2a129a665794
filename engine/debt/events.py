"""The dated events of a loan, in the order in which they happen.

ACTUS technical specification, schedules of PAM, LAM, NAM and ANN; the order on one day is that of its applications.
"""

from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, date, timedelta
from enum import Enum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ..inputs.contract import Base
from .contract_days import (
    days_of,
    first_payment,
    first_principal_day,
    interest_cycles,
    lent_on,
    maturity,
    principal_days,
)
from .cycles import CycleDays
from .loan import Loan, Repayment


class Event(Enum):
    """The kinds of events; on one day they happen in this order. The values are the codes of the standard."""

    INITIAL_EXCHANGE = "IED"
    DRAW = "DR"  #: ours: a payment of a table that lends
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

    __hash__ = object.__hash__  # a member is itself alone: tables of events are looked up at each of thousands


ORDER = {kind: position for position, kind in enumerate(Event)}


class DatedEvent(NamedTuple):
    """An event, the day on which it happens and the day to which it accrues."""

    day: date
    accrues_to: date
    kind: Event
    contract_day: date  #: that the contract names; `day` is the business day to which it is rolled


def events(loan: Loan, until: date | None = None) -> list[DatedEvent]:
    """Every event of a loan from its status date up to its end, or to its termination.

    With `until` those of later days of the contract are left out: what lies beyond is not walked.
    """
    first = loan.status_date or loan.start_date
    last_day = until or first.replace(year=MAXYEAR, month=12, day=31)
    named = _contract_events(loan, first - loan.calendar.longest_roll, last_day)
    dated = [DatedEvent(*loan.calendar.roll(day), kind, day) for day, kind in named]
    dated = sorted([*dated, *_first_level(loan)], key=order_key)
    if loan.repayment in (Repayment.LEVEL, Repayment.ANNUITY):
        days = groupby(dated, key=attrgetter("day"))
        dated = [event for _, of_day in days for event in _payment_by_payment(list(of_day))]
    last = (loan.termination.settlement_date, ORDER[Event.TERMINATION]) if loan.termination else None
    return [event for event in dated if event.day >= first and (last is None or order_key(event) <= last)]


def events_after(loan: Loan, day: date, until: date | None = None) -> list[DatedEvent]:
    """The events after a day; an annuity that is lent by then and whose level is not ahead is levelled on it.

    With `until` at least those up to that day, and the next payment of principal of an annuity.
    """
    latest = until and max(until, _next_payment(loan, day)) + loan.calendar.longest_roll
    ahead = [event for event in events(loan, latest) if event.day > day and not _opens_its_cycle(loan, event)]
    if loan.repayment is Repayment.ANNUITY and loan.payment is None and lent_on(loan) <= day:
        paid = next((event.day for event in ahead if event.kind is Event.PRINCIPAL), day)
        if not any(event.kind is Event.LEVEL and event.day < paid for event in ahead):
            ahead.insert(0, DatedEvent(day, day, Event.LEVEL, day))
    return ahead


def _next_payment(loan: Loan, day: date) -> date:
    """The next day of principal that is not rolled up to a day: what levels an annuity lies before it."""
    if loan.repayment is not Repayment.ANNUITY:
        return day
    days, behind = principal_days(loan), day + loan.calendar.longest_roll
    return next(iter(_after(days, behind, 1)), maturity(loan))


def _opens_its_cycle(loan: Loan, event: DatedEvent) -> bool:
    """Whether it is the first day of a cycle that counts from the start: nothing falls due on it, rolled or not."""
    if event.kind not in (Event.PRINCIPAL, Event.INTEREST) or event.contract_day != loan.start_date:
        return False
    cycle = loan.principal_cycle if event.kind is Event.PRINCIPAL else loan.interest_cycle
    return cycle is not None and cycle.anchor_date == loan.start_date


def order_key(event: DatedEvent) -> tuple[date, int]:
    """By day, and on one day by the order of the standard."""
    return event.day, ORDER[event.kind]


def _payment_by_payment(day: list[DatedEvent]) -> list[DatedEvent]:
    """The events of a day onto which payments are rolled: each payment takes its own interest before the next."""
    if sum(event.kind is Event.PRINCIPAL for event in day) < 2:
        return day
    first, last = ORDER[Event.PRINCIPAL], ORDER[Event.CAPITALISATION]

    def payment_key(event: DatedEvent) -> tuple[int, date]:
        position = ORDER[event.kind]
        return (first, event.contract_day) if first <= position <= last else (position, event.day)

    return sorted(day, key=payment_key)


def _contract_events(loan: Loan, first: date, last: date) -> Iterator[tuple[date, Event]]:
    """The events on the days that the contract names from a first to a last one, before any is rolled."""
    for day, kind in _single_events(loan):
        if day <= last:
            yield day, kind
    end = maturity(loan)
    for day in _between(principal_days(loan), first, last):
        if day < end:
            yield day, Event.PRINCIPAL
    yield from _interest(loan, first, last)
    yield from _resets(loan, end, first, last)
    for cycle, kind in (
        (loan.fee and loan.fee.cycle, Event.FEE),
        (loan.scaling and loan.scaling.cycle, Event.SCALING),
        (loan.base_cycle if loan.base is Base.LAGGED else None, Event.BASE),
    ):
        if cycle:
            days = days_of(loan, cycle, end).between(first, last)
            yield from ((day, kind) for day in days if kind is Event.FEE or day < end)


def _single_events(loan: Loan) -> Iterator[tuple[date, Event]]:
    """The events that no cycle names."""
    end, known_from = maturity(loan), loan.status_date or loan.start_date
    if loan.status_date is None or lent_on(loan) > known_from:
        yield loan.start_date, Event.INITIAL_EXCHANGE
    yield end, Event.MATURITY
    for payment in loan.principal_payments:
        if payment.amount < 0 or payment.day < end:
            yield payment.day, Event.DRAW if payment.amount < 0 else Event.PRINCIPAL
    for prepayment in loan.prepayments:
        yield prepayment.day, Event.PREPAYMENT
    for trade, kind in ((loan.purchase, Event.PURCHASE), (loan.termination, Event.TERMINATION)):
        if trade:
            yield trade.settlement_date, kind


def _interest(loan: Loan, first: date, last: date) -> Iterator[tuple[date, Event]]:
    """Coupons; up to the end of capitalisation they are added to the principal instead."""
    capitalised = loan.capitalisation_end_date
    days = {day for days in interest_cycles(loan) for day in _between(days, first, last)}
    if capitalised and capitalised <= last:
        days.add(capitalised)
    for day in sorted(days):
        yield day, Event.CAPITALISATION if capitalised and day <= capitalised else Event.INTEREST


def _resets(loan: Loan, end: date, first: date, last: date) -> Iterator[tuple[date, Event]]:
    """Resets of the rate, the first to a rate already known where there is one; an annuity is levelled at each."""
    if loan.reset is None:
        return
    days = days_of(loan, loan.reset.cycle, end)
    fixed: Sequence[date] = ()
    if loan.reset.next_rate is not None:
        fixed = _after(days, loan.status_date or loan.start_date, 1)
    for day in days.between(first, last):
        if day < end:
            yield day, Event.RESET_FIXED if day in fixed else Event.RESET
            if loan.repayment is Repayment.ANNUITY:
                yield day, Event.LEVEL


def _between(days: CycleDays | tuple[date, ...], first: date, last: date) -> tuple[date, ...]:
    if isinstance(days, tuple):
        return tuple(day for day in days if first <= day <= last)
    return days.between(first, last)


def _after(days: CycleDays | tuple[date, ...], day: date, count: int) -> tuple[date, ...]:
    """So many of some days at most that lie after a day."""
    later = days if isinstance(days, tuple) else days[days.before(day) : days.before(day) + count + 1]
    return tuple(following for following in later if following > day)[:count]


def _first_level(loan: Loan) -> Iterator[DatedEvent]:
    """An annuity is levelled on the eve of its first payment, wherever the payment is rolled to."""
    if loan.repayment is not Repayment.ANNUITY or loan.payment is not None:
        return
    if first_principal_day(loan) > loan.start_date:
        eve = max(first_payment(loan) - timedelta(days=1), loan.start_date)
        yield DatedEvent(eve, eve, Event.LEVEL, eve)
