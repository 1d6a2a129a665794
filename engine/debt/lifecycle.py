"""The lifecycle of a loan: its events played one after the other, with what each pays and leaves."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..numbers.exact import Arithmetic
from ..values.units import NANO, Money, Part
from .accrual import EMPTY_PERIOD, AccrualPeriod, Balance, FallenDue, accrue_and_fall_due
from .contract_days import lent_on
from .events import Event
from .loan import FeeBasis, Loan, Repayment
from .timeline import TimedEvent
from .transitions import TRANSITIONS, Index, LoanState, opening_interest_base


class PlayedEvent(NamedTuple):
    """An event, what it pays, and the loan before and after it."""

    event: TimedEvent
    before: LoanState
    period: AccrualPeriod  #: up to the event
    due: FallenDue
    payoff: Money
    after: LoanState


def lifecycle(m: Arithmetic, loan: Loan, timeline: Sequence[TimedEvent], index: Index) -> Iterator[PlayedEvent]:
    """Play the events of a loan in a lane; each reset and each scaling reads `index`."""
    state = opening_state(loan)
    for event in timeline:
        played = _play(m, loan, state, event, index)
        state = played.after
        yield played


def opening_state(loan: Loan) -> LoanState:
    """The loan before the first event: not lent yet, or as it is known on the status date."""
    known = loan.status_date is not None and lent_on(loan) <= loan.status_date
    return LoanState(
        balance=Balance(loan.principal, loan.accrued_interest or 0, 0) if known else Balance(0, 0, 0),
        rate=loan.rate if known else 0,
        payment=loan.payment,
        levelled_at=None,
        interest_base=opening_interest_base(loan) if known else None,
        fee=loan.fee.accrued if loan.fee else 0,
        fee_carry=0,
        interest_scale=NANO,
        principal_scale=NANO,
    )


def _play(m: Arithmetic, loan: Loan, before: LoanState, event: TimedEvent, index: Index) -> PlayedEvent:
    """One event: accrue to it, let the coupon and the principal fall due, then change the loan."""
    period = _accrual_period(m, loan, before, event)
    balance, due = accrue_and_fall_due(m, before.balance, period, before.interest_base)
    state = _with_fee(m, loan, before, event)._replace(balance=balance)
    after, payoff = TRANSITIONS[event.kind](m, loan, state, event, due, index)
    return PlayedEvent(event, before, period, due, payoff, after)


def _accrual_period(m: Arithmetic, loan: Loan, before: LoanState, event: TimedEvent) -> AccrualPeriod:
    """The period up to an event, and what falls due at it."""
    period = EMPTY_PERIOD._replace(rate=before.rate, ticks=event.ticks)
    match event.kind:
        case Event.INTEREST:
            return period._replace(pays=1, pik_part=loan.pik_share, pik_whole=NANO)
        case Event.CAPITALISATION:
            return period._replace(pays=1, pik_part=1)
        case Event.MATURITY:
            return period._replace(due_part=1)
        case Event.PRINCIPAL | Event.PREPAYMENT | Event.DRAW:
            part, whole = _principal_due(m, loan, before, event)
            return period._replace(due_part=part, due_whole=whole)
    return period


def _principal_due(m: Arithmetic, loan: Loan, before: LoanState, event: TimedEvent) -> tuple[Part, Part]:
    """What falls due, as part of whole of the principal. A payment first pays the interest that is due in cash; what a
    level one does not reach of it is added to the principal, where an annuity waits to be levelled.
    """
    principal = before.balance.principal
    if event.kind is not Event.PRINCIPAL or loan.repayment is Repayment.TABLE:
        return m.least(event.dated_amount, principal), principal
    if before.payment is None:  # an even share, or an annuity before it is lent
        return (1, event.payments_left) if loan.repayment is Repayment.LINEAR else (0, principal)
    if loan.repayment is Repayment.LINEAR:
        return m.least(before.payment, principal), principal
    base = principal if before.interest_base is None else before.interest_base
    interest, _ = m.accrue(base, before.rate, event.ticks, before.balance.accrued, before.balance.carry)
    in_cash = interest - m.prorate(interest, loan.pik_share, NANO)
    due = m.least(before.payment - in_cash, principal)
    return (due if loan.repayment is Repayment.LEVEL else m.most(due, 0)), principal


def _with_fee(m: Arithmetic, loan: Loan, before: LoanState, event: TimedEvent) -> LoanState:
    """The fee on the principal accrues like interest."""
    if loan.fee is None or loan.fee.basis is FeeBasis.ABSOLUTE:
        return before
    fee, carry = m.accrue(before.balance.principal, loan.fee.rate, event.ticks, before.fee, before.fee_carry)
    return before._replace(fee=fee, fee_carry=carry)
