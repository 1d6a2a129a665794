"""The payment of an annuity, levelled: in one lane as in the other, exactly once per distinct rate and balance."""

from collections.abc import Callable
from functools import cache
from typing import Any

from ..numbers.exact import SCALAR, Arithmetic
from ..values.units import AllInRate, Money
from .annuity import SCALE, PaymentPeriods, PresentValues, present_values
from .timeline import Relevelling

ValuesAt = Callable[[AllInRate, PaymentPeriods], PresentValues]


def level_payment(
    m: Arithmetic,
    over: Relevelling,
    rate: AllInRate,
    principal: Money,
    accrued: Money,
    payment: Money | None,
    levelled_at: AllInRate | None,
) -> Money:
    """The equal payments that repay principal and accrued interest; `payment` where it was levelled at this rate."""
    if m is not SCALAR and any(hasattr(figure, "shape") for figure in (rate, levelled_at, principal, accrued)):
        columns: Money = _in_columns(over, rate, principal, accrued, payment, levelled_at)
        return columns
    if payment is not None and rate == levelled_at:
        return payment
    return _payment(m, rate, principal, accrued, over, present_values)


def _payment(
    m: Arithmetic, rate: AllInRate, principal: Money, accrued: Money, over: Relevelling, values_at: ValuesAt
) -> Money:
    if not rate:  # an even share, exactly: 10,072.53 in 18 payments is 559.585, and so 559.58
        return m.prorate(principal + accrued, 1, len(over.periods) - over.start + 1)
    values = values_at(rate, over.periods)
    payment = m.prorate(principal, values.payment_factor(over.first, over.start), SCALE)
    return payment + m.prorate(accrued, values.accrued_factor(over.start), SCALE) if accrued else payment


def _in_columns(over: Relevelling, rate: Any, principal: Any, accrued: Any, payment: Any, levelled_at: Any) -> Any:
    """Factors are longer than 64 bits, so each distinct row is levelled by itself, in whole cents."""
    import numpy as np

    rates, before, principals, accrued, payments = np.broadcast_arrays(
        rate,
        -1 if levelled_at is None else levelled_at,
        principal,
        accrued,
        0 if payment is None else payment,
    )
    rows = range(len(rates)) if levelled_at is None else np.flatnonzero(rates != before)
    values_at = cache(present_values)  # of many rows at a few rates
    levelled, known = payments.astype(np.int64), dict[tuple[int, int, int], int]()
    for row in rows:
        figures = int(rates[row]), int(principals[row]), int(accrued[row])
        if figures not in known:
            known[figures] = _payment(SCALAR, *figures, over, values_at)
        levelled[row] = known[figures]
    return levelled
