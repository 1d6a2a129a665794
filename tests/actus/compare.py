"""Plays a reference test and names every difference."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from seawall.engine.debt.events import Event
from seawall.engine.debt.lifecycle import PlayedEvent, lifecycle
from seawall.engine.debt.timeline import is_bought, timeline
from seawall.engine.numbers.exact import Rational
from seawall.engine.values.units import NANO
from tests.actus.read import Observed, Terms, loan_of, side

RELATIVE = Fraction(1, 10**8)


class Line(NamedTuple):
    """One event as the reference tests write it, signed by the side of the contract."""

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
    faults = [] if len(ours) == len(expected) else [f"{len(ours)} events, expected {len(expected)}"]
    for position, (mine, theirs) in enumerate(zip(ours, expected, strict=False)):
        for field in Line._fields:
            got, wanted = getattr(mine, field), getattr(theirs, field)
            if not _same(got, wanted):
                faults.append(
                    f"event {position} {theirs.date} {theirs.type}: {field} {_text(got)}, expected {_text(wanted)}"
                )
    return faults


def _lines(test: dict[str, Any]) -> Iterator[Line]:
    terms = Terms(test["terms"])
    loan, sign = loan_of(test["terms"]), side(terms)
    until = datetime.fromisoformat(test["to"]) if test.get("to") else None
    for played in lifecycle(Rational(), loan, timeline(loan), Observed(test)):
        if is_bought(loan, played.event) and (until is None or played.event.day <= until):
            yield _line(played, sign)


def _line(played: PlayedEvent, sign: int) -> Line:
    after = played.after
    return Line(
        date=played.event.day,
        type=played.event.kind.value,
        payoff=sign * played.payoff + _own_sign(played, sign),
        notional=sign * Fraction(after.principal),  # scaling acts on what is paid, not on what is owed
        rate=Fraction(after.rate) / NANO,
        accrued=sign * Fraction(after.accrued),
    )


def _own_sign(played: PlayedEvent, sign: int) -> Fraction:
    """For liabilities the standard turns the sign of accrued interest at purchase and termination; our books do not."""
    if sign == 1 or played.event.kind not in (Event.PURCHASE, Event.TERMINATION):
        return Fraction(0)
    return Fraction(2 * played.accrued * (1 if played.event.kind is Event.TERMINATION else -1))


def _expected(line: dict[str, Any]) -> Line:
    figures = ("payoff", "notionalPrincipal", "nominalInterestRate", "accruedInterest")
    return Line(
        datetime.fromisoformat(line["eventDate"]), line["eventType"], *(Fraction(str(line[name])) for name in figures)
    )


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, Fraction):
        return bool(abs(got - wanted) <= RELATIVE * max(Fraction(1), abs(wanted)))
    return bool(got == wanted)


def _text(figure: Any) -> str:
    return f"{float(figure):.12g}" if isinstance(figure, Fraction) else str(figure)
