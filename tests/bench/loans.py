"""Loans period by period: arrays in exact cents, numpy in float64, and QuantLib, beside one another."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import QuantLib as ql

from seawall.engine.debt.accrual import EMPTY_PERIOD, AccrualPeriod, Balance, accrue_and_fall_due
from seawall.engine.numbers.batch import Batch
from seawall.engine.numbers.day_count import DayCount, ticks
from seawall.engine.numbers.exact import SCALAR
from seawall.engine.numbers.months import month_end
from seawall.engine.values.units import NANO
from tests.bench.clock import in_turn, line, title

LOANS, PERIODS, SEED = 8_192, 360, 20_250_131
AT_ONCE = 8_192  #: loans in one array of the batch lane
IN_CACHE = 2_048  #: in one of the float64 version, which is at its best while its few arrays stay near the processor
FEW = 20  #: loans that QuantLib is given
EXACT, FLOATS, QUANTLIB = "arrays, exact cents", "numpy float64 by hand", "QuantLib, one at a time"
FIRST = date(2025, 1, 31)
DAYS = [(month_end(FIRST, period + 1) - month_end(FIRST, period)).days for period in range(PERIODS)]

Array = Any  #: of int64, or of float64


def report() -> None:
    """Linear loans over thirty years, monthly, actual/360: interest and principal of each period."""
    luck = np.random.default_rng(SEED)
    principal = luck.integers(10**6, 10**10, LOANS)
    rate = luck.integers(NANO // 100, NANO // 8, LOANS)
    title(f"loans: {LOANS} linear loans x {PERIODS} monthly periods, actual/360; loan-periods a second and core")
    batches, parts = _batches(principal, rate), _parts(principal / 1.0, rate / NANO, IN_CACHE)
    _compare_with_the_scalar_lane(batches)
    seconds = in_turn(
        {
            EXACT: lambda: [_exact(balances, periods) for balances, periods in batches],
            FLOATS: lambda: [_floats(balances, rates) for balances, rates in parts],
            QUANTLIB: lambda: [_quantlib(float(principal[n]), float(rate[n]) / NANO) for n in range(FEW)],
        }
    )
    for name in seconds:
        periods = (FEW if name == QUANTLIB else LOANS) * PERIODS
        line(name, f"{periods / seconds.middle(name) / 1e6:9.3f} M")
    line(f"{EXACT} over {QUANTLIB}", seconds.ratio(QUANTLIB, EXACT).scaled(LOANS / FEW).times())
    line(f"{EXACT} over {FLOATS}", seconds.ratio(FLOATS, EXACT).percent())


def _parts(principal: Array, rate: Array, size: int) -> list[tuple[Array, Array]]:
    return [(principal[at : at + size], rate[at : at + size]) for at in range(0, LOANS, size)]


def _batches(principal: Array, rate: Array) -> list[tuple[Array, list[AccrualPeriod]]]:
    month_ends = [month_end(FIRST, period) for period in range(PERIODS + 1)]
    batches = []
    for balances, rates in _parts(principal, rate, AT_ONCE):
        periods = [
            EMPTY_PERIOD._replace(
                rate=rates,
                ticks=ticks(DayCount.ACTUAL_360, month_ends[period], month_ends[period + 1]),
                pays=1,
                due_part=1,
                due_whole=PERIODS - period,
            )
            for period in range(PERIODS)
        ]
        batches.append((balances, periods))
    return batches


def _exact(principal: Array, periods: Sequence[AccrualPeriod]) -> tuple[Array, Array]:
    """The recursion of the engine; interest and principal summed, so that every figure is used."""
    m, balance = Batch(len(principal)), Balance(principal, 0, 0)
    interest, repaid = np.zeros_like(principal), np.zeros_like(principal)
    for period in periods:
        balance, due = accrue_and_fall_due(m, balance, period)
        interest += due.coupon
        repaid += due.principal
    return interest, repaid


def _compare_with_the_scalar_lane(batches: Sequence[tuple[Array, list[AccrualPeriod]]]) -> None:
    """Every loan is repaid to the cent, and a few of them paid the interest that one at a time would pay."""
    for principal, periods in batches:
        interest, repaid = _exact(principal, periods)
        assert (repaid == principal).all()
        for position in range(0, len(principal), LOANS // FEW):
            balance, paid = Balance(int(principal[position]), 0, 0), 0
            for period in periods:
                rates: Any = period.rate
                alone = period._replace(rate=int(rates[position]))
                balance, due = accrue_and_fall_due(SCALAR, balance, alone)
                paid += due.coupon
            assert paid == interest[position]


def _floats(principal: Array, rate: Array) -> tuple[Array, Array]:
    """What one writes by hand: no cents, nothing rounded."""
    balance = principal.copy()
    interest, repaid = np.zeros_like(principal), np.zeros_like(principal)
    for period, days in enumerate(DAYS):
        coupon = balance * rate * (days / 360)
        due = balance / (PERIODS - period)
        balance -= due
        interest += coupon
        repaid += due
    return interest, repaid


def _quantlib(principal: float, rate: float) -> float:
    """The same loan as QuantLib has it: a schedule, a leg of coupons on the balances, and their amounts."""
    first = ql.Date(FIRST.day, FIRST.month, FIRST.year)
    schedule = ql.Schedule(
        first,
        first + ql.Period(PERIODS, ql.Months),
        ql.Period(1, ql.Months),
        ql.NullCalendar(),
        ql.Unadjusted,
        ql.Unadjusted,
        ql.DateGeneration.Forward,
        True,
    )
    notionals = [principal * (PERIODS - period) / PERIODS for period in range(PERIODS)]
    leg = ql.FixedRateLeg(schedule, ql.Actual360(), notionals, [rate])
    return float(sum(coupon.amount() for coupon in leg))
