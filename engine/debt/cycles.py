"""When things happen: cycles from an anchor, ends of months, business days, and the ticks between two moments.

A moment is a date, or a datetime where a contract says so: 23:59:59 lies on its own day when a schedule is built, and
is the next midnight when a year fraction is taken.
"""

from datetime import date, datetime, timedelta

from ..inputs.calendar import Cycle, CycleUnit, Moment, MonthEnd, Stub, _day
from ..numbers.day_count import DayCount, is_month_end, last_day, ticks
from ..numbers.months import YEAR

MONTHS = {CycleUnit.MONTH: 1, CycleUnit.QUARTER: 3, CycleUnit.HALF_YEAR: 6, CycleUnit.YEAR: YEAR}
DAYS = {CycleUnit.DAY: 1, CycleUnit.WEEK: 7}


def after(moment: Moment, count: int, unit: CycleUnit) -> Moment:
    """A moment so many units later; a day that its month has not is its last.  31 January + 1 month: 28 February."""
    if unit in DAYS:
        return moment + timedelta(days=count * DAYS[unit])
    year, month = divmod(moment.year * YEAR + moment.month - 1 + count * MONTHS[unit], YEAR)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day(year, month + 1)))


def moments(anchor: Moment, end: Moment, cycle: Cycle | None, month_end: MonthEnd) -> list[Moment]:
    """The moments of a cycle from its anchor on, and the end, which closes it; without a cycle these two.

    END_OF_MONTH keeps an anchor on the last day of its month there. ACTUS technical specification, section 3.
    """
    if cycle is None:
        return sorted({anchor, end})
    sticky = month_end is MonthEnd.END_OF_MONTH and cycle.unit in MONTHS and is_month_end(anchor)
    found: list[Moment] = []
    step = 0
    while (moment := _sticky(after(anchor, step * cycle.count, cycle.unit), sticky)) < end:
        found.append(moment)
        step += 1
    if cycle.stub is Stub.LONG and moment != end and len(found) > 1:
        found.pop()
    return [*found, end]


def _sticky(moment: Moment, sticky: bool) -> Moment:
    return moment.replace(day=last_day(moment.year, moment.month)) if sticky else moment


def accrual_ticks(count: DayCount, start: Moment, end: Moment) -> int:
    """The ticks of a year from one moment to another."""
    return ticks(count, _accrual_day(start), _accrual_day(end))


def _accrual_day(moment: Moment) -> date:
    return _day(moment + timedelta(seconds=1)) if isinstance(moment, datetime) else moment
