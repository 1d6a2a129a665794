"""An instrument as a loan: its payments keep to the months of the analysis date unless its contract says more."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from ..inputs.calendar import Cycle, CycleUnit, MonthEnd
from ..inputs.contract import Contract
from ..inputs.instruments import Amortisation, Instrument
from ..numbers.day_count import DAY_360, DayCount
from ..numbers.months import month_end, month_of, part_ticks
from ..values.units import Ticks
from .cycles import accrual_ticks
from .loan import DatedAmount, Loan, LoanReset, Repayment
from .rates import gearing

PLAIN = Contract(month_end=MonthEnd.END_OF_MONTH)  #: of an instrument without one
REPAYMENTS = {
    Amortisation.BULLET: Repayment.AT_MATURITY,
    Amortisation.LINEAR: Repayment.LINEAR,
    Amortisation.ANNUITY: Repayment.ANNUITY,
    Amortisation.LEVEL: Repayment.LEVEL,
    Amortisation.CUSTOM: Repayment.TABLE,
}


def loan_of(instrument: Instrument, d0: date, rate: int, coupon_is_stressed: bool) -> Loan:
    """The loan from d0 on at an opening rate; a scenario that stresses a fixed coupon resets it each month."""
    contract = instrument.contract or PLAIN
    regular = monthly(instrument.payment_interval_months, d0)
    interest = contract.interest_cycle or regular
    payments = tuple(
        DatedAmount(row.payment_date, row.principal) for row in instrument.principal_payments if row.payment_date > d0
    )
    by_cycle = instrument.amortisation not in (Amortisation.BULLET, Amortisation.CUSTOM)
    return Loan(
        repayment=REPAYMENTS[instrument.amortisation],
        # A table is weights: balances taken at a later date scale the rows that are still to come.
        principal=sum(payment.amount for payment in payments) if payments else instrument.principal,
        start_date=d0,
        rate=rate,
        maturity_date=instrument.maturity_date,
        status_date=d0,
        day_count=instrument.day_count,
        month_end=contract.month_end,
        calendar=contract.calendar,
        interest_cycle=interest,
        accrued_interest=instrument.accrued_interest or None,
        capitalisation_end_date=contract.capitalisation_end_date,
        pik_share=instrument.pik_share,
        principal_cycle=(contract.principal_cycle or interest) if by_cycle else None,
        payment=contract.payment,
        annuity_end_date=contract.annuity_end_date,
        principal_payments=payments or _all_at_maturity(instrument),
        reset=reset_of(instrument, d0, coupon_is_stressed),
        base=contract.interest_base,
        base_cycle=contract.interest_base_cycle,
        base_amount=contract.interest_base_amount,
    )


def _all_at_maturity(instrument: Instrument) -> tuple[DatedAmount, ...]:
    """A table whose rows have passed leaves its balance to the day of maturity."""
    custom = instrument.amortisation is Amortisation.CUSTOM
    return (DatedAmount(instrument.maturity_date, instrument.principal),) if custom else ()


def reset_of(instrument: Instrument, d0: date, coupon_is_stressed: bool) -> LoanReset | None:
    """How the rate is reset, never below 0; None for a coupon that stays."""
    floating, (multiplier, spread) = instrument.floating_rate, gearing(instrument)
    if floating is None:
        return LoanReset(monthly(1, d0)) if coupon_is_stressed else None
    clauses = instrument.contract.rate_reset if instrument.contract else None
    if clauses is None:
        return LoanReset(monthly(floating.reset_interval_months, d0), multiplier, spread, floor=0)
    return LoanReset(
        cycle=clauses.cycle,
        multiplier=multiplier,
        spread=spread,
        next_rate=clauses.next_rate,
        floor=max(clauses.floor or 0, 0),
        cap=clauses.cap,
        step_floor=clauses.step_floor,
        step_cap=clauses.step_cap,
    )


@lru_cache(maxsize=4096)
def monthly(count: int, d0: date) -> Cycle:
    """Every so many months from d0 on."""
    return Cycle(count, CycleUnit.MONTH, d0)


@lru_cache(maxsize=64)
def model_clock(d0: date) -> Callable[[DayCount, date, date], Ticks]:
    """Time as the month of the model counts it: 30 days in every model month of 30/360, the calendar otherwise."""

    @lru_cache(maxsize=4096)
    def position(day: date) -> Ticks:
        month = month_of(d0, day)
        if day == month_end(d0, month):
            return month * 30 * DAY_360
        return (month - 1) * 30 * DAY_360 + part_ticks(DayCount.THIRTY_360, month_end(d0, month - 1), day)

    def clock(count: DayCount, start: date, end: date) -> Ticks:
        if count is DayCount.THIRTY_360:
            return position(end) - position(start)
        return accrual_ticks(count, start, end)

    return clock
