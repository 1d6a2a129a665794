"""The dated cash flows of an instrument under any path of its index, before it goes into a dataset version.

They are the same loan, dates and recursion as in the month of the model, with clauses beside it that a dataset version
does not carry.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple

from seawall.engine.arithmetic import SCALAR, Arithmetic
from seawall.engine.company import currency_is_in_use
from seawall.engine.domains import (
    MOST_MONEY,
    NANO,
    Currency,
    Day,
    Decimal9,
    MinorDigits,
    Money,
)
from seawall.engine.faults import Fault, Reason, Refused
from seawall.engine.instruments import Instrument
from seawall.engine.loan.clauses import NO_CLAUSES, Clauses, IndexReading, ascending
from seawall.engine.loan.course import Row as Played
from seawall.engine.loan.course import course
from seawall.engine.loan.events import ORDER, Event, ahead
from seawall.engine.loan.instrument import loan_of, model_clock
from seawall.engine.loan.moments import Moment
from seawall.engine.loan.terms import Loan, Row
from seawall.engine.loan.timeline import Timed, timed
from seawall.engine.schedule import running_rate
from seawall.engine.shape import Value, decimal_text

MOST_EVENTS = 4_000  #: of one preview: daily payments over ten years
MOST_RATE = 5 * NANO
SILENT = (Event.LEVEL, Event.BASE, Event.MONTH_END)  #: they only prepare what later events pay


def _loan_has_not_ended(asked: "Preview") -> Iterator[Fault]:
    end, first = asked.instrument.last_payment_date, asked.first_day
    if end <= first:
        yield Fault("instrument.maturity_date", Reason.MATURED, str(end), f"after {first}, the first day")


def _path_moves_a_floating_rate(asked: "Preview") -> Iterator[Fault]:
    yield from ascending("index_path", asked.index_path)
    if asked.index_path and asked.instrument.floating_rate is None:
        found = f"{len(asked.index_path)} rows"
        yield Fault("index_path", Reason.CONFLICT, found, "none for a fixed rate")


def _opening_rate_is_bounded(asked: "Preview") -> Iterator[Fault]:
    rate = _opening_rate(asked)
    if rate > MOST_RATE:
        allowed = f"an all-in rate of at most {decimal_text(MOST_RATE)} on the first day"
        yield Fault("instrument.floating_rate.spread", Reason.OUT_OF_RANGE, decimal_text(rate), allowed)


def _rows_lie_ahead(asked: "Preview") -> Iterator[Fault]:
    for position, row in enumerate(asked.instrument.principal_payments):
        if row.payment_date <= asked.first_day:
            field = f"instrument.principal_payments[{position}].payment_date"
            yield Fault(field, Reason.CONFLICT, str(row.payment_date), f"after {asked.first_day}, the first day")


def _clauses_lie_inside(asked: "Preview") -> Iterator[Fault]:
    clauses, first, end = asked.clauses, asked.first_day, asked.instrument.maturity_date
    days = {f"prepayments[{position}].day": row.day for position, row in enumerate(clauses.prepayments)}
    days |= {f"{name}.day": trade.day for name in ("purchase", "termination") if (trade := getattr(clauses, name))}
    for field, day in days.items():
        if not first < day <= end:
            allowed = f"after {first}, the first day, up to the maturity {end}"
            yield Fault(f"clauses.{field}", Reason.CONFLICT, str(day), allowed)
    for name in ("fee", "scaling"):
        clause = getattr(clauses, name)
        anchor = clause.cycle.anchor_date if clause else None
        if anchor and anchor > end:
            allowed = f"on or before the maturity {end}"
            yield Fault(f"clauses.{name}.cycle.anchor_date", Reason.CONFLICT, str(anchor), allowed)
    if clauses.premium_discount and not asked.is_lent_later:
        allowed = f"0 unless clauses.start_date is after {asked.from_date}"
        yield Fault("clauses.premium_discount", Reason.CONFLICT, str(clauses.premium_discount), allowed)


@dataclass(frozen=True, slots=True)
class Preview(Value):
    """An instrument to look at: from which day, under which path of its index, with which further clauses."""

    RULES: ClassVar = (
        currency_is_in_use,
        _loan_has_not_ended,
        _path_moves_a_floating_rate,
        _opening_rate_is_bounded,
        _rows_lie_ahead,
        _clauses_lie_inside,
    )

    instrument: Instrument
    currency: Currency
    minor_digits: MinorDigits
    from_date: Day
    index_path: tuple[IndexReading, ...] = ()
    clauses: Clauses = NO_CLAUSES

    @property
    def start(self) -> date:
        """The day that cycles count from."""
        return self.clauses.start_date or self.from_date

    @property
    def is_lent_later(self) -> bool:
        return self.start > self.from_date

    @property
    def first_day(self) -> date:
        """The day on which the principal stands."""
        return max(self.start, self.from_date)


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
    for row in course(m, loan, _timeline(asked, loan), _index(asked)):
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
        prepayments=tuple(Row(row.day, row.amount) for row in clauses.prepayments),
        prepayment_fee=clauses.prepayment_fee,
        fee=clauses.fee,
        scaling=clauses.scaling,
        purchase=clauses.purchase,
        termination=clauses.termination,
    )


def _opening_rate(asked: Preview) -> int:
    """The rate on the first day; one that is reset on days of its own waits for the next of them."""
    loan = asked.instrument
    if loan.floating_rate is None or (loan.contract and loan.contract.reset):
        return running_rate(loan)
    return max(_reading(asked, asked.first_day) + loan.floating_rate.spread, 0)


def _reading(asked: Preview, day: Moment) -> int:
    """The last reading of the path on a day, or else the instrument's own index, between its floor and its cap."""
    floating = asked.instrument.floating_rate
    if floating is None:
        return asked.instrument.fixed_rate or 0
    known = [row.index for row in asked.index_path if row.day <= day]
    return _within(asked.instrument, known[-1] if known else floating.index)


