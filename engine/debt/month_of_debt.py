"""A debt through a month: what accrues, what falls due, what is paid on it."""

from typing import NamedTuple

from ..numbers.exact import Arithmetic
from ..values.units import AllInRate, Carry, Money
from .accrual import NOTHING_DUE, Balance, accrue_and_fall_due
from .monthly_terms import DebtTerms, RevolverTerms


class DebtState(NamedTuple):
    """A debt between two months; its claim is performing + overdue + accrued + interest_arrears."""

    performing: Money  #: principal not overdue
    overdue: Money  #: principal due and unpaid
    accrued: Money  #: interest of the running coupon, not yet due
    carry: Carry  #: its fraction of a cent, see `Arithmetic.accrue`
    interest_arrears: Money  #: interest due and unpaid; bears none

    @property
    def balance(self) -> Money:
        return self.performing + self.overdue

    @property
    def unpaid(self) -> Money:
        return self.overdue + self.interest_arrears

    @property
    def claim(self) -> Money:
        return self.performing + self.overdue + self.accrued + self.interest_arrears


class Dues(NamedTuple):
    """What falls due on a debt in the month, and what is left, before anything is paid."""

    opening: DebtState
    rate: AllInRate
    interest_accrued: Money
    interest_capitalised: Money
    interest_due: Money  #: new this month, in cash
    principal_scheduled: Money  #: new this month, refinancing taken off
    refinanced: Money
    overadvance: Money  #: new this month
    performing: Money
    accrued: Money
    carry: Carry

    @property
    def principal_due(self) -> Money:
        return self.principal_scheduled + self.overadvance


class Paid(NamedTuple):
    """What cash is paid on a debt, and drawn, in the month."""

    interest: Money
    principal: Money
    drawn: Money
    prepaid: Money


def opening_debt(principal: Money) -> DebtState:
    """A debt on the analysis date: nothing is overdue, accrued or in arrears."""
    return DebtState(performing=principal, overdue=0, accrued=0, carry=0, interest_arrears=0)


def fall_due(m: Arithmetic, state: DebtState, terms: DebtTerms) -> Dues:
    """Play the accrual periods of the month on the performing balance; overdue principal bears interest monthly."""
    on_overdue, _ = m.accrue(state.overdue, terms.overdue_rate, terms.overdue_ticks, 0, 0)
    balance, due = Balance(state.performing, state.accrued, state.carry), NOTHING_DUE
    for period in terms.periods:
        balance, at_its_end = accrue_and_fall_due(m, balance, period)
        due = due.plus(at_its_end)
    return Dues(
        opening=state,
        rate=terms.rate,
        interest_accrued=due.interest + on_overdue,
        interest_capitalised=due.capitalised,
        interest_due=due.coupon + on_overdue,
        principal_scheduled=due.principal,
        refinanced=due.refinanced,
        overadvance=0,
        performing=balance.principal,
        accrued=balance.accrued,
        carry=balance.carry,
    )


def revolver_falls_due(
    m: Arithmetic, state: DebtState, terms: DebtTerms, facility: RevolverTerms, borrowing_base: Money | None
) -> Dues:
    """The dues of a debt, with the undrawn fee and what is drawn beyond the borrowing base (None where there is none).

    The fee is A/360 on what was contractually undrawn at the opening, due monthly. Overdue principal is due already
    and is no overadvance.
    """
    dues = fall_due(m, state, terms)
    undrawn = m.most(facility.fee_commitment - state.balance, 0)
    fee, _ = m.accrue(undrawn, facility.fee_rate, facility.fee_ticks, 0, 0)
    overadvance = 0 if borrowing_base is None else m.most(dues.performing - borrowing_base, 0)
    return dues._replace(
        interest_accrued=dues.interest_accrued + fee,
        interest_due=dues.interest_due + fee,
        overadvance=overadvance,
        performing=dues.performing - overadvance,
    )


def after(dues: Dues, paid: Paid) -> DebtState:
    """The debt at the end of the month: what was not paid is overdue or in arrears."""
    before = dues.opening
    return DebtState(
        performing=dues.performing + paid.drawn - paid.prepaid,
        overdue=before.overdue + dues.principal_due - paid.principal,
        accrued=dues.accrued,
        carry=dues.carry,
        interest_arrears=before.interest_arrears + dues.interest_due - paid.interest,
    )
