"""Instruments that look right, near every edge that dates, rates and amounts have.

Few days lie apart, so that things fall together: the end of a month, a stub, a holiday, a reset, the maturity.
"""

from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import loan_pb2 as n

from .values import day

T = TypeVar("T")
MOST_EVENTS = 800  #: of one cycle; a bold loan has as many as it likes
UNIT_DAYS = {
    n.CYCLE_UNIT_DAY: 1,
    n.CYCLE_UNIT_WEEK: 7,
    n.CYCLE_UNIT_MONTH: 30,
    n.CYCLE_UNIT_QUARTER: 91,
    n.CYCLE_UNIT_HALF_YEAR: 182,
    n.CYCLE_UNIT_YEAR: 365,
}
RATES = ("0", "0", "0.000000001", "0.01", "0.06", "0.0725", "0.333333333", "1", "4.999999999", "5")
INDICES = ("-0.5", "-0.01", "-0.000000001", *RATES)
SHARES = ("0", "0", "0", "0.000000001", "0.5", "0.999999999", "1", "1")
PRINCIPALS = (0, 1, 2, 99, 100_000_00, 100_000_00, 235_326_85, 10**9 + 7, 10**12, 10**14, 10**15)


def instrument(luck: Random, first: date, name: str, draws: bool = False) -> d.Instrument:
    """One loan that stands on a day, or is lent about then."""
    maturity = luck.choice((day(luck, first), day(luck, first), date(2024, 2, 29), date(2200, 12, 31), day(luck)))
    if maturity <= first and luck.random() < 0.9:
        maturity = day(luck, first)
    loan = d.Instrument(
        instrument_id=name,
        principal_minor=luck.choice(PRINCIPALS),
        maturity_date=maturity.isoformat(),
        lien=luck.choice((1, 1, 2, 99)),
        amortisation=any_of(luck, d.Amortisation),
        payment_interval_months=perhaps(luck, 0.7, luck.choice((1, 1, 2, 3, 6, 12, 119, 120))),
        day_count=perhaps(luck, 0.8, any_of(luck, d.DayCount)),
        pik_share=perhaps(luck, 0.3, luck.choice(SHARES)),
        default_margin=perhaps(luck, 0.2, luck.choice(RATES)),
    )
    if luck.random() < 0.5:
        loan.fixed_rate = luck.choice(RATES)
    else:
        loan.floating_rate.CopyFrom(floating_rate(luck))
    if luck.random() < 0.75:
        loan.contract.CopyFrom(_contract(luck, first, maturity, loan))
    if loan.amortisation == d.AMORTISATION_LEVEL:
        loan.contract.payment_minor = _payment(luck, loan.principal_minor)
        loan.ClearField("pik_share")
    if loan.amortisation == d.AMORTISATION_CUSTOM:
        loan.principal_payments.extend(_rows(luck, first, maturity, loan.principal_minor, draws))
    return loan


def perhaps(luck: Random, likely: float, choice: T) -> T | None:
    return choice if luck.random() < likely else None


def any_of(luck: Random, enum: Any) -> Any:
    """A value of an enum that says something."""
    return luck.choice(enum.values()[1:])


def floating_rate(luck: Random) -> d.FloatingRate:
    rate = d.FloatingRate(index=luck.choice(INDICES), spread=luck.choice(RATES))
    if luck.random() < 0.3:
        rate.floor = luck.choice(INDICES)
    if luck.random() < 0.3:
        rate.cap = luck.choice((rate.floor or "0", *INDICES))
    if luck.random() < 0.5:
        rate.reset_interval_months = luck.choice((1, 3, 12, 120))
    return rate


def _contract(luck: Random, first: date, maturity: date, loan: d.Instrument) -> n.Contract:
    contract = n.Contract(month_end=perhaps(luck, 0.7, any_of(luck, n.MonthEnd)))
    by_cycle = loan.amortisation in (d.AMORTISATION_LINEAR, d.AMORTISATION_ANNUITY, d.AMORTISATION_LEVEL)
    if luck.random() < 0.7:
        contract.interest_cycle.CopyFrom(cycle(luck, first, maturity))
    if by_cycle and luck.random() < 0.7:
        contract.principal_cycle.CopyFrom(cycle(luck, first, maturity))
    if by_cycle and luck.random() < 0.3:
        contract.payment_minor = _payment(luck, loan.principal_minor)
    if loan.amortisation == d.AMORTISATION_ANNUITY and luck.random() < 0.3:
        contract.annuity_end_date = luck.choice((maturity, day(luck, maturity))).isoformat()
    if luck.random() < 0.2:
        contract.capitalisation_end_date = about(luck, first, maturity).isoformat()
    if loan.HasField("floating_rate") and luck.random() < 0.6:
        contract.rate_reset.CopyFrom(_reset(luck, first, maturity))
    if luck.random() < 0.6:
        contract.calendar.CopyFrom(_calendar(luck, first, maturity))
    _base(luck, contract, first, maturity, loan)
    return contract


