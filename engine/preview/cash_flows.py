"""The dated cash flows of a previewed instrument, event by event as the lender sees them."""

from dataclasses import replace
from typing import Any, NamedTuple

from ..debt.events import ORDER, Event, ahead
from ..debt.instrument_loan import loan_of, model_clock
from ..debt.lifecycle import PlayedEvent, lifecycle
from ..debt.loan import DatedAmount, Loan
from ..debt.timeline import TimedEvent, timed
from ..inputs.calendar import Moment
from ..numbers.exact import SCALAR, Arithmetic
from ..values.faults import Fault, Reason, Refused
from ..values.units import MOST_MONEY, NANO, Day, Decimal9, Money
from .preview import Preview, _opening_rate, _reading

MOST_EVENTS = 4_000  #: of one preview: daily payments over ten years
SILENT = (Event.LEVEL, Event.BASE, Event.MONTH_END)  #: they only prepare what later events pay


class LoanCashFlow(NamedTuple):
    """One event as the lender sees it: what is lent is below 0, what comes back above.

    The payoff is interest + principal + fee + price; the balance falls by the principal and grows by what capitalises.
    """

    day: Day
    event: Event
    payoff: Money
    interest: Money
    principal: Money
    capitalised: Money
    fee: Money
    price: Money  #: a premium or discount, and what a purchase or a termination pays beyond interest
    balance: Money  #: principal after it
    rate: Decimal9  #: after it
    accrued: Money  #: interest not yet due, after it


def preview(asked: Preview, m: Arithmetic = SCALAR) -> tuple[LoanCashFlow, ...]:
    """The cash flows of an instrument from its first day on; a buyer sees those from the purchase on."""
    loan = _loan(asked)
    flows = []
    for row in lifecycle(m, loan, _timeline(asked, loan), _index(asked)):
        _check_prepaid(asked, row)
        if row.timed.event not in SILENT and _is_bought(loan, row.timed):
            flows.append(_bounded(_flow(m, loan, row)))
    return tuple(flows)


def _loan(asked: Preview) -> Loan:
    """The instrument's own loan, with the clauses."""
    clauses = asked.clauses
    return replace(
        loan_of(asked.instrument, asked.start, _opening_rate(asked), coupon_is_stressed=False),
        status_date=asked.from_date,
        premium_discount=clauses.premium_discount,
        accrued_interest=clauses.accrued_interest,
        prepayments=tuple(DatedAmount(row.day, row.amount) for row in clauses.prepayments),
        prepayment_fee=clauses.prepayment_fee,
        fee=clauses.fee,
        scaling=clauses.scaling,
        purchase=clauses.purchase,
        termination=clauses.termination,
    )


def _index(asked: Preview) -> Any:
    """What a reset, or a scaling, reads on a day."""
    scaling = asked.clauses.scaling

    def index(event: Event, day: Moment) -> int:
        if event is not Event.SCALING:
            return _reading(asked, day)
        known = [row.level for row in asked.clauses.scaling_path if row.day <= day]
        return known[-1] if known else (scaling.index_at_deal if scaling else NANO)

    return index


def _timeline(asked: Preview, loan: Loan) -> tuple[TimedEvent, ...]:
    dated = ahead(loan, asked.from_date)
    if len(dated) > MOST_EVENTS:
        found = f"{len(dated)} events"
        raise Refused([Fault("instrument.contract", Reason.WRONG_LENGTH, found, f"at most {MOST_EVENTS}")])
    return timed(loan, dated, model_clock(asked.start))


def _is_bought(loan: Loan, timed: TimedEvent) -> bool:
    if loan.purchase is None:
        return True
    return (timed.when, ORDER[timed.event]) >= (loan.purchase.day, ORDER[Event.PURCHASE])


def _check_prepaid(asked: Preview, row: PlayedEvent) -> None:
    """More than what is owed cannot be prepaid, and is not cut down to it."""
    if row.timed.event is not Event.PREPAYMENT:
        return
    for position, prepayment in enumerate(asked.clauses.prepayments):
        if prepayment.day == row.timed.day and prepayment.amount > row.fallen.principal:
            allowed = f"at most what is owed then, {row.fallen.principal}"
            found = str(prepayment.amount)
            raise Refused([Fault(f"clauses.prepayments[{position}].amount", Reason.CONFLICT, found, allowed)])


def _flow(m: Arithmetic, loan: Loan, row: PlayedEvent) -> LoanCashFlow:
    after, event = row.after, row.timed.event
    interest, principal, fee, price = _parts(loan, row)
    return LoanCashFlow(
        day=row.timed.when,
        event=event,
        payoff=row.payoff,
        interest=interest,
        principal=principal,
        capitalised=row.fallen.capitalised,
        fee=fee,
        price=price,
        balance=m.times(after.balance.principal, after.principal_scale),
        rate=after.rate,
        accrued=after.balance.accrued,
    )


def _parts(loan: Loan, row: PlayedEvent) -> tuple[Any, Any, Any, Any]:
    """What of a payoff is interest, principal, fee and price."""
    payoff = row.payoff
    match row.timed.event:
        case Event.INITIAL_EXCHANGE:
            return 0, -loan.principal, 0, payoff + loan.principal
        case Event.PRINCIPAL | Event.DRAW | Event.MATURITY:
            return 0, payoff, 0, 0
        case Event.PREPAYMENT:
            return 0, row.fallen.principal, payoff - row.fallen.principal, 0
        case Event.FEE:
            return 0, 0, payoff, 0
        case Event.PURCHASE:
            price = loan.purchase.price if loan.purchase else 0
            return payoff + price, 0, 0, -price
        case Event.TERMINATION:
            price = loan.termination.price if loan.termination else 0
            return payoff - price, 0, 0, price
    return payoff, 0, 0, 0


def _bounded(flow: LoanCashFlow) -> LoanCashFlow:
    """Refuses what grows beyond every amount of the contract."""
    most = max(abs(flow.payoff), abs(flow.balance), abs(flow.accrued), abs(flow.capitalised), abs(flow.price))
    if most > MOST_MONEY:
        allowed = f"figures of at most {MOST_MONEY} minor units"
        raise Refused([Fault("instrument", Reason.BOUND_EXCEEDED, f"{most} on {flow.day}", allowed)])
    return flow
