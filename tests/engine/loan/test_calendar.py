"""An event on a day that is no business day goes to the nearest one in its direction, however long nothing is open."""

from datetime import date, timedelta
from random import Random

import pytest

from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar

ONE_DAY = timedelta(days=1)
YEAR = [date(2024, 12, 1) + timedelta(days=number) for number in range(400)]


def nearest(calendar: Calendar, day: date, step: timedelta) -> date:
    while not calendar.open_on(day):
        day += step
    return day


@pytest.mark.parametrize("share", [0.1, 0.6, 0.95])
def test_a_day_is_rolled_to_the_nearest_business_day(share):
    """In any order of the holidays; a modified one goes the other way where it would leave its month."""
    luck = Random(20_261_128)
    for convention in BusinessDay:
        for week in BusinessWeek:
            holidays = [day for day in YEAR if luck.random() < share]
            luck.shuffle(holidays)
            calendar = Calendar(week, tuple(holidays), convention)
            for day in YEAR[60:-60]:
                forth = ONE_DAY if "following" in convention.value else -ONE_DAY
                rolled = nearest(calendar, day, forth)
                if "modified" in convention.value and (rolled.year, rolled.month) != (day.year, day.month):
                    rolled = nearest(calendar, day, -forth)
                expected = day if convention is BusinessDay.NONE else rolled
                accrues_to = rolled if convention.value.startswith("shift") else day
                assert calendar.roll(day) == (expected, accrues_to)
