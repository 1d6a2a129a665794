"""The dated cash flows of a previewed instrument, event by event, from the lender's side."""

from typing import NamedTuple

from ..debt.events import Event, events_after
from ..debt.instrument_loan import loan_of, model_clock
from ..debt.lifecycle import PlayedEvent, lifecycle
from ..debt.loan import DatedAmount, Loan
from ..debt.timeline import TimedEvent, is_bought, timed_events
from ..debt.transitions import Index
from ..numbers.exact import SCALAR, Arithmetic
from ..values.faults import Fault, Reason, Refused
from ..values.in_words import amount_text
from ..values.units import MOST_MONEY, MOST_ROWS, NANO, AllInRate, Day, Decimal9, Money
from .clauses import last_by
from .preview import Preview, rate_on_first_day, reading_on

SILENT = (Event.LEVEL, Event.BASE, Event.MONTH_END)  #: they only prepare what later events pay


class LoanCashFlow(NamedTuple):
    """One event, from the lender's side: what is lent is below 0, what comes back above.

    payoff = interest + principal + fee + price; the balance falls by the principal and grows by what capitalises.
    """

    event_date: Day
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


def preview(request: Preview, m: Arithmetic = SCALAR) -> tuple[LoanCashFlow, ...]:
    """The cash flows of an instrument from its first day on, after a purchase those of the buyer.

    Raises `Refused` for too many events, for figures beyond 10^15 and for a prepayment of more than is owed.
    """
    loan = _loan(request)
    positions = {prepayment.payment_date: position for position, prepayment in enumerate(request.clauses.prepayments)}
    flows = []
    for played in lifecycle(m, loan, _timeline(request, loan), _index(request)):
        if played.event.kind is Event.PREPAYMENT:
            _check_prepaid(request, played, positions[played.event.contract_day])
        if played.event.kind not in SILENT and is_bought(loan, played.event):
            flows.append(_within_limits(request, _cash_flow(m, loan, played)))
    return tuple(flows)


def _loan(request: Preview) -> Loan:
    """The loan of the instrument, with the clauses of the request."""
    clauses = request.clauses
    loan = loan_of(request.instrument, request.start, rate_on_first_day(request), coupon_is_stressed=False)
    return loan._replace(
        status_date=request.from_date,
        premium_discount=clauses.premium_discount,
        accrued_interest=loan.accrued_interest if clauses.accrued_interest is None else clauses.accrued_interest,
        prepayments=tuple(DatedAmount(row.payment_date, row.amount) for row in clauses.prepayments),
        prepayment_fee=clauses.prepayment_fee,
        fee=clauses.fee,
        scaling=clauses.scaling,
        purchase=clauses.purchase,
        termination=clauses.termination,
    )


def _index(request: Preview) -> Index:
    """What a reset, or a scaling, reads on a day."""
    scaling = request.clauses.scaling

    def index(event: TimedEvent) -> AllInRate:
        if event.kind is not Event.SCALING:
            return reading_on(request, event.day)
        row = last_by(request.clauses.scaling_path, event.day)
        if row:
            return row.level
        return scaling.index_at_deal if scaling else NANO

    return index


def _timeline(request: Preview, loan: Loan) -> tuple[TimedEvent, ...]:
    events = events_after(loan, request.from_date)
    if len(events) > MOST_ROWS:
        number = f"{len(events)} events"
        raise Refused([Fault("instrument.contract", Reason.WRONG_LENGTH, number, f"at most {MOST_ROWS}")])
    return timed_events(loan, events, model_clock(request.start))


def _check_prepaid(request: Preview, played: PlayedEvent, position: int) -> None:
    """Refuse a prepayment of more than what is owed; it is never cut down to it."""
    amount, owed = played.event.dated_amount, played.after.due
    if amount > owed:
        field = f"clauses.prepayments[{position}].amount"
        allowed = amount_text("at most what is owed then, {}", owed)
        raise Refused([Fault(field, Reason.CONFLICT, amount_text("{}", amount), allowed)], request.minor_digits)


def _cash_flow(m: Arithmetic, loan: Loan, played: PlayedEvent) -> LoanCashFlow:
    after = played.after
    interest, principal, fee, price = _parts(loan, played)
    return LoanCashFlow(
        event_date=played.event.day,
        event=played.event.kind,
        payoff=played.payoff,
        interest=interest,
        principal=principal,
        capitalised=played.after.capitalised,
        fee=fee,
        price=price,
        balance=m.times(after.principal, after.principal_scale),
        rate=after.rate,
        accrued=after.accrued,
    )


def _parts(loan: Loan, played: PlayedEvent) -> tuple[Money, Money, Money, Money]:
    """The interest, the principal, the fee and the price in a payoff."""
    payoff = played.payoff
    match played.event.kind:
        case Event.INITIAL_EXCHANGE:
            return 0, -loan.principal, 0, payoff + loan.principal
        case Event.PRINCIPAL | Event.DRAW | Event.MATURITY:
            return 0, payoff, 0, 0
        case Event.PREPAYMENT:
            return 0, played.after.due, payoff - played.after.due, 0
        case Event.FEE:
            return 0, 0, payoff, 0
        case Event.PURCHASE:
            price = loan.purchase.price if loan.purchase else 0
            return payoff + price, 0, 0, -price
        case Event.TERMINATION:
            price = loan.termination.price if loan.termination else 0
            return payoff - price, 0, 0, price
    return payoff, 0, 0, 0


def _within_limits(request: Preview, flow: LoanCashFlow) -> LoanCashFlow:
    """The cash flow itself; refuse one whose figures grow beyond the largest amount of the API."""
    most = max(abs(flow.payoff), abs(flow.balance), abs(flow.accrued), abs(flow.capitalised), abs(flow.price))
    if most > MOST_MONEY:
        value, allowed = (
            amount_text(f"{{}} on {flow.event_date}", most),
            amount_text("figures of at most {}", MOST_MONEY),
        )
        raise Refused([Fault("instrument", Reason.BOUND_EXCEEDED, value, allowed)], request.minor_digits)
    return flow
