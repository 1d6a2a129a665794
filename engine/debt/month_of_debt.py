"""A debt through a month: what accrues, what falls due, what is paid on it."""

from typing import NamedTuple

from ..numbers.exact import Arithmetic
from ..values.units import AllInRate, Carry, Flag, Money
from .accrual import Balance, play
from .monthly_terms import DebtTerms
from .revolver_terms import RevolverTerms


class DebtState(NamedTuple):
    """A debt between two months; its claim is performing + overdue + accrued + interest_arrears."""

    performing: Money  #: principal not overdue
    overdue: Money  #: principal due and unpaid
    accrued: Money  #: interest of the running coupon, not yet due
    carry: Carry  #: its fraction of a cent, see `Arithmetic.accrue`
    interest_arrears: Money  #: interest due and unpaid
    last_instalment: Money  #: before the maturity: principal, with interest where it is level in its payment

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
    balloon: Money  #: of that, what the maturity asks for above the last regular instalment
    refinanced: Money
    overadvance: Money  #: new this month
    called: Money  #: new this month
    performing: Money
    accrued: Money
    carry: Carry
    last_instalment: Money

    @property
    def principal_due(self) -> Money:
        return self.principal_scheduled + self.overadvance + self.called


class Paid(NamedTuple):
    """What cash is paid on a debt, and drawn, in the month."""

    interest: Money
    principal: Money
    drawn: Money
    prepaid: Money


def opening_debt(principal: Money, accrued_interest: Money) -> DebtState:
    """A debt on the analysis date: nothing is overdue or in arrears."""
    return DebtState(principal, overdue=0, accrued=accrued_interest, carry=0, interest_arrears=0, last_instalment=0)


def fall_due(m: Arithmetic, state: DebtState, terms: DebtTerms, is_called: Flag = 0, bears_margin: Flag = 0) -> Dues:
    """Play the accrual periods of the month on the performing balance, then call all of it where it is called.

    What is overdue or in arrears bears the rate and the default margin over the month, due in it; the performing
    balance bears the margin where `bears_margin` says so.  30,000.00 at a margin of 2 % is 50.00 a month.
    """
    unpaid, ticks = state.overdue + state.interest_arrears, terms.overdue_ticks
    on_unpaid, _ = m.accrue(unpaid, terms.rate + terms.default_margin, ticks, 0, 0)
    margin, _ = m.accrue(state.performing, m.where(bears_margin, terms.default_margin, 0), ticks, 0, 0)
    left, due = play(m, Balance(state.performing, state.accrued, state.carry), terms.periods, is_called)
    called, accrual_called = m.where(is_called, left.principal, 0), m.where(is_called, left.accrued, 0)
    instalment = due.principal + m.where(terms.is_level_in_payment, due.coupon, 0)
    beyond_regular = m.least(m.most(instalment - state.last_instalment, 0), due.principal)
    return Dues(
        opening=state,
        rate=terms.rate,
        interest_accrued=due.interest + on_unpaid + margin,
        interest_capitalised=due.capitalised,
        interest_due=due.coupon + on_unpaid + margin + accrual_called,
        principal_scheduled=due.principal,
        balloon=m.where(terms.may_leave_balloon, beyond_regular, 0),
        refinanced=m.where(is_called, 0, due.refinanced),
        overadvance=0,
        called=called,
        performing=left.principal - called,
        accrued=left.accrued - accrual_called,
        carry=m.where(is_called, 0, left.carry),
        last_instalment=m.where(due.principal > 0, instalment, state.last_instalment),
    )


def revolver_falls_due(
    m: Arithmetic, dues: Dues, terms: DebtTerms, facility: RevolverTerms, borrowing_base: Money | None
) -> Dues:
    """The dues of a debt, with the undrawn fee and what is drawn beyond the borrowing base (None where there is none).

    The fee is A/360 on what was contractually undrawn at the opening, due monthly. Overdue principal is due already
    and is no overadvance, and from the month of maturity on there is none.
    """
    undrawn = m.most(facility.fee_commitment - dues.opening.balance, 0)
    fee, _ = m.accrue(undrawn, facility.fee_rate, facility.fee_ticks, 0, 0)
    beyond: Money = 0
    if borrowing_base is not None:
        beyond = m.where(terms.matured, 0, m.most(dues.performing - borrowing_base, 0))
    return dues._replace(
        interest_accrued=dues.interest_accrued + fee,
        interest_due=dues.interest_due + fee,
        overadvance=beyond,
        performing=dues.performing - beyond,
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
        last_instalment=dues.last_instalment,
    )
