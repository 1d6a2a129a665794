"""The course of a loan: its events played one after the other, with what each pays and leaves.

Payoff and state transition of each event follow the ACTUS technical specification (PAM, LAM, NAM, ANN), seen from the
lender: what is lent is below 0, what comes back above.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from seawall.engine.arithmetic import Arithmetic, Cell
from seawall.engine.domains import NANO
from seawall.engine.loan.annuity import SCALE, first_payment_factor, level_factor
from seawall.engine.loan.events import Dated, Event, events, levelling_days, principal_days
from seawall.engine.loan.moments import Moment, accrual_ticks
from seawall.engine.loan.recursion import REST, Balance, Fallen, Leg, run
from seawall.engine.loan.terms import Base, FeeBasis, Loan, Repayment, Reset

Index = Callable[[Event, Moment], Cell]  #: the level of the index of a reset, or of a scaling, on a day, in nanos


class Standing(NamedTuple):
    """A loan between two events."""

    balance: Balance
    at: Moment
    rate: Cell
    payment: Cell  #: of principal where linear, of principal and interest where level or annuity
    base: Cell  #: None where interest is taken on the principal itself
    fee: Cell
    fee_carry: Cell
    interest_scale: Cell
    principal_scale: Cell


class Row(NamedTuple):
    """An event, what it pays, and how the loan stands after it."""

    dated: Dated
    payoff: Cell
    before: Balance
    fallen: Fallen
    after: Standing


def course(m: Arithmetic, loan: Loan, index: Index) -> Iterator[Row]:
    """Play the events of a loan in a lane; `index` is asked at each reset and scaling."""
    standing = _opening(m, loan)
    for dated in events(loan):
        before = standing.balance
        standing, payoff, fallen = _play(m, loan, standing, dated, index)
        yield Row(dated, payoff, before, fallen, standing)


def _opening(m: Arithmetic, loan: Loan) -> Standing:
    """Before the first event: nothing is lent yet, or the loan as it is known on the status date."""
    known = loan.status_date is not None and loan.start_date <= loan.status_date
    principal = loan.principal if known else 0
    return Standing(
        balance=Balance(principal, (loan.accrued_interest or 0) if known else 0, 0),
        at=loan.status_date or loan.start_date,
        rate=loan.rate if known else 0,
        payment=loan.payment,
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


def _play(
    m: Arithmetic, loan: Loan, before: Standing, dated: Dated, index: Index
) -> tuple[Standing, Cell, Fallen]:
    """One event: accrue to it, let it act, and say what it pays."""
    passed = accrual_ticks(loan.day_count, before.at, dated.accrues_to)
    leg = _leg(m, loan, before, dated, passed)
    balance, fallen = run(m, before.balance, leg, before.base)
    standing = _with_fee(m, loan, before, passed)._replace(balance=balance, at=dated.accrues_to)
    act = ACTS.get(dated.event)
    return (*act(m, loan, standing, dated, fallen, index), fallen) if act else (standing, 0, fallen)


def _leg(m: Arithmetic, loan: Loan, before: Standing, dated: Dated, passed: int) -> Leg:
    """The stretch up to an event, and what falls due at it."""
    leg = REST._replace(rate=before.rate, ticks=passed)
    match dated.event:
        case Event.INTEREST:
            return leg._replace(pays=1)
        case Event.CAPITALISATION:
            return leg._replace(pays=1, pik_share=NANO)
        case Event.MATURITY:
            return leg._replace(due_part=1)
        case Event.PRINCIPAL | Event.PREPAYMENT | Event.DRAW:
            part, whole = _principal_due(m, loan, before, dated, passed)
            return leg._replace(due_part=part, due_whole=whole)
    return leg


def _principal_due(m: Arithmetic, loan: Loan, before: Standing, dated: Dated, passed: int) -> tuple[Cell, Cell]:
    """What falls due, as part of whole of the principal; a level payment first pays the interest."""
    principal = before.balance.principal
    rows = loan.prepayments if dated.event is Event.PREPAYMENT else loan.rows
    if dated.event is not Event.PRINCIPAL or loan.repayment is Repayment.TABLE:
        return m.least(sum(row.amount for row in rows if row.day == dated.when), principal), principal
    if loan.repayment is Repayment.LINEAR:
        if loan.payment is None:
            return 1, sum(day >= dated.when for day in principal_days(loan))
        return m.least(loan.payment, principal), principal
    on = principal if before.base is None else before.base
    interest, _ = m.accrue(on, before.rate, passed, before.balance.accrued, before.balance.carry)
    return m.least(before.payment - interest, principal), principal


def _with_fee(m: Arithmetic, loan: Loan, before: Standing, passed: int) -> Standing:
    if loan.fee is None or loan.fee.basis is FeeBasis.ABSOLUTE:
        return before
    fee, carry = m.accrue(before.balance.principal, loan.fee.rate, passed, before.fee, before.fee_carry)
    return before._replace(fee=fee, fee_carry=carry)


def _lend(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    accrued: Cell = 0
    anchor = loan.interest_cycle.anchor_date if loan.interest_cycle else None
    if loan.accrued_interest is not None:
        accrued = loan.accrued_interest
    elif anchor and anchor < dated.accrues_to:
        accrued, _ = m.accrue(loan.principal, loan.rate, accrual_ticks(loan.day_count, anchor, dated.accrues_to), 0, 0)
    lent = now._replace(balance=Balance(loan.principal, accrued, 0), rate=loan.rate, base=_first_base(loan))
    if loan.repayment is Repayment.ANNUITY and loan.payment is None and levelling_days(loan)[0] <= dated.when:
        lent = lent._replace(payment=level_payment(m, loan, lent, at_once=True))
    return lent, -(loan.principal + loan.premium_discount)


def _pay_interest(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    return now, m.times(fallen.coupon, now.interest_scale)


def _pay_principal(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    return now, m.times(fallen.principal, now.principal_scale)


def _prepay(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    """What is prepaid, with its fee; the payments that remain shrink with the principal, so the end stays."""
    before = now.balance.principal + fallen.principal
    payment = None if now.payment is None else m.prorate(now.payment, now.balance.principal, before)
    return now._replace(payment=payment), fallen.principal + m.times(fallen.principal, loan.prepayment_fee)


def _pay_fee(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    if loan.fee and loan.fee.basis is FeeBasis.ABSOLUTE:
        return now, loan.fee.amount
    return now._replace(fee=0, fee_carry=0), now.fee


def _reset(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    assert_reset = loan.reset
    if assert_reset is None:
        return now, 0
    return now._replace(rate=reset_rate(m, assert_reset, now.rate, index(Event.RESET, dated.when))), 0


def reset_rate(m: Arithmetic, reset: Reset, rate: Cell, index: Cell) -> Cell:
    """index x multiplier + spread, its step from the old rate and then its level kept within their bounds."""
    step = within(m, m.times(index, reset.multiplier) + reset.spread - rate, reset.step_floor, reset.step_cap)
    return within(m, rate + step, reset.floor, reset.cap)


def within(m: Arithmetic, figure: Cell, floor: Cell, cap: Cell) -> Cell:
    """The figure, not below the floor and not above the cap, where there are such."""
    figure = figure if floor is None else m.most(figure, floor)
    return figure if cap is None else m.least(figure, cap)


def _reset_to_known(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    return now._replace(rate=loan.reset.next_rate if loan.reset else now.rate), 0


def _level(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    return now._replace(payment=level_payment(m, loan, now)), 0


def level_payment(m: Arithmetic, loan: Loan, now: Standing, at_once: bool = False) -> Cell:
    """The equal payments that repay principal and accrued interest over the days that are left."""
    days = [day for day in levelling_days(loan) if day > now.at or at_once]
    periods = tuple(accrual_ticks(loan.day_count, start, end) for start, end in zip(days, days[1:], strict=False))
    first = accrual_ticks(loan.day_count, now.at, days[0])
    grown = m.prorate(now.balance.principal, first_payment_factor(now.rate, first, periods), SCALE)
    return grown + m.prorate(now.balance.accrued, level_factor(now.rate, periods), SCALE)


def _buy(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    return now, -((loan.purchase.price if loan.purchase else 0) + now.balance.accrued)


def _terminate(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    payoff = (loan.termination.price if loan.termination else 0) + now.balance.accrued
    return now._replace(balance=Balance(0, 0, 0)), payoff


def _scale(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    if loan.scaling is None:
        return now, 0
    scale = m.prorate(NANO, index(Event.SCALING, dated.when), loan.scaling.index_at_deal)
    return now._replace(
        interest_scale=scale if loan.scaling.scales_interest else now.interest_scale,
        principal_scale=scale if loan.scaling.scales_principal else now.principal_scale,
    ), 0


def _fix_base(m: Arithmetic, loan: Loan, now: Standing, dated: Dated, fallen: Fallen, index: Index) -> tuple[Standing, Cell]:
    return now._replace(base=now.balance.principal), 0


ACTS: dict[Event, Callable[..., tuple[Standing, Any]]] = {
    Event.INITIAL_EXCHANGE: _lend,
    Event.DRAW: _pay_principal,
    Event.PRINCIPAL: _pay_principal,
    Event.PREPAYMENT: _prepay,
    Event.INTEREST: _pay_interest,
    Event.FEE: _pay_fee,
    Event.RESET: _reset,
    Event.RESET_FIXED: _reset_to_known,
    Event.LEVEL: _level,
    Event.PURCHASE: _buy,
    Event.TERMINATION: _terminate,
    Event.SCALING: _scale,
    Event.BASE: _fix_base,
    Event.MATURITY: _pay_principal,
}
