"""The course of a loan: its events played one after the other, with what each pays and leaves.

Payoff and state transition of each event follow the ACTUS technical specification (PAM, LAM, NAM, ANN), seen from the
lender: what is lent is below 0, what comes back above.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..inputs.calendar import Moment
from ..inputs.contract import Base, Reset
from ..numbers.exact import Arithmetic, Cell
from ..values.units import NANO
from .accrual import REST, AccrualPeriod, Balance, FallenDue, run
from .annuity import SCALE, first_payment_factor, level_factor
from .events import Event, lent_on
from .loan import FeeBasis, Loan, Repayment, ScalingEffect
from .timeline import Relevelling, TimedEvent

Index = Callable[[Event, Moment], Cell]  #: the level of the index of a reset, or of a scaling, on a day, in nanos


class LoanState(NamedTuple):
    """A loan between two events."""

    balance: Balance
    rate: Cell
    payment: Cell  #: of principal where linear, of principal and interest where level or annuity
    levelled_at: Cell  #: the rate at which the payment was levelled last
    base: Cell  #: None where interest is taken on the principal itself
    fee: Cell
    fee_carry: Cell
    interest_scale: Cell
    principal_scale: Cell


class PlayedEvent(NamedTuple):
    """An event, what it pays, and how the loan stood before and stands after it."""

    timed: TimedEvent
    before: LoanState
    leg: AccrualPeriod
    fallen: FallenDue
    payoff: Cell
    after: LoanState


def lifecycle(m: Arithmetic, loan: Loan, timeline: Sequence[TimedEvent], index: Index) -> Iterator[PlayedEvent]:
    """Play the events of a loan in a lane; `index` is asked at each reset and scaling."""
    standing = opening(loan)
    for timed in timeline:
        row = _play(m, loan, standing, timed, index)
        standing = row.after
        yield row


def opening(loan: Loan) -> LoanState:
    """Before the first event: nothing is lent yet, or the loan as it is known on the status date."""
    known = loan.status_date is not None and lent_on(loan) <= loan.status_date
    return LoanState(
        balance=Balance(loan.principal, loan.accrued_interest or 0, 0) if known else Balance(0, 0, 0),
        rate=loan.rate if known else 0,
        payment=loan.payment,
        levelled_at=None,
        base=_first_base(loan) if known else None,
        fee=loan.fee.accrued if loan.fee else 0,
        fee_carry=0,
        interest_scale=NANO,
        principal_scale=NANO,
    )


def _first_base(loan: Loan) -> Cell:
    if loan.base is Base.CURRENT:
        return None
    return loan.principal if loan.base_amount is None else loan.base_amount


def _play(m: Arithmetic, loan: Loan, before: LoanState, timed: TimedEvent, index: Index) -> PlayedEvent:
    """One event: accrue to it, let it act, and say what it pays."""
    leg = _leg(m, loan, before, timed)
    balance, fallen = run(m, before.balance, leg, before.base)
    now = _with_fee(m, loan, before, timed)._replace(balance=balance)
    after, payoff = ACTS[timed.event](m, loan, now, timed, fallen, index)
    return PlayedEvent(timed, before, leg, fallen, payoff, after)


def _leg(m: Arithmetic, loan: Loan, before: LoanState, timed: TimedEvent) -> AccrualPeriod:
    """The stretch up to an event, and what falls due at it."""
    leg = REST._replace(rate=before.rate, ticks=timed.ticks)
    match timed.event:
        case Event.INTEREST:
            return leg._replace(pays=1, pik_part=loan.pik_share, pik_whole=NANO)
        case Event.CAPITALISATION:
            return leg._replace(pays=1, pik_part=1)
        case Event.MATURITY:
            return leg._replace(due_part=1)
        case Event.PRINCIPAL | Event.PREPAYMENT | Event.DRAW:
            part, whole = _principal_due(m, loan, before, timed)
            return leg._replace(due_part=part, due_whole=whole)
    return leg


def _principal_due(m: Arithmetic, loan: Loan, before: LoanState, timed: TimedEvent) -> tuple[Cell, Cell]:
    """What falls due, as part of whole of the principal. A payment first pays the interest that is due in cash; what a
    level one does not reach of it is added to the principal, where an annuity waits to be levelled.
    """
    principal = before.balance.principal
    if timed.event is not Event.PRINCIPAL or loan.repayment is Repayment.TABLE:
        rows = loan.prepayments if timed.event is Event.PREPAYMENT else loan.rows
        return m.least(sum(row.amount for row in rows if row.day == timed.day), principal), principal
    if loan.repayment is Repayment.LINEAR:
        return (1, timed.payments_left) if loan.payment is None else (m.least(before.payment, principal), principal)
    if before.payment is None:  # before an annuity is lent
        return 0, principal
    on = principal if before.base is None else before.base
    interest, _ = m.accrue(on, before.rate, timed.ticks, before.balance.accrued, before.balance.carry)
    in_cash = interest - m.prorate(interest, loan.pik_share, NANO)
    due = m.least(before.payment - in_cash, principal)
    return (due if loan.repayment is Repayment.LEVEL else m.most(due, 0)), principal


def _with_fee(m: Arithmetic, loan: Loan, before: LoanState, timed: TimedEvent) -> LoanState:
    if loan.fee is None or loan.fee.basis is FeeBasis.ABSOLUTE:
        return before
    fee, carry = m.accrue(before.balance.principal, loan.fee.rate, timed.ticks, before.fee, before.fee_carry)
    return before._replace(fee=fee, fee_carry=carry)


Acted = tuple[LoanState, Cell]
Act = Callable[[Arithmetic, Loan, LoanState, TimedEvent, FallenDue, Index], Acted]


def _lend(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    accrued: Cell = loan.accrued_interest
    if accrued is None:
        accrued, _ = m.accrue(loan.principal, loan.rate, timed.ticks_before, 0, 0)
    lent = now._replace(balance=Balance(loan.principal, accrued, 0), rate=loan.rate, base=_first_base(loan))
    return _levelled(m, lent, timed.level), -(loan.principal + loan.premium_discount)


def _pay_interest(
    m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index
) -> Acted:
    return now, m.times(fallen.coupon, now.interest_scale)


def _pay_principal(
    m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index
) -> Acted:
    return now, m.times(fallen.principal, now.principal_scale)


def _prepay(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    """What is prepaid, with its fee; the payments that remain shrink with the principal, so the end stays."""
    before = now.balance.principal + fallen.principal
    payment = None if now.payment is None else m.prorate(now.payment, now.balance.principal, before)
    return now._replace(payment=payment), fallen.principal + m.times(fallen.principal, loan.prepayment_fee)


def _pay_fee(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    if loan.fee and loan.fee.basis is FeeBasis.ABSOLUTE:
        return now, loan.fee.amount
    return now._replace(fee=0, fee_carry=0), now.fee


def _reset(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    rate = reset_rate(m, loan.reset, now.rate, index(timed.event, timed.when)) if loan.reset else now.rate
    return now._replace(rate=rate), 0


def _reset_to_known(
    m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index
) -> Acted:
    return now._replace(rate=loan.reset.next_rate if loan.reset else now.rate), 0


def reset_rate(m: Arithmetic, reset: Reset, rate: Cell, index: Cell) -> Cell:
    """index x multiplier + spread, its step from the old rate and then its level kept within their bounds."""
    step = _within(m, m.times(index, reset.multiplier) + reset.spread - rate, reset.step_floor, reset.step_cap)
    return _within(m, rate + step, reset.floor, reset.cap)


def _within(m: Arithmetic, figure: Cell, floor: Cell, cap: Cell) -> Cell:
    figure = figure if floor is None else m.most(figure, floor)
    return figure if cap is None else m.least(figure, cap)


def _level(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    return _levelled(m, now, timed.level), 0


def _levelled(m: Arithmetic, now: LoanState, level: Relevelling | None) -> LoanState:
    """The equal payments that repay principal and accrued interest; at an unchanged rate they stay as they are."""
    if level is None or now.rate == now.levelled_at:
        return now
    principal, accrued = now.balance.principal, now.balance.accrued
    if now.rate:
        payment = m.prorate(principal, first_payment_factor(now.rate, level.first, level.periods), SCALE)
        payment = payment + m.prorate(accrued, level_factor(now.rate, level.periods), SCALE)
    else:  # an even share, exactly: 10,072.53 in 18 payments is 559.585, and so 559.58
        payment = m.prorate(principal + accrued, 1, len(level.periods) + 1)
    return now._replace(payment=payment, levelled_at=now.rate)


def _buy(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    return now, -((loan.purchase.price if loan.purchase else 0) + now.balance.accrued)


def _terminate(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    payoff = (loan.termination.price if loan.termination else 0) + now.balance.accrued
    return now._replace(balance=Balance(0, 0, 0)), payoff


def _scale(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    if loan.scaling is None:
        return now, 0
    scale = m.prorate(NANO, index(timed.event, timed.when), loan.scaling.index_at_deal)
    effect = loan.scaling.effect
    interest = now.interest_scale if effect is ScalingEffect.PRINCIPAL else scale
    principal = now.principal_scale if effect is ScalingEffect.INTEREST else scale
    return now._replace(interest_scale=interest, principal_scale=principal), 0


def _fix_base(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    return now._replace(base=now.balance.principal), 0


def _pass(m: Arithmetic, loan: Loan, now: LoanState, timed: TimedEvent, fallen: FallenDue, index: Index) -> Acted:
    return now, 0


ACTS: dict[Event, Act] = {
    Event.INITIAL_EXCHANGE: _lend,
    Event.DRAW: _pay_principal,
    Event.PRINCIPAL: _pay_principal,
    Event.PREPAYMENT: _prepay,
    Event.INTEREST: _pay_interest,
    Event.CAPITALISATION: _pass,
    Event.FEE: _pay_fee,
    Event.RESET: _reset,
    Event.RESET_FIXED: _reset_to_known,
    Event.LEVEL: _level,
    Event.PURCHASE: _buy,
    Event.TERMINATION: _terminate,
    Event.SCALING: _scale,
    Event.BASE: _fix_base,
    Event.MATURITY: _pay_principal,
    Event.MONTH_END: _pass,
}
