"""The calendar of an execution: where its months end, and how long a time is for each day count."""

from datetime import date
from functools import lru_cache

from ..values.units import NANO
from .day_count import DAY_360, DayCount, is_month_end, last_day, ticks

MONTH_UNITS = 365 * NANO  #: a month of 365/12 days, in twelfths of a nano-day


MOST_MONTHS = 24  #: inputs are compiled for the longest horizon, so that a shorter one is its beginning


@lru_cache(maxsize=65536)
def month_end(d0: date, months: int) -> date:
    """d0 plus months, counted from d0; the last day of its month stays the last.  31 January + 1 is 28 February."""
    year, month = divmod(d0.year * 12 + d0.month - 1 + months, 12)
    last = last_day(year, month + 1)
    return date(year, month + 1, last if is_month_end(d0) else min(d0.day, last))


def month_of(d0: date, day: date) -> int:
    """The month of the execution in which a day after d0 lies: the smallest t with day <= d0 plus t months."""
    guess = (day.year - d0.year) * 12 + day.month - d0.month
    return guess if day <= month_end(d0, guess) else guess + 1


def month_ticks(count: DayCount, start: date, end: date) -> int:
    """The ticks of a whole month of the execution; 30 days in every model month of 30/360."""
    return 30 * DAY_360 if count is DayCount.THIRTY_360 else ticks(count, start, end)


def part_ticks(count: DayCount, start: date, end: date) -> int:
    """The ticks of a part of a month of the execution; at most 30 days of 30/360."""
    found = ticks(count, start, end)
    return min(30 * DAY_360, found) if count is DayCount.THIRTY_360 else found
