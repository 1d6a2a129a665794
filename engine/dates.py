"""The calendar of an execution: where its months end, and how long a time is for each day count."""

from calendar import isleap, monthrange
from datetime import date
from functools import cache, lru_cache

from seawall.engine.arithmetic import YEAR_TICKS
from seawall.engine.conventions import DayCount

DAY_360, DAY_365, DAY_366 = YEAR_TICKS // 360, YEAR_TICKS // 365, YEAR_TICKS // 366


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


def ticks(count: DayCount, start: date, end: date) -> int:
    """The ticks of a year from one day to another: ISDA 2006, section 4.16, for each day count."""
    match count:
        case DayCount.ACTUAL_360:
            return (end - start).days * DAY_360
        case DayCount.ACTUAL_365:
            return (end - start).days * DAY_365
        case DayCount.ACTUAL_ACTUAL:
            return _actual_actual(start, end)
        case _:
            return _days_30_360(count, start, end) * DAY_360


def _actual_actual(start: date, end: date) -> int:
    """Each day over the length of its own year."""
    found = 0
    while start.year < end.year:
        turn = date(start.year + 1, 1, 1)
        found += (turn - start).days * _day_of_year(start.year)
        start = turn
    return found + (end - start).days * _day_of_year(end.year)


def _day_of_year(year: int) -> int:
    return DAY_366 if isleap(year) else DAY_365


def _days_30_360(count: DayCount, start: date, end: date) -> int:
    """Days with every month of 30; the variants differ in which day counts as the 30th."""
    match count:
        case DayCount.THIRTY_360_BOND:
            first = min(start.day, 30)
            last = 30 if end.day == 31 and first == 30 else end.day
        case DayCount.THIRTY_E_360:
            first, last = min(start.day, 30), min(end.day, 30)
        case _:
            first, last = (30 if is_month_end(day) else min(day.day, 30) for day in (start, end))
    return (end.year - start.year) * 360 + (end.month - start.month) * 30 + last - first


def is_month_end(day: date) -> bool:
    """Whether a day is the last of its month."""
    return day.day >= 28 and day.day == last_day(day.year, day.month)


@cache
def last_day(year: int, month: int) -> int:
    """The number of days of a month."""
    return monthrange(year, month)[1]
