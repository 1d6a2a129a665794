"""The payment of an annuity, levelled: in one lane as in the other, exactly once per distinct rate and balance."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from ..numbers.exact import SCALAR, Arithmetic
from ..values.units import AllInRate, Money, Number
from .annuity import SCALE, PaymentPeriods, accrued_factor, payment_factor, present_value
from .timeline import Relevelling

ValueAt = Callable[[AllInRate, PaymentPeriods, Number], Decimal]


class LevelPayment:
    """The payment of an annuity, levelled when it is due: before that it may be levelled anew at another rate."""

    def __init__(self, m: Arithmetic) -> None:
        self._m = m
        self._payment: Money | None = None
        self._levelled_at: AllInRate | None = None
        self._next: tuple[Relevelling, AllInRate, Money, Money] | None = None

    def relevel(self, over: Relevelling, rate: AllInRate, principal: Money, accrued: Money) -> None:
        """Level it over the payments that remain; at an unchanged rate it stays."""
        if self._next:
            if _differ(rate, self._next[1]):
                self._levelled_at = self._next[1]  # where it was never paid
            else:
                self.due()
        self._next = over, rate, principal, accrued

    def due(self) -> Money:
        """The payment as it is levelled now. Raises `ValueError` where it never was."""
        if self._next:
            self._payment = level_payment(self._m, *self._next, self._payment, self._levelled_at)
            self._levelled_at, self._next = self._next[1], None
        if self._payment is None:
            raise ValueError("a payment that was never levelled")
        return self._payment


def _differ(rate: Any, other: Any) -> bool:
    """Whether two rates differ, in every row."""
    differ = rate != other
    return bool(differ.all() if hasattr(differ, "all") else differ)


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
    return _payment(m, rate, principal, accrued, over, present_value)


def _payment(
    m: Arithmetic, rate: AllInRate, principal: Money, accrued: Money, over: Relevelling, value_at: ValueAt
) -> Money:
    if not rate:  # an even share, exactly: 10,072.53 in 18 payments is 559.585, and so 559.58
        return m.prorate(principal + accrued, 1, len(over.periods) - over.start + 1)
    value = value_at(rate, over.periods, over.start)
    payment = m.prorate(principal, payment_factor(rate, over.first, value), SCALE)
    return payment + m.prorate(accrued, accrued_factor(value), SCALE) if accrued else payment


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
    value_at = cache(present_value)  # of many rows at a few rates
    levelled, known = payments.astype(np.int64), dict[tuple[int, int, int], int]()
    for row in rows:
        figures = int(rates[row]), int(principals[row]), int(accrued[row])
        if figures not in known:
            known[figures] = _payment(SCALAR, *figures, over, value_at)
        levelled[row] = known[figures]
    return levelled
