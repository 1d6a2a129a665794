"""What a month sees of the months ahead, with every creditor standing still: their trading, and the gaps it leaves."""

from typing import NamedTuple

from ..compile.case import CompiledCase, MonthTerms
from ..compile.opening import OpeningBalances
from ..numbers.exact import Arithmetic
from ..numbers.months import FORESIGHT
from ..values.units import Money
from .trading import TradingMonth, trade


class Outlook(NamedTuple):
    """By month, from the first to three beyond the last."""

    trading: list[TradingMonth]
    gaps: list[Money]  #: what a month asks for beyond what its trading brings, below 0 where it brings more


def look_ahead(m: Arithmetic, case: CompiledCase, horizon_months: int) -> Outlook:
    """Trade all months of the horizon and the three after it."""
    trading = trade(m, case, horizon_months + FORESIGHT)
    usable = [m.times(case.opening.cash, terms.liquidity_factor) for terms in case.months[: len(trading)]]
    before = [case.opening.cash, *usable]
    gaps = [
        _gap(m, case.opening, terms, month, shock_take=earlier - left)
        for terms, month, earlier, left in zip(case.months, trading, before, usable, strict=False)
    ]
    return Outlook(trading, gaps)


def _gap(
    m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, trading: TradingMonth, *, shock_take: Money
) -> Money:
    """Service + what the shock takes + tax on most(EBITDA - D&A, 0) - cash of trading; the revolver left out.

    900.00 of service and 50.00 of trading cash: 850.00.
    """
    tax = m.times(m.most(trading.ebitda - trading.depreciation_share, 0), opening.tax_rate)
    return terms.service + shock_take + tax - trading.cash
