"""Rates, interest and principal of each debt computed again, by counting days one by one."""

from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from seawall.engine.inputs.instruments import Amortisation, Instrument, PrincipalPayment
from seawall.engine.inputs.revolver import Debt, Revolver
from seawall.engine.inputs.scenario import RateScope
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.numbers.months import month_end, month_of
from seawall.engine.values.units import NANO
from tests.engine.executed import Money, Run, in_force, part, stress


def rates_are_the_stressed_index_between_floor_and_cap(run: Run) -> None:
    factor, shift = stress(run, "interest_rate_change_factor"), stress(run, "interest_rate_shift")
    scope = run.case.scenario.assumptions.interest_rate_scope
    for debt, months in run.facilities():
        for t, month in enumerate(months):
            if debt.fixed_rate is not None:
                assert month.rate == round(debt.fixed_rate * part(factor[t] if scope is RateScope.ALL else NANO))
                continue
            terms = debt.floating_rate
            assert terms is not None
            reset = t - t % terms.reset_interval_months
            index = round(terms.index * part(factor[reset])) + shift[reset]
            index = min(index, index if terms.cap is None else terms.cap)
            index = max(index, index if terms.floor is None else terms.floor)
            assert month.rate == max(0, index + terms.spread)


#: Day counts in which the days of the months of a period do not add up to its own: QuantLib checks these coupons.
BY_WHOLE_PERIODS = (DayCount.THIRTY_360_BOND, DayCount.THIRTY_E_360, DayCount.THIRTY_E_360_ISDA)


def pays_its_own_amounts(debt: Debt) -> bool:
    """A table whose coupons capitalise pays its rows as written, and no share of the balance: see the laws of loans."""
    return isinstance(debt, Instrument) and debt.amortisation is Amortisation.CUSTOM and bool(debt.pik_share)


def interest_rounds_once_a_coupon(run: Run) -> None:
    """Balance x rate x time since the last payment, by the day count; PIK capitalises; what is unpaid pays monthly.

    In the month of maturity the loan accrues to that day, and what is refinanced from that day on. The first coupon has
    the accrued interest. What is called capitalises nothing and leaves nothing accrued.
    """
    d0 = run.execution.analysis_date
    for debt, months in run.facilities():
        if debt.day_count in BY_WHOLE_PERIODS or pays_its_own_amounts(debt):
            continue
        last, performing, unpaid = month_of(d0, debt.maturity_date), debt.opening_balance, 0
        every = 1 if isinstance(debt, Revolver) else debt.payment_interval_months
        exact, accrued = Fraction(debt.accrued_interest), debt.accrued_interest
        for number, month in enumerate(months, start=1):
            start, end = month_end(d0, number - 1), month_end(d0, number)
            whole = time_of(debt.day_count, start, end, whole_month=True)
            until = min(end, debt.maturity_date) if number == last else end
            time = time_of(debt.day_count, start, until, whole_month=until == end)
            exact += part(month.rate) * sum(
                balance * years for balance, years in stretches(run, debt, number, performing, time)
            )
            coupon = run.rounded(exact)
            charged = coupon - accrued
            late = run.rounded(unpaid * part(month.rate + debt.default_margin) * whole)
            acting = in_force(run, number)
            called = debt.facility_id in acting.called
            if debt.facility_id in acting.bears_margin:
                late += run.rounded(performing * part(debt.default_margin) * whole)
            due = late + fee(run, debt, month.opening_balance, start, min(end, debt.maturity_date))
            charged += due
            if number == last or number % every == 0:
                if isinstance(debt, Revolver) or debt.amortisation is not Amortisation.LEVEL:
                    assert month.interest_capitalised == (0 if called else run.rounded(coupon * part(debt.pik_share)))
                due += coupon - month.interest_capitalised
                after_maturity = whole - time
                if debt.day_count is not DayCount.THIRTY_360 and number == last:
                    after_maturity = time_of(debt.day_count, until, end, whole_month=False)
                goes_on = month.called if called and number == last else month.refinanced
                exact = goes_on * part(month.rate) * after_maturity
                accrued = run.rounded(exact)
                charged += accrued
            else:
                assert month.interest_capitalised == 0
                accrued = coupon
            if called:
                due, accrued, exact = due + accrued, 0, Fraction(0)
            assert month.interest_due == due
            assert month.interest_accrued == charged
            assert month.accrued_interest == accrued
            performing, unpaid = month.closing_balance - month.overdue, month.overdue + month.interest_arrears


def fee(run: Run, debt: Debt, drawn: Money, start: date, end: date) -> Money:
    if isinstance(debt, Instrument) or end <= start:
        return 0
    undrawn = max(debt.commitment - drawn, 0)
    return run.rounded(undrawn * part(debt.undrawn_fee) * Fraction((end - start).days, 360))


