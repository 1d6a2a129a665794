"""The calendar of a loan's contract: cycles from an anchor, ends of months, business days.

A day may carry a time of day: 23:59:59 lies on its own day when a schedule is built, and is the next midnight when a
year fraction is taken. `Moment` is the type of a day where that matters.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Annotated

from ..values.units import MOST_HOLIDAYS, Day, Kind, Most, Unit
from ..values.value import Value

ONE_DAY = timedelta(days=1)
Moment = date  #: with a time of day where it is a datetime, its subclass


class CycleUnit(Enum):
    """The unit of a cycle."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    __hash__ = object.__hash__  # a member is itself alone: tables of units are looked up for each day of a cycle


class MonthEnd(Enum):
    """Where a cycle of months goes that starts on the last day of a month."""

    SAME_DAY = "same_day"
    END_OF_MONTH = "end_of_month"  #: it stays on last days


class Stub(Enum):
    """The last period before an end that lies off the cycle."""

    SHORT = "short"
    LONG = "long"  #: joined with the period before it


class BusinessWeek(Enum):
    """Which days of the week are business days."""

    EVERY_DAY = "every_day"
    MONDAY_TO_FRIDAY = "monday_to_friday"


class BusinessDay(Enum):
    """How an event on a day that is no business day is rolled, and whether its accrual is rolled with it.

    Shift / calculate rolls the day first and accrues to it; calculate / shift accrues to the day of the contract.
    """

    NONE = "none"
    SHIFT_CALCULATE_FOLLOWING = "shift_calculate_following"
    SHIFT_CALCULATE_MODIFIED_FOLLOWING = "shift_calculate_modified_following"
    SHIFT_CALCULATE_PRECEDING = "shift_calculate_preceding"
    SHIFT_CALCULATE_MODIFIED_PRECEDING = "shift_calculate_modified_preceding"
    CALCULATE_SHIFT_FOLLOWING = "calculate_shift_following"
    CALCULATE_SHIFT_MODIFIED_FOLLOWING = "calculate_shift_modified_following"
    CALCULATE_SHIFT_PRECEDING = "calculate_shift_preceding"
    CALCULATE_SHIFT_MODIFIED_PRECEDING = "calculate_shift_modified_preceding"


@dataclass(frozen=True)  # without slots: beside its fields it keeps what is derived from them, made at the first use
class Calendar(Value):
    """The business days: every day, or Monday to Friday, without the holidays."""

    week: BusinessWeek = BusinessWeek.EVERY_DAY
    holidays: Annotated[tuple[Day, ...], Most(MOST_HOLIDAYS)] = ()
    convention: BusinessDay = BusinessDay.NONE

    def open_on(self, day: Moment) -> bool:
        return day.weekday() < self._weekdays and day_of(day) not in self._closed

    @property
    def longest_roll(self) -> timedelta:
        """No day is rolled further: each holiday closes a day, and with weekends between them at most two."""
        return ONE_DAY * (2 * len(self.holidays) + 4)

    @cached_property
    def _weekdays(self) -> int:
        """From Monday on, so many days of a week are open."""
        return 5 if self.week is BusinessWeek.MONDAY_TO_FRIDAY else 7

    @cached_property
    def _rolling(self) -> tuple[int, bool, bool] | None:
        """The convention: which way a day is rolled, whether never out of its month, whether its accrual is too."""
        rule = self.convention.value
        if self.convention is BusinessDay.NONE:
            return None
        return 1 if "following" in rule else -1, "modified" in rule, rule.startswith("shift")

    @cached_property
    def _closed(self) -> frozenset[date]:
        return frozenset(self.holidays)

    def roll(self, day: Moment) -> tuple[Moment, Moment]:
        """The business day on which an event of a day happens, and the day to which it accrues."""
        if self._rolling is None or self.open_on(day):
            return day, day
        step, stays_in_month, accrual_rolls = self._rolling
        rolled = self._first_open(day, step)
        if stays_in_month and (rolled.year, rolled.month) != (day.year, day.month):
            rolled = self._first_open(day, -step)
        return rolled, rolled if accrual_rolls else day

    def _first_open(self, day: Moment, step: int) -> Moment:
        while not self.open_on(day):
            day += self._beyond[step].get(day_of(day), ONE_DAY * step)
        return day

    @cached_property
    def _beyond(self) -> dict[int, dict[date, timedelta]]:
        """By direction, how far a business day is from each holiday: a run of holidays is walked once for all days."""
        ways: dict[int, dict[date, timedelta]] = {}
        for step in (1, -1):
            way = ways[step] = {}
            for day in sorted(self._closed, reverse=step > 0):
                beyond = day + ONE_DAY * step
                while not self.open_on(beyond):
                    beyond += way.get(beyond, ONE_DAY * step)
                way[day] = beyond - day
        return ways


EVERY_DAY = Calendar()


@dataclass(frozen=True, slots=True)
class Cycle(Value):
    """Every `count` units from an anchor. A long stub leaves out the last regular day before an end off the cycle."""

    count: Annotated[int, Unit(Kind.COUNT, 1, 1200, allowed="a whole number from 1 to 1200")]
    unit: CycleUnit
    anchor_date: Day | None = None
    stub: Stub = Stub.SHORT


#: The longest that a unit of a cycle can be, in days.
LONGEST = {
    CycleUnit.DAY: 1,
    CycleUnit.WEEK: 7,
    CycleUnit.MONTH: 31,
    CycleUnit.QUARTER: 92,
    CycleUnit.HALF_YEAR: 184,
    CycleUnit.YEAR: 366,
}


def fewest_days(cycle: Cycle, first: date, end: date) -> int:
    """At least so many days of a cycle that has begun lie after a day, up to an end: reckoned, and not walked.

    Daily from 1 to 31 January: 29, as a long stub would leave one out.
    """
    return max((end - first).days // (cycle.count * LONGEST[cycle.unit]) - 1, 0)


def day_of(moment: Moment) -> date:
    """The day without its time."""
    return moment.date() if isinstance(moment, datetime) else moment
