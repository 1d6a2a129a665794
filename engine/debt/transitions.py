"""What each event does to a loan and pays: the state transition and the payoff of the ACTUS technical specification.

PAM, LAM, NAM and ANN, seen from the lender: what is lent is below 0, what comes back above. An event lets a coupon or
principal fall due, then pays, then changes the loan: three tables, in which most kinds of events stand once.
"""

from collections.abc import Callable
from typing import Any

from ..inputs.contract import Base
from ..numbers.exact import Arithmetic
from ..values.units import NANO, AllInRate, Money
from .events import Event
from .levelling import level_payment
from .loan import FeeBasis, Loan, Repayment, ScalingEffect
from .loan_state import LoanState
from .rates import reset_rate
from .timeline import TimedEvent

Index = Callable[[TimedEvent], AllInRate]  #: the index that a reset, or a scaling, reads at an event, in nanos
Transition = Callable[[Arithmetic, Loan, LoanState, TimedEvent, Index], None]
Payoff = Callable[[Arithmetic, Loan, LoanState, TimedEvent], Money]


def opening_interest_base(loan: Loan) -> Money | None:
    """The interest base when a loan is lent, or on its status date; None where it is the principal itself."""
    if loan.base is Base.CURRENT:
        return None
    return loan.principal if loan.base_amount is None else loan.base_amount


def _coupon(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    coupon, share = state.accrued, loan.pik_share
    capitalised = m.prorate(coupon, share, NANO) if share else 0
    state.pay_coupon(coupon - capitalised, capitalised)


def _capitalise(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    state.pay_coupon(0, state.accrued)


def _repay(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    """A payment of principal: by a table, an even share, a fixed amount, or what interest leaves of a payment.

    A payment first pays the interest that is due in cash; what a level one does not reach of it is added to the
    principal, where an annuity waits to be levelled.
    """
    principal, payment = state.principal, state.payment
    if loan.repayment is Repayment.TABLE:
        _repay_dated(m, loan, state, event, index)
    elif payment is None:  # an even share, or an annuity before it is lent
        state.repay(m.prorate(principal, 1, event.payments_left) if loan.repayment is Repayment.LINEAR else 0)
    elif loan.repayment is Repayment.LINEAR:
        state.repay(m.least(payment, principal))
    else:
        coupon, share = state.accrued, loan.pik_share
        in_cash = coupon - m.prorate(coupon, share, NANO) if share else coupon
        due = m.least(payment - in_cash, principal)
        is_level = loan.repayment is Repayment.LEVEL
        state.repay(m.prorate(principal, due, principal) if is_level else m.most(due, 0))


def _repay_dated(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    """A dated amount, drawn where it is below 0; of no principal nothing falls due, and none grows."""
    principal = state.principal
    state.repay(m.prorate(principal, m.least(event.dated_amount, principal), principal))


def _repay_all(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    state.repay(state.principal)


def _lend(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    accrued = loan.accrued_interest
    if accrued is None:
        accrued, _ = m.accrue(loan.principal, loan.rate, event.ticks_before, 0, 0)
    state.principal, state.accrued, state.carry = loan.principal, accrued, 0
    state.rate, state.interest_base = loan.rate, opening_interest_base(loan)
    _level(m, loan, state, event, index)


def _shrink_payment(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    """After a prepayment the payments that remain shrink with the principal, so the end stays."""
    if state.payment is not None:
        state.payment = m.prorate(state.payment, state.principal, state.principal + state.due)


def _begin_fee(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    if not (loan.fee and loan.fee.basis is FeeBasis.ABSOLUTE):
        state.fee, state.fee_carry = 0, 0


def _reset(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    if loan.reset:
        state.rate = reset_rate(m, loan.reset, state.rate, index(event))


def _reset_to_known(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    if loan.reset and loan.reset.next_rate is not None:
        state.rate = loan.reset.next_rate


def _level(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    """The equal payments that repay principal and accrued interest; at an unchanged rate they stay as they are."""
    if event.relevelling is not None:
        figures = state.rate, state.principal, state.accrued, state.payment, state.levelled_at
        state.payment = level_payment(m, event.relevelling, *figures)
        state.levelled_at = state.rate


def _terminate(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    state.principal, state.accrued, state.carry = 0, 0, 0


def _scale(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    if loan.scaling is None:
        return
    scale = m.prorate(NANO, index(event), loan.scaling.index_at_deal)
    if loan.scaling.effect is not ScalingEffect.PRINCIPAL:
        state.interest_scale = scale
    if loan.scaling.effect is not ScalingEffect.INTEREST:
        state.principal_scale = scale


def _fix_base(m: Arithmetic, loan: Loan, state: LoanState, event: TimedEvent, index: Index) -> None:
    state.interest_base = state.principal


def _price(trade: Any) -> Money:
    price: Money = trade.price if trade else 0
    return price


#: What falls due at an event.
FALLING_DUE: dict[Event, Transition] = {
    Event.INTEREST: _coupon,
    Event.CAPITALISATION: _capitalise,
    Event.PRINCIPAL: _repay,
    Event.DRAW: _repay_dated,
    Event.PREPAYMENT: _repay_dated,
    Event.MATURITY: _repay_all,
}

#: What an event pays, of what has fallen due at it; the others pay nothing.
PAYOFFS: dict[Event, Payoff] = {
    Event.INITIAL_EXCHANGE: lambda m, loan, state, event: -(loan.principal + loan.premium_discount),
    Event.INTEREST: lambda m, loan, state, event: m.times(state.coupon, state.interest_scale),
    Event.PRINCIPAL: lambda m, loan, state, event: m.times(state.due, state.principal_scale),
    Event.DRAW: lambda m, loan, state, event: m.times(state.due, state.principal_scale),
    Event.MATURITY: lambda m, loan, state, event: m.times(state.due, state.principal_scale),
    Event.PREPAYMENT: lambda m, loan, state, event: state.due + m.times(state.due, loan.prepayment_fee),
    Event.FEE: lambda m, loan, state, event: (
        loan.fee.amount if loan.fee and loan.fee.basis is FeeBasis.ABSOLUTE else state.fee
    ),
    Event.PURCHASE: lambda m, loan, state, event: -(_price(loan.purchase) + state.accrued),
    Event.TERMINATION: lambda m, loan, state, event: _price(loan.termination) + state.accrued,
}

#: What else an event changes.
CHANGES: dict[Event, Transition] = {
    Event.INITIAL_EXCHANGE: _lend,
    Event.PREPAYMENT: _shrink_payment,
    Event.FEE: _begin_fee,
    Event.RESET: _reset,
    Event.RESET_FIXED: _reset_to_known,
    Event.LEVEL: _level,
    Event.TERMINATION: _terminate,
    Event.SCALING: _scale,
    Event.BASE: _fix_base,
}

#: What an event does in the months of an execution: one or the other, as nothing is prepaid there.
ACTS: dict[Event, Transition] = FALLING_DUE | CHANGES
