"""The terms of a debt, month by month: rates, ticks and what falls due, before anything is unpaid or prepaid.

The schedule is the contract's own course under the stressed rates. The month applies it in proportion
(`due_part` of `due_whole` of the balance that is not overdue), so a prepayment scales what remains.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from seawall.engine.arithmetic import Arithmetic, Cell, half_even
from seawall.engine.company import Amortisation, DayCount, Debt, Instrument, Revolver
from seawall.engine.dates import month_of, month_ticks, part_ticks
from seawall.engine.domains import NANO
from seawall.engine.scenario import RateScope
from seawall.engine.stress import POWERS

FACTOR_SCALE = 10**40  #: annuity factors are whole numbers of 10^-40: no payment of 10^15 can feel their rounding


class DebtTerms(NamedTuple):
    """One instrument, or the drawn part of the revolver, in one month."""

    rate: Cell  #: all-in, nanos a year
    overdue_rate: Cell  #: with the default margin
    ticks: Cell  #: of the accrual: the month, or the part of it before maturity
    overdue_ticks: Cell  #: of the whole month
    refinanced_ticks: Cell  #: from maturity to the end of its month
    pays: Cell  #: 1 where a coupon falls due
    due_part: Cell
    due_whole: Cell  #: part of whole is the share of the balance that falls due
    refinanced_share: Cell  #: of what falls due at maturity
    matured: Cell  #: 1 from the month of maturity on
    pik_share: Cell


class RevolverTerms(NamedTuple):
    """What the revolver offers and charges in one month, beside the terms of its drawn part."""

    commitment: Cell  #: that can be drawn: 0 from the month of maturity on
    fee_commitment: Cell
    fee_rate: Cell
    fee_ticks: Cell
    receivables_advance_rate: Cell
    inventory_advance_rate: Cell


class RateStress(NamedTuple):
    """What a scenario does to interest rates in each month."""

    factor: tuple[int, ...]
    shift: tuple[int, ...]
    scope: RateScope


class Timetable(NamedTuple):
    """The part of the terms that no scenario changes."""

    maturity_month: int
    ticks: tuple[int, ...]
    overdue_ticks: tuple[int, ...]
    refinanced_ticks: tuple[int, ...]


@lru_cache(maxsize=4096)
def timetable(count: DayCount, maturity: date, month_ends: tuple[date, ...]) -> Timetable:
    """The ticks of each month; `month_ends` opens with d0. In its month a debt accrues to the day of maturity."""
    last = month_of(month_ends[0], maturity)
    whole = tuple(month_ticks(count, start, end) for start, end in pairwise(month_ends))
    before = [0] * len(whole)
    if last <= len(whole):
        start, end = month_ends[last - 1], month_ends[last]
        before[last - 1] = whole[last - 1] if maturity == end else part_ticks(count, start, maturity)
    ticks = tuple(before[t] if t + 1 == last else whole[t] for t in range(len(whole)))
    rest = tuple(whole[t] - ticks[t] for t in range(len(whole)))
    return Timetable(last, ticks, whole, rest)


def stressed_rate(debt: Debt, stress: RateStress, month: int) -> int:
    """The all-in rate read in a month: index x factor + shift, between floor and cap, plus spread, never below 0."""
    floating = debt.floating_rate
    if floating is None:
        coupon = debt.fixed_rate or 0
        return half_even(coupon * stress.factor[month - 1], NANO) if stress.scope is RateScope.ALL else coupon
    index = half_even(floating.index * stress.factor[month - 1], NANO) + stress.shift[month - 1]
    index = index if floating.cap is None else min(index, floating.cap)
    index = index if floating.floor is None else max(index, floating.floor)
    return max(index + floating.spread, 0)


def rates(debt: Debt, stress: RateStress) -> tuple[int, ...]:
    """The all-in rate of each month; a floating one is read at its resets, counted from d0."""
    every = debt.floating_rate.reset_interval_months if debt.floating_rate else 1
    months = range(1, len(stress.factor) + 1)
    return tuple(stressed_rate(debt, stress, 1 + (month - 1) // every * every) for month in months)


def loan_terms(
    m: Arithmetic, loan: Instrument, month_ends: tuple[date, ...], all_in: tuple[int, ...], refinanced: Sequence[int]
) -> tuple[DebtTerms, ...]:
    """The terms of an instrument in each month."""
    times = timetable(loan.day_count, loan.maturity_date, month_ends)
    due = _due(m, loan, month_ends, all_in, times)
    return tuple(
        DebtTerms(
            rate=rate,
            overdue_rate=rate + loan.default_margin,
            ticks=times.ticks[t],
            overdue_ticks=times.overdue_ticks[t],
            refinanced_ticks=times.refinanced_ticks[t],
            pays=int(_pays(loan, times, t + 1)),
            due_part=due[t][0],
            due_whole=due[t][1],
            refinanced_share=refinanced[t] if t + 1 == times.maturity_month else 0,
            matured=int(t + 1 >= times.maturity_month),
            pik_share=loan.pik_share,
        )
        for t, rate in enumerate(all_in)
    )


def revolver_terms(
    revolver: Revolver, month_ends: tuple[date, ...], all_in: tuple[int, ...], refinanced: Sequence[int]
) -> tuple[tuple[DebtTerms, ...], tuple[RevolverTerms, ...]]:
    """The terms of the drawn part, paid monthly and due at maturity, and those of the facility around it."""
    times = timetable(revolver.day_count, revolver.maturity_date, month_ends)
    fee_ticks = timetable(DayCount.ACTUAL_360, revolver.maturity_date, month_ends).ticks
    drawn, facility = [], []
    for t, rate in enumerate(all_in):
        alive, matures = t + 1 <= times.maturity_month, t + 1 == times.maturity_month
        drawn.append(
            DebtTerms(
                rate=rate,
                overdue_rate=rate,
                ticks=times.ticks[t],
                overdue_ticks=times.overdue_ticks[t],
                refinanced_ticks=times.refinanced_ticks[t],
                pays=1,
                due_part=int(matures),
                due_whole=1,
                refinanced_share=refinanced[t] if matures else 0,
                matured=int(t + 1 >= times.maturity_month),
                pik_share=0,
            )
        )
        facility.append(
            RevolverTerms(
                commitment=revolver.commitment if alive and not matures else 0,
                fee_commitment=revolver.commitment if alive else 0,
                fee_rate=revolver.undrawn_fee,
                fee_ticks=fee_ticks[t],
                receivables_advance_rate=revolver.receivables_advance_rate or 0,
                inventory_advance_rate=revolver.inventory_advance_rate or 0,
            )
        )
    return tuple(drawn), tuple(facility)


def _pays(loan: Instrument, times: Timetable, month: int) -> bool:
    """Coupons fall due every n months from d0 and at maturity; after it the refinanced part goes on."""
    return month % loan.payment_interval_months == 0 or month == times.maturity_month


def _due(
    m: Arithmetic, loan: Instrument, month_ends: tuple[date, ...], all_in: tuple[int, ...], times: Timetable
) -> list[tuple[Cell, Cell]]:
    """What falls due in each month, as part of whole of the balance."""
    months = range(1, len(all_in) + 1)
    match loan.amortisation:
        case Amortisation.ANNUITY:
            return _annuity(m, loan, all_in, times)
        case Amortisation.CUSTOM:
            due = [_custom_row(loan, month_ends[month - 1], month_ends[month]) for month in months]
        case Amortisation.LINEAR:
            due = [(int(_pays(loan, times, month)), payments_left(loan, times, month)) for month in months]
        case Amortisation.BULLET:
            due = [(0, 1) for _ in months]
    return [_at_maturity(times, month, due[month - 1]) for month in months]


def _at_maturity(times: Timetable, month: int, due: tuple[Cell, Cell]) -> tuple[Cell, Cell]:
    """Everything falls due at maturity, and nothing after it."""
    if month < times.maturity_month:
        return due
    return (1, 1) if month == times.maturity_month else (0, 1)


def payments_left(loan: Instrument, times: Timetable, month: int) -> int:
    """The payments from a month on, the one at maturity included and a short one counted whole."""
    return max(1, -(-(times.maturity_month - month) // loan.payment_interval_months) + 1)


def _custom_row(loan: Instrument, start: date, end: date) -> tuple[int, int]:
    """The rows of a month over the rows that are still to come, so that balances taken later scale them."""
    to_come = [row for row in loan.principal_payments if row.payment_date > start]
    return sum(row.principal for row in to_come if row.payment_date <= end), sum(row.principal for row in to_come)


def _annuity(m: Arithmetic, loan: Instrument, all_in: tuple[int, ...], times: Timetable) -> list[tuple[Cell, Cell]]:
    """The contract's own course in whole cents: a level payment, set anew when the rate changes, less cash interest.

    60,000.00 at 10 % over 12 months pays 5,274.95, the last time 5,275.00. Interest that capitalises leaves the
    payment level too: more of it is principal, so that a higher rate never asks for less cash.
    """
    due: list[tuple[Cell, Cell]] = []
    balance, accrued, carry, payment, levelled_at = loan.principal, 0, 0, 0, None
    for month, rate in enumerate(all_in, start=1):
        accrued, carry = m.accrue(balance, rate, times.ticks[month - 1], accrued, carry)
        if month >= times.maturity_month or not _pays(loan, times, month):
            due.append(_at_maturity(times, month, (0, 1)))
            continue
        if rate != levelled_at:
            payment = _level_payment(m, loan, balance, rate, payments_left(loan, times, month))
            levelled_at = rate
        capitalised = m.times(accrued, loan.pik_share)
        balance = balance + capitalised
        principal = m.least(m.most(payment - (accrued - capitalised), 0), balance)
        due.append((principal, balance))
        balance, accrued, carry = balance - principal, 0, 0
    return due


def _level_payment(m: Arithmetic, loan: Instrument, balance: Cell, rate: int, payments: int) -> Cell:
    """Without interest it is an even share, exactly: 10,072.53 in 18 payments is 559.585, and so 559.58."""
    if rate == 0:
        return m.prorate(balance, 1, payments)
    return m.prorate(balance, annuity_factor(rate, loan.payment_interval_months, payments), FACTOR_SCALE)


@lru_cache(maxsize=65536)
def annuity_factor(rate: int, interval_months: int, payments: int) -> int:
    """Level payment over balance, p / (1 - (1 + p)^-n) with p the rate of one interval, above 0, in 10^-40."""
    period = POWERS.divide(Decimal(rate * interval_months), Decimal(12 * NANO))
    grown = POWERS.power(POWERS.add(Decimal(1), period), Decimal(payments))
    factor = POWERS.divide(POWERS.multiply(period, grown), POWERS.subtract(grown, Decimal(1)))
    return int(POWERS.to_integral_value(POWERS.scaleb(factor, 40)))
