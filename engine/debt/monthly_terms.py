"""The terms of a debt, month by month: rates, time and what falls due, before anything is unpaid or prepaid.

They are the lifecycle of the contract under the stressed rates, cut into months. The month plays its periods again on
the actual balance, in proportion (`due_part` of `due_whole`), so that a prepayment scales what remains.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..inputs.instruments import Instrument
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import month_of, month_ticks
from ..values.faults import Fault, Reason, Refused
from ..values.kept import kept
from ..values.units import NANO, AllInRate, Flag, Money, Part, Ticks
from .accrual import EMPTY_PERIOD, AccrualPeriod, Balance, play
from .balloon import LEVEL_IN_PAYMENT, may_leave_balloon
from .cycles import MONTHS
from .events import Event
from .instrument_loan import loan_of, model_clock
from .lifecycle import PlayedEvent, lifecycle
from .loan import Loan, Repayment
from .month_timeline import month_timeline
from .rates import RateStress, opening_rate, rates, readings

MOST_PERIODS = 100_000  #: that are kept, with their months: about 50 MB, and more than the largest company has


class DebtTerms(NamedTuple):
    """One instrument, or the drawn part of the revolver, in one month."""

    rate: AllInRate  #: at the beginning
    default_margin: AllInRate  #: added to it on what is overdue or in arrears
    overdue_ticks: Ticks  #: of the whole month
    matured: Flag  #: 1 from the month of maturity on
    may_leave_balloon: Flag  #: in the month of maturity, where more than a regular instalment can be due
    is_level_in_payment: Flag  #: its instalments are, interest included; those of others in their principal
    periods: tuple[AccrualPeriod, ...]  #: the accrual periods of the month, each with what falls due at its end
    contract_interest: Money  #: due in cash as if all was paid and nothing prepaid; of the revolver 0
    contract_principal: Money  #: likewise, what is refinanced taken off


def loan_terms(
    m: Arithmetic,
    instrument: Instrument,
    month_ends: tuple[date, ...],
    stress: RateStress,
    refinanced: Sequence[int],
) -> tuple[DebtTerms, ...]:
    """The terms of an instrument in each month; `month_ends` opens with the analysis date.

    Those in whole cents are kept: the same ones serve the check of a scenario, its execution and its replay, its run
    beside a report, and a fixed coupon under every scenario that does not move it.
    """
    acting = stress if instrument.floating_rate or stress.moves_coupons else stress.neutral
    if m is SCALAR:
        return _terms_in_cents(instrument, month_ends, acting, tuple(refinanced))
    return _loan_terms(m, instrument, month_ends, acting, refinanced)


def _periods_kept(
    instrument: Instrument,
    month_ends: tuple[date, ...],
    stress: RateStress,
    refinanced: tuple[int, ...],
    terms: tuple[DebtTerms, ...],
) -> int:
    """The periods, and beside them the items of the instrument's own lists."""
    holidays = instrument.contract.calendar.holidays if instrument.contract else ()
    return len(instrument.principal_payments) + len(holidays) + sum(len(month.periods) for month in terms)


@kept(MOST_PERIODS, weight=_periods_kept)
def _terms_in_cents(
    instrument: Instrument, month_ends: tuple[date, ...], stress: RateStress, refinanced: tuple[int, ...]
) -> tuple[DebtTerms, ...]:
    return _loan_terms(SCALAR, instrument, month_ends, stress, refinanced)


def _loan_terms(
    m: Arithmetic,
    instrument: Instrument,
    month_ends: tuple[date, ...],
    stress: RateStress,
    refinanced: Sequence[int],
) -> tuple[DebtTerms, ...]:
    d0, all_in = month_ends[0], rates(instrument, stress)
    last = month_of(d0, instrument.last_payment_date)
    months = range(1, len(month_ends))
    periods: dict[int, list[AccrualPeriod]] = {month: [] for month in months}
    opening: dict[int, AllInRate] = {}
    for month, period in _contract_periods(m, instrument, month_ends, stress, refinanced):
        periods[month].append(period)
        opening.setdefault(month, period.rate)
    if last <= months[-1] and refinanced[last - 1]:
        _roll_over(instrument, month_ends, all_in, last, periods)
    balance = Balance(instrument.principal, instrument.accrued_interest, 0)
    terms: list[DebtTerms] = []
    for month in months:
        balance, due = play(m, balance, periods[month])
        terms.append(
            DebtTerms(
                rate=opening.get(month, all_in[month - 1]),
                default_margin=instrument.default_margin,
                overdue_ticks=month_ticks(instrument.day_count, month_ends[month - 1], month_ends[month]),
                matured=int(month >= last),
                may_leave_balloon=int(
                    month == last
                    and may_leave_balloon(instrument, any(earlier.contract_principal for earlier in terms))
                ),
                is_level_in_payment=int(instrument.amortisation in LEVEL_IN_PAYMENT),
                periods=tuple(periods[month]),
                contract_interest=due.coupon,
                contract_principal=due.principal,
            )
        )
    return tuple(terms)


