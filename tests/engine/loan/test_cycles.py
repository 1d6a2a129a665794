"""The days of a cycle are reckoned, and are those that one finds by walking."""

from datetime import date, timedelta
from random import Random

from seawall.engine.debt.cycles import MONTHS, CycleDays, after
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
        days = CycleDays(anchor, end, cycle, month_end)
        first = luck.choice(days) + timedelta(luck.randrange(3))
        assert fewest_days(cycle, max(first, anchor), end) <= sum(day > first for day in days)


def walked(anchor: date, end: date, cycle: Cycle, month_end: MonthEnd) -> list[date]:
    """One day of the cycle after the other."""
    sticky = month_end is MonthEnd.END_OF_MONTH and cycle.unit in MONTHS and (anchor + timedelta(1)).day == 1
    days: list[date] = []
    day = anchor
    while day < end:
        days.append(day)
        day = after(anchor, len(days) * cycle.count, cycle.unit)
        if sticky:
            day = (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    if cycle.stub is Stub.LONG and day != end and len(days) > 1:
        days.pop()
    return [*days, end]


def test_the_days_that_are_reckoned_are_those_that_are_walked():
    luck = Random(SEED)
    for _ in range(CYCLES):
        terms = random_cycle(luck)
        days, by_foot = CycleDays(*terms), walked(*terms)
        assert list(days) == by_foot
        first = luck.choice(by_foot) + timedelta(luck.choice([-400, -1, 0, 1]))
        last = luck.choice(by_foot) + timedelta(luck.choice([-1, 0, 1, 400]))
        assert days.before(first) == sum(day < first for day in by_foot)
        assert days.between(first, last) == tuple(day for day in by_foot if first <= day <= last)
        assert days[-1] == by_foot[-1]