@lru_cache(maxsize=65536)
def time_of(count: DayCount, start: date, end: date, whole_month: bool) -> Fraction:
    """The years from one day to another, counted day by day."""
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    match count:
        case DayCount.THIRTY_360 if whole_month:
            return Fraction(1, 12)
        case DayCount.THIRTY_360:
            first, last = (30 if (day + timedelta(days=1)).day == 1 else min(day.day, 30) for day in (start, end))
            months = (end.year - start.year) * 12 + end.month - start.month
            return Fraction(min(30, 30 * months + last - first), 360)
        case DayCount.ACTUAL_360:
            return Fraction(len(days), 360)
        case DayCount.ACTUAL_365:
            return Fraction(len(days), 365)
        case DayCount.THIRTY_360_BOND | DayCount.THIRTY_E_360 | DayCount.THIRTY_E_360_ISDA:
            return Fraction(days_of_30(count, start, end), 360)
        case DayCount.ACTUAL_ACTUAL:
            return sum((Fraction(1, 366 if day.year % 4 == 0 else 365) for day in days), Fraction(0))


def days_of_30(count: DayCount, start: date, end: date) -> int:
    """ISDA 2006, 4.16 (f), (g) and (h): the day that counts as the 30th differs."""
    first, last = start.day, end.day
    if count is DayCount.THIRTY_E_360_ISDA:
        first, last = (30 if (day + timedelta(days=1)).day == 1 else day.day for day in (start, end))
    first = min(first, 30)
    last = min(last, 30) if count is not DayCount.THIRTY_360_BOND or first == 30 else last
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def stretches(run: Run, debt: Debt, number: int, balance: Money, time: Fraction) -> list[tuple[Money, Fraction]]:
    """The balance that is not overdue through the month, and for how long: a custom schedule pays on its own days."""
    d0 = run.execution.analysis_date
    start, end = month_end(d0, number - 1), month_end(d0, number)
    last = min(end, debt.maturity_date) if number == month_of(d0, debt.maturity_date) else end
    periods, begun, passed = [], start, Fraction(0)
    for row, to_come in rows_of(debt, start, end):
        if row.payment_date == end:
            continue  # what falls due at the end of the month touches no day of it
        stretch = time_of(debt.day_count, start, row.payment_date, whole_month=False) - passed
        if debt.day_count is not DayCount.THIRTY_360:
            stretch = time_of(debt.day_count, begun, row.payment_date, whole_month=False)
        periods.append((balance, stretch))
        paid: Money = run.rounded(Fraction(balance) * row.principal / to_come) if to_come else 0
        balance = balance - paid
        begun, passed = row.payment_date, passed + stretch
    to_the_end = time - passed
    if debt.day_count is not DayCount.THIRTY_360:
        to_the_end = time_of(debt.day_count, begun, last, whole_month=False)
    return [*periods, (balance, to_the_end)]


def principal_falls_due_in_proportion_to_its_schedule(run: Run) -> None:
    """Of what is not overdue: nothing for a bullet, one of the payments left, or the rows of the month."""
    d0 = run.execution.analysis_date
    refinanced = stress(run, "refinanced_share")
    for debt, months in run.facilities():
        if pays_its_own_amounts(debt):
            continue
        last, performing = month_of(d0, debt.maturity_date), debt.opening_balance
        for number, month in enumerate(months, start=1):
            owed = performing + month.interest_capitalised
            earlier, left = rows_paid(run, debt, number, performing, month.interest_capitalised)
            if number == last:
                stays = run.rounded(left * part(refinanced[number - 1]))
                called = debt.facility_id in in_force(run, number).called
                assert (month.called, month.refinanced) == ((stays, 0) if called else (0, stays))
                assert month.principal_scheduled == earlier + left - stays
            elif number > last or isinstance(debt, Revolver) or debt.amortisation is Amortisation.BULLET:
                assert month.principal_scheduled == 0
            elif debt.pik_share and debt.amortisation in (Amortisation.CUSTOM, Amortisation.LINEAR):
                pass  # the contract's own amounts, before the coupon joins the principal: see the laws of loans
            elif debt.amortisation is Amortisation.CUSTOM:
                assert month.principal_scheduled == earlier
            elif number % debt.payment_interval_months:
                assert month.principal_scheduled == 0
            elif debt.amortisation is Amortisation.LINEAR:
                left = sum(n % debt.payment_interval_months == 0 for n in range(number, last)) + 1
                assert month.principal_scheduled == run.rounded(Fraction(owed) / left)
            performing = month.closing_balance - month.overdue


