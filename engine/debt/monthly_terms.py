"""The terms of a debt, month by month: rates, time and what falls due, before anything is unpaid or prepaid.

They are the lifecycle of the contract under the stressed rates, cut into months. The month plays its periods again on
the actual balance, in proportion (`due_part` of `due_whole`), so that a prepayment scales what remains.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise, repeat
from typing import NamedTuple

from ..inputs.instruments import Instrument
from ..numbers.day_count import DayCount
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import month_of, month_ticks
from ..values.columns import rows_of
from ..values.kept import kept
from ..values.units import AllInRate, Factor, Flag, Money, Ticks
from .accrual import AccrualPeriod, Balance, play
from .balloon import LEVEL_IN_PAYMENT, may_leave_balloon
from .dated_periods import dated_periods
from .rates import RatePath
from .regular_months import is_regular
from .regular_periods import regular_periods

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
    rate: RatePath,
    refinanced: Sequence[Factor],
    coupon_is_stressed: bool = False,
) -> tuple[DebtTerms, ...]:
    """The terms of an instrument in each month; `month_ends` opens with the analysis date.

    Those in whole cents are kept by the path of the rate: the same ones serve the check of a scenario, its execution
    and its replay, its run beside a report, and every scenario that moves no rate of this instrument.
    """
    return played_terms(m, instrument, month_ends, rate, refinanced, coupon_is_stressed)[0]


def played_terms(
    m: Arithmetic,
    instrument: Instrument,
    month_ends: tuple[date, ...],
    rate: RatePath,
    refinanced: Sequence[Factor],
    coupon_is_stressed: bool,
) -> tuple[tuple[DebtTerms, ...], Flag]:
    """`loan_terms`, and in which rows of columns its contract is refused: of one path that raises `Refused`."""
    last = min(month_of(month_ends[0], instrument.last_payment_date), len(refinanced))
    at_maturity, resets = refinanced[last - 1], coupon_is_stressed and instrument.floating_rate is None
    if m is SCALAR:
        return _terms_in_cents(instrument, month_ends, rate, at_maturity, resets), False
    return _loan_terms(m, instrument, month_ends, rate, at_maturity, resets)


def _periods_kept(
    instrument: Instrument,
    month_ends: tuple[date, ...],
    rate: RatePath,
    refinanced: Factor,
    resets: bool,
    terms: tuple[DebtTerms, ...],
) -> int:
    """The periods, and beside them the items of the instrument's own lists."""
    holidays = instrument.contract.calendar.holidays if instrument.contract else ()
    return len(instrument.principal_payments) + len(holidays) + len(terms) * len(terms[0].periods)


@kept(MOST_PERIODS, weight=_periods_kept)
def _terms_in_cents(
    instrument: Instrument, month_ends: tuple[date, ...], rate: RatePath, refinanced: Factor, resets: bool
) -> tuple[DebtTerms, ...]:
    return _loan_terms(SCALAR, instrument, month_ends, rate, refinanced, resets)[0]


def _loan_terms(
    m: Arithmetic,
    instrument: Instrument,
    month_ends: tuple[date, ...],
    rate: RatePath,
    refinanced: Factor,
    resets: bool,
) -> tuple[tuple[DebtTerms, ...], Flag]:
    months, last = len(month_ends) - 1, month_of(month_ends[0], instrument.last_payment_date)
    ticks = months_ticks(instrument.day_count, month_ends)
    if is_regular(instrument):
        schedule = regular_periods(m, instrument, month_ends, rate.all_in, refinanced, resets)
    else:
        schedule = dated_periods(m, instrument, month_ends, ticks, rate, refinanced, resets)
    interest, principal = schedule.interest, schedule.principal
    if interest is None or principal is None:
        interest, principal = _played(m, instrument, schedule.periods)
    unreached, balloon = min(last, months + 1) - 1, _balloon(m, instrument, principal[: last - 1])
    terms = rows_of(
        DebtTerms,
        schedule.opening_rates,
        repeat(instrument.default_margin),
        ticks,
        [0] * unreached + [1] * (months - unreached),
        [0] * unreached + [balloon] + [0] * (months - unreached),
        repeat(int(instrument.amortisation in LEVEL_IN_PAYMENT)),
        schedule.periods,
        interest,
        principal,
    )
    return tuple(terms), schedule.is_refused


def _balloon(m: Arithmetic, instrument: Instrument, instalments: Sequence[Money]) -> Flag:
    """Whether the maturity can ask for more than a regular instalment, by the principal due in the months before it."""
    if may_leave_balloon(instrument, has_instalments=False):
        return 1
    if not may_leave_balloon(instrument, has_instalments=True):
        return 0
    return m.where(sum(instalments) > 0, 1, 0)


def _played(
    m: Arithmetic, instrument: Instrument, periods: Sequence[Sequence[AccrualPeriod]]
) -> tuple[list[Money], list[Money]]:
    """What is due in cash as interest and as principal in each month, where its periods are played as they stand."""
    balance, interest, principal = Balance(instrument.principal, instrument.accrued_interest, 0), [], []
    for of_month in periods:
        balance, due = play(m, balance, of_month)
        interest.append(due.coupon)
        principal.append(due.principal)
    return interest, principal


@lru_cache(maxsize=1024)
def months_ticks(count: DayCount, month_ends: tuple[date, ...]) -> tuple[Ticks, ...]:
    """The ticks of each whole month."""
    return tuple(month_ticks(count, start, end) for start, end in pairwise(month_ends))
