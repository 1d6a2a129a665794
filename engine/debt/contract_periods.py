"""The lifecycle of an instrument's contract as accrual periods: what ends each, and what falls due in each month.

What is a date or a clause of the contract may branch; what is a figure of a scenario may not, so that many paths of a
rate are played at once, as columns.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..inputs.contract import Base
from ..inputs.instruments import Instrument
from ..numbers.exact import Arithmetic
from ..values.faults import Fault, Reason, Refused
from ..values.units import NANO, AllInRate, Factor, Flag, Money, Part
from .accrual import AccrualPeriod
from .events import Event
from .instrument_loan import loan_of
from .lifecycle import opening_state
from .loan import Loan, Repayment
from .loan_state import LoanState
from .month_timeline import month_timeline
from .period_events import PeriodEvents
from .rates import RatePath, opening_rate, whole_lane
from .timeline import TimedEvent
from .transitions import ACTS


class Refusal(NamedTuple):
    """What a contract may ask for that no month can do."""

    because: str  #: with the day
    allowed: str


#: Where a calendar moves the days of interest past each other, interest is taken back: of a base far above the
#: principal, more than there is.
TAKES_BACK = Refusal(
    "its calendar takes back more interest on {} than it has principal",
    "a contract by which the principal stays at 0 or more",
)
#: Where interest is added to the principal, a payment pays what is left of it once that interest is taken off.
PAYS_OUT = Refusal(
    "its payment on {} does not reach the interest that is added to the principal",
    "a higher payment, or a principal_cycle whose anchor is later than capitalisation_end_date",
)


class ContractPeriods(NamedTuple):
    """The accrual periods of a contract in each month, and what falls due in it as they are played."""

    periods: tuple[list[AccrualPeriod], ...]
    opening_rates: dict[int, AllInRate]  #: by the month, where it is not that of its first period
    interest: list[Money] | None  #: due in cash; None where the periods have to be played as they stand
    principal: list[Money] | None
    is_refused: Flag  #: it asks for what no month can do; of a single path `contract_periods` raises why


def contract_periods(
    m: Arithmetic,
    instrument: Instrument,
    month_ends: tuple[date, ...],
    rate: RatePath,
    refinanced: Factor,
    coupon_is_stressed: bool,
) -> ContractPeriods:
    """Play a contract over the months.

    Raises `Refused` where its calendar takes back more than is owed, or where a level payment does not reach the
    interest that is added to the principal: its lender would pay out the rest.
    """
    loan = loan_of(instrument, month_ends[0], opening_rate(instrument, rate.read[0], whole_lane(m)), coupon_is_stressed)
    timeline = month_timeline(loan, month_ends)
    state, reads, read = opening_state(loan), timeline.reads, rate.read
    periods: tuple[list[AccrualPeriod], ...] = tuple([] for _ in month_ends[1:])
    interest, principal = [0] * len(periods), [0] * len(periods)
    perhaps: list[tuple[int, int, Flag]] = []
    is_even = loan.repayment is Repayment.LINEAR and loan.payment is None
    pik_share = loan.pik_share
    is_refused: Flag = False

    def index(event: TimedEvent) -> AllInRate:
        return read[reads[event.day]]

    for ending in timeline.periods:
        rate_before, principal_before, base_before = state.rate, state.principal, state.interest_base
        state.settle()
        if ending.ticks:
            state.accrue(m, ending.ticks)
        for event in ending.events:
            ACTS[event.kind](m, loan, state, event, index)
            if pik_share or ending.capitalises:  # what capitalises may be below 0: nothing else takes too much
                is_refused = is_refused | _refused(state.principal < 0, TAKES_BACK, instrument, ending.day)
        if loan.repayment is Repayment.LEVEL and ending.coupon is Event.CAPITALISATION:
            is_refused = is_refused | _refused(state.due < 0, PAYS_OUT, instrument, ending.day)
        if not ending.month:
            continue
        month = ending.month - 1
        stays = refinanced if ending.matures else 0
        period, coupon, due = _period(m, loan, ending, state, rate_before, principal_before, base_before, stays)
        periods[month].append(period)
        interest[month], principal[month] = interest[month] + coupon, principal[month] + due
        if not (ending.ticks or is_even or ending.coupon or ending.matures):
            perhaps.append((len(periods[month]) - 1, month, state.due > 0))
    is_exact = _does_what_its_events_do(loan, instrument, refinanced)
    return ContractPeriods(
        periods,
        _opening_rates(m, periods, perhaps, rate.all_in),
        interest if is_exact else None,
        principal if is_exact else None,
        is_refused,
    )


def _opening_rates(
    m: Arithmetic,
    periods: Sequence[Sequence[AccrualPeriod]],
    perhaps: Sequence[tuple[int, int, Flag]],
    all_in: Sequence[AllInRate],
) -> dict[int, AllInRate]:
    """The rates at the beginning of months whose first periods may be none: a payment of a table that asks for nothing,
    on a day on which no time passes. `perhaps` has the position of each, its month, and whether it is one.
    """
    flags = {(month, position): flag for position, month, flag in perhaps}
    rates: dict[int, AllInRate] = {}
    for month in {month for _, month, _ in perhaps if (month, 0) in flags}:
        rate = all_in[month]
        for position in reversed(range(len(periods[month]))):
            rate = m.where(flags.get((month, position), 1), periods[month][position].rate, rate)
        rates[month + 1] = rate
    return rates


def _does_what_its_events_do(loan: Loan, instrument: Instrument, refinanced: Factor) -> bool:
    """Whether the periods, played as they stand, let fall due what the events did.

    Nothing is refinanced, a table repays what is owed, and interest is taken on the principal: on a base of its own the
    events go on with it after all is repaid.
    """
    nothing_stays = isinstance(refinanced, int) and refinanced == 0
    return nothing_stays and loan.base is Base.CURRENT and loan.principal == instrument.principal


def _period(
    m: Arithmetic,
    loan: Loan,
    ending: PeriodEvents,
    state: LoanState,
    rate: AllInRate,
    principal: Money,
    base: Money | None,
    stays: Factor,
) -> tuple[AccrualPeriod, Money, Money]:
    """One accrual period that does what its events did: the coupon first, then principal; and what they let fall due
    in cash, as interest and as principal.
    """
    pik_part, pik_whole = (loan.pik_share, NANO) if ending.coupon is Event.INTEREST else (int(bool(ending.coupon)), 1)
    coupon, due = state.coupon, state.due
    due_part, due_whole = _due_share(m, loan, ending, state, principal)
    if loan.repayment is Repayment.LEVEL:  # what a payment does not reach of the interest is added to the principal
        short = due < 0
        unreached = m.where(coupon != 0, -due, 0)  # of no coupon, no part
        pik_part, pik_whole = m.where(short, unreached, pik_part), m.where(short, coupon, pik_whole)
        due_part, due_whole = m.where(short, 0, due_part), m.where(short, 1, due_whole)
        coupon, due = m.where(short, coupon + due, coupon), m.where(short, 0, due)
    whole = None
    if base is not None:
        base, whole = m.where(principal != 0, base, 0), principal
    pays = int(ending.coupon is not None)
    period = AccrualPeriod(rate, ending.ticks, pays, pik_part, pik_whole, due_part, due_whole, stays, base, whole)
    return period, coupon, due


def _due_share(
    m: Arithmetic, loan: Loan, ending: PeriodEvents, state: LoanState, principal: Money
) -> tuple[Part, Part]:
    """What falls due, as part of whole: all at maturity, an even share, or an amount of what is left."""
    if ending.matures:
        return 1, 1
    if not ending.payments:
        return 0, 1
    amount, left = state.due, principal + state.capitalised
    if loan.repayment is not Repayment.LINEAR or loan.payment is not None or len(ending.payments) > 1:
        return amount, left
    even = ending.payments[0].payments_left
    if not (loan.pik_share or ending.capitalises):
        return 1, even
    capitalises = state.capitalised != 0
    return m.where(capitalises, amount, 1), m.where(capitalises, left, even)


def _refused(is_so: Flag, refusal: Refusal, instrument: Instrument, day: date) -> Flag:
    """In which rows of columns it is so; of a single path raises `Refused` where it is."""
    if is_so is True:
        value = f"{instrument.instrument_id}: {refusal.because.format(day)}"
        raise Refused([Fault("instruments", Reason.CONFLICT, value, refusal.allowed)])
    return is_so
