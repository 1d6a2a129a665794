"""Dates of the months, and years between two days by each day count."""

from calendar import isleap, monthrange
from datetime import date
from fractions import Fraction
from functools import lru_cache


def last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def ends_its_month(day: date) -> bool:
    return day.day == last_day(day.year, day.month)


@lru_cache(maxsize=65536)
def month_end(d0: date, t: int) -> date:
    """d0 plus t months, always counted from d0; the last day of a month stays the last."""
    year, month = divmod(12 * d0.year + d0.month - 1 + t, 12)
    last = last_day(year, month + 1)
    return date(year, month + 1, last if ends_its_month(d0) else min(d0.day, last))


def month_of(d0: date, day: date) -> int:
    """The first month whose end is the day or later."""
    t = 0
    while month_end(d0, t) < day:
        t += 1
    return t


@lru_cache(maxsize=65536)
def years(count: str, d0: date, start: date, end: date) -> Fraction:
    """From one day to another. In 30/360 every month of the model has 30 days."""
    if count == "30_360":
        return Fraction(model_days(d0, end) - model_days(d0, start), 360)
    if count == "actual_360":
        return Fraction((end - start).days, 360)
    if count == "actual_365":
        return Fraction((end - start).days, 365)
    if count == "actual_actual":
        return actual_actual(start, end)
    return Fraction(days_of_30(count, start, end), 360)


def model_days(d0: date, day: date) -> int:
    """Days of 30/360 from d0: 30 a month of the model; inside a month the last day of a calendar month is the 30th."""
    t = month_of(d0, day)
    if day == month_end(d0, t):
        return 30 * t
    return 30 * (t - 1) + min(30, days_of_30("30e_360_isda", month_end(d0, t - 1), day))


def actual_actual(start: date, end: date) -> Fraction:
    """Each day over the length of its own year."""
    total = Fraction(0)
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year + 1, 1, 1))
        total += Fraction((last - first).days, 366 if isleap(year) else 365)
    return total


def days_of_30(count: str, start: date, end: date) -> int:
    """ISDA 2006, 4.16 (f), (g), (h): months of 30 days; which day counts as the 30th differs."""
    first, last = start.day, end.day
    if count == "30e_360_isda":
        first, last = (30 if ends_its_month(day) else day.day for day in (start, end))
    first = min(first, 30)
    last = min(last, 30) if count != "30_360_bond" or first == 30 else last
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first
