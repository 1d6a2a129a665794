"""What is written down of a loan that keeps to the months of the analysis date is what its calendar gives."""

from datetime import date, timedelta
from random import Random

from seawall.engine.debt.instrument_loan import loan_of
from seawall.engine.debt.month_timeline import dated_events
from seawall.engine.debt.period_events import by_period
from seawall.engine.debt.regular_months import regular_months, regular_periods
from seawall.engine.inputs.calendar import Calendar, Cycle, CycleUnit, MonthEnd, Stub
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.numbers.months import COMPILED_MONTHS, month_end
from seawall.engine.values.units import NANO

LOANS, SEED = 400, 20_261_128
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
        fixed_rate=None if floats else NANO // 20,
        floating_rate=FloatingRate(NANO // 20, 0, reset_interval_months=luck.choice([1, 2, 3, 12, 48, 120]))
        if floats
        else None,
        day_count=luck.choice(list(DayCount)),
        payment_interval_months=luck.choice([1, 2, 3, 6, 12, 48, 120]),
    )


def test_the_periods_of_a_regular_loan_are_those_of_its_calendar():
    luck = Random(SEED)
    for _ in range(LOANS):
        first = luck.choice([*FIRST_DAYS, date(2020, 1, 1) + timedelta(luck.randrange(3000))])
        instrument = plain_loan(luck, first)
        ends = tuple(month_end(first, month) for month in range(COMPILED_MONTHS + 1))
        loan = loan_of(instrument, first, NANO // 20, coupon_is_stressed=luck.random() < 0.3)
        every = regular_months(loan)
        assert every is not None
        assert regular_periods(loan, every, ends) == by_period(dated_events(loan, ends), first), instrument


def test_a_loan_with_a_day_of_its_own_is_not_regular():
    first = date(2025, 2, 28)
    monthly = Cycle(1, CycleUnit.MONTH, first)
    clauses = {
        "anchor": Contract(
            interest_cycle=Cycle(1, CycleUnit.MONTH, date(2025, 1, 28)), month_end=MonthEnd.END_OF_MONTH
        ),
        "unit": Contract(interest_cycle=Cycle(1, CycleUnit.WEEK, first), month_end=MonthEnd.END_OF_MONTH),
        "stub": Contract(interest_cycle=Cycle(1, CycleUnit.MONTH, first, Stub.LONG)),
        "month end": Contract(interest_cycle=monthly),
        "holidays": Contract(month_end=MonthEnd.END_OF_MONTH, calendar=Calendar(holidays=(first,))),
        "principal": Contract(principal_cycle=Cycle(2, CycleUnit.MONTH, first), month_end=MonthEnd.END_OF_MONTH),
        "payment": Contract(payment=10**6, month_end=MonthEnd.END_OF_MONTH),
    }
    for clause, contract in clauses.items():
        instrument = Instrument(
            "loan", 10**9, date(2030, 1, 1), 1, Amortisation.LINEAR, fixed_rate=NANO // 20, contract=contract
        )
        assert regular_months(loan_of(instrument, first, NANO // 20, coupon_is_stressed=False)) is None, clause