def _contract_periods(
    m: Arithmetic, instrument: Instrument, month_ends: tuple[date, ...], stress: RateStress, refinanced: Sequence[int]
) -> Iterator[tuple[int, AccrualPeriod]]:
    """The lifecycle of the contract as accrual periods, each with the month in which it ends; month ends cut it."""
    d0, read = month_ends[0], readings(instrument, stress)
    loan = loan_of(instrument, d0, opening_rate(instrument, read[0]), stress.moves_coupons)

    def index(kind: Event, day: date) -> AllInRate:
        return read[min(month_of(d0, day + timedelta(days=1)), len(read)) - 1]

    for events in _by_period(lifecycle(m, loan, month_timeline(loan, month_ends), index)):
        if any(played.after.balance.principal < 0 for played in events):
            raise _taken_back(instrument, events[0].event.day)
        month = max(1, month_of(d0, events[0].event.day))
        period = _period_of(loan, events)
        yield month, period._replace(refinanced_share=refinanced[month - 1]) if _matures(events) else period


def _taken_back(instrument: Instrument, day: date) -> Refused:
    """Where a calendar moves the days of interest past each other, interest is taken back: of a base far above the
    principal, more than there is.
    """
    value = f"{instrument.instrument_id}: its calendar takes back more interest on {day} than it has principal"
    allowed = "a contract by which the principal stays at 0 or more"
    return Refused([Fault("instruments", Reason.CONFLICT, value, allowed)])


def _by_period(course: Iterator[PlayedEvent]) -> Iterator[list[PlayedEvent]]:
    """The events that end one accrual period: time runs before the first only, even where days are rolled onto one."""
    events: list[PlayedEvent] = []
    for played in course:
        if events and (played.event.ticks or played.event.day != events[0].event.day):
            yield from _unless_empty(events)
            events = []
        events.append(played)
    yield from _unless_empty(events)


def _unless_empty(events: list[PlayedEvent]) -> Iterator[list[PlayedEvent]]:
    """Nothing where no time passes and nothing falls due."""
    if any(played.event.ticks or played.period.pays or played.period.due_part for played in events):
        yield events


def _matures(events: list[PlayedEvent]) -> bool:
    return any(played.event.kind is Event.MATURITY for played in events)


def _period_of(loan: Loan, events: list[PlayedEvent]) -> AccrualPeriod:
    """One accrual period that does what its events did: the coupon first, then principal."""
    first, coupons = events[0], [played for played in events if played.period.pays]
    principal = sum(played.due.principal for played in events)
    pik_part, pik_whole = (coupons[-1].period.pik_part, coupons[-1].period.pik_whole) if coupons else (0, 1)
    if principal < 0:  # what a level payment did not reach of the interest, where its coupon is not all capitalised
        coupon = coupons[-1].due.coupon
        pik_part, pik_whole = (-principal, coupon) if coupon else (0, 1)
    due_part, due_whole = _due_share(loan, events, principal)
    base, owed = first.before.interest_base, first.before.balance.principal
    return AccrualPeriod(
        rate=first.period.rate,
        ticks=sum(played.event.ticks for played in events),
        pays=int(bool(coupons)),
        pik_part=pik_part,
        pik_whole=pik_whole,
        due_part=due_part,
        due_whole=due_whole,
        base_part=base if owed or base is None else 0,
        base_whole=None if base is None else owed,
    )


def _due_share(loan: Loan, events: list[PlayedEvent], principal: Money) -> tuple[Part, Part]:
    """What falls due, as part of whole: all at maturity, an even share, or an amount of what is left."""
    if _matures(events):
        return 1, 1
    paying = next((played for played in events if played.event.kind is Event.PRINCIPAL), None)
    if paying is None or principal < 0:
        return 0, 1
    capitalised = sum(played.due.capitalised for played in events)
    if loan.repayment is Repayment.LINEAR and loan.payment is None and not capitalised:
        return paying.period.due_part, paying.period.due_whole
    return principal, events[0].before.balance.principal + capitalised


def _roll_over(
    instrument: Instrument,
    month_ends: tuple[date, ...],
    all_in: Sequence[AllInRate],
    last: int,
    periods: dict[int, list[AccrualPeriod]],
) -> None:
    """What is refinanced at maturity goes on at its rate, with coupons by the instrument's interval and no end."""
    clock, cycle = model_clock(month_ends[0]), instrument.contract and instrument.contract.interest_cycle
    interval = instrument.payment_interval_months
    if cycle and cycle.unit in MONTHS:
        interval = cycle.count * MONTHS[cycle.unit]
    for month in range(last, len(month_ends)):
        start = instrument.last_payment_date if month == last else month_ends[month - 1]
        pays = month > last and month % interval == 0
        passed = clock(instrument.day_count, start, month_ends[month])
        coupon = EMPTY_PERIOD._replace(pays=int(pays), pik_part=instrument.pik_share, pik_whole=NANO)
        periods[month].append(coupon._replace(rate=all_in[month - 1], ticks=passed))
