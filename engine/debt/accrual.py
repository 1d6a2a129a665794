"""The recursion of a loan: what one accrual period, and the event at its end, do to a balance.

Here interest accrues, a coupon falls due, a part of it capitalises and principal falls due, in the books and in the
month of the model. `transitions` says it event by event, of a contract that is paid as it stands.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..numbers.exact import Arithmetic
from ..values.units import AllInRate, Carry, Factor, Flag, Money, Part, Ticks

FEWEST_PERIODS = 2  #: of a month: plain loans, which have a second one only where they mature inside it, all have both


class Balance(NamedTuple):
    """Principal that is not overdue, and the interest of the running coupon."""

    principal: Money
    accrued: Money
    carry: Carry  #: the fraction of a cent of `accrued`, see `Arithmetic.accrue`


class AccrualPeriod(NamedTuple):
    """A stretch of time at one rate, and what falls due at its end."""

    rate: AllInRate
    ticks: Ticks
    pays: Flag  #: 1 where the coupon falls due
    pik_part: Part
    pik_whole: Part  #: part of whole is the share of the coupon that is added to the principal
    due_part: Part
    due_whole: Part  #: part of whole is the share of the principal that falls due; below 0 it grows
    refinanced_share: Factor = 0  #: of what falls due: it stays
    base_part: Part | None = None  #: part of whole is the interest base as a share of the principal;
    base_whole: Part | None = None  #: None where interest is taken on the principal itself


class MonthlyPeriods(NamedTuple):
    """The accrual periods of a loan in each month, as many in every month, and what falls due in it as it is played."""

    opening_rates: Sequence[AllInRate]
    periods: Sequence[tuple[AccrualPeriod, ...]]
    interest: Sequence[Money] | None  #: due in cash; None where the periods have to be played as they stand
    principal: Sequence[Money] | None
    is_refused: Flag = False  #: of columns; of a single path whoever plays it raises why


class FallenDue(NamedTuple):
    """What accrued over an accrual period and what fell due at its end."""

    interest: Money  #: accrued over the period
    coupon: Money  #: due in cash
    capitalised: Money
    principal: Money  #: due in cash
    refinanced: Money

    def plus(self, other: "FallenDue") -> "FallenDue":
        return FallenDue(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


#: Nothing falls due, in no time.
EMPTY_PERIOD = AccrualPeriod(rate=0, ticks=0, pays=0, pik_part=0, pik_whole=1, due_part=0, due_whole=1)
NOTHING_DUE = FallenDue(interest=0, coupon=0, capitalised=0, principal=0, refinanced=0)


def accrue_and_fall_due(
    m: Arithmetic, balance: Balance, period: AccrualPeriod, interest_base: Money | None = None, is_called: Flag = 0
) -> tuple[Balance, FallenDue]:
    """Accrue over a period, then let the coupon and the principal fall due; the balance left, and what fell due.

    Interest is taken on `interest_base` where there is one, else on the period's share of the principal. On a debt
    that is called nothing capitalises.
    """
    base = _interest_base(m, balance, period) if interest_base is None else interest_base
    accrued, carry = m.accrue(base, period.rate, period.ticks, balance.accrued, balance.carry)
    coupon = m.where(period.pays, accrued, 0)
    capitalised = m.where(is_called, 0, m.prorate(coupon, period.pik_part, period.pik_whole))
    principal = balance.principal + capitalised
    falling_due = m.prorate(principal, period.due_part, period.due_whole)
    refinanced = m.times(falling_due, period.refinanced_share)
    due = falling_due - refinanced
    left = Balance(principal - due, accrued - coupon, m.where(period.pays, 0, carry))
    return left, FallenDue(accrued - balance.accrued, coupon - capitalised, capitalised, due, refinanced)


def play(
    m: Arithmetic, balance: Balance, periods: Sequence[AccrualPeriod], is_called: Flag = 0
) -> tuple[Balance, FallenDue]:
    """Play accrual periods one after the other; the balance left, and what fell due in all of them."""
    due = NOTHING_DUE
    for period in periods:
        balance, at_its_end = accrue_and_fall_due(m, balance, period, is_called=is_called)
        due = at_its_end if due is NOTHING_DUE else due.plus(at_its_end)
    return balance, due


def _interest_base(m: Arithmetic, balance: Balance, period: AccrualPeriod) -> Money:
    if period.base_part is None or period.base_whole is None:
        return balance.principal
    return m.prorate(balance.principal, period.base_part, period.base_whole)
