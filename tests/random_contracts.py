"""Random contracts of loans: every clause, each about as often as it is left out, on cycles of a few hundred days."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from seawall.engine.inputs.calendar import (
    LONGEST,
    BusinessDay,
    BusinessWeek,
    Calendar,
    Cycle,
    CycleUnit,
    MonthEnd,
    Stub,
)
from seawall.engine.inputs.contract import Base, Contract, Reset
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.values.units import NANO

MOST_DAYS = 150  #: of a cycle up to maturity, about: daily for five months, monthly for twelve years
BEFORE, AFTER = -400, 90  #: days around the analysis date on which a cycle is anchored

T = TypeVar("T")


def with_contract(rng: Random, loan: Instrument, analysis_date: date) -> Instrument:
    """The loan with a contract that fits its amortisation. Raises `Refused` where its clauses cannot go together."""
    return replace(loan, contract=contract(rng, loan, analysis_date))


def contract(rng: Random, loan: Instrument, analysis_date: date) -> Contract:
    """Any clauses that the amortisation of the loan takes."""
    lent = analysis_date + timedelta(days=rng.randint(BEFORE, 0))
    amortises = loan.amortisation in (Amortisation.LINEAR, Amortisation.ANNUITY, Amortisation.LEVEL)
    base = rng.choice((Base.CURRENT, *Base))
    of_a_base = base is not Base.CURRENT

    def cycle() -> Cycle:
        return a_cycle(rng, analysis_date, loan.maturity_date)

    return Contract(
        interest_cycle=some(rng, cycle()),
        principal_cycle=some(rng, cycle()) if amortises else None,
        payment=_payment(rng, loan) if amortises else None,
        annuity_end_date=_annuity_end(rng, loan),
        capitalisation_end_date=rng.choice((None, None, _day_between(rng, lent, loan.maturity_date))),
        rate_reset=some(rng, _reset(rng, cycle())) if loan.floating_rate else None,
        month_end=rng.choice(tuple(MonthEnd)),
        calendar=some(rng, _calendar(rng, analysis_date)) or Calendar(),
        interest_base=base,
        interest_base_cycle=cycle() if base is Base.LAGGED else None,
        interest_base_amount=some(rng, rng.randint(0, loan.principal)) if of_a_base else None,
    )


def a_cycle(rng: Random, analysis_date: date, end: date) -> Cycle:
    """Of any unit, anchored before or after the analysis date or not at all."""
    unit = rng.choice(tuple(CycleUnit))
    fewest = max((end - analysis_date).days // (MOST_DAYS * LONGEST[unit]), 1)
    anchor = analysis_date + timedelta(days=rng.randint(BEFORE, AFTER))
    return Cycle(fewest * rng.choice((1, 1, 2, 3)), unit, some(rng, min(anchor, end)), rng.choice(tuple(Stub)))


def some(rng: Random, drawn: T) -> T | None:
    """It, or nothing, as often."""
    return drawn if rng.random() < 0.5 else None


def _payment(rng: Random, loan: Instrument) -> int | None:
    """A level loan has one; a linear loan or an annuity may."""
    payment = rng.randint(0, max(1, loan.principal // 6))
    return payment if loan.amortisation is Amortisation.LEVEL else some(rng, payment)


def _annuity_end(rng: Random, loan: Instrument) -> date | None:
    """At maturity or years beyond, so that a balloon is left."""
    if loan.amortisation is not Amortisation.ANNUITY:
        return None
    return some(rng, loan.maturity_date + timedelta(days=rng.choice((0, rng.randint(1, 2_000)))))


def _day_between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def _reset(rng: Random, cycle: Cycle) -> Reset:
    floor, cap = some(rng, rng.randint(-NANO // 100, NANO // 50)), some(rng, rng.randint(NANO // 50, NANO // 5))
    return Reset(
        cycle,
        multiplier=rng.choice((NANO, NANO // 2, 3 * NANO // 2, 0, -NANO)),
        spread=rng.choice((0, rng.randint(-NANO // 100, NANO // 100))),
        next_rate=some(rng, rng.randint(0, NANO // 10)),
        floor=floor,
        cap=cap,
        step_floor=some(rng, -rng.randint(0, NANO // 50)),
        step_cap=some(rng, rng.randint(0, NANO // 50)),
    )


def _calendar(rng: Random, analysis_date: date) -> Calendar:
    """Weekends, holidays and a convention, or holidays that no convention looks at."""
    return Calendar(
        rng.choice(tuple(BusinessWeek)),
        tuple(
            _distinct_days(analysis_date + timedelta(days=rng.randint(BEFORE, 900)) for _ in range(rng.choice((0, 30))))
        ),
        rng.choice(tuple(BusinessDay)),
    )


def _distinct_days(days: Iterable[date]) -> list[date]:
    return sorted(set(days))
