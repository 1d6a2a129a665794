"""The payment of an annuity, levelled: in one lane as in the other, exactly once per distinct rate and balance."""

from typing import Any

from ..numbers.exact import SCALAR, Arithmetic
from ..values.units import AllInRate, Money
from .annuity import SCALE, payment_factors
from .loan_state import LoanState
from .timeline import Relevelling


def level_payment(m: Arithmetic, state: LoanState, over: Relevelling) -> Money:
    """The equal payments that repay principal and accrued interest; at an unchanged rate they stay as they are."""
    figures = (state.rate, state.levelled_at, state.principal, state.accrued)
    if any(hasattr(figure, "shape") for figure in figures):
        columns: Money = _in_columns(state, over)
        return columns
    if state.payment is not None and state.rate == state.levelled_at:
        return state.payment
    return _payment(m, state.rate, state.principal, state.accrued, over)


def _payment(m: Arithmetic, rate: AllInRate, principal: Money, accrued: Money, over: Relevelling) -> Money:
    if rate:
        factors = payment_factors(rate, over.first, over.periods, over.start)
        return m.prorate(principal, factors.of_principal, SCALE) + m.prorate(accrued, factors.of_accrued, SCALE)
    # An even share, exactly: 10,072.53 in 18 payments is 559.585, and so 559.58.
    return m.prorate(principal + accrued, 1, len(over.periods) - over.start + 1)


def _in_columns(state: LoanState, over: Relevelling) -> Any:
    """Factors are longer than 64 bits, so each distinct row is levelled by itself, in whole cents."""
    import numpy as np

    levelled_at = state.levelled_at
    rates, before, principals, accrued, payments = np.broadcast_arrays(
        state.rate,
        -1 if levelled_at is None else levelled_at,
        state.principal,
        state.accrued,
        0 if state.payment is None else state.payment,
    )
    rows = range(len(rates)) if levelled_at is None else np.flatnonzero(rates != before)
    levelled, known = payments.astype(np.int64), dict[tuple[int, int, int], int]()
    for row in rows:
        figures = int(rates[row]), int(principals[row]), int(accrued[row])
        if figures not in known:
            known[figures] = _payment(SCALAR, *figures, over)
        levelled[row] = known[figures]
    return levelled
