"""The days of a cycle from its anchor, and the ticks between two days."""

from datetime import date, datetime, timedelta

from ..inputs.calendar import LONGEST, Cycle, CycleUnit, Moment, MonthEnd, Stub, day_of
from ..numbers.day_count import DayCount, is_month_end, last_day, ticks
from ..numbers.months import YEAR
from ..values.kept import kept

MONTHS = {CycleUnit.MONTH: 1, CycleUnit.QUARTER: 3, CycleUnit.HALF_YEAR: 6, CycleUnit.YEAR: YEAR}
DAYS = {CycleUnit.DAY: 1, CycleUnit.WEEK: 7}
MOST_DAYS = 250_000  #: that are kept, of some 40 bytes each


def after(day: date, count: int, unit: CycleUnit) -> date:
    """A day so many units later; a day that its month lacks is the last of it.  31 January + 1 month: 28 February."""
    if unit in DAYS:
        return day + timedelta(days=count * DAYS[unit])
    year, month = divmod(day.year * YEAR + day.month - 1 + count * MONTHS[unit], YEAR)
    return day.replace(year=year, month=month + 1, day=min(day.day, last_day(year, month + 1)))


@kept(MOST_DAYS, weight=lambda *made: len(made[-1]))
def cycle_days(
    anchor: date, end: date, cycle: Cycle | None, month_end: MonthEnd, since: date | None = None
) -> tuple[date, ...]:
    """The days of a cycle from its anchor on, and the end, which closes it; without a cycle these two.

    END_OF_MONTH keeps an anchor on the last day of its month there. ACTUS technical specification, section 3.
    With `since`, most of the days before it are left out, so that a cycle of a century ago takes no time.
    """
    if cycle is None:
        return tuple(sorted({anchor, end}))
    sticky = month_end is MonthEnd.END_OF_MONTH and cycle.unit in MONTHS and is_month_end(anchor)
    first = _days_past(cycle, anchor, min(since or anchor, end))
    days: list[date] = []
    while (day := _sticky(after(anchor, (first + len(days)) * cycle.count, cycle.unit), sticky)) < end:
        days.append(day)
    if cycle.stub is Stub.LONG and day != end and first + len(days) > 1:
        days.pop()
    return (*days, end)


def _days_past(cycle: Cycle, anchor: date, day: date) -> int:
    """So many days of a cycle at least lie before a day, two of them left aside: a long stub may take one."""
    return max((day - anchor).days // (cycle.count * LONGEST[cycle.unit]) - 2, 0)


def _sticky(day: date, sticky: bool) -> date:
    return day.replace(day=last_day(day.year, day.month)) if sticky else day


def accrual_ticks(count: DayCount, start: Moment, end: Moment) -> int:
    """The ticks of a year from one day to another."""
    return ticks(count, _accrual_day(start), _accrual_day(end))


def _accrual_day(moment: Moment) -> date:
    """23:59:59 is the next midnight."""
    return day_of(moment + timedelta(seconds=1)) if isinstance(moment, datetime) else moment
