"""The order in which cash is applied: operating, interest, principal, capital expenditure; within debt by lien."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.structure import CapitalStructure
from ..debt.month_of_debt import Dues, Paid
from ..numbers.exact import Arithmetic, Cell, share_out
from .results import Needs


class OperatingNeeds(NamedTuple):
    """What the business itself must pay, in this order."""

    arrears: Cell
    suppliers: Cell
    operating_expenses: Cell
    tax: Cell


class Settled(NamedTuple):
    """What was paid, and the cash that is left."""

    operating: OperatingNeeds
    debts: tuple[Paid, ...]  #: by slot
    capital_expenditure: Cell
    drawn: Cell
    repaid: Cell  #: of the revolver, from cash above the minimum
    swept: Cell  #: prepaid on the other debts
    cash: Cell


class Cash(NamedTuple):
    """What there is to pay with."""

    at_hand: Cell
    drawable: Cell
    minimum: Cell  #: what the company wants to keep; needs come before it
    sweep_share: Cell


def what_is_needed(operating: OperatingNeeds, dues: Sequence[Dues], capital_expenditure: Cell) -> Needs:
    """Everything to be paid in the month, what is older included."""
    return Needs(
        operating=sum(operating),
        interest=sum(due.opening.interest_arrears + due.interest_due for due in dues),
        principal=sum(due.opening.overdue + due.principal_due for due in dues),
        capital_expenditure=capital_expenditure,
    )


def settle(
    m: Arithmetic,
    structure: CapitalStructure,
    cash: Cash,
    operating: OperatingNeeds,
    dues: Sequence[Dues],
    needs: Needs,
) -> Settled:
    """Draw for the gap, pay the needs in their order while cash lasts, prepay from what is above the minimum."""
    liens, revolver = structure.liens, structure.revolver
    drawn = m.least(m.most(needs.total + cash.minimum - cash.at_hand, 0), cash.drawable)
    left = cash.at_hand + drawn

    to_operations, left = _in_order(m, left, operating)
    old_and_new_interest = [(due.opening.interest_arrears, due.interest_due) for due in dues]
    interest, left = _by_lien(m, left, liens, old_and_new_interest)
    old_and_new_principal = [(due.opening.overdue, due.principal_due) for due in dues]
    principal, left = _by_lien(m, left, liens, old_and_new_principal)
    (spent,), left = _in_order(m, left, (needs.capital_expenditure,))

    performing = [due.performing for due in dues]
    draws: list[Cell] = [0] * len(dues)
    if revolver is not None:
        draws[revolver] = drawn
        performing[revolver] = performing[revolver] + drawn
    above = m.most(left - cash.minimum, 0)
    prepaid, kept = _prepay(m, above, structure, performing, cash.sweep_share)
    repaid = prepaid[revolver] if revolver is not None else 0
    return Settled(
        operating=OperatingNeeds(*to_operations),
        debts=tuple(map(Paid, interest, principal, draws, prepaid)),
        capital_expenditure=spent,
        drawn=drawn,
        repaid=repaid,
        swept=above - kept - repaid,
        cash=left - above + kept,
    )


def _in_order(m: Arithmetic, cash: Cell, owed: Sequence[Cell]) -> tuple[list[Cell], Cell]:
    """One after the other, each as far as the cash goes."""
    paid = []
    for need in owed:
        spent = m.least(cash, need)
        cash = cash - spent
        paid.append(spent)
    return paid, cash


def _by_lien(
    m: Arithmetic, cash: Cell, liens: Sequence[tuple[int, ...]], owed: Sequence[tuple[Cell, ...]]
) -> tuple[list[Cell], Cell]:
    """Lien after lien; within a lien what is older first, then pro rata in the order of ids."""
    paid: list[Cell] = [0] * len(owed)
    for slots in liens:
        for of_one_age in zip(*(owed[slot] for slot in slots), strict=True):
            spent = m.least(cash, sum(of_one_age))
            cash = cash - spent
            for slot, part in zip(slots, share_out(m, spent, of_one_age), strict=True):
                paid[slot] = paid[slot] + part
    return paid, cash


def _prepay(
    m: Arithmetic, cash: Cell, structure: CapitalStructure, performing: Sequence[Cell], share: Cell
) -> tuple[list[Cell], Cell]:
    """Repay the revolver, then prepay by lien with a share of the rest. Returns it by slot, and what is kept."""
    prepaid: list[Cell] = [0] * len(performing)
    if structure.revolver is not None:
        prepaid[structure.revolver] = m.least(cash, performing[structure.revolver])
        cash = cash - prepaid[structure.revolver]
    swept = m.times(cash, share)
    loans = [tuple(slot for slot in slots if slot != structure.revolver) for slots in structure.liens]
    early, unused = _by_lien(m, swept, [slots for slots in loans if slots], [(balance,) for balance in performing])
    return [repaid + part for repaid, part in zip(prepaid, early, strict=True)], cash - swept + unused
