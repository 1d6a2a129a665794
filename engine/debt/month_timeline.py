"""The timeline of a loan over the months of an execution, cut at their ends; loans of the same dates share it."""

from collections.abc import Sequence
from datetime import date
from heapq import merge
from typing import NamedTuple

from ..inputs.calendar import ONE_DAY
from ..numbers.months import month_of
from ..values.kept import kept
from .contract_days import maturity
from .events import DatedEvent, Event, events_after, order_key
from .instrument_loan import model_clock
from .loan import Loan, LoanReset, Repayment
from .period_events import PeriodEvents, by_period
from .timeline import TimedEvent, timed_events

MOST_EVENTS = 150_000  #: that are kept: about 25 MB


class MonthTimeline(NamedTuple):
    """The accrual periods of a loan."""

    periods: tuple[PeriodEvents, ...]
    reads: dict[date, int]  #: the month, from 0 on, whose index an event of a day reads


def month_timeline(loan: Loan, month_ends: tuple[date, ...]) -> MonthTimeline:
    """The periods after the analysis date up to the last month end, cut at those ends, timed by the model.

    `month_ends` opens with the analysis date.
    """
    return _timeline_of_dates(_without_amounts(loan), month_ends)


def _without_amounts(loan: Loan) -> Loan:
    """What a timeline depends on: the dates of a loan, which of its terms are set, and the rows of a table."""
    reset = loan.reset and LoanReset(loan.reset.cycle, next_rate=None if loan.reset.next_rate is None else 0)
    payment = None if loan.payment is None else 0
    return loan._replace(
        principal=0, rate=0, accrued_interest=None, pik_share=0, payment=payment, base_amount=None, reset=reset
    )


def _events_kept(loan: Loan, month_ends: tuple[date, ...], timeline: MonthTimeline) -> int:
    """The events, and beside them the payments over which an annuity is levelled and the items of the loan's lists."""
    levels = (event.relevelling for period in timeline.periods for event in period.events if event.relevelling)
    payments = max((len(over.periods) for over in levels), default=0) if loan.repayment is Repayment.ANNUITY else 0
    events = sum([1 + len(period.events) for period in timeline.periods])
    return events + payments + len(loan.principal_payments) + len(loan.calendar.holidays)


@kept(MOST_EVENTS, weight=_events_kept)
def _timeline_of_dates(loan: Loan, month_ends: tuple[date, ...]) -> MonthTimeline:
    periods = by_period(dated_events(loan, month_ends), month_ends[0])
    d0, last = month_ends[0], len(month_ends) - 2
    days = [event.day for period in periods for event in period.events if event.kind is Event.RESET]
    return MonthTimeline(
        periods,
        reads={day: min(month_of(d0, day + ONE_DAY) - 1, last) for day in days},
    )


def dated_events(loan: Loan, month_ends: tuple[date, ...]) -> Sequence[TimedEvent]:
    """The events inside the months, and the ends of months that cut them."""
    d0, last_payment = month_ends[0], loan.calendar.roll(maturity(loan))[0]
    inside = [event for event in events_after(loan, d0, month_ends[-1]) if event.day <= month_ends[-1]]
    cuts = [DatedEvent(end, end, Event.MONTH_END, end) for end in month_ends[1:] if end < last_payment]
    return timed_events(loan, list(merge(inside, cuts, key=order_key)), model_clock(d0))
