"""The terms of a debt, month by month: rates, time and what falls due, before anything is unpaid or prepaid.

They are the contract's own course under the stressed rates, played by the recursion of `loan`. The month plays them
again on the actual balance, in proportion (`due_part` of `due_whole`), so that a prepayment scales what remains.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from heapq import merge
from typing import NamedTuple

from ..inputs.instruments import Instrument, Revolver
from ..numbers.day_count import DayCount
from ..numbers.exact import Arithmetic, Cell
from ..numbers.months import month_of, month_ticks
from ..values.units import NANO
from .accrual import REST, AccrualPeriod
from .cycles import MONTHS
from .events import DatedEvent, Event, ahead, in_order
from .instrument_loan import loan_of, model_clock
from .lifecycle import PlayedEvent, lifecycle
from .loan import Loan, Repayment
from .rates import RateStress, rates, readings, running_rate
from .timeline import TimedEvent, timed


class DebtTerms(NamedTuple):
    """One instrument, or the drawn part of the revolver, in one month."""

    rate: Cell  #: all-in at the beginning, nanos a year
    overdue_rate: Cell  #: with the default margin
    overdue_ticks: Cell  #: of the whole month
    matured: Cell  #: 1 from the month of maturity on
    legs: tuple[AccrualPeriod, ...]  #: the stretches of the month, each with what happens at its end


class RevolverTerms(NamedTuple):
    """What the revolver offers and charges in one month, beside the terms of its drawn part."""

    commitment: Cell  #: that can be drawn: 0 from the month of maturity on
    fee_commitment: Cell
    fee_rate: Cell
    fee_ticks: Cell
    receivables_advance_rate: Cell
    inventory_advance_rate: Cell


def loan_terms(
    m: Arithmetic,
    loan: Instrument,
    month_ends: tuple[date, ...],
    stress: RateStress,
    refinanced: Sequence[int],
) -> tuple[DebtTerms, ...]:
    """The terms of an instrument in each month; `month_ends` opens with the analysis date."""
    d0, all_in = month_ends[0], rates(loan, stress)
    last = month_of(d0, loan.last_payment_date)
    months = range(1, len(month_ends))
    legs: dict[int, list[AccrualPeriod]] = {month: [] for month in months}
    opening: dict[int, Cell] = {}
    for month, leg in _own_legs(m, loan, month_ends, stress, refinanced):
        legs[month].append(leg)
        opening.setdefault(month, leg.rate)
    if last <= months[-1] and refinanced[last - 1]:
        _roll_over(loan, month_ends, all_in, last, legs)
    return tuple(
        DebtTerms(
            rate=opening.get(month, all_in[month - 1]),
            overdue_rate=opening.get(month, all_in[month - 1]) + loan.default_margin,
            overdue_ticks=month_ticks(loan.day_count, month_ends[month - 1], month_ends[month]),
            matured=int(month >= last),
            legs=tuple(legs[month]),
        )
        for month in months
    )


def _own_legs(
    m: Arithmetic, loan: Instrument, month_ends: tuple[date, ...], stress: RateStress, refinanced: Sequence[int]
) -> Iterator[tuple[int, AccrualPeriod]]:
    """The contract's own course as legs, each with the month in which it ends; the ends of months cut it."""
    d0, read = month_ends[0], readings(loan, stress)
    played = loan_of(loan, d0, _opening_rate(loan, stress), stress.moves_coupons)

    def index(event: Event, when: date) -> int:
        return read[min(month_of(d0, when + timedelta(days=1)), len(read)) - 1]

    for stretch in _stretches(lifecycle(m, played, _own_timeline(loan, month_ends, stress.moves_coupons), index)):
        month = max(1, month_of(d0, stretch[0].timed.when))
        leg = _leg_of(played, stretch)
        yield month, leg._replace(refinanced_share=refinanced[month - 1]) if _matures(stretch) else leg


def _opening_rate(loan: Instrument, stress: RateStress) -> int:
    """The rate that runs on the analysis date: a contract with resets of its own waits for the next of them."""
    waits = loan.contract is not None and loan.contract.reset is not None
    return running_rate(loan) if waits else rates(loan, stress)[0]


@lru_cache(maxsize=4096)
def _own_timeline(loan: Instrument, month_ends: tuple[date, ...], coupon_is_stressed: bool) -> tuple[TimedEvent, ...]:
    """The events after the analysis date up to the last month end, and those ends themselves, timed by the model."""
    d0, played = month_ends[0], loan_of(loan, month_ends[0], 0, coupon_is_stressed)
    inside = [dated for dated in ahead(played, d0) if dated.when <= month_ends[-1]]
    cuts = [DatedEvent(end, end, Event.MONTH_END, end) for end in month_ends[1:] if end < loan.last_payment_date]
    return timed(played, list(merge(inside, cuts, key=in_order)), model_clock(d0))


