"""The timeline of a loan over the months of an execution, cut at their ends; loans of the same dates share it."""

from dataclasses import replace
from datetime import date
from heapq import merge

from ..inputs.contract import Reset
from ..values.kept import kept
from .contract_days import maturity
from .events import DatedEvent, Event, events_after, order_key
from .instrument_loan import model_clock
from .loan import Loan
from .timeline import TimedEvent, timed_events

MOST_EVENTS = 150_000  #: that are kept: about 25 MB


def month_timeline(loan: Loan, month_ends: tuple[date, ...]) -> tuple[TimedEvent, ...]:
    """The events after the analysis date up to the last month end, and those ends themselves, timed by the model.

    `month_ends` opens with the analysis date.
    """
    return _timeline_of_dates(_without_amounts(loan), month_ends)


def _without_amounts(loan: Loan) -> Loan:
    """What a timeline depends on: the dates of a loan, which of its terms are set, and the rows of a table."""
    reset = loan.reset and Reset(loan.reset.cycle, next_rate=None if loan.reset.next_rate is None else 0)
    payment = None if loan.payment is None else 0
    return replace(
        loan, principal=0, rate=0, accrued_interest=None, pik_share=0, payment=payment, base_amount=None, reset=reset
    )


def _events_kept(loan: Loan, month_ends: tuple[date, ...], timeline: tuple[TimedEvent, ...]) -> int:
    """The events, and beside them the payments over which an annuity is levelled and the items of the loan's lists."""
    payments = max((len(event.relevelling.periods) for event in timeline if event.relevelling), default=0)
    return len(timeline) + payments + len(loan.principal_payments) + len(loan.calendar.holidays)


@kept(MOST_EVENTS, weight=_events_kept)
def _timeline_of_dates(loan: Loan, month_ends: tuple[date, ...]) -> tuple[TimedEvent, ...]:
    d0, last_payment = month_ends[0], loan.calendar.roll(maturity(loan))[0]
    inside = [event for event in events_after(loan, d0, month_ends[-1]) if event.day <= month_ends[-1]]
    cuts = [DatedEvent(end, end, Event.MONTH_END, end) for end in month_ends[1:] if end < last_payment]
    return timed_events(loan, list(merge(inside, cuts, key=order_key)), model_clock(d0))
