"""A loan without a contract of its own: its payments and resets keep to the months of the analysis date.

Most loans of most companies are of this kind, and their time is known without a calendar. What is written down here is
what `events` and `timeline` would find.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ..inputs.calendar import ONE_DAY
from ..inputs.instruments import Amortisation, Instrument
from ..numbers.day_count import DAY_360, DayCount
from ..numbers.months import month_end, month_of, month_ticks
from ..values.kept import kept
from ..values.units import NANO, Flag, Number, Part, Ticks
from .annuity import PaymentPeriods
from .instrument_loan import model_clock
from .timeline import Clock, Relevelling, closing_clock

REGULAR = (Amortisation.BULLET, Amortisation.LINEAR, Amortisation.ANNUITY)
MOST_MONTHS = 50_000  #: that are kept, with the payments over which annuities are levelled: about 5 MB


class RegularMonths(NamedTuple):
    """The months of a loan: from that of its maturity on of what is refinanced, which has no end."""

    ticks: tuple[Ticks, ...]  #: of each month, or of its part up to the maturity
    pays: tuple[Flag, ...]  #: the coupon falls due at its end
    pik_wholes: tuple[Part, ...]  #: what the share that is added to the principal is part of
    payments_left: tuple[Number, ...]  #: of principal, that at its end included; 0 where none falls due, 1 at maturity
    relevellings: tuple[Relevelling | None, ...]  #: of an annuity, at the rate of the month, before it
    rest: Ticks | None  #: of the month of the maturity, after it; None where no month that is compiled has it


class RegularDates(NamedTuple):
    """What the months of a loan depend on."""

    amortisation: Amortisation
    day_count: DayCount
    payments: Number  #: every so many months
    resets: Number  #: 0 where there are none
    maturity: date
    month_ends: tuple[date, ...]  #: the analysis date before them


def is_regular(instrument: Instrument) -> bool:
    """Whether a loan keeps to the months of the analysis date."""
    return instrument.contract is None and instrument.amortisation in REGULAR


def regular_months(instrument: Instrument, month_ends: tuple[date, ...], coupon_is_stressed: bool) -> RegularMonths:
    """The months of a regular loan; loans of the same dates share them. `month_ends` opens with the analysis date."""
    floating, end = instrument.floating_rate, instrument.maturity_date
    resets = floating.reset_interval_months if floating else int(coupon_is_stressed)
    if instrument.amortisation is Amortisation.BULLET:
        end = min(end, month_ends[-1] + ONE_DAY)  # whatever is beyond the last month
    every = instrument.payment_interval_months
    return _of_dates(RegularDates(instrument.amortisation, instrument.day_count, every, resets, end, month_ends))


def _months_kept(dates: RegularDates, months: RegularMonths) -> int:
    return len(months.ticks) + max((len(over.periods) for over in months.relevellings if over), default=0)


@kept(MOST_MONTHS, weight=_months_kept)
def _of_dates(dates: RegularDates) -> RegularMonths:
    d0, end = dates.month_ends[0], dates.maturity
    clock, last = closing_clock(dates.day_count, end, model_clock(d0)), month_of(d0, end)
    ends, count, every = dates.month_ends, dates.day_count, dates.payments
    months, matures = range(1, min(last, len(ends) - 1) + 1), last < len(ends)
    left = [0] * len(months)
    if dates.amortisation is not Amortisation.BULLET:
        payments = (last - 1) // every + 1  # the maturity included
        left = [0 if month % every else payments + 1 - month // every for month in months]
    if matures:
        left[-1] = 1
    later = range(len(months) + 1, len(ends))
    pays = [int(month == last or month % every == 0) for month in (*months, *later)]
    return RegularMonths(
        ticks=(*_ticks(dates, months, last, clock), *(month_ticks(count, ends[n - 1], ends[n]) for n in later)),
        pays=tuple(pays),
        pik_wholes=tuple(NANO if paid or month > last else 1 for month, paid in enumerate(pays, start=1)),
        payments_left=tuple(left),
        relevellings=tuple(_relevellings(dates, months, last, clock)),
        rest=model_clock(d0)(count, end, ends[last]) if matures else None,
    )


def _ticks(dates: RegularDates, months: range, last: Number, clock: Clock) -> Iterator[Ticks]:
    since = elapsed = 0  # the month of the last event, and the ticks from it: a month end only cuts
    for month in months:
        end = dates.maturity if month == last else dates.month_ends[month]
        ticks = clock(dates.day_count, dates.month_ends[since], end)
        yield ticks - elapsed
        since, elapsed = (month, 0) if month % dates.payments == 0 or _resets(dates, month) else (since, ticks)


def _resets(dates: RegularDates, month: Number) -> bool:
    return dates.resets > 0 and month % dates.resets == 0


def _relevellings(dates: RegularDates, months: range, last: Number, clock: Clock) -> Iterator[Relevelling | None]:
    """Of an annuity, before each month that follows a reset, and before the first unless a reset precedes a payment."""
    if dates.amortisation is not Amortisation.ANNUITY:
        yield from (None for _ in months)
        return
    levelling = _Levelling(dates, last, clock)
    reset_comes_first = 0 < dates.resets < dates.payments < last
    yield None if reset_comes_first else levelling.after(0)
    yield from (levelling.after(month) if _resets(dates, month) else None for month in months[:-1])


class _Levelling:
    """The payments of an annuity, and how each levelling takes them."""

    def __init__(self, dates: RegularDates, last: Number, clock: Clock) -> None:
        self._d0, self._count, self._clock, self._every = dates.month_ends[0], dates.day_count, clock, dates.payments
        self._days = [month_end(self._d0, month) for month in range(self._every, last, self._every)]
        self._days.append(dates.maturity)
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
