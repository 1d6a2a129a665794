"""What the revolver lends: up to its usable commitment and its borrowing base, and nothing to a debtor in arrears."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import MonthTerms, Opening
from ..compile.structure import Structure
from ..debt.month_of_debt import DebtState
from ..numbers.exact import Arithmetic, Cell
from .working_capital import Turn


class Lending(NamedTuple):
    """The limits of a month."""

    usable_commitment: Cell
    borrowing_base: Cell  #: None where the revolver has none


def lending(m: Arithmetic, structure: Structure, opening: Opening, terms: MonthTerms, turn: Turn) -> Lending:
    """The commitment that the liquidity shock leaves, and advance rates on this month's receivables and inventory."""
    lost = opening.undrawn - m.times(opening.undrawn, terms.liquidity_factor)
    usable = m.most(terms.revolver.commitment - lost, 0)
    if not structure.has_borrowing_base:
        return Lending(usable, None)
    on_receivables = m.times(turn.receivables, terms.revolver.receivables_advance_rate)
    return Lending(usable, on_receivables + m.times(turn.inventory, terms.revolver.inventory_advance_rate))


def available(m: Arithmetic, structure: Structure, lending: Lending, debts: Sequence[DebtState]) -> Cell:
    """What can be drawn on top of what is; nothing while any interest is in arrears or any principal overdue."""
    if structure.revolver is None:
        return 0
    usable, base = lending
    limit = m.least(usable, base) if structure.has_borrowing_base else usable
    room = m.most(limit - debts[structure.revolver].balance, 0)
    return m.where(sum(debt.unpaid for debt in debts) > 0, 0, room)
