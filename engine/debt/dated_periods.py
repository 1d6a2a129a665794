"""The accrual periods of any contract by month: as its events make them, then of what is refinanced at maturity."""

from collections.abc import Sequence
from datetime import date

from ..inputs.instruments import Instrument
from ..numbers.exact import Arithmetic
from ..numbers.months import month_of
from ..values.units import NANO, AllInRate, Factor, Ticks
from .accrual import EMPTY_PERIOD, FEWEST_PERIODS, AccrualPeriod, MonthlyPeriods
from .contract_periods import contract_periods
from .cycles import MONTHS
from .instrument_loan import model_clock
from .rates import RatePath


def dated_periods(
    m: Arithmetic,
    instrument: Instrument,
    month_ends: tuple[date, ...],
    ticks: Sequence[Ticks],
    rate: RatePath,
    refinanced: Factor,
    coupon_is_stressed: bool,
) -> MonthlyPeriods:
    """Play a contract; `ticks` are those of each whole month. Raises `Refused` where `contract_periods` does."""
    schedule = contract_periods(m, instrument, month_ends, rate, refinanced, coupon_is_stressed)
    periods, last = schedule.periods, month_of(month_ends[0], instrument.last_payment_date)
    opening = [of_month[0].rate if of_month else rate for of_month, rate in zip(periods, rate.all_in, strict=True)]
    for month, opening_rate in schedule.opening_rates.items():
        opening[month - 1] = opening_rate
    if last < len(month_ends):
        _roll_over(instrument, month_ends, ticks, rate.all_in, last, periods)
    return MonthlyPeriods(opening, filled_up(periods), schedule.interest, schedule.principal, schedule.is_refused)


def _roll_over(
    instrument: Instrument,
    month_ends: tuple[date, ...],
    ticks: Sequence[Ticks],
    all_in: Sequence[AllInRate],
    last: int,
    periods: Sequence[list[AccrualPeriod]],
) -> None:
    """What is refinanced at maturity goes on at its rate, with coupons by the instrument's interval and no end.

    Nothing accrues where nothing is refinanced: the months have these periods all the same, as their number must not
    depend on a figure.
    """
    clock, cycle = model_clock(month_ends[0]), instrument.contract and instrument.contract.interest_cycle
    interval, pik_share = instrument.payment_interval_months, instrument.pik_share
    if cycle and cycle.unit in MONTHS:
        interval = cycle.count * MONTHS[cycle.unit]
    base = (None, None) if not periods[last - 1] or periods[last - 1][0].base_part is None else (1, 1)
    rest = clock(instrument.day_count, instrument.last_payment_date, month_ends[last])
    for month, passed in enumerate([rest, *ticks[last:]], start=last):
        pays = int(month > last and month % interval == 0)
        period = AccrualPeriod(all_in[month - 1], passed, pays, pik_share, NANO, 0, 1, 0, *base)
        periods[month - 1].append(period)


def filled_up(periods: Sequence[Sequence[AccrualPeriod]]) -> tuple[tuple[AccrualPeriod, ...], ...]:
    """The periods of each month, filled up with empty ones to the same number in every month.

    The number of periods is part of the structure of a case.
    """
    most = max(FEWEST_PERIODS, *map(len, periods))
    first = next((of_month[0] for of_month in periods if of_month), EMPTY_PERIOD)
    empty = EMPTY_PERIOD if first.base_part is None else EMPTY_PERIOD._replace(base_part=0, base_whole=0)
    filling = [(empty,) * missing for missing in range(most + 1)]
    return tuple([tuple(of_month) + filling[most - len(of_month)] for of_month in periods])
