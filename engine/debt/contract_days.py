"""The days that a loan's contract names: when it is lent, paid and repaid, before they are rolled to business days."""

from datetime import date
from fractions import Fraction

from ..inputs.calendar import Cycle
from ..numbers.exact import ACCRUAL_DIVISOR
from ..values.faults import Fault, Reason, Refused
from ..values.in_words import amount_text
from .cycles import CycleDays, accrual_ticks, after
from .loan import Loan, Repayment


def lent_on(loan: Loan) -> date:
    """The first day of the principal: the start, or the business day to which the start is rolled back."""
    return _not_after(loan, loan.start_date)


def first_payment(loan: Loan) -> date:
    """The day of the first payment of principal, or the business day to which it is rolled back."""
    return _not_after(loan, first_principal_day(loan))


def _not_after(loan: Loan, day: date) -> date:
    return min(day, loan.calendar.roll(day)[0])


def maturity(loan: Loan) -> date:
    """The day of the last payment: as the contract says it, or the day to which the payments lead."""
    if loan.maturity_date:
        return loan.maturity_date
    if loan.principal_payments:
        return max(payment.day for payment in loan.principal_payments)
    if loan.annuity_end_date:
        return loan.annuity_end_date
    return _last_payment(loan)


def _last_payment(loan: Loan) -> date:
    """The first payment and as many more as the principal needs at its opening speed."""
    cycle = _principal_cycle(loan)
    first = anchor_of(loan, cycle)
    speed = Fraction(loan.payment or 0)
    if loan.repayment is not Repayment.LINEAR:
        period = accrual_ticks(loan.day_count, first, after(first, cycle.count, cycle.unit))
        speed -= Fraction(loan.principal * loan.rate * period, ACCRUAL_DIVISOR)
    if speed <= 0:
        value = amount_text("{}", loan.payment or 0)
        raise Refused([Fault("payment", Reason.CONFLICT, value, "more than the interest, or a maturity_date")])
    payments = int(-(-loan.principal // speed))
    beyond = after(first, payments * cycle.count, cycle.unit)
    return CycleDays(first, beyond, cycle, loan.month_end)[payments - 1]


def first_principal_day(loan: Loan) -> date:
    """The first day of the cycle of principal, however long ago."""
    return min(anchor_of(loan, _principal_cycle(loan)), maturity(loan))


def principal_days(loan: Loan) -> CycleDays | tuple[date, ...]:
    """The days of principal by cycle, maturity last; none for a loan that has no cycle of principal."""
    return days_of(loan, _principal_cycle(loan), maturity(loan)) if loan.principal_cycle else ()


def levelling_days(loan: Loan) -> CycleDays:
    """The days over which an annuity is levelled: to the end of its amortisation, which may lie after maturity."""
    return days_of(loan, _principal_cycle(loan), loan.annuity_end_date or maturity(loan))


def interest_cycles(loan: Loan) -> tuple[CycleDays | tuple[date, ...], ...]:
    """The days of interest, as cycles that may share days; maturity is one of them.

    A level payment or an annuity pays interest first, so each of its days of principal is a day of interest; before
    them the cycle of interest has its own.
    """
    cycle = loan.interest_cycle
    if loan.repayment in (Repayment.LEVEL, Repayment.ANNUITY):
        first = first_principal_day(loan)
        before = (days_of(loan, cycle, first),) if cycle and anchor_of(loan, cycle) < first else ()
        return (*before, principal_days(loan))
    return (days_of(loan, cycle, maturity(loan)) if cycle else (maturity(loan),),)


def days_of(loan: Loan, cycle: Cycle, end: date) -> CycleDays:
    """The days of one of a loan's cycles up to an end, which closes it."""
    return CycleDays(anchor_of(loan, cycle), end, cycle, loan.month_end)


def anchor_of(loan: Loan, cycle: Cycle) -> date:
    """The anchor of a cycle; without an anchor of its own, one cycle after the start."""
    return cycle.anchor_date or after(loan.start_date, cycle.count, cycle.unit)


def _principal_cycle(loan: Loan) -> Cycle:
    if loan.principal_cycle is None:
        raise ValueError(f"a loan repaid {loan.repayment.value} has no cycle of principal")
    return loan.principal_cycle
