"""Plays a reference test and names every difference."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from seawall.engine.debt.events import ORDER, Event
from seawall.engine.debt.lifecycle import PlayedEvent, lifecycle
from seawall.engine.debt.loan import Loan
from seawall.engine.debt.timeline import timeline
from seawall.engine.numbers.exact import Rational
from seawall.engine.values.units import NANO
from tests.actus.read import Observed, Terms, loan_of, side

RELATIVE = Fraction(1, 10**8)


class Line(NamedTuple):
    """One event as the suite tells it, signed by the side of the contract."""

    date: date
    type: str
    payoff: Fraction
    notional: Fraction
    rate: Fraction
    accrued: Fraction


def differences(test: dict[str, Any]) -> list[str]:
    """What differs between a test's expected events and ours; empty where it passes."""
    expected = [_expected(line) for line in test["results"]]
    ours = list(_lines(test))
    found = [] if len(ours) == len(expected) else [f"{len(ours)} events, expected {len(expected)}"]
    for position, (mine, theirs) in enumerate(zip(ours, expected, strict=False)):
        for field in Line._fields:
            got, wanted = getattr(mine, field), getattr(theirs, field)
            if not _same(got, wanted):
                found.append(
                    f"event {position} {theirs.date} {theirs.type}: {field} {_text(got)}, expected {_text(wanted)}"
                )
    return found


def _lines(test: dict[str, Any]) -> Iterator[Line]:
    terms = Terms(test["terms"])
    loan, sign = loan_of(test["terms"]), side(terms)
    until = datetime.fromisoformat(test["to"]) if test.get("to") else None
    for row in lifecycle(Rational(), loan, timeline(loan), Observed(test)):
        if _told(loan, row) and (until is None or row.timed.when <= until):
            yield _line(loan, row, sign)


def _told(loan: Loan, row: PlayedEvent) -> bool:
    """A buyer sees a loan from the purchase on."""
    if loan.purchase is None:
        return True
    return (row.timed.when, ORDER[row.timed.event]) >= (loan.purchase.day, ORDER[Event.PURCHASE])


def _line(loan: Loan, row: PlayedEvent, sign: int) -> Line:
    after = row.after
    return Line(
        date=row.timed.when,
        type=row.timed.event.value,
        payoff=sign * row.payoff + _own_sign(row, sign),
        notional=sign * Fraction(after.balance.principal),  # scaling acts on what is paid, not on what is owed
        rate=Fraction(after.rate) / NANO,
        accrued=sign * Fraction(after.balance.accrued),
    )


def _own_sign(row: PlayedEvent, sign: int) -> Fraction:
    """For liabilities the suite turns the sign of accrued interest at purchase and termination; our books do not."""
    if sign == 1 or row.timed.event not in (Event.PURCHASE, Event.TERMINATION):
        return Fraction(0)
    traded = row.before.balance.accrued + row.fallen.interest
    return Fraction(2 * traded * (1 if row.timed.event is Event.TERMINATION else -1))


def _expected(line: dict[str, Any]) -> Line:
    figures = ("payoff", "notionalPrincipal", "nominalInterestRate", "accruedInterest")
    return Line(
        datetime.fromisoformat(line["eventDate"]), line["eventType"], *(Fraction(str(line[one])) for one in figures)
    )


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, Fraction):
        return bool(abs(got - wanted) <= RELATIVE * max(Fraction(1), abs(wanted)))
    return bool(got == wanted)


def _text(figure: Any) -> str:
    return f"{float(figure):.12g}" if isinstance(figure, Fraction) else str(figure)
