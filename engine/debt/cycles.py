"""The days of a cycle from its anchor, and the ticks between two days."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import overload

from ..inputs.calendar import Cycle, CycleUnit, Moment, MonthEnd, Stub, day_of
from ..numbers.day_count import DayCount, is_month_end, last_day, ticks
from ..numbers.months import YEAR

MONTHS = {CycleUnit.MONTH: 1, CycleUnit.QUARTER: 3, CycleUnit.HALF_YEAR: 6, CycleUnit.YEAR: YEAR}
DAYS = {CycleUnit.DAY: 1, CycleUnit.WEEK: 7}


@lru_cache(maxsize=16_384)  # about 5 MB: the days of a cycle are those of many loans, each to its own end
def after(day: date, count: int, unit: CycleUnit) -> date:
    """A day so many units later; a day that its month lacks is the last of it.  31 January + 1 month: 28 February."""
    if unit in DAYS:
        return day + timedelta(days=count * DAYS[unit])
    year, month = divmod(_month_number(day) + count * MONTHS[unit], YEAR)
    return day.replace(year=year, month=month + 1, day=min(day.day, last_day(year, month + 1)))


class CycleDays(Sequence[date]):
    """The days of a cycle from its anchor on, and the end, which closes it: each is reckoned where it is looked at.

    So a cycle of a century takes no longer than one of a year. END_OF_MONTH keeps an anchor on the last day of its
    month there; a long stub leaves out the last regular day before an end off the cycle. ACTUS technical
    specification, section 3.
    """

    def __init__(self, anchor: date, end: date, cycle: Cycle, month_end: MonthEnd) -> None:
        self._anchor, self._end, self._cycle = anchor, end, cycle
        self._sticky = month_end is MonthEnd.END_OF_MONTH and cycle.unit in MONTHS and is_month_end(anchor)
        self._regular = self._passed(end)
        if cycle.stub is Stub.LONG and self._regular > 1 and self._day(self._regular) != end:
            self._regular -= 1

    def __len__(self) -> int:
        return self._regular + 1

    @overload
    def __getitem__(self, position: int) -> date: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[date, ...]: ...
    def __getitem__(self, position: int | slice) -> date | tuple[date, ...]:
        if isinstance(position, slice):
            return tuple(self[number] for number in range(*position.indices(len(self))))
        number = range(len(self))[position]
        return self._day(number) if number < self._regular else self._end

    def before(self, day: date) -> int:
        """How many of them lie before a day."""
        return len(self) if day > self._end else min(self._passed(day), self._regular)

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Those from a day on, up to another, both included."""
        stop = self.before(last)
        return self[self.before(first) : stop + (stop < len(self) and self[stop] == last)]

    def _day(self, number: int) -> date:
        day = after(self._anchor, number * self._cycle.count, self._cycle.unit)
        return day.replace(day=last_day(day.year, day.month)) if self._sticky else day

    def _passed(self, day: date) -> int:
        """How many days of the cycle lie before a day, were it without an end."""
        count, unit = self._cycle.count, self._cycle.unit
        if unit in DAYS:
            return max(-((self._anchor - day) // timedelta(days=count * DAYS[unit])), 0)
        months = _month_number(day) - _month_number(self._anchor)
        number = max(-(-months // (count * MONTHS[unit])), 0)
        return number + (number * count * MONTHS[unit] == months and self._day(number) < day)


def _month_number(day: date) -> int:
    return day.year * YEAR + day.month - 1


def accrual_ticks(count: DayCount, start: Moment, end: Moment) -> int:
    """The ticks of a year from one day to another."""
    return ticks(count, _accrual_day(start), _accrual_day(end))


def _accrual_day(moment: Moment) -> date:
    """23:59:59 is the next midnight."""
    return day_of(moment + timedelta(seconds=1)) if isinstance(moment, datetime) else moment
