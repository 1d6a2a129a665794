"""The months of an execution: how many there are, where they end and how long they are for each day count."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TypeVar

from ..values.units import NANO
from .day_count import DAY_360, DayCount, is_month_end, last_day, ticks

YEAR = 12  #: months
MOST_MONTHS = 24  #: the longest horizon
FORESIGHT = 3  #: months that a month looks ahead
COMPILED_MONTHS = 36  #: inputs are compiled for the longest horizon and a year beyond: a shorter one is its beginning
MONTH_UNITS = 365 * NANO  #: a month of 365/12 days, in twelfths of a nano-day

Sums = TypeVar("Sums")


def month_of_year(number: int) -> int:
    """The position in a year of month `number` of an execution, counted from its first month: 0 to 11.  13 is 0."""
    return (number - 1) % YEAR


def year_before(running: Sequence[Sums]) -> Sums:
    """The running sums twelve months before the last: the last less these are the sums of the last twelve months."""
    return running[-1 - YEAR]


def day_units(days: int) -> int:
    """Days in nanos, in the unit of `MONTH_UNITS`."""
    return YEAR * days


@lru_cache(maxsize=65536)
def month_end(d0: date, months: int) -> date:
    """d0 plus months, counted from d0; the last day of its month stays the last.  31 January + 1 is 28 February."""
    year, month = divmod(d0.year * YEAR + d0.month - 1 + months, YEAR)
    last = last_day(year, month + 1)
    return date(year, month + 1, last if is_month_end(d0) else min(d0.day, last))


def month_of(d0: date, day: date) -> int:
    """The month of the execution in which a day after d0 lies: the smallest t with day <= d0 plus t months."""
    number = (day.year - d0.year) * YEAR + day.month - d0.month
    return number if day <= month_end(d0, number) else number + 1


def month_ticks(count: DayCount, start: date, end: date) -> int:
    """The ticks of a whole month of the execution; 30 days in every model month of 30/360."""
    return 30 * DAY_360 if count is DayCount.THIRTY_360 else ticks(count, start, end)


def part_ticks(count: DayCount, start: date, end: date) -> int:
    """The ticks of a part of a month of the execution; at most 30 days of 30/360."""
    counted = ticks(count, start, end)
    return min(30 * DAY_360, counted) if count is DayCount.THIRTY_360 else counted
