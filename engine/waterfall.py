"""The order in which cash is applied: operating, interest, principal, capital expenditure; within debt by lien."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from seawall.engine.arithmetic import Arithmetic, Cell, share_out
from seawall.engine.debt import Dues
from seawall.engine.results import Needs

Liens = tuple[tuple[int, ...], ...]


class OperatingNeeds(NamedTuple):
    """What the business itself must pay, in this order."""

    arrears: Cell
    suppliers: Cell
    operating_expenses: Cell
    tax: Cell


class Applied(NamedTuple):
    """What was paid, and the cash that is left."""

    operating: OperatingNeeds
    interest: tuple[Cell, ...]  #: by slot
    principal: tuple[Cell, ...]  #: by slot
    capital_expenditure: Cell
    cash: Cell


def needs(operating: OperatingNeeds, dues: Sequence[Dues], capital_expenditure: Cell) -> Needs:
    """Everything to be paid in the month, what is older included."""
    interest = sum((due.opening.interest_arrears + due.interest_due for due in dues), 0)
    principal = sum((due.opening.overdue + due.principal_scheduled + due.overadvance for due in dues), 0)
    return Needs(sum(operating[1:], operating[0]), interest, principal, capital_expenditure)


def apply_cash(
    m: Arithmetic, cash: Cell, operating: OperatingNeeds, liens: Liens, dues: Sequence[Dues], capital_expenditure: Cell
) -> Applied:
    """Pay the needs in their fixed priority until the cash is gone."""
    operating_paid = []
    for need in operating:
        paid = m.least(cash, need)
        cash = cash - paid
        operating_paid.append(paid)
    interest, cash = _by_lien(m, cash, liens, dues, lambda due: (due.opening.interest_arrears, due.interest_due))
    principal, cash = _by_lien(
        m, cash, liens, dues, lambda due: (due.opening.overdue, due.principal_scheduled + due.overadvance)
    )
    spent = m.least(cash, capital_expenditure)
    return Applied(OperatingNeeds(*operating_paid), interest, principal, spent, cash - spent)


def _by_lien(
    m: Arithmetic, cash: Cell, liens: Liens, dues: Sequence[Dues], old_and_new: Callable[[Dues], tuple[Cell, Cell]]
) -> tuple[tuple[Cell, ...], Cell]:
    """Lien after lien; within a lien what is older first, then pro rata in the order of ids."""
    paid: list[Cell] = [0] * len(dues)
    for slots in liens:
        for owed in zip(*(old_and_new(dues[slot]) for slot in slots), strict=True):
            spent = m.least(cash, sum(owed[1:], owed[0]))
            cash = cash - spent
            for slot, part in zip(slots, share_out(m, spent, owed), strict=True):
                paid[slot] = paid[slot] + part
    return tuple(paid), cash


def sweep(
    m: Arithmetic, cash: Cell, performing: Sequence[Cell], liens: Liens, revolver: int | None, share: Cell
) -> tuple[tuple[Cell, ...], Cell]:
    """Use cash above the minimum: repay the revolver, then prepay with a share of the rest by lien, pro rata.

    Returns what each slot is prepaid and the cash that stays.
    """
    prepaid: list[Cell] = [0] * len(performing)
    if revolver is not None:
        prepaid[revolver] = m.least(cash, performing[revolver])
        cash = cash - prepaid[revolver]
    swept = m.times(cash, share)
    cash = cash - swept
    for slots in liens:
        loans = [slot for slot in slots if slot != revolver]
        if loans:
            owed = [performing[slot] for slot in loans]
            spent = m.least(swept, sum(owed[1:], owed[0]))
            swept = swept - spent
            for slot, part in zip(loans, share_out(m, spent, owed), strict=True):
                prepaid[slot] = part
    return tuple(prepaid), cash + swept
