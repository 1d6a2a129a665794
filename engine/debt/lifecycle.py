"""The lifecycle of a loan: its events played one after the other, with what each pays and leaves."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..numbers.exact import Arithmetic
from ..values.units import Money
from .contract_days import lent_on
from .loan import FeeBasis, Loan
from .loan_state import LoanState
from .timeline import TimedEvent
from .transitions import CHANGES, FALLING_DUE, PAYOFFS, Index, opening_interest_base


class PlayedEvent(NamedTuple):
    """An event, what it pays, and the loan when it has accrued to it and after it."""

    event: TimedEvent
    accrued: Money  #: interest to the event, before any of it falls due
    payoff: Money
    after: LoanState


def lifecycle(m: Arithmetic, loan: Loan, timeline: Sequence[TimedEvent], index: Index) -> Iterator[PlayedEvent]:
    """Play the events of a loan in a lane; each reset and each scaling reads `index`."""
    state, payoff = opening_state(loan), 0
    fee_rate = loan.fee.rate if loan.fee and loan.fee.basis is FeeBasis.PRINCIPAL else 0
    for event in timeline:
        kind = event.kind
        state.settle()
        state.accrue(m, event.ticks, fee_rate)
        accrued = state.accrued
        if kind in FALLING_DUE:
            FALLING_DUE[kind](m, loan, state, event, index)
        payoff = PAYOFFS[kind](m, loan, state, event) if kind in PAYOFFS else 0
        if kind in CHANGES:
            CHANGES[kind](m, loan, state, event, index)
        yield PlayedEvent(event, accrued, payoff, state.copy())


def opening_state(loan: Loan) -> LoanState:
    """The loan before the first event: not lent yet, or as it is known on the status date."""
    if loan.status_date is not None and lent_on(loan) <= loan.status_date:
        base = opening_interest_base(loan)
        state = LoanState(loan.principal, loan.accrued_interest or 0, loan.rate, loan.payment, base)
    else:
        state = LoanState(0, 0, 0, loan.payment, None)
    state.fee = loan.fee.accrued if loan.fee else 0
    return state
