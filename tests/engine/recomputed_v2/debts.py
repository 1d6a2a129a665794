"""What accrues and falls due on a debt: its contract cut into accrual periods, and a month of it on the actual balance.

The contract is played once on its own course (as if all is paid and nothing prepaid), at the stressed rates. It gives
for each period the share of the principal that falls due, so that on the actual balance a prepayment scales what
remains: scheduled principal of t = prorate(performing after PIK, a_t, A_t).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise

from tests.engine.recomputed_v2.arithmetic import NANO, Money, prorate, rounded, times
from tests.engine.recomputed_v2.company import Debt, Loan, Revolver, Scenario
from tests.engine.recomputed_v2.days import ends_its_month, month_end, month_of, years
from tests.engine.recomputed_v2.paths import MONTHS
from tests.engine.recomputed_v2.rates import all_in_rates, reset_months

Part = tuple[Money, Money]  #: so much of so much
NOTHING: Part = (0, 1)
ALL: Part = (1, 1)


@dataclass(frozen=True)
class Period:
    """A stretch of days at one rate, and what its last day does."""

    rate: int
    years: Fraction
    pays: bool = False  #: the coupon falls due
    capitalised: Part = NOTHING  #: the share of the coupon that is added to the principal
    due: Part = NOTHING  #: the share of the principal that falls due
    refinanced: int = 0  #: the share of that which rolls over, in nanos


@dataclass(frozen=True)
class Contract:
    """A debt under a scenario, months 0 to 36."""

    debt: Debt
    d0: date
    maturity_month: int
    rates: list[int]
    month_years: list[Fraction]  #: of each whole month
    periods: list[list[Period]]


@dataclass(frozen=True)
class Played:
    """A month of a debt before anything is paid."""

    coupon: Money  #: newly due in cash
    capitalised: Money
    expense: Money
    scheduled: Money  #: principal newly due, what rolls over taken off
    refinanced: Money
    performing: Money
    grown: Fraction  #: interest of the running coupon, unrounded

    @property
    def accrued(self) -> Money:
        return rounded(self.grown)


def play(periods: list[Period], performing: Money, grown: Fraction, called: bool = False) -> Played:
    """Accrue over each period, then let its coupon and its principal fall due. A coupon rounds once.

    In the month of a call nothing capitalises.
    """
    opening = rounded(grown)
    coupons = capitalised = scheduled = refinanced = 0
    for period in periods:
        grown += Fraction(performing) * period.rate * period.years / NANO
        coupon = rounded(grown) if period.pays else 0
        added = 0 if called else prorate(coupon, *period.capitalised)
        performing += added
        falls_due = prorate(performing, *period.due)
        stays = times(falls_due, period.refinanced)
        performing -= falls_due - stays
        grown = Fraction(0) if period.pays else grown
        coupons, capitalised = coupons + coupon, capitalised + added
        scheduled, refinanced = scheduled + falls_due - stays, refinanced + stays
    return Played(
        coupon=coupons - capitalised,
        capitalised=capitalised,
        expense=coupons + rounded(grown) - opening,
        scheduled=scheduled,
        refinanced=refinanced,
        performing=performing,
        grown=grown,
    )


def contract(debt: Debt, d0: date, scenario: Scenario, path: dict[str, list[int]]) -> Contract:
    """The accrual periods of a debt in each month; from the maturity on those of the refinanced part."""
    rates, last = all_in_rates(debt.rate, scenario, path), month_of(d0, debt.maturity)
    whole = [years(debt.day_count, d0, month_end(d0, max(t - 1, 0)), month_end(d0, t)) for t in range(MONTHS + 1)]
    refinanced = path["refinanced_share"][last] if last <= MONTHS else 0
    if isinstance(debt, Revolver):
        periods = revolver_periods(debt, d0, rates, last, refinanced)
    else:
        periods = Course(debt, d0, rates, last, reset_months(debt, scenario, path)).periods(refinanced)
    for t in range(last + 1, MONTHS + 1):
        pays = t % debt.interval_months == 0
        periods.append([Period(rates[t], whole[t], pays, (debt.pik_share, NANO))])
    return Contract(debt, d0, last, rates, whole, periods)


def after_maturity(debt: Debt, d0: date, rate: int, last: int) -> Period:
    """From the day of maturity to the end of its month."""
    return Period(rate, years(debt.day_count, d0, debt.maturity, month_end(d0, last)))


def revolver_periods(revolver: Revolver, d0: date, rates: list[int], last: int, refinanced: int) -> list[list[Period]]:
    """Monthly coupons, and the whole of it due on the day of maturity."""
    months: list[list[Period]] = [[]]
    for t in range(1, min(last, MONTHS) + 1):
        start, end = month_end(d0, t - 1), month_end(d0, t)
        to = revolver.maturity if t == last else end
        period = Period(rates[t], years(revolver.day_count, d0, start, to), pays=True)
        if t == last:
            period = Period(period.rate, period.years, True, NOTHING, ALL, refinanced)
        months.append([period, after_maturity(revolver, d0, rates[t], last)] if t == last else [period])
    return months


class Course:
    """A loan on its own course: every payment made on its day, nothing prepaid, in whole minor units."""

    def __init__(self, loan: Loan, d0: date, rates: list[int], last: int, resets: int | None) -> None:
        self.loan, self.d0, self.rates, self.last, self.resets = loan, d0, rates, last, resets
        rows = {row.day: row.amount for row in loan.rows if row.day > d0}
        self.rows = {day: amount for day, amount in rows.items() if day < loan.maturity}
        # Rows are weights: balances taken at a later date scale those that are still to come.
        self.balance: Money = sum(rows.values()) if rows else loan.principal
        self.grown = Fraction(loan.accrued_interest)
        self.payment: Money = loan.payment
        self.levelled_at: int | None = None
        self.since, self.elapsed = d0, Fraction(0)  # the last event, and the time counted from it so far

    def periods(self, refinanced: int) -> list[list[Period]]:
        loan = self.loan
        months: list[list[Period]] = [[]]
        for t in range(1, min(self.last, MONTHS) + 1):
            self.reset(t)
            start, end = month_end(self.d0, t - 1), month_end(self.d0, t)
            days = {day for day in self.rows if start < day <= end} | {min(end, loan.maturity)}
            months.append([self.period(t, day, refinanced) for day in sorted(days)])
            if t == self.last:
                months[t].append(after_maturity(loan, self.d0, self.rates[t], t))
        return months

    def reset(self, t: int) -> None:
        """At the beginning of a month: time is counted anew from a reset, and an annuity is levelled at a new rate."""
        first = self.loan.interval_months  # month of the first payment
        has_payments = first < self.last
        is_reset = self.resets is not None and t > 1 and (t - 1) % self.resets == 0
        if is_reset:
            self.since, self.elapsed = month_end(self.d0, t - 1), Fraction(0)
        # A reset before the first payment levels in place of the first day.
        opens = t == 1 and not (has_payments and self.resets is not None and self.resets < first)
        if self.loan.amortisation == "annuity" and (opens or is_reset) and self.rates[t] != self.levelled_at:
            self.payment, self.levelled_at = self.level(t), self.rates[t]

    def period(self, t: int, day: date, refinanced: int) -> Period:
        """Up to a day: the end of the month, a row, or the maturity."""
        matures = day == self.loan.maturity
        pays = matures or (day == month_end(self.d0, t) and t % self.loan.interval_months == 0)
        since_event = self.time(self.since, day)
        passed, self.elapsed = since_event - self.elapsed, since_event
        self.grown += Fraction(self.balance) * self.rates[t] * passed / NANO
        coupon = rounded(self.grown) if pays else 0
        if matures:
            pik = (self.loan.pik_share, NANO)
            return Period(self.rates[t], passed, True, pik, ALL, refinanced)
        principal = self.principal_due(t, day, coupon, pays)
        pik = (self.loan.pik_share, NANO) if principal >= 0 else (-principal, coupon)
        added = prorate(coupon, *pik) if pays else 0
        even_share = self.loan.amortisation == "linear" and pays and not added
        due = (1, self.payments_left(t)) if even_share else (max(principal, 0), self.balance + added)
        self.balance += added - max(principal, 0)
        if pays:
            self.grown = Fraction(0)
        if pays or day in self.rows:
            self.since, self.elapsed = day, Fraction(0)
        return Period(self.rates[t], passed, pays, pik, due)

    def principal_due(self, t: int, day: date, coupon: Money, pays: bool) -> Money:
        """Before the coupon joins the principal; below 0 what a level payment does not reach of its interest."""
        loan = self.loan
        if day in self.rows:
            return min(self.rows[day], self.balance)
        if not pays or loan.amortisation in ("bullet", "custom"):
            return 0
        if loan.amortisation == "linear":
            return prorate(self.balance, 1, self.payments_left(t))
        in_cash = coupon - prorate(coupon, loan.pik_share, NANO)
        due = min(self.payment - in_cash, self.balance)
        return max(due, 0) if loan.amortisation == "annuity" else due

    def payments_left(self, t: int) -> int:
        """Payments of principal from month t on, the maturity included."""
        return 1 + sum(later % self.loan.interval_months == 0 for later in range(t, self.last))

    def level(self, t: int) -> Money:
        """The equal payments from month t on whose present value is the balance and what has accrued on it."""
        start, interval = month_end(self.d0, t - 1), self.loan.interval_months
        payments = [month_end(self.d0, later) for later in range(t, self.last) if later % interval == 0]
        times_between = [self.time(*days) for days in pairwise([start, *payments, self.loan.maturity])]
        accrued = rounded(self.grown)
        if not self.rates[t]:
            return rounded(Fraction(self.balance + accrued) / len(times_between))
        growth = [1 + Fraction(self.rates[t], NANO) * time for time in times_between]
        worth = present_value(growth[1:])
        on_principal = rounded(Fraction(self.balance) * growth[0] / worth)
        return on_principal + rounded(Fraction(accrued) / worth)

    def time(self, start: date, end: date) -> Fraction:
        """In 30E/360 ISDA the last of February is the 30th, but not where it is the maturity."""
        time = years(self.loan.day_count, self.d0, start, end)
        closes = self.loan.day_count == "30e_360_isda" and start < end == self.loan.maturity
        if closes and end.month == 2 and ends_its_month(end):
            time -= Fraction(30 - end.day, 360)
        return time


PRECISE = Context(prec=80)


def present_value(growth: list[Fraction]) -> Fraction:
    """Of payments of 1 on the day of the first of them: 1 + 1/g_1 + 1/(g_1 g_2) + ..."""
    worth = Decimal(1)
    for factor in reversed(growth):
        divisor = PRECISE.divide(Decimal(factor.numerator), Decimal(factor.denominator))
        worth = PRECISE.add(Decimal(1), PRECISE.divide(worth, divisor))
    return Fraction(worth)
