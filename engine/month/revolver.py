"""What the revolver lends: up to its usable commitment and its borrowing base, and nothing under a draw stop."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import MonthTerms
from ..compile.opening import OpeningBalances
from ..compile.structure import CapitalStructure
from ..debt.month_of_debt import DebtState
from ..numbers.exact import Arithmetic
from ..values.units import Flag, Money
from .liquidity_shock import shock_loss
from .trading import TradingMonth


class RevolverLimits(NamedTuple):
    """What may be drawn in a month, what is drawn already included."""

    usable_commitment: Money
    borrowing_base: Money | None  #: None where the revolver has none


def revolver_limits(
    m: Arithmetic, structure: CapitalStructure, opening: OpeningBalances, terms: MonthTerms, trading: TradingMonth
) -> RevolverLimits:
    """The commitment that the shock leaves, and the advance rates on the receivables and inventory of the month."""
    lost = shock_loss(m, opening.undrawn, terms.liquidity_factor)
    usable = m.most(terms.revolver.commitment - lost, 0)
    if not structure.has_borrowing_base:
        return RevolverLimits(usable, None)
    on_receivables = m.times(trading.receivables, terms.revolver.receivables_advance_rate)
    on_inventory = m.times(trading.inventory, terms.revolver.inventory_advance_rate)
    return RevolverLimits(usable, on_receivables + on_inventory)


def drawn(structure: CapitalStructure, debts: Sequence[DebtState]) -> Money:
    """The balance of the revolver, what is overdue included; 0 without one."""
    return debts[structure.revolver].balance if structure.revolver is not None else 0


def available(m: Arithmetic, limits: RevolverLimits, drawn: Money, is_stopped: Flag) -> Money:
    """The lower limit less what is drawn; nothing where draws are stopped."""
    usable, base = limits
    limit = usable if base is None else m.least(usable, base)
    return m.where(is_stopped, 0, m.most(limit - drawn, 0))
