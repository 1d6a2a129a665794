"""The days of a cycle are counted before they are walked, and those of long ago are not walked."""

from datetime import date, timedelta
from random import Random

from seawall.engine.debt.cycles import after, cycle_days
from seawall.engine.inputs.calendar import Cycle, CycleUnit, MonthEnd, Stub, fewest_days

CYCLES, SEED = 3_000, 20_261_128


def random_cycle(luck: Random) -> tuple[date, date, Cycle, MonthEnd]:
    """An anchor, an end, a cycle of any unit, and where it goes from a month end."""
    anchor = date(2000, 1, 1) + timedelta(luck.randrange(4000))
    if luck.random() < 0.5:
        anchor = anchor.replace(day=1) - timedelta(1)
    cycle = Cycle(luck.choice([1, 1, 1, 2, 5]), luck.choice(list(CycleUnit)), None, luck.choice(list(Stub)))
    end = after(anchor, cycle.count * luck.randrange(40), cycle.unit) + timedelta(
        luck.choice([0, 1, luck.randrange(90)])
    )
    return anchor, end, cycle, luck.choice(list(MonthEnd))


def test_no_cycle_has_fewer_days_than_are_counted_before_it_is_walked():
    luck = Random(SEED)
    for _ in range(CYCLES):
        anchor, end, cycle, month_end = random_cycle(luck)
        days = cycle_days(anchor, end, cycle, month_end)
        first = luck.choice(days) + timedelta(luck.randrange(3))
        assert fewest_days(cycle, max(first, anchor), end) <= sum(day > first for day in days)


def test_what_is_left_out_lies_before_the_day_that_counts():
    luck, left_out = Random(SEED), 0
    for _ in range(CYCLES):
        anchor, end, cycle, month_end = random_cycle(luck)
        days = cycle_days(anchor, end, cycle, month_end)
        since = luck.choice(days) + timedelta(luck.choice([-1, 0, 1, 400]))
        latest = cycle_days(anchor, end, cycle, month_end, since)
        first = len(days) - len(latest)
        assert latest == days[first:]
        assert all(day < since for day in days[:first])
        left_out += first
    assert left_out > 10 * CYCLES
