"""Random loans, and short ways to write one."""

from datetime import date, timedelta
from random import Random
from typing import Any

from seawall.engine.debt.cycles import after
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit, MonthEnd
from seawall.engine.inputs.contract import Contract, Reset
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.preview.clauses import IndexReading
from seawall.engine.preview.preview import Preview
from seawall.engine.values.units import NANO

BASIS_POINT = NANO // 10_000


def loan(**terms: Any) -> Instrument:
    """1,000,000.00 at 6 % for a year, monthly, 30E/360."""
    usual: dict[str, Any] = {
        "instrument_id": "loan",
        "principal": 100_000_000,
        "maturity_date": date(2026, 1, 15),
        "lien": 1,
        "amortisation": Amortisation.BULLET,
        "fixed_rate": None if terms.get("floating_rate") else 600 * BASIS_POINT,
        "day_count": DayCount.THIRTY_E_360,
    }
    return Instrument(**(usual | terms))


def preview_of(instrument: Instrument, from_date: date = date(2025, 1, 15), **fields: Any) -> Preview:
    """The request for a preview, in dollars and cents."""
    return Preview(instrument, "USD", 2, from_date, **fields)


def random_preview(luck: Random, **fixed: Any) -> Preview:
    """Any repayment, rate, day count and calendar; the first day is a business day."""
    holidays = tuple(
        sorted({date(luck.randint(2020, 2036), luck.randint(1, 12), luck.randint(1, 28)) for _ in range(80)})
    )
    convention = luck.choice(list(BusinessDay))
    week = luck.choice(list(BusinessWeek)) if convention is not BusinessDay.NONE else BusinessWeek.EVERY_DAY
    calendar = Calendar(week, holidays if convention is not BusinessDay.NONE else (), convention)
    first = date(2020, 1, 1) + timedelta(luck.randrange(3000))
    if luck.random() < 0.3:
        first = first.replace(day=1) - timedelta(1)
    while not calendar.open_on(first):
        first -= timedelta(1)
    interval = luck.choice([1, 2, 3, 6, 12])
    maturity = first + timedelta(luck.randint(interval * 31 + 10, 365 * 8))
    terms = _terms(luck, calendar, first, interval, maturity) | fixed
    return Preview(loan(**terms), "USD", 2, first, _path(luck, first, maturity) if terms.get("floating_rate") else ())


def _terms(luck: Random, calendar: Calendar, first: date, interval: int, maturity: date) -> dict[str, Any]:
    principal = luck.randrange(10**5, 10 ** luck.randint(6, 12))
    amortisation = luck.choice([Amortisation.BULLET, Amortisation.LINEAR, Amortisation.LEVEL])
    payments = (maturity - first).days // 30 // interval + 2
    payment = None
    if amortisation is Amortisation.LEVEL:
        payment = luck.randrange(principal // payments // 2 + 1, principal // payments + 2)
    elif amortisation is Amortisation.LINEAR and luck.random() < 0.5:
        payment = principal // payments
    floating = _floating(luck, interval) if luck.random() < 0.6 else None
    return {
        "principal": principal,
        "maturity_date": maturity,
        "amortisation": amortisation,
        "floating_rate": floating,
        "fixed_rate": None if floating else luck.randrange(2000) * BASIS_POINT + luck.randrange(10**5),
        "day_count": luck.choice([count for count in DayCount if count is not DayCount.THIRTY_360]),
        "payment_interval_months": interval,
        "contract": Contract(
            payment=payment,
            month_end=luck.choice(list(MonthEnd)),
            calendar=calendar,
            rate_reset=_reset(luck, first, interval) if floating and luck.random() < 0.5 else None,
        ),
    }


def _floating(luck: Random, interval: int) -> FloatingRate:
    floor = luck.choice([None, luck.randint(-100, 300) * BASIS_POINT])
    cap = luck.choice([None, luck.randint(300, 600) * BASIS_POINT])
    index, spread = luck.randint(-100, 800) * BASIS_POINT, luck.randrange(600) * BASIS_POINT
    return FloatingRate(index, spread, floor, cap, interval)


def _reset(luck: Random, first: date, interval: int) -> Reset:
    floor, cap = luck.choice([None, luck.randrange(300) * BASIS_POINT]), luck.choice([None, 600 * BASIS_POINT])
    multiplier = luck.choice([NANO, luck.randint(1, 3) * NANO // 2])
    return Reset(Cycle(interval, CycleUnit.MONTH, first), multiplier, floor=floor, cap=cap)


def _path(luck: Random, first: date, maturity: date) -> tuple[IndexReading, ...]:
    """A reading half-way between the days of payment, where no rolling reaches it, and even: halves of it are exact."""
    days = [after(first, month, CycleUnit.MONTH) + timedelta(15) for month in range((maturity - first).days // 30)]
    return tuple(IndexReading(day, luck.randint(-150, 900) * BASIS_POINT + 2 * luck.randrange(10**4)) for day in days)