def _within(loan: Instrument, index: int) -> int:
    floor, cap = (loan.floating_rate.floor, loan.floating_rate.cap) if loan.floating_rate else (None, None)
    index = index if cap is None else min(index, cap)
    return index if floor is None else max(index, floor)


def _index(asked: Preview) -> Any:
    """What a reset, or a scaling, reads on a day."""
    scaling = asked.clauses.scaling

    def index(event: Event, day: Moment) -> int:
        if event is not Event.SCALING:
            return _reading(asked, day)
        known = [row.level for row in asked.clauses.scaling_path if row.day <= day]
        return known[-1] if known else (scaling.index_at_deal if scaling else NANO)

    return index


def _timeline(asked: Preview, loan: Loan) -> tuple[Timed, ...]:
    dated = ahead(loan, asked.from_date)
    if len(dated) > MOST_EVENTS:
        found = f"{len(dated)} events"
        raise Refused([Fault("instrument.contract", Reason.WRONG_LENGTH, found, f"at most {MOST_EVENTS}")])
    return timed(loan, dated, model_clock(asked.start))


def _is_bought(loan: Loan, timed: Timed) -> bool:
    if loan.purchase is None:
        return True
    return (timed.when, ORDER[timed.event]) >= (loan.purchase.day, ORDER[Event.PURCHASE])


def _check_prepaid(asked: Preview, row: Played) -> None:
    """More than what is owed cannot be prepaid, and is not cut down to it."""
    if row.timed.event is not Event.PREPAYMENT:
        return
    for position, prepayment in enumerate(asked.clauses.prepayments):
        if prepayment.day == row.timed.day and prepayment.amount > row.fallen.principal:
            allowed = f"at most what is owed then, {row.fallen.principal}"
            found = str(prepayment.amount)
            raise Refused([Fault(f"clauses.prepayments[{position}].amount", Reason.CONFLICT, found, allowed)])


def _flow(m: Arithmetic, loan: Loan, row: Played) -> LoanCashFlow:
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


def _parts(loan: Loan, row: Played) -> tuple[Any, Any, Any, Any]:
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
