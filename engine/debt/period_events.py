"""The events of a timeline by the accrual periods that they end."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ..numbers.months import month_of
from ..values.units import Number, Ticks
from .events import Event
from .timeline import TimedEvent

COUPONS = (Event.INTEREST, Event.CAPITALISATION)


class PeriodEvents(NamedTuple):
    """The events that end one accrual period: time runs before the first only, even where days are rolled onto one."""

    day: date
    month: Number  #: in which the period ends; 0 where no time passes and nothing falls due: they end none
    ticks: Ticks
    events: tuple[TimedEvent, ...]  #: that act on the loan
    coupon: Event | None  #: the first of its coupons, which takes what has accrued
    capitalises: bool  #: a coupon of the contract is added to the principal
    payments: tuple[TimedEvent, ...]  #: of principal, before the maturity
    matures: bool


def by_period(events: Sequence[TimedEvent], d0: date) -> tuple[PeriodEvents, ...]:
    """The periods that some events end, in their order, with the month from d0 on in which each ends."""
    return tuple(_period(d0, ending) for ending in _endings(events))


def _endings(events: Sequence[TimedEvent]) -> Iterator[list[TimedEvent]]:
    ending: list[TimedEvent] = []
    for event in events:
        if ending and (event.ticks or event.day != ending[0].day):
            yield ending
            ending = []
        ending.append(event)
    if ending:
        yield ending


def _period(d0: date, events: list[TimedEvent]) -> PeriodEvents:
    first = events[0]
    kinds = [event.kind for event in events]
    coupons = [kind for kind in kinds if kind in COUPONS]
    payments = tuple(event for event in events if event.kind is Event.PRINCIPAL)
    matures = Event.MATURITY in kinds
    ends = first.ticks or coupons or payments or matures
    return PeriodEvents(
        day=first.day,
        month=max(1, month_of(d0, first.day)) if ends else 0,
        ticks=first.ticks,
        events=tuple(event for event in events if event.kind is not Event.MONTH_END),
        coupon=coupons[0] if coupons else None,
        capitalises=Event.CAPITALISATION in coupons,
        payments=payments,
        matures=matures,
    )