def _stretches(rows: Iterator[PlayedEvent]) -> Iterator[list[PlayedEvent]]:
    """Rows of one moment together: time runs before the first of them only, even where days are rolled onto one."""
    stretch: list[PlayedEvent] = []
    for row in rows:
        if stretch and (row.timed.ticks or row.timed.when != stretch[0].timed.when):
            yield from _if_it_does_something(stretch)
            stretch = []
        stretch.append(row)
    yield from _if_it_does_something(stretch)


def _if_it_does_something(stretch: list[PlayedEvent]) -> Iterator[list[PlayedEvent]]:
    if any(row.timed.ticks or row.leg.pays or row.leg.due_part for row in stretch):
        yield stretch


def _matures(stretch: list[PlayedEvent]) -> bool:
    return any(row.timed.event is Event.MATURITY for row in stretch)


def _leg_of(played: Loan, stretch: list[PlayedEvent]) -> AccrualPeriod:
    """One leg that does what the events of a moment did: the coupon first, then principal."""
    first, coupons = stretch[0], [row for row in stretch if row.leg.pays]
    principal = sum(row.fallen.principal for row in stretch)
    pik_part, pik_whole = (coupons[-1].leg.pik_part, coupons[-1].leg.pik_whole) if coupons else (0, 1)
    if principal < 0:  # what a level payment did not reach of the interest
        pik_part, pik_whole = -principal, coupons[-1].fallen.coupon
    due_part, due_whole = _due(played, stretch, principal)
    base = first.before.base
    return AccrualPeriod(
        rate=first.leg.rate,
        ticks=sum(row.timed.ticks for row in stretch),
        pays=int(bool(coupons)),
        pik_part=pik_part,
        pik_whole=pik_whole,
        due_part=due_part,
        due_whole=due_whole,
        basis_part=None if base is None else base,
        basis_whole=None if base is None else first.before.balance.principal,
    )


def _due(played: Loan, stretch: list[PlayedEvent], principal: Cell) -> tuple[Cell, Cell]:
    """What falls due at a moment, as part of whole: all at maturity, an even share, or an amount of what is left."""
    if _matures(stretch):
        return 1, 1
    paying = next((row for row in stretch if row.timed.event is Event.PRINCIPAL), None)
    if paying is None or principal < 0:
        return 0, 1
    capitalised = sum(row.fallen.capitalised for row in stretch)
    if played.repayment is Repayment.LINEAR and played.payment is None and not capitalised:
        return paying.leg.due_part, paying.leg.due_whole
    return principal, stretch[0].before.balance.principal + capitalised


def _roll_over(
    loan: Instrument,
    month_ends: tuple[date, ...],
    all_in: Sequence[int],
    last: int,
    legs: dict[int, list[AccrualPeriod]],
) -> None:
    """What is refinanced at maturity goes on at its rate, with coupons by the instrument's interval and no end."""
    clock, cycle = model_clock(month_ends[0]), loan.contract and loan.contract.interest_cycle
    interval = loan.payment_interval_months
    if cycle and cycle.unit in MONTHS:
        interval = cycle.count * MONTHS[cycle.unit]
    for month in range(last, len(month_ends)):
        start = loan.last_payment_date if month == last else month_ends[month - 1]
        pays = month > last and month % interval == 0
        passed = clock(loan.day_count, start, month_ends[month])
        coupon = REST._replace(pays=int(pays), pik_part=loan.pik_share, pik_whole=NANO)
        legs[month].append(coupon._replace(rate=all_in[month - 1], ticks=passed))


def revolver_terms(
    revolver: Revolver, month_ends: tuple[date, ...], stress: RateStress, refinanced: Sequence[int]
) -> tuple[tuple[DebtTerms, ...], tuple[RevolverTerms, ...]]:
    """The terms of the drawn part, paid monthly and due at maturity, and those of the facility around it."""
    d0, all_in = month_ends[0], rates(revolver, stress)
    clock, last = model_clock(d0), month_of(d0, revolver.maturity_date)
    drawn, facility = [], []
    for month in range(1, len(month_ends)):
        start, end, rate = month_ends[month - 1], month_ends[month], all_in[month - 1]
        to = revolver.maturity_date if month == last else end
        leg = REST._replace(rate=rate, ticks=clock(revolver.day_count, start, to), pays=1)
        legs = [leg]
        if month == last:
            legs = [leg._replace(due_part=1, refinanced_share=refinanced[month - 1])]
            legs.append(REST._replace(rate=rate, ticks=clock(revolver.day_count, to, end)))
        whole = month_ticks(revolver.day_count, start, end)
        drawn.append(DebtTerms(rate, rate, whole, int(month >= last), tuple(legs)))
        facility.append(
            RevolverTerms(
                commitment=revolver.commitment if month < last else 0,
                fee_commitment=revolver.commitment if month <= last else 0,
                fee_rate=revolver.undrawn_fee,
                fee_ticks=clock(DayCount.ACTUAL_360, start, to),
                receivables_advance_rate=revolver.receivables_advance_rate or 0,
                inventory_advance_rate=revolver.inventory_advance_rate or 0,
            )
        )
    return tuple(drawn), tuple(facility)