def _base(luck: Random, contract: n.Contract, first: date, maturity: date, loan: d.Instrument) -> None:
    base = luck.choice((n.INTEREST_BASE_CURRENT, any_of(luck, n.InterestBase)))
    if base != n.INTEREST_BASE_CURRENT or luck.random() < 0.3:
        contract.interest_base = base
    if base == n.INTEREST_BASE_LAGGED:
        contract.interest_base_cycle.CopyFrom(cycle(luck, first, maturity))
    if base != n.INTEREST_BASE_CURRENT and luck.random() < 0.5:
        contract.interest_base_amount_minor = luck.choice((0, 1, loan.principal_minor, 10**15))


def about(luck: Random, first: date, maturity: date) -> date:
    """A day before, on, after or between two days, most often as it may be."""
    length = max((maturity - first).days, 1)
    near = luck.choice((first, maturity, maturity, first + timedelta(days=luck.randint(1, length))))
    moved = near.toordinal() + luck.choice((0, 0, 0, 1, -1, 2, -7, -31, -366, -4000))
    return date.fromordinal(min(max(moved, date(1900, 1, 1).toordinal()), maturity.toordinal()))


def cycle(luck: Random, first: date, maturity: date) -> n.Cycle:
    """Every so often, not too often for the length of the loan."""
    length = max((maturity - first).days, 1)
    bold = luck.random() < 0.02
    units = [unit for unit, length_of_unit in UNIT_DAYS.items() if bold or length // length_of_unit < MOST_EVENTS]
    made = n.Cycle(count=luck.choice((1, 1, 1, 1, 2, 3, 5, 30, 1199, 1200)), unit=luck.choice(units))
    if luck.random() < 0.7:
        made.anchor_date = about(luck, first, maturity).isoformat()
        passed = (first - date.fromisoformat(made.anchor_date)).days
        if not bold and passed // UNIT_DAYS[made.unit] > MOST_EVENTS:
            made.unit = n.CYCLE_UNIT_MONTH
    if luck.random() < 0.5:
        made.stub = luck.choice((n.STUB_SHORT, n.STUB_LONG))
    return made


def _reset(luck: Random, first: date, maturity: date) -> n.RateReset:
    reset = n.RateReset(
        cycle=cycle(luck, first, maturity),
        multiplier=perhaps(luck, 0.3, luck.choice(("-10", "-1", "0", "0.5", "1", "10"))),
        spread=perhaps(luck, 0.3, luck.choice(INDICES)),
        next_rate=perhaps(luck, 0.3, luck.choice(INDICES)),
        floor=perhaps(luck, 0.3, luck.choice(INDICES)),
        cap=perhaps(luck, 0.3, luck.choice(RATES)),
        step_floor=perhaps(luck, 0.3, luck.choice(("-0.5", "-0.01", "0"))),
        step_cap=perhaps(luck, 0.3, luck.choice(("0", "0.000000001", "0.02", "5"))),
    )
    if reset.cap and reset.floor and float(reset.floor) > float(reset.cap):
        reset.floor = reset.cap
    return reset


def _calendar(luck: Random, first: date, maturity: date) -> n.Calendar:
    """Weekends, and holidays in rows about the days that count."""
    calendar = n.Calendar(
        week=perhaps(luck, 0.8, any_of(luck, n.BusinessWeek)),
        convention=perhaps(luck, 0.9, any_of(luck, n.BusinessDayConvention)),
    )
    for _ in range(luck.choice((0, 1, 1, 3))):
        start = about(luck, first, maturity) - timedelta(days=luck.choice((0, 0, 1, 5)))
        row = range(luck.choice((1, 1, 2, 4, 10, 31, 40, 400)))
        calendar.holidays.extend((start + timedelta(days=number)).isoformat() for number in row)
    return calendar


def _payment(luck: Random, principal: int) -> int:
    """Far too little, hardly anything, about enough, or all at once."""
    return luck.choice((0, 1, principal // 1000, principal // 12, principal // 3 + 1, principal, 10**15))


def _rows(luck: Random, first: date, maturity: date, principal: int, draws: bool) -> list[d.PrincipalPayment]:
    """Rows that add up to the principal; with draws, some below 0."""
    dates = days(luck, first, maturity.isoformat(), luck.choice((1, 1, 2, 4, 12, 60)))
    cuts = sorted(luck.randint(0, principal) for _ in dates[1:])
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, principal], strict=True)]
    if draws and len(parts) > 1:
        drawn = luck.choice((1, principal, 10**14))
        at = luck.randrange(len(parts) - 1)
        parts[at], parts[at + 1] = parts[at] - drawn, parts[at + 1] + drawn
    return [
        d.PrincipalPayment(payment_date=when, principal_minor=part) for when, part in zip(dates, parts, strict=True)
    ]


def days(luck: Random, first: date, maturity: str, most: int) -> list[str]:
    """Days of a loan in ascending order, maturity often among them."""
    drawn = {about(luck, first + timedelta(days=1), date.fromisoformat(maturity)) for _ in range(most)}
    ahead = [item for item in sorted(drawn) if item > first or luck.random() < 0.02]
    return [item.isoformat() for item in ahead] or [maturity]
