"""Day counts: the length of a stretch of days in ticks of a year."""

from calendar import isleap, monthrange
from datetime import date
from enum import Enum
from functools import cache

from .exact import YEAR_TICKS


class DayCount(Enum):
    """How the days of an accrual are counted over a year."""

    THIRTY_360 = "30_360"  #: the last day of a month is the 30th, and a month of the model has 30
    THIRTY_E_360 = "30e_360"  #: 30E/360, the Eurobond basis
    THIRTY_E_360_ISDA = "30e_360_isda"  #: the last of February is the 30th too
    THIRTY_360_BOND = "30_360_bond"  #: the bond basis: a 31st at the end only where the start is one
    ACTUAL_360 = "actual_360"
    ACTUAL_365 = "actual_365"
    ACTUAL_ACTUAL = "actual_actual"

    __hash__ = object.__hash__  # a member is itself alone: it stands in the key of all that is kept of a loan


DAY_360, DAY_365, DAY_366 = YEAR_TICKS // 360, YEAR_TICKS // 365, YEAR_TICKS // 366


def ticks(count: DayCount, start: date, end: date) -> int:
    """The ticks of a year from one day to another: ISDA 2006, section 4.16, for each day count.

    To an earlier day they are those from that day on, below 0: a calendar may roll days past each other.
    """
    if end < start:
        return -ticks(count, end, start)
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
    counted = 0
    while start.year < end.year:
        new_year = date(start.year + 1, 1, 1)
        counted += (new_year - start).days * _ticks_of_a_day(start.year)
        start = new_year
    return counted + (end - start).days * _ticks_of_a_day(end.year)


def _ticks_of_a_day(year: int) -> int:
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
