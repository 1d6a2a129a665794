"""The dated cash flows of an instrument under any path of its index, before it goes into a dataset version.

They are the same loan, dates and recursion as in the month of the model, with clauses beside it that a dataset version
does not carry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ..debt.rates import running_rate
from ..inputs.calendar import Moment
from ..inputs.company import currency_is_in_use
from ..inputs.instruments import Instrument
from ..values.faults import Fault, Reason
from ..values.units import NANO, Currency, Day, MinorDigits
from ..values.value import Value, decimal_text
from .clauses import NO_CLAUSES, Clauses, IndexReading, ascending

MOST_RATE = 5 * NANO


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
