"""The events of a loan with their time as numbers: the recursion over them needs no calendar any more.

A timeline depends on dates alone, so whatever a scenario does to rates, it is made once.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ..inputs.calendar import Moment
from ..numbers.day_count import DAY_360, DayCount, is_month_end
from ..values.units import Money, Number, Ticks
from .annuity import PaymentPeriods
from .contract_days import anchor_of, first_payment, levelling_days, maturity, principal_days
from .cycles import CycleDays, accrual_ticks
from .events import ORDER, DatedEvent, Event, events, order_key
from .loan import DatedAmount, Loan, Repayment

Clock = Callable[[DayCount, Moment, Moment], Ticks]  #: the ticks of a year between two days


class Relevelling(NamedTuple):
    """The payments over which an annuity is levelled: those of the whole loan from a position on."""

    first: Ticks  #: until the first of them
    periods: PaymentPeriods
    start: Number  #: the position of the first of them


class TimedEvent(NamedTuple):
    """An event and its time."""

    day: date
    kind: Event
    contract_day: date  #: that the contract names
    ticks: Ticks  #: since the event before it
    payments_left: Number  #: of principal, this one included
    dated_amount: Money  #: that a table repays or draws on its day, or that is prepaid
    relevelling: Relevelling | None  #: where a payment is levelled
    ticks_before: Ticks  #: that interest ran before the loan was lent


def timeline(loan: Loan, clock: Clock = accrual_ticks) -> tuple[TimedEvent, ...]:
    """The events of a loan, timed by its day count, or by another clock."""
    return timed_events(loan, events(loan), clock)


def timed_events(loan: Loan, dated: Sequence[DatedEvent], clock: Clock) -> tuple[TimedEvent, ...]:
    """Some events of a loan, in their order, timed from its status date on."""
    clock = closing_clock(loan.day_count, maturity(loan), clock)
    paying, levelling = principal_days(loan), _Levelling(loan, dated, clock)
    lent = next((event for event in dated if event.kind is Event.INITIAL_EXCHANGE), None)
    prepaid, in_table = _by_day(loan.prepayments), _by_day(loan.principal_payments)
    start, elapsed = loan.status_date or loan.start_date, 0
    timed = []
    for event in dated:
        left = 1
        if event.kind is Event.PRINCIPAL and isinstance(paying, CycleDays):
            left = len(paying) - paying.before(event.contract_day)
        since = clock(loan.day_count, start, event.accrues_to)
        timed.append(
            TimedEvent(
                day=event.day,
                kind=event.kind,
                contract_day=event.contract_day,
                ticks=since - elapsed,
                payments_left=left,
                dated_amount=(prepaid if event.kind is Event.PREPAYMENT else in_table).get(event.contract_day, 0),
                relevelling=levelling.after(event) if _is_levelled(loan, event, lent) else None,
                ticks_before=_ticks_before(loan, event, clock) if event is lent else 0,
            )
        )
        # A month end only cuts: on the bond basis the parts of a period, each counted alone, are not the whole.
        start, elapsed = (start, since) if event.kind is Event.MONTH_END else (event.accrues_to, 0)
    return tuple(timed)


def _by_day(rows: Sequence[DatedAmount]) -> dict[date, Money]:
    """The sum of the rows of each day."""
    amounts: dict[date, Money] = {}
    for row in rows:
        amounts[row.day] = amounts.get(row.day, 0) + row.amount
    return amounts


def is_bought(loan: Loan, event: TimedEvent) -> bool:
    """Whether an event is the owner's: a buyer sees a loan from the purchase on."""
    if loan.purchase is None:
        return True
    return (event.day, ORDER[event.kind]) >= (loan.purchase.settlement_date, ORDER[Event.PURCHASE])


def closing_clock(day_count: DayCount, end: date, clock: Clock) -> Clock:
    """The clock for the end of a loan itself: ISDA 2006, section 4.16(h).

    In 30E/360 ISDA the last of February counts as the 30th, but not where it is the maturity.
    """
    if day_count is not DayCount.THIRTY_E_360_ISDA or end.month != 2 or not is_month_end(end):
        return clock

    def closing(count: DayCount, start: Moment, to: Moment) -> Ticks:
        return clock(count, start, to) - (30 - end.day) * DAY_360 * ((to == end) - (start == end))

    return closing


class _Levelling:
    """The payments over which an annuity is levelled, in the order in which they are made.

    A day up to the start is one of them only where it is rolled past it.
    """

    def __init__(self, loan: Loan, dated: Sequence[DatedEvent], clock: Clock) -> None:
        self._loan, self._clock, self._made = loan, clock, 0
        self._days: tuple[date, ...] = ()
        if loan.repayment is not Repayment.ANNUITY:
            return
        made = {event.contract_day for event in dated if event.kind is Event.PRINCIPAL}
        days = levelling_days(loan)
        first = days.before(loan.start_date)
        early = [day for day in days[days.before(min(made)) : first] if day in made] if made else []
        self._end = maturity(loan)
        self._days = (*early, *(day for day in days[first:] if day > loan.start_date or day in made))
        self._periods = PaymentPeriods([clock(loan.day_count, before, day) for before, day in pairwise(self._days)])

    def after(self, event: DatedEvent) -> Relevelling:
        """Over the payments made after an event, which is later than those of earlier calls."""
        while self._made < len(self._days) and self._key(self._days[self._made]) <= order_key(event):
            self._made += 1
        first = self._clock(self._loan.day_count, event.accrues_to, self._days[self._made])
        return Relevelling(first, self._periods, self._made)

    def _key(self, day: date) -> tuple[date, int]:
        return self._loan.calendar.roll(day)[0], ORDER[Event.MATURITY if day >= self._end else Event.PRINCIPAL]


def _is_levelled(loan: Loan, event: DatedEvent, lent: DatedEvent | None) -> bool:
    """An annuity is levelled where the contract says so, and when it is lent if it is repaid from that day on."""
    if event.kind is Event.LEVEL:
        return lent is None or order_key(event) > order_key(lent)
    if event is not lent or loan.repayment is not Repayment.ANNUITY or loan.payment is not None:
        return False
    return first_payment(loan) <= event.day


def _ticks_before(loan: Loan, event: DatedEvent, clock: Clock) -> Ticks:
    """Interest may run from an anchor before the day on which the loan is lent."""
    cycle = loan.interest_cycle
    if cycle is None or cycle.anchor_date is None or cycle.anchor_date >= event.accrues_to:
        return 0
    return clock(loan.day_count, anchor_of(loan, cycle), event.accrues_to)
