"""The accrual periods of a loan that keeps to the months of the analysis date: its lifecycle, a formula a month.

What `contract_periods` plays event by event is here interest, a payment of principal, the coupon, the maturity, and a
new level at the rate of the next month; `dated_periods` has the same of any contract.
"""

from collections.abc import Sequence
from datetime import date
from itertools import repeat

from ..inputs.instruments import Amortisation, Instrument
from ..numbers.exact import Arithmetic
from ..values.columns import rows_of
from ..values.units import NANO, AllInRate, Factor, Money, Number, Part
from .accrual import EMPTY_PERIOD, AccrualPeriod, MonthlyPeriods
from .levelling import LevelPayment
from .regular_months import RegularMonths, regular_months


def regular_periods(
    m: Arithmetic,
    instrument: Instrument,
    month_ends: tuple[date, ...],
    all_in: Sequence[AllInRate],
    refinanced: Factor,
    coupon_is_stressed: bool,
) -> MonthlyPeriods:
    """Play a loan at the all-in rate of each month.

    Where nothing is refinanced nothing accrues after the maturity: the months have their periods all the same, as their
    number must not depend on a figure.
    """
    months, share = regular_months(instrument, month_ends, coupon_is_stressed), instrument.pik_share
    interest, principal, parts, wholes = _played(m, instrument, months, all_in)
    last, later = len(interest), [0] * (len(all_in) - len(interest))
    stays: list[Factor] = [0] * len(all_in)
    second = [EMPTY_PERIOD] * len(all_in)
    if months.rest is not None:
        stays[last - 1] = refinanced
        second[last - 1] = AccrualPeriod(all_in[last - 1], months.rest, 0, share, NANO, 0, 1)
    first = rows_of(
        AccrualPeriod,
        all_in,
        months.ticks,
        months.pays,
        [share if whole == NANO else 0 for whole in months.pik_wholes] if share else repeat(0),
        months.pik_wholes,
        parts + later,
        wholes + [1] * len(later),
        stays,
        repeat(None),
        repeat(None),
    )
    periods = tuple(zip(first, second, strict=True))
    if not (isinstance(refinanced, int) and refinanced == 0):
        return MonthlyPeriods(all_in, periods, None, None)
    return MonthlyPeriods(all_in, periods, interest + later, principal + later)


def _played(
    m: Arithmetic, instrument: Instrument, months: RegularMonths, all_in: Sequence[AllInRate]
) -> tuple[list[Money], list[Money], list[Part], list[Part]]:
    """What falls due in each month up to the maturity, as interest in cash and as principal, and the latter as part of
    whole.
    """
    share, is_linear = instrument.pik_share, instrument.amortisation is Amortisation.LINEAR
    principal, accrued, carry = instrument.principal, instrument.accrued_interest, 0
    level = LevelPayment(m)
    interest, principals, parts, wholes = list[Money](), list[Money](), list[Part](), list[Part]()
    of_months = zip(all_in, months.relevellings, months.ticks, months.pays, months.payments_left, strict=False)
    for rate, relevelling, ticks, pays, left in of_months:
        if relevelling:
            level.relevel(relevelling, rate, principal, accrued)
        accrued, carry = m.accrue(principal, rate, ticks, accrued, carry)
        coupon = due = capitalised = part = 0
        whole = 1
        if pays:
            capitalised = m.prorate(accrued, share, NANO) if share else 0
            coupon = accrued - capitalised
        if left == 1:  # all at maturity
            due, part = principal + capitalised, 1
        elif left and is_linear:  # an even share of what is owed before interest is added to it
            due = m.prorate(principal, 1, left)
            part, whole = _even_share(m, due, principal, capitalised, left) if share else (1, left)
        elif left:  # what interest leaves of the payment
            due = m.most(m.least(level.due() - coupon, principal), 0)
            part, whole = due, principal + capitalised
        interest.append(coupon)
        principals.append(due)
        parts.append(part)
        wholes.append(whole)
        if pays:
            principal, accrued, carry = principal + capitalised - due, 0, 0
    return interest, principals, parts, wholes


def _even_share(m: Arithmetic, due: Money, principal: Money, capitalised: Money, left: Number) -> tuple[Part, Part]:
    """An even share as part of whole: of a principal to which interest is added first, the amount itself."""
    capitalises = capitalised != 0
    return m.where(capitalises, due, 1), m.where(capitalises, principal + capitalised, left)
