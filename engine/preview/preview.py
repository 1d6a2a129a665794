"""The request for the dated cash flows of an instrument under any path of its index.

The loan, its dates and its recursion are those of the month of the model, with clauses that a dataset version does not
carry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from ..debt.rates import MOST_RATE, opening_rate, reading
from ..inputs.consistency import currency_is_in_use
from ..inputs.instruments import Instrument, cycle_is_bounded, cycles_are_bounded
from ..values.faults import Fault, Reason
from ..values.in_words import amount_text, counted
from ..values.units import MOST_ROWS, AllInRate, Currency, Day, MinorDigits, Most
from ..values.value import Value, decimal_text
from .clauses import NO_CLAUSES, Clauses, IndexReading, ascending, last_by


def _loan_has_not_ended(request: "Preview") -> Iterator[Fault]:
    loan = request.instrument
    for end, first in ((loan.last_payment_date, request.first_day), (loan.ends_on, request.start)):
        if end <= first:
            yield Fault("instrument.maturity_date", Reason.MATURED, str(end), f"after {first}, the first day")
            return


def _path_moves_a_floating_rate(request: "Preview") -> Iterator[Fault]:
    yield from ascending("index_path", request.index_path, "from_date")
    if request.index_path and request.instrument.floating_rate is None:
        yield Fault("index_path", Reason.CONFLICT, counted(len(request.index_path), "row"), "none for a fixed rate")


def _opening_rate_is_in_range(request: "Preview") -> Iterator[Fault]:
    rate = rate_on_first_day(request)
    if rate > MOST_RATE:
        allowed = f"an all-in rate of at most {decimal_text(MOST_RATE)} on the first day"
        yield Fault("instrument.floating_rate.spread", Reason.OUT_OF_RANGE, decimal_text(rate), allowed)


def _rows_lie_ahead(request: "Preview") -> Iterator[Fault]:
    for position, row in enumerate(request.instrument.principal_payments):
        if row.payment_date <= request.first_day:
            field = f"instrument.principal_payments[{position}].payment_date"
            yield Fault(field, Reason.CONFLICT, str(row.payment_date), f"after {request.first_day}, the first day")


def _clauses_lie_within_the_loan(request: "Preview") -> Iterator[Fault]:
    clauses, first, end = request.clauses, request.first_day, request.instrument.maturity_date
    days = {
        f"prepayments[{position}].payment_date": row.payment_date for position, row in enumerate(clauses.prepayments)
    }
    trades = {name: getattr(clauses, name) for name in ("purchase", "termination")}
    days |= {f"{name}.settlement_date": trade.settlement_date for name, trade in trades.items() if trade}
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
    if clauses.accrued_interest is not None and request.instrument.accrued_interest:
        value = amount_text("{}", clauses.accrued_interest)
        none = amount_text("none beside the {} of the instrument", request.instrument.accrued_interest)
        yield Fault("clauses.accrued_interest", Reason.CONFLICT, value, none)
    if clauses.premium_discount and not request.is_lent_later:
        allowed = f"0 unless clauses.start_date is after {request.from_date}"
        yield Fault("clauses.premium_discount", Reason.CONFLICT, amount_text("{}", clauses.premium_discount), allowed)


def _cycles_have_bounded_days(request: "Preview") -> Iterator[Fault]:
    clauses, loan, start, first = request.clauses, request.instrument, request.start, request.from_date
    end = min(loan.maturity_date, clauses.termination.settlement_date) if clauses.termination else loan.maturity_date
    for fault in cycles_are_bounded(loan, start, first, end):
        yield fault.under("instrument")
    for name in ("fee", "scaling"):
        clause = getattr(clauses, name)
        if clause:
            yield from cycle_is_bounded(f"clauses.{name}.cycle", clause.cycle, start, first, end)


@dataclass(frozen=True, slots=True)
class Preview(Value):
    """The request for a preview: an instrument, a first day, a path of its index and further clauses."""

    RULES: ClassVar = (
        currency_is_in_use,
        _loan_has_not_ended,
        _path_moves_a_floating_rate,
        _opening_rate_is_in_range,
        _rows_lie_ahead,
        _clauses_lie_within_the_loan,
        _cycles_have_bounded_days,
    )

    instrument: Instrument
    currency: Currency
    minor_digits: MinorDigits
    from_date: Day
    index_path: Annotated[tuple[IndexReading, ...], Most(MOST_ROWS)] = ()
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
        """The first day of the principal: the start, or the from date where the loan is lent before it."""
        return max(self.start, self.from_date)


def rate_on_first_day(request: Preview) -> AllInRate:
    """The all-in rate on the first day, in nanos a year."""
    return opening_rate(request.instrument, reading_on(request, request.first_day))


def reading_on(request: Preview, day: date) -> AllInRate:
    """What a reset reads on a day: the path's last index by then, or else the instrument's own; of fixed debt the
    coupon.
    """
    row = last_by(request.index_path, day)
    return reading(request.instrument, row.index if row else None)
