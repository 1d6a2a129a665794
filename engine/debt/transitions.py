"""What each event does to a loan and pays: the state transition and the payoff of the ACTUS technical specification.

PAM, LAM, NAM and ANN, seen from the lender: what is lent is below 0, what comes back above.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from ..inputs.contract import Base
from ..numbers.exact import Arithmetic
from ..values.units import NANO, AllInRate, Carry, Factor, Money
from .accrual import Balance, FallenDue
from .annuity import SCALE, first_payment_factor, level_factor
from .events import Event
from .loan import FeeBasis, Loan, ScalingEffect
from .rates import reset_rate
from .timeline import Relevelling, TimedEvent

Index = Callable[[Event, date], AllInRate]  #: the index that a reset, or a scaling, reads on a day, in nanos


class LoanState(NamedTuple):
    """A loan between two events."""

    balance: Balance
    rate: AllInRate
    payment: Money | None  #: of principal where linear, of principal and interest where level or annuity
    levelled_at: AllInRate | None  #: the rate at which the payment was levelled last
    interest_base: Money | None  #: None where interest is taken on the principal itself
    fee: Money
    fee_carry: Carry
    interest_scale: Factor
    principal_scale: Factor


Change = tuple[LoanState, Money]  #: the state after an event, and its payoff
Transition = Callable[[Arithmetic, Loan, LoanState, TimedEvent, FallenDue, Index], Change]


def opening_interest_base(loan: Loan) -> Money | None:
    """The interest base when a loan is lent, or on its status date; None where it is the principal itself."""
    if loan.base is Base.CURRENT:
        return None
    return loan.principal if loan.base_amount is None else loan.base_amount


def _lend(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    accrued = loan.accrued_interest
    if accrued is None:
        accrued, _ = m.accrue(loan.principal, loan.rate, event.ticks_before, 0, 0)
    balance = Balance(loan.principal, accrued, 0)
    lent = state._replace(balance=balance, rate=loan.rate, interest_base=opening_interest_base(loan))
    return _levelled(m, lent, event.relevelling), -(loan.principal + loan.premium_discount)


def _pay_interest(
    m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index
) -> Change:
    return state, m.times(due.coupon, state.interest_scale)


def _pay_principal(
    m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index
) -> Change:
    return state, m.times(due.principal, state.principal_scale)


def _prepay(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    """What is prepaid, with its fee; the payments that remain shrink with the principal, so the end stays."""
    before = state.balance.principal + due.principal
    payment = None if state.payment is None else m.prorate(state.payment, state.balance.principal, before)
    return state._replace(payment=payment), due.principal + m.times(due.principal, loan.prepayment_fee)


def _pay_fee(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    if loan.fee and loan.fee.basis is FeeBasis.ABSOLUTE:
        return state, loan.fee.amount
    return state._replace(fee=0, fee_carry=0), state.fee


def _reset(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    rate = reset_rate(m, loan.reset, state.rate, index(event.kind, event.day)) if loan.reset else state.rate
    return state._replace(rate=rate), 0


def _reset_to_known(
    m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index
) -> Change:
    known = loan.reset.next_rate if loan.reset else None
    return state._replace(rate=state.rate if known is None else known), 0


def _level(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    return _levelled(m, state, event.relevelling), 0


def _levelled(m: Arithmetic, state: LoanState, over: Relevelling | None) -> LoanState:
    """The equal payments that repay principal and accrued interest; at an unchanged rate they stay as they are."""
    if over is None or state.rate == state.levelled_at:
        return state
    principal, accrued = state.balance.principal, state.balance.accrued
    if state.rate:
        payment = m.prorate(principal, first_payment_factor(state.rate, over.first, over.periods, over.start), SCALE)
        payment = payment + m.prorate(accrued, level_factor(state.rate, over.periods, over.start), SCALE)
    else:  # an even share, exactly: 10,072.53 in 18 payments is 559.585, and so 559.58
        payment = m.prorate(principal + accrued, 1, len(over.periods) - over.start + 1)
    return state._replace(payment=payment, levelled_at=state.rate)


def _buy(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    return state, -((loan.purchase.price if loan.purchase else 0) + state.balance.accrued)


def _terminate(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    payoff = (loan.termination.price if loan.termination else 0) + state.balance.accrued
    return state._replace(balance=Balance(0, 0, 0)), payoff


def _scale(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    if loan.scaling is None:
        return state, 0
    scale = m.prorate(NANO, index(event.kind, event.day), loan.scaling.index_at_deal)
    effect = loan.scaling.effect
    interest = state.interest_scale if effect is ScalingEffect.PRINCIPAL else scale
    principal = state.principal_scale if effect is ScalingEffect.INTEREST else scale
    return state._replace(interest_scale=interest, principal_scale=principal), 0


def _fix_base(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    return state._replace(interest_base=state.balance.principal), 0


def _no_change(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, due: FallenDue, index: Index) -> Change:
    return state, 0


TRANSITIONS: dict[Event, Transition] = {
    Event.INITIAL_EXCHANGE: _lend,
    Event.DRAW: _pay_principal,
    Event.PRINCIPAL: _pay_principal,
    Event.PREPAYMENT: _prepay,
    Event.INTEREST: _pay_interest,
    Event.CAPITALISATION: _no_change,
    Event.FEE: _pay_fee,
    Event.RESET: _reset,
    Event.RESET_FIXED: _reset_to_known,
    Event.LEVEL: _level,
    Event.PURCHASE: _buy,
    Event.TERMINATION: _terminate,
    Event.SCALING: _scale,
    Event.BASE: _fix_base,
    Event.MATURITY: _pay_principal,
    Event.MONTH_END: _no_change,
}
