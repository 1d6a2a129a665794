"""The calendar: months are counted from the analysis date, and each day count has its own year."""

from datetime import date, timedelta
from itertools import product

import pytest

from seawall.engine.debt.timeline import closing_clock
from seawall.engine.numbers.day_count import DAY_360, DAY_365, DAY_366, DayCount, ticks
from seawall.engine.numbers.exact import YEAR_TICKS
from seawall.engine.numbers.months import month_end, month_of, month_ticks, part_ticks

THIRTY, A360, A365, AA = DayCount.THIRTY_360, DayCount.ACTUAL_360, DayCount.ACTUAL_365, DayCount.ACTUAL_ACTUAL


@pytest.mark.parametrize(
    ("d0", "ends"),
    [
        (date(2026, 1, 15), [date(2026, 2, 15), date(2026, 3, 15), date(2026, 4, 15)]),
        (date(2025, 12, 31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]),
        (date(2026, 1, 30), [date(2026, 2, 28), date(2026, 3, 30), date(2026, 4, 30)]),  # from d0, not from 28 February
        (date(2026, 2, 28), [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]),  # a last day stays the last
        (date(2024, 2, 28), [date(2024, 3, 28), date(2024, 4, 28), date(2024, 5, 28)]),  # in a leap year it is not
        (date(2024, 2, 29), [date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31)]),
        (date(2023, 11, 30), [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29)]),
    ],
)
def test_a_month_ends_a_month_after_the_analysis_date(d0, ends):
    assert [month_end(d0, months) for months in (1, 2, 3)] == ends
    assert month_end(d0, 0) == d0


@pytest.mark.parametrize("d0", [date(2023, 12, 31), date(2024, 1, 30), date(2024, 2, 29), date(2024, 5, 15)])
def test_every_day_lies_in_exactly_one_month(d0):
    for day in (d0 + timedelta(days=n) for n in range(1, 800)):
        month = month_of(d0, day)
        assert month_end(d0, month - 1) < day <= month_end(d0, month)


@pytest.mark.parametrize(
    ("count", "start", "end", "ticks"),
    [
        (THIRTY, date(2026, 1, 31), date(2026, 2, 28), 30 * DAY_360),
        (THIRTY, date(2026, 2, 28), date(2026, 3, 31), 30 * DAY_360),
        (A360, date(2026, 1, 31), date(2026, 2, 28), 28 * DAY_360),
        (A365, date(2024, 1, 31), date(2024, 2, 29), 29 * DAY_365),
        (AA, date(2024, 1, 31), date(2024, 2, 29), 29 * DAY_366),
        (AA, date(2023, 12, 15), date(2024, 1, 15), 17 * DAY_365 + 14 * DAY_366),  # 15 to 31 December, 1 to 14 January
        (AA, date(2024, 12, 31), date(2025, 1, 31), DAY_366 + 30 * DAY_365),
    ],
)
def test_the_ticks_of_a_month(count, start, end, ticks):
    assert month_ticks(count, start, end) == ticks


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 1, 15), date(2026, 2, 3), 18),  # 15 to the end of a month of 30, and 3
        (date(2026, 1, 31), date(2026, 2, 15), 15),  # the 31st is the 30th
        (date(2026, 2, 28), date(2026, 3, 10), 10),  # so is the last of February
        (date(2026, 3, 1), date(2026, 3, 31), 29),  # ISDA 30E/360 counts the 31st as the 30th
        (date(2026, 1, 30), date(2026, 2, 28), 30),
    ],
)
def test_part_of_a_month_of_thirty_days(start, end, days):
    assert part_ticks(THIRTY, start, end) == days * DAY_360


@pytest.mark.parametrize(
    ("d0", "count"), [(date(2025, 12, 31), AA), (date(2024, 1, 1), AA), (date(2026, 5, 9), THIRTY)]
)
def test_twelve_months_are_a_year(d0, count):
    """Actual/actual over a calendar year and 30/360 over any twelve months accrue exactly the annual rate."""
    assert sum(month_ticks(count, month_end(d0, n), month_end(d0, n + 1)) for n in range(12)) == YEAR_TICKS


def test_a_tick_divides_the_day_of_every_day_count():
    assert (360 * DAY_360, 365 * DAY_365, 366 * DAY_366) == (YEAR_TICKS,) * 3


@pytest.mark.parametrize("count", list(DayCount))
def test_time_back_to_an_earlier_day_is_what_runs_from_it(count):
    """A calendar may roll days past each other: what accrued twice is taken back, no day more and none less."""
    maturity = date(2025, 2, 28)
    clocks = (ticks, closing_clock(count, maturity, ticks))
    days = [date(2023, 12, 30) + timedelta(days=n) for n in range(0, 430, 3)] + [maturity, date(2024, 7, 31)]
    for clock in clocks:
        for first, last in product(days, repeat=2):
            assert clock(count, first, last) == -clock(count, last, first)