def rows_paid(run: Run, debt: Debt, number: int, performing: Money, capitalised: Money) -> tuple[Money, Money]:
    """What the rows of a custom schedule ask for in a month, and the balance after them and after the coupon."""
    d0 = run.execution.analysis_date
    start, end = month_end(d0, number - 1), month_end(d0, number)
    due: Money = 0
    left: Money = performing
    for row, to_come in rows_of(debt, start, end):
        left += capitalised if row.payment_date == end else 0
        paid = run.rounded(Fraction(left) * row.principal / to_come) if to_come else Fraction(0)
        due, left = due + paid, left - paid
    at_the_end = any(row.payment_date == end for row, _ in rows_of(debt, start, end))
    return due, left if at_the_end else left + capitalised


def rows_of(debt: Debt, start: date, end: date) -> list[tuple[PrincipalPayment, int]]:
    """The rows of a month before maturity, each with what the schedule asks for from it on."""
    if isinstance(debt, Revolver):
        return []
    rows = debt.principal_payments
    return [
        (row, sum(later.principal for later in rows[n:]))
        for n, row in enumerate(rows)
        if start < row.payment_date <= end and row.payment_date < debt.maturity_date
    ]


def an_annuity_pays_the_same_until_its_rate_changes(run: Run) -> None:
    """The payment whose present value is the balance, less cash interest, on the contract's own course."""
    d0 = run.execution.analysis_date
    for debt, months in run.facilities():
        if isinstance(debt, Revolver) or debt.amortisation is not Amortisation.ANNUITY:
            continue
        resets = debt.floating_rate.reset_interval_months if debt.floating_rate else 1
        if debt.day_count in BY_WHOLE_PERIODS or resets < debt.payment_interval_months:
            continue  # a reset before the first payment levels with the cents accrued so far
        last, every = month_of(d0, debt.maturity_date), debt.payment_interval_months
        contract, exact, payment, levelled_at = debt.opening_balance, Fraction(debt.accrued_interest), 0, None
        performing = debt.opening_balance
        for number, month in enumerate(months[: last - 1], start=1):
            start, end = month_end(d0, number - 1), month_end(d0, number)
            expected: Money = 0
            if month.rate != levelled_at:
                payment, levelled_at = level(run, debt, number, contract, run.rounded(exact)), month.rate
            exact += contract * part(month.rate) * time_of(debt.day_count, start, end, whole_month=True)
            if number % every == 0:
                interest, exact = run.rounded(exact), Fraction(0)
                capitalised = run.rounded(interest * part(debt.pik_share))
                contract += capitalised
                principal = min(max(payment - (interest - capitalised), 0), contract - capitalised)
                owed = performing + month.interest_capitalised
                expected = run.rounded(Fraction(owed) * principal / contract) if contract else 0
                contract -= principal
            # Without rounding the engine still keeps only 40 digits of the factor of a payment.
            assert abs(month.principal_scheduled - expected) < Fraction(1, 10**20)
            performing = month.closing_balance - month.overdue


def level(run: Run, debt: Instrument, number: int, balance: Money, accrued: Money) -> Money:
    """The payment from a month on whose present value is the balance with what has accrued on it."""
    d0, every, last = (
        run.execution.analysis_date,
        debt.payment_interval_months,
        month_of(run.execution.analysis_date, debt.maturity_date),
    )
    rate = part(run.execution.months[number - 1].facilities[slot_of(run, debt)].rate)
    begun = month_end(d0, number - 1)
    days = [month_end(d0, n) for n in range(number, last) if n % every == 0] + [debt.maturity_date]
    times = [between(d0, debt.day_count, start, end) for start, end in pairwise([begun, *days])]
    if rate == 0:
        return run.rounded(Fraction(balance + accrued) / len(days))
    worth = Fraction(1)
    for time in reversed(times[1:]):
        worth = 1 + worth / (1 + rate * time)
        worth = worth.limit_denominator(10**60)
    return run.rounded(balance * (1 + rate * times[0]) / worth) + run.rounded(accrued / worth)


def slot_of(run: Run, debt: Debt) -> int:
    return [facility.facility_id for facility in run.execution.facilities].index(debt.facility_id)


def between(d0: date, count: DayCount, start: date, end: date) -> Fraction:
    """Years between two days of a schedule: months of 30 days count from the analysis date."""
    if count is not DayCount.THIRTY_360:
        return time_of(count, start, end, whole_month=False)
    whole = month_of(d0, end) - month_of(d0, start)
    if end == month_end(d0, month_of(d0, end)):
        return Fraction(whole, 12)
    return Fraction(whole - 1, 12) + time_of(count, month_end(d0, month_of(d0, end) - 1), end, whole_month=False)
