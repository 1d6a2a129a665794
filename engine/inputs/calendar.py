"""The days of a loan's contract: cycles from an anchor, ends of months, business days.

A moment is a date, or a datetime where a contract says so: 23:59:59 lies on its own day when a schedule is built, and
is the next midnight when a year fraction is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Annotated, ClassVar

from ..values.faults import Fault, Reason
from ..values.units import Day, Kind, Unit
from ..values.value import Value

Moment = date  #: or a datetime, its subclass


class CycleUnit(Enum):
    """The unit of a cycle."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class MonthEnd(Enum):
    """What a cycle of months does that starts on the last day of one."""

    SAME_DAY = "same_day"
    END_OF_MONTH = "end_of_month"  #: it stays on last days


class Stub(Enum):
    """The last stretch before an end that lies off the cycle."""

    SHORT = "short"
    LONG = "long"  #: joined with the stretch before it


class BusinessWeek(Enum):
    """Which days have business."""

    EVERY_DAY = "every_day"
    MONDAY_TO_FRIDAY = "monday_to_friday"


class BusinessDay(Enum):
    """What becomes of a day without business: which way the event goes, and whether its accrual goes along.

    Shift / calculate moves the day first and accrues to it; calculate / shift accrues to the day of the contract.
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


MOST_HOLIDAYS = 5_000  #: fifty in a year of a century


def _holidays_are_bounded(calendar: "Calendar") -> Iterator[Fault]:
    if len(calendar.holidays) > MOST_HOLIDAYS:
        yield Fault("holidays", Reason.WRONG_LENGTH, f"{len(calendar.holidays)} days", f"at most {MOST_HOLIDAYS}")


@dataclass(frozen=True, slots=True)
class Calendar(Value):
    """The days of business: all, or Monday to Friday, without the holidays."""

    RULES: ClassVar = (_holidays_are_bounded,)

    week: BusinessWeek = BusinessWeek.EVERY_DAY
    holidays: tuple[Day, ...] = ()
    convention: BusinessDay = BusinessDay.NONE

    def open_on(self, day: date) -> bool:
        weekend = self.week is BusinessWeek.MONDAY_TO_FRIDAY and day.weekday() >= 5
        return not weekend and _day(day) not in self.holidays

    def roll(self, moment: Moment) -> tuple[Moment, Moment]:
        """When an event of a moment happens, and the moment to which it accrues."""
        rule = self.convention.value
        if self.convention is BusinessDay.NONE:
            return moment, moment
        forth = timedelta(days=1 if "following" in rule else -1)
        rolled = self._first_open(moment, forth)
        if "modified" in rule and (rolled.year, rolled.month) != (moment.year, moment.month):
            rolled = self._first_open(moment, -forth)
        return rolled, rolled if rule.startswith("shift") else moment

    def _first_open(self, moment: Moment, step: timedelta) -> Moment:
        while not self.open_on(moment):
            moment += step
        return moment


EVERY_DAY = Calendar()


@dataclass(frozen=True, slots=True)
class Cycle(Value):
    """Every so many units from an anchor. A long stub swallows the last regular moment before an end off the cycle."""

    count: Annotated[int, Unit(Kind.COUNT, 1, 1200, allowed="a whole number from 1 to 1200")]
    unit: CycleUnit
    anchor_date: Day | None = None
    stub: Stub = Stub.SHORT


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
