"""QuantLib as the independent oracle: its schedules, calendars, day counters, caps and floors say what a coupon is."""

from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

import QuantLib as ql

from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, MonthEnd
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.preview.preview import Preview
from seawall.engine.values.units import NANO

CONVENTIONS = {
    "following": ql.Following,
    "modified_following": ql.ModifiedFollowing,
    "preceding": ql.Preceding,
    "modified_preceding": ql.ModifiedPreceding,
}


class Coupon(NamedTuple):
    """When a period is paid, how long it is and at which rate."""

    day: date
    years: Fraction
    rate: Fraction


class Paid(NamedTuple):
    """What is paid on a day, in minor units."""

    day: date
    interest: int
    principal: int


def payments(request: Preview) -> list[Paid]:
    """The cash of a bullet, linear or level loan: QuantLib's periods and rates, and a loop in whole cents."""
    loan, contract, paid = request.instrument, request.instrument.contract, []
    assert contract is not None
    balance, coupons = loan.principal, _coupons(request)
    for left, coupon in zip(range(len(coupons), 0, -1), coupons, strict=True):
        interest = round(balance * coupon.rate * coupon.years)
        match loan.amortisation:
            case _ if left == 1:
                principal = balance
            case Amortisation.BULLET:
                principal = 0
            case Amortisation.LEVEL:
                principal = min((contract.payment or 0) - interest, balance)
            case _ if contract.payment is not None:
                principal = min(contract.payment, balance)
            case _:
                principal = round(Fraction(balance, left))
        balance -= principal
        paid.append(Paid(coupon.day, interest, principal))
    return paid


def _coupons(request: Preview) -> list[Coupon]:
    leg = _fixed(request) if request.instrument.floating_rate is None else _floating(request)
    return [Coupon(_date(flow.date()), _exact_years(flow.accrualPeriod()), _exact_rate(flow.rate())) for flow in leg]


def _exact_years(years: float) -> Fraction:
    """A float is a little off; days over 360, or over 365 and 366, have no larger denominator than this."""
    return Fraction(years).limit_denominator(365 * 366)


def _exact_rate(rate: float) -> Fraction:
    return Fraction(round(rate * NANO), NANO)


def _fixed(request: Preview) -> list[Any]:
    counter = day_counter(request.instrument.day_count, request.instrument.maturity_date)
    rate = (request.instrument.fixed_rate or 0) / NANO
    leg = ql.FixedRateLeg(_schedule(request), counter, [1.0], [rate], _paid_by(request))
    return [ql.as_fixed_rate_coupon(flow) for flow in leg]


def _floating(request: Preview) -> list[Any]:
    """An index whose fixings are the path's, geared and spread, between cap and floor; all of them in the past."""
    loan, schedule = request.instrument, _schedule(request)
    floating, reset = loan.floating_rate, loan.contract.rate_reset if loan.contract else None
    assert floating is not None
    ql.Settings.instance().evaluationDate = ql.Date(31, 12, 2060)
    counter = day_counter(loan.day_count, loan.maturity_date)
    curve = ql.YieldTermStructureHandle(ql.FlatForward(ql.Date(31, 12, 2060), 0.0, counter))
    index = ql.IborIndex(
        "path", ql.Period("1M"), 0, ql.USDCurrency(), ql.NullCalendar(), ql.Unadjusted, False, counter, curve
    )
    index.clearFixings()
    for day in list(schedule)[:-1]:
        index.addFixing(day, _index(request, _date(day)) / NANO)
    spread = floating.spread / NANO
    floor, cap = 0.0, 1000.0
    if reset is not None:
        floor, cap = max(reset.floor or 0, 0) / NANO, cap if reset.cap is None else reset.cap / NANO
    leg = ql.IborLeg(
        [1.0],
        schedule,
        index,
        counter,
        _paid_by(request),
        [0],
        [reset.multiplier / NANO if reset else 1.0],
        [spread],
        [cap],
        [floor],
    )
    ql.setCouponPricer(leg, ql.BlackIborCouponPricer(ql.OptionletVolatilityStructureHandle()))
    coupons: list[Any] = [ql.as_floating_rate_coupon(flow) for flow in leg]
    return [_AtRate(coupons[0], _opening_rate(request)), *coupons[1:]] if reset else coupons


