"""What the revolver lends: up to its usable commitment and its borrowing base, and nothing to a debtor in arrears."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import MonthTerms, OpeningBalances
from ..compile.structure import CapitalStructure
from ..debt.month_of_debt import DebtState
from ..numbers.exact import Arithmetic, Cell
from .working_capital import WorkingCapital


class RevolverLimits(NamedTuple):
    """The limits of a month."""

    usable_commitment: Cell
    borrowing_base: Cell  #: None where the revolver has none


def revolver_limits(
    m: Arithmetic,
    structure: CapitalStructure,
    opening: OpeningBalances,
    terms: MonthTerms,
    working_capital: WorkingCapital,
) -> RevolverLimits:
    """The commitment that the liquidity shock leaves, and advance rates on this month's receivables and inventory."""
    lost = opening.undrawn - m.times(opening.undrawn, terms.liquidity_factor)
    usable = m.most(terms.revolver.commitment - lost, 0)
    if not structure.has_borrowing_base:
        return RevolverLimits(usable, None)
    on_receivables = m.times(working_capital.receivables, terms.revolver.receivables_advance_rate)
    return RevolverLimits(
        usable, on_receivables + m.times(working_capital.inventory, terms.revolver.inventory_advance_rate)
    )


def available(
    m: Arithmetic, structure: CapitalStructure, revolver_limits: RevolverLimits, debts: Sequence[DebtState]
) -> Cell:
    """What can be drawn on top of what is; nothing while any interest is in arrears or any principal overdue."""
    if structure.revolver is None:
        return 0
    usable, base = revolver_limits
    limit = m.least(usable, base) if structure.has_borrowing_base else usable
    room = m.most(limit - debts[structure.revolver].balance, 0)
    return m.where(sum(debt.unpaid for debt in debts) > 0, 0, room)
