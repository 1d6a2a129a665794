"""Clauses of a loan that only a preview takes, and paths of the indices they read."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import Annotated, Any, ClassVar, TypeVar

from ..debt.loan import Fee, IndexLevel, Scaling, Trade
from ..values.faults import Fault, Reason
from ..values.in_words import counted
from ..values.units import MOST_MONEY, MOST_ROWS, Day, FeeShare, Kind, Most, SignedAmount, SignedRate, Unit
from ..values.value import Value, decimal_text

PositiveAmount = Annotated[int, Unit(Kind.AMOUNT, 1, MOST_MONEY)]


@dataclass(frozen=True, slots=True)
class IndexReading(Value):
    """The index of a floating rate from a day on."""

    from_date: Day
    index: SignedRate


@dataclass(frozen=True, slots=True)
class ScalingReading(Value):
    """The index that payments grow with, from a day on."""

    from_date: Day
    level: IndexLevel


@dataclass(frozen=True, slots=True)
class Prepayment(Value):
    """Principal that is repaid before it falls due; the payments that remain shrink with what is left."""

    payment_date: Day
    amount: PositiveAmount


Reading = TypeVar("Reading", IndexReading, ScalingReading)


def _readings_ascend(clauses: "Clauses") -> Iterator[Fault]:
    yield from ascending("prepayments", clauses.prepayments, "payment_date")
    yield from ascending("scaling_path", clauses.scaling_path, "from_date")


def ascending(name: str, rows: Sequence[Any], date_field: str) -> Iterator[Fault]:
    """A fault for each row of a field whose date is not after that of the row before it."""
    dates = map(attrgetter(date_field), rows)
    for position, (before, following) in enumerate(pairwise(dates), 1):
        if following <= before:
            yield Fault(f"{name}[{position}].{date_field}", Reason.CONFLICT, str(following), f"after {before}")


def last_by(rows: Sequence[Reading], day: date) -> Reading | None:
    """The last of some ascending rows that lies on a day or before it; None where all come later."""
    position = bisect_right(rows, day, key=attrgetter("from_date"))
    return rows[position - 1] if position else None


def _clauses_have_what_they_act_on(clauses: "Clauses") -> Iterator[Fault]:
    if clauses.scaling_path and clauses.scaling is None:
        yield Fault("scaling_path", Reason.CONFLICT, counted(len(clauses.scaling_path), "row"), "none without scaling")
    if clauses.prepayment_fee and not clauses.prepayments:
        fee = decimal_text(clauses.prepayment_fee)
        yield Fault("prepayment_fee", Reason.CONFLICT, fee, "none without prepayments")
    if clauses.purchase and clauses.termination:
        sold, ended = clauses.purchase.settlement_date, clauses.termination.settlement_date
        if sold >= ended:
            yield Fault("purchase.settlement_date", Reason.CONFLICT, str(sold), f"before the termination {ended}")


@dataclass(frozen=True, slots=True)
class Clauses(Value):
    """Clauses of a loan's contract that an instrument of a dataset version does not carry; all can be left out."""

    RULES: ClassVar = (_readings_ascend, _clauses_have_what_they_act_on)

    start_date: Day | None = None  #: cycles count from it; after the from date the loan is lent on it
    premium_discount: SignedAmount = 0  #: paid on top of the principal when it is lent
    accrued_interest: SignedAmount | None = None  #: on the first day
    prepayments: Annotated[tuple[Prepayment, ...], Most(MOST_ROWS)] = ()
    prepayment_fee: FeeShare = 0  #: of what is prepaid
    fee: Fee | None = None
    scaling: Scaling | None = None
    scaling_path: Annotated[tuple[ScalingReading, ...], Most(MOST_ROWS)] = ()
    purchase: Trade | None = None
    termination: Trade | None = None


NO_CLAUSES = Clauses()