class _AtRate:
    """A coupon at a rate known before: a contract with resets of its own waits for the next of them."""

    def __init__(self, coupon: Any, rate: float) -> None:
        self._coupon, self._rate = coupon, rate

    def rate(self) -> float:
        return self._rate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coupon, name)


def _opening_rate(request: Preview) -> float:
    floating, contract = request.instrument.floating_rate, request.instrument.contract
    assert floating is not None
    assert contract is not None
    assert contract.rate_reset is not None
    index = _between(floating.index, floating.floor, floating.cap)
    return max(index * contract.rate_reset.multiplier // NANO + floating.spread, 0) / NANO


def _index(request: Preview, day: date) -> int:
    floating = request.instrument.floating_rate
    assert floating is not None
    known = [row.index for row in request.index_path if row.from_date <= day]
    return _between(known[-1] if known else floating.index, floating.floor, floating.cap)


def _between(figure: int, floor: int | None, cap: int | None) -> int:
    capped = figure if cap is None else min(figure, cap)
    return capped if floor is None else max(capped, floor)


def _schedule(request: Preview) -> Any:
    """The days of the contract, which end months where the first day does, then rolled to business days."""
    contract = request.instrument.contract
    assert contract is not None
    named = ql.Schedule(
        _ql(request.from_date),
        _ql(request.instrument.maturity_date),
        ql.Period(request.instrument.payment_interval_months, ql.Months),
        ql.NullCalendar(),
        ql.Unadjusted,
        ql.Unadjusted,
        ql.DateGeneration.Forward,
        contract.month_end is MonthEnd.END_OF_MONTH,
    )
    calendar, moved = business_days(contract.calendar), ql.Unadjusted
    if contract.calendar.convention.value.startswith("shift"):
        moved = _convention(contract.calendar)
    return ql.Schedule([calendar.adjust(day, moved) for day in named], calendar, ql.Unadjusted)


def _paid_by(request: Preview) -> Any:
    assert request.instrument.contract is not None
    return _convention(request.instrument.contract.calendar)


def _convention(calendar: Calendar) -> Any:
    if calendar.convention is BusinessDay.NONE:
        return ql.Unadjusted
    return CONVENTIONS[calendar.convention.value.removeprefix("shift_calculate_").removeprefix("calculate_shift_")]


def business_days(calendar: Calendar) -> Any:
    """The business days as a calendar of QuantLib, where each name is a calendar of its own."""
    named = ql.BespokeCalendar(f"{calendar.week.value} {hash(calendar.holidays)}")
    if calendar.week is BusinessWeek.MONDAY_TO_FRIDAY:
        named.addWeekend(ql.Saturday)
        named.addWeekend(ql.Sunday)
    for day in calendar.holidays:
        named.addHoliday(_ql(day))
    return named


def day_counter(count: DayCount, maturity: date) -> Any:
    """The day counter of QuantLib; 30E/360 ISDA treats the last of February another way where it is the maturity."""
    return {
        DayCount.ACTUAL_360: ql.Actual360(),
        DayCount.ACTUAL_365: ql.Actual365Fixed(),
        DayCount.ACTUAL_ACTUAL: ql.ActualActual(ql.ActualActual.ISDA),
        DayCount.THIRTY_E_360: ql.Thirty360(ql.Thirty360.European),
        DayCount.THIRTY_E_360_ISDA: ql.Thirty360(ql.Thirty360.ISDA, _ql(maturity)),
        DayCount.THIRTY_360_BOND: ql.Thirty360(ql.Thirty360.BondBasis),
    }[count]


def _ql(day: date) -> Any:
    return ql.Date(day.day, day.month, day.year)


def _date(day: Any) -> date:
    return date(day.year(), day.month(), day.dayOfMonth())
