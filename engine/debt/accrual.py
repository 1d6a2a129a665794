"""The recursion of a loan: what one stretch of time, and the event at its end, do to a balance.

This is the one place where interest accrues, a coupon falls due, a part of it capitalises and principal falls due:
for the contract's own course, unrounded for conformity with the standard, and in whole cents for the books and for
the month of the model.
"""

from typing import NamedTuple

from ..numbers.exact import Arithmetic, Cell


class Balance(NamedTuple):
    """Principal that is not overdue, and the interest of the running coupon."""

    principal: Cell
    accrued: Cell
    carry: Cell  #: the fraction of a cent of `accrued`, see `Arithmetic.accrue`


class AccrualPeriod(NamedTuple):
    """A stretch of time at one rate, and what happens at its end."""

    rate: Cell  #: nanos a year
    ticks: Cell
    pays: Cell  #: 1 where the coupon falls due
    pik_part: Cell
    pik_whole: Cell  #: part of whole is the share of the coupon that is added to the principal
    due_part: Cell
    due_whole: Cell  #: part of whole is the share of the principal that falls due; below 0 it grows
    refinanced_share: Cell = 0  #: of what falls due: it stays
    basis_part: Cell = None  #: part of whole of the principal is what interest is taken on;
    basis_whole: Cell = None  #: None where it is the principal itself


class FallenDue(NamedTuple):
    """What a leg brought."""

    interest: Cell  #: accrued over the stretch
    coupon: Cell  #: due in cash
    capitalised: Cell
    principal: Cell  #: due in cash
    refinanced: Cell

    def plus(self, more: "FallenDue") -> "FallenDue":
        return FallenDue(*(one + other for one, other in zip(self, more, strict=True)))


REST = AccrualPeriod(rate=0, ticks=0, pays=0, pik_part=0, pik_whole=1, due_part=0, due_whole=1)  #: nothing, in no time


def run(m: Arithmetic, balance: Balance, leg: AccrualPeriod, basis: Cell = None) -> tuple[Balance, FallenDue]:
    """Accrue over a leg (on `basis` where interest is not taken on the principal itself), then let things fall due."""
    on = _basis(m, balance, leg) if basis is None else basis
    accrued, carry = m.accrue(on, leg.rate, leg.ticks, balance.accrued, balance.carry)
    coupon = m.where(leg.pays, accrued, 0)
    capitalised = m.prorate(coupon, leg.pik_part, leg.pik_whole)
    principal = balance.principal + capitalised
    falling_due = m.prorate(principal, leg.due_part, leg.due_whole)
    refinanced = m.times(falling_due, leg.refinanced_share)
    due = falling_due - refinanced
    left = Balance(principal - due, accrued - coupon, m.where(leg.pays, 0, carry))
    return left, FallenDue(accrued - balance.accrued, coupon - capitalised, capitalised, due, refinanced)


def _basis(m: Arithmetic, balance: Balance, leg: AccrualPeriod) -> Cell:
    if leg.basis_whole is None:
        return balance.principal
    return m.prorate(balance.principal, leg.basis_part, leg.basis_whole)
