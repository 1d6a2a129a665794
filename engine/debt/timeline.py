"""The events of a loan with their time as numbers: the recursion over them needs no calendar any more.

A timeline depends on dates alone, so whatever a scenario does to rates, it is made once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..inputs.calendar import Moment
from ..numbers.day_count import DAY_360, DayCount, is_month_end
from .cycles import accrual_ticks
from .events import (
    DatedEvent,
    Event,
    anchor_of,
    events,
    first_payment,
    in_order,
    levelling_days,
    maturity,
    principal_days,
)
from .loan import Loan, Repayment

Clock = Callable[[DayCount, Moment, Moment], int]  #: the ticks of a year between two moments


class Relevelling(NamedTuple):
    """The payments over which an annuity is levelled, in ticks."""

    first: int  #: until the first of them
    periods: tuple[int, ...]  #: between them


class TimedEvent(NamedTuple):
    """An event and its time."""

    when: Moment
    event: Event
    day: Moment  #: that the contract names
    ticks: int  #: since the event before it
    payments_left: int  #: of principal, this one included
    level: Relevelling | None  #: where a payment is levelled
    ticks_before: int  #: that interest ran before the loan was lent


def timeline(loan: Loan, clock: Clock = accrual_ticks) -> tuple[TimedEvent, ...]:
    """The events of a loan, timed by its day count, or by another clock."""
    return timed(loan, events(loan), clock)


def timed(loan: Loan, dated: Sequence[DatedEvent], clock: Clock) -> tuple[TimedEvent, ...]:
    """Some events of a loan, in their order, timed from its status date on."""
    clock = _closing(loan, clock)
    paying, payments = principal_days(loan), _payments(loan, dated)
    lent = next((one for one in dated if one.event is Event.INITIAL_EXCHANGE), None)
    at, elapsed = loan.status_date or loan.start_date, 0
    found = []
    for one in dated:
        left = len(paying) - bisect_left(paying, one.day) if one.event is Event.PRINCIPAL else 1
        level = _level(loan, one, payments, clock) if _is_levelled(loan, one, lent) else None
        before = _ticks_before(loan, one, clock) if one is lent else 0
        since = clock(loan.day_count, at, one.accrues_to)
        found.append(TimedEvent(one.when, one.event, one.day, since - elapsed, left, level, before))
        # A month end only cuts: on the bond basis the parts of a period, each counted alone, are not the whole.
        at, elapsed = (at, since) if one.event is Event.MONTH_END else (one.accrues_to, 0)
    return tuple(found)


def _closing(loan: Loan, clock: Clock) -> Clock:
    """The clock for the loan's own end: ISDA 2006, section 4.16(h).

    In 30E/360 ISDA the last of February counts as the 30th, but not where it is the maturity.
    """
    end = maturity(loan)
    if loan.day_count is not DayCount.THIRTY_E_360_ISDA or end.month != 2 or not is_month_end(end):
        return clock

    def closing(count: DayCount, start: Moment, to: Moment) -> int:
        short = (30 - to.day) * DAY_360 if start < to == end else 0
        return clock(count, start, to) - short

    return closing


def _payments(loan: Loan, dated: Sequence[DatedEvent]) -> list[DatedEvent]:
    """The payments over which an annuity is levelled, in the order in which they are made.

    A day up to the start is one of them only where it is rolled past it.
    """
    if loan.repayment is not Repayment.ANNUITY:
        return []
    end, made = maturity(loan), {one.day for one in dated if one.event is Event.PRINCIPAL}
    days = [day for day in levelling_days(loan) if day > loan.start_date or day in made]
    return [
        DatedEvent(*loan.calendar.roll(day), Event.MATURITY if day >= end else Event.PRINCIPAL, day) for day in days
    ]


def _is_levelled(loan: Loan, one: DatedEvent, lent: DatedEvent | None) -> bool:
    """An annuity is levelled where the contract says so, and when it is lent if it is repaid from that day on."""
    if one.event is Event.LEVEL:
        return lent is None or in_order(one) > in_order(lent)
    if one is not lent or loan.repayment is not Repayment.ANNUITY or loan.payment is not None:
        return False
    return first_payment(loan) <= one.when


def _level(loan: Loan, one: DatedEvent, payments: Sequence[DatedEvent], clock: Clock) -> Relevelling:
    """Over the payments that are made after an event; between them the days of the contract count."""
    days = [payment.day for payment in payments[bisect_right(payments, in_order(one), key=in_order) :]]
    periods = tuple(clock(loan.day_count, start, end) for start, end in pairwise(days))
    return Relevelling(clock(loan.day_count, one.accrues_to, days[0]), periods)


def _ticks_before(loan: Loan, one: DatedEvent, clock: Clock) -> int:
    """Interest may run from an anchor before the day on which the loan is lent."""
    cycle = loan.interest_cycle
    if cycle is None or cycle.anchor_date is None or cycle.anchor_date >= one.accrues_to:
        return 0
    return clock(loan.day_count, anchor_of(loan, cycle), one.accrues_to)
