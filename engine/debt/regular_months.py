"""The events of a loan whose payments and resets keep to the months of the analysis date: known without a calendar.

Most loans of most companies are of this kind. What is written down here is what `events` and `timeline` would find.
"""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ..inputs.calendar import EVERY_DAY, Cycle, CycleUnit, MonthEnd, Stub
from ..inputs.contract import Base
from ..numbers.day_count import DAY_360, DayCount
from ..numbers.months import month_end, month_of
from ..values.units import Number, Ticks
from .annuity import PaymentPeriods
from .contract_days import maturity
from .events import Event
from .instrument_loan import model_clock
from .loan import Loan, Repayment
from .period_events import PeriodEvents
from .timeline import Clock, Relevelling, TimedEvent, closing_clock

REGULAR = (Repayment.AT_MATURITY, Repayment.LINEAR, Repayment.ANNUITY)


class RegularMonths(NamedTuple):
    """Payments and resets every so many months from the analysis date."""

    payments: Number
    resets: Number  #: 0 where there are none


def regular_months(loan: Loan) -> RegularMonths | None:
    """How a loan keeps to the months of its status date; None for one that does not."""
    d0, cycle, reset = loan.status_date, loan.interest_cycle, loan.reset
    clauses = (loan.payment, loan.capitalisation_end_date, loan.annuity_end_date)
    regular = (
        cycle is not None
        and _counts_from(cycle, d0)
        and loan.principal_cycle == (None if loan.repayment is Repayment.AT_MATURITY else cycle)
        and (reset is None or (_counts_from(reset.cycle, d0) and reset.next_rate is None))
        and loan.repayment in REGULAR
        and loan.start_date == d0
        and loan.month_end is MonthEnd.END_OF_MONTH
        and loan.calendar == EVERY_DAY
        and loan.base is Base.CURRENT
        and all(clause is None for clause in clauses)
    )
    return RegularMonths(cycle.count, reset.cycle.count if reset else 0) if regular and cycle else None


def _counts_from(cycle: Cycle, d0: date | None) -> bool:
    return cycle.unit is CycleUnit.MONTH and cycle.anchor_date == d0 and cycle.stub is Stub.SHORT


def regular_periods(loan: Loan, every: RegularMonths, month_ends: tuple[date, ...]) -> tuple[PeriodEvents, ...]:
    """The accrual periods: those of `month_timeline.dated_events`."""
    d0, end, count = month_ends[0], maturity(loan), loan.day_count
    clock = closing_clock(count, end, model_clock(d0))
    last = month_of(d0, end)
    regular = (last - 1) // every.payments  # payments before the maturity
    amortises, levelling = loan.repayment is not Repayment.AT_MATURITY, None
    periods: list[PeriodEvents] = []
    if loan.repayment is Repayment.ANNUITY:
        levelling = _Levelling(loan, every, last, clock)
        if not (regular and 0 < every.resets < every.payments):
            level = _event(d0, Event.LEVEL, relevelling=levelling.after(0))
            periods.append(PeriodEvents(d0, 0, 0, (level,), None, False, None, False))
    since = elapsed = 0  # the month of the last event, and the ticks from it: a month end only cuts
    for month in range(1, min(last, len(month_ends) - 1) + 1):
        matures = month == last
        day = end if matures else month_ends[month]
        ticks = clock(count, month_ends[since], day)
        pays, resets = matures or month % every.payments == 0, every.resets and month % every.resets == 0
        events: list[TimedEvent] = []
        repayment = None
        if pays:
            if amortises and not matures:
                repayment = _event(day, Event.PRINCIPAL, ticks - elapsed, regular + 2 - month // every.payments)
                events.append(repayment)
            events.append(_event(day, Event.INTEREST, 0 if repayment else ticks - elapsed))
        if matures:
            events.append(_event(day, Event.MATURITY))
        elif resets:
            events.append(_event(day, Event.RESET, 0 if pays else ticks - elapsed))
            if levelling:
                events.append(_event(day, Event.LEVEL, relevelling=levelling.after(month)))
        coupon = Event.INTEREST if pays else None
        periods.append(PeriodEvents(day, month, ticks - elapsed, tuple(events), coupon, False, repayment, matures))
        since, elapsed = (month, 0) if events else (since, ticks)
    return tuple(periods)


def _event(
    day: date, kind: Event, ticks: Ticks = 0, payments_left: int = 1, relevelling: Relevelling | None = None
) -> TimedEvent:
    return TimedEvent(day, kind, day, ticks, payments_left, 0, relevelling, 0)


class _Levelling:
    """The payments of an annuity, and how each levelling takes them."""

    def __init__(self, loan: Loan, every: RegularMonths, last: int, clock: Clock) -> None:
        self._d0, self._count, self._clock, self._every = loan.start_date, loan.day_count, clock, every.payments
        self._days = [month_end(self._d0, month) for month in range(every.payments, last, every.payments)]
        self._days.append(maturity(loan))
        self._periods = PaymentPeriods(self._ticks())

    def _ticks(self) -> list[Ticks]:
        days = self._days
        if self._count is DayCount.THIRTY_360 and len(days) > 1:  # the model's months are equal
            equal = self._every * 30 * DAY_360
            return [equal] * (len(days) - 2) + [self._clock(self._count, days[-2], days[-1])]
        return [self._clock(self._count, before, day) for before, day in pairwise(days)]

    def after(self, month: int) -> Relevelling:
        start = month // self._every
        day = month_end(self._d0, month)
        return Relevelling(self._clock(self._count, day, self._days[start]), self._periods, start)
