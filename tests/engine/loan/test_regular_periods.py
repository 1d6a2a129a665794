"""What is written down of a loan that keeps to the months of the analysis date is what its events give."""

from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from seawall.engine.debt.accrual import MonthlyPeriods
from seawall.engine.debt.dated_periods import dated_periods
from seawall.engine.debt.monthly_terms import months_ticks
from seawall.engine.debt.rates import RateStress, rate_path
from seawall.engine.debt.regular_periods import regular_periods
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument
from seawall.engine.numbers.batch import Batch
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.numbers.exact import SCALAR, Rational
from seawall.engine.numbers.months import COMPILED_MONTHS, month_end
from seawall.engine.values.units import NANO

LOANS, SEED = 200, 20_261_128
FIRST_DAYS = (date(2024, 12, 31), date(2024, 2, 29), date(2025, 2, 28), date(2025, 6, 30), date(2023, 1, 30))


def plain_loan(luck: Random, first: date) -> Instrument:
    """A loan without a contract, to any day from tomorrow to fifty years ahead, often a month end."""
    on_month_end = month_end(first, luck.randrange(1, 60))
    floats = luck.random() < 0.6
    return Instrument(
        "loan",
        10**9,
        luck.choice([on_month_end, on_month_end + timedelta(1), first + timedelta(luck.randrange(1, 18_000))]),
        1,
        luck.choice([Amortisation.BULLET, Amortisation.LINEAR, Amortisation.ANNUITY]),
        pik_share=luck.choice([0, 0, NANO // 3, NANO]),
        accrued_interest=luck.choice([0, 0, 12_345_678]),
        fixed_rate=None if floats else NANO // 20,
        floating_rate=FloatingRate(
            NANO // 20, luck.choice([0, NANO // 50]), reset_interval_months=luck.choice([1, 2, 3, 12, 48, 120])
        )
        if floats
        else None,
        day_count=luck.choice(list(DayCount)),
        payment_interval_months=luck.choice([1, 2, 3, 6, 12, 48, 120]),
    )


def random_stress(luck: Random, rows: int) -> RateStress:
    """Factors and shifts of the rate, in so many rows, that move in some months."""

    def path(neutral: int, least: int, most: int) -> Any:
        figures: list[Any] = [neutral]
        for _ in range(COMPILED_MONTHS - 1):
            moved = np.array([luck.randint(least, most) for _ in range(rows)])
            figures.append(luck.choice([figures[-1], figures[-1], moved if rows > 1 else int(moved[0])]))
        return tuple(figures)

    return RateStress(path(NANO, 0, 2 * NANO), path(0, -NANO // 20, NANO // 20), luck.random() < 0.3)


def in_rows(schedule: MonthlyPeriods) -> object:
    """The figures of each row."""

    def row(figure):
        return figure.tolist() if hasattr(figure, "tolist") else [figure] * 3

    periods = [[tuple(map(row, period)) for period in month] for month in schedule.periods]
    due = [months and list(map(row, months)) for months in (schedule.interest, schedule.principal)]
    return list(map(row, schedule.opening_rates)), periods, due, np.any(schedule.is_refused)


@pytest.mark.parametrize("lane", [SCALAR, Rational(), Batch(3)], ids=["cents", "fractions", "columns"])
def test_the_periods_of_a_regular_loan_are_those_of_its_events(lane):
    luck = Random(SEED)
    for _ in range(LOANS):
        first = luck.choice([*FIRST_DAYS, date(2020, 1, 1) + timedelta(luck.randrange(3000))])
        instrument, refinanced = plain_loan(luck, first), luck.choice([0, 0, NANO // 3])
        ends = tuple(month_end(first, month) for month in range(COMPILED_MONTHS + 1))
        stress = random_stress(luck, rows=3 if isinstance(lane, Batch) else 1)
        path = rate_path(lane, instrument, stress)
        ticks, moves = months_ticks(instrument.day_count, ends), stress.moves_coupons
        regular = regular_periods(lane, instrument, ends, path.all_in, refinanced, moves)
        dated = dated_periods(lane, instrument, ends, ticks, path, refinanced, moves)
        assert in_rows(regular) == in_rows(dated), instrument
