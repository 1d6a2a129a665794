"""A debt through a month: what accrues, what falls due, what is paid on it."""

from typing import NamedTuple

from ..numbers.exact import Arithmetic, Cell
from .accrual import Balance, FallenDue, run
from .monthly_terms import DebtTerms, RevolverTerms


class DebtState(NamedTuple):
    """A debt between two months. What is owed in all is performing + overdue + accrued + interest_arrears."""

    performing: Cell  #: principal not overdue
    overdue: Cell  #: principal due and unpaid
    accrued: Cell  #: interest of the running coupon, not yet due
    carry: Cell  #: its fraction of a cent, see `Arithmetic.accrue`
    interest_arrears: Cell  #: interest due and unpaid; bears none

    @property
    def balance(self) -> Cell:
        return self.performing + self.overdue

    @property
    def unpaid(self) -> Cell:
        return self.overdue + self.interest_arrears

    @property
    def claim(self) -> Cell:
        return self.performing + self.overdue + self.accrued + self.interest_arrears


class Dues(NamedTuple):
    """A debt after its contract spoke and before anything is paid."""

    opening: DebtState
    rate: Cell
    interest_accrued: Cell
    interest_capitalised: Cell
    interest_due: Cell  #: newly, in cash
    principal_scheduled: Cell  #: newly, refinancing taken off
    refinanced: Cell
    overadvance: Cell  #: newly
    performing: Cell
    accrued: Cell
    carry: Cell

    @property
    def principal_due(self) -> Cell:
        return self.principal_scheduled + self.overadvance


class Paid(NamedTuple):
    """What cash did to a debt in the month."""

    interest: Cell
    principal: Cell
    drawn: Cell
    prepaid: Cell


def fall_due(m: Arithmetic, state: DebtState, terms: DebtTerms) -> Dues:
    """Play the legs of the month on the balance that is not overdue; overdue principal costs interest monthly."""
    on_overdue, _ = m.accrue(state.overdue, terms.overdue_rate, terms.overdue_ticks, 0, 0)
    balance, fallen = Balance(state.performing, state.accrued, state.carry), FallenDue(0, 0, 0, 0, 0)
    for leg in terms.legs:
        balance, more = run(m, balance, leg)
        fallen = fallen.plus(more)
    return Dues(
        opening=state,
        rate=terms.rate,
        interest_accrued=fallen.interest + on_overdue,
        interest_capitalised=fallen.capitalised,
        interest_due=fallen.coupon + on_overdue,
        principal_scheduled=fallen.principal,
        refinanced=fallen.refinanced,
        overadvance=0,
        performing=balance.principal,
        accrued=balance.accrued,
        carry=balance.carry,
    )


def revolver_falls_due(m: Arithmetic, state: DebtState, terms: DebtTerms, facility: RevolverTerms, base: Cell) -> Dues:
    """The dues of a debt, with the undrawn fee and what is drawn beyond the borrowing base (None: there is none).

    The fee is A/360 on what was contractually undrawn at the opening, due monthly. Overdue principal is due already
    and no overadvance.
    """
    dues = fall_due(m, state, terms)
    undrawn = m.most(facility.fee_commitment - state.balance, 0)
    fee, _ = m.accrue(undrawn, facility.fee_rate, facility.fee_ticks, 0, 0)
    overadvance = 0 if base is None else m.most(dues.performing - base, 0)
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
