"""What the revolver lends: up to its usable commitment and its borrowing base, and nothing to a debtor in arrears."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import MonthTerms, OpeningBalances
from ..compile.structure import CapitalStructure
from ..debt.month_of_debt import DebtState
from ..numbers.exact import Arithmetic
from ..values.units import Money
from .liquidity_shock import shock_loss
from .working_capital import WorkingCapital


class RevolverLimits(NamedTuple):
    """What may be drawn in a month, what is drawn already included."""

    usable_commitment: Money
    borrowing_base: Money | None  #: None where the revolver has none


def revolver_limits(
    m: Arithmetic,
    structure: CapitalStructure,
    opening: OpeningBalances,
    terms: MonthTerms,
    working_capital: WorkingCapital,
) -> RevolverLimits:
    """The commitment that the shock leaves, and the advance rates on the receivables and inventory of the month."""
    lost = shock_loss(m, opening.undrawn, terms.liquidity_factor)
    usable = m.most(terms.revolver.commitment - lost, 0)
    if not structure.has_borrowing_base:
        return RevolverLimits(usable, None)
    on_receivables = m.times(working_capital.receivables, terms.revolver.receivables_advance_rate)
    on_inventory = m.times(working_capital.inventory, terms.revolver.inventory_advance_rate)
    return RevolverLimits(usable, on_receivables + on_inventory)


def available(m: Arithmetic, structure: CapitalStructure, limits: RevolverLimits, debts: Sequence[DebtState]) -> Money:
    """The lower limit less what is drawn; nothing while any interest is in arrears or any principal overdue."""
    if structure.revolver is None:
        return 0
    usable, base = limits
    limit = usable if base is None else m.least(usable, base)
    undrawn = m.most(limit - debts[structure.revolver].balance, 0)
    return m.where(sum(debt.unpaid for debt in debts) > 0, 0, undrawn)
