"""The order in which cash is applied: operations, then lien by lien interest before principal; then what is free."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.structure import CapitalStructure, Liens
from ..debt.month_of_debt import Dues
from ..numbers.exact import Arithmetic, share_out
from ..values.units import Factor, Flag, Money
from .results import Needs


class OperatingNeeds(NamedTuple):
    """What the business itself must pay, in this order."""

    arrears: Money
    suppliers: Money
    operating_expenses: Money
    tax: Money


class CashSources(NamedTuple):
    """What there is to pay with."""

    cash: Money  #: collections of the month included
    drawable: Money
    minimum_cash: Money  #: what the company wants to keep; needs come before it


class Settlement(NamedTuple):
    """What was paid of what was due, and what is left."""

    operating: OperatingNeeds
    interest: list[Money]  #: by slot
    principal: list[Money]  #: by slot
    draw: Money
    cash: Money
    drawable: Money


class Investment(NamedTuple):
    """What was invested, and what is left."""

    spent: Money
    draw: Money
    cash: Money


class Repayments(NamedTuple):
    """What was prepaid from free cash, and what is left."""

    prepaid: list[Money]  #: by slot
    of_revolver: Money
    sweep: Money
    cash: Money


def needs(operating: OperatingNeeds, dues: Sequence[Dues]) -> Needs:
    """Everything to be paid in the month, older amounts included."""
    return Needs(
        operating=sum(operating),
        interest=sum(due.opening.interest_arrears + due.interest_due for due in dues),
        principal=sum(due.opening.overdue + due.principal_due for due in dues),
    )


def settle(
    m: Arithmetic,
    structure: CapitalStructure,
    sources: CashSources,
    operating: OperatingNeeds,
    dues: Sequence[Dues],
    needs: Needs,
) -> Settlement:
    """Draw for the gap and pay while cash lasts: operations; then for each lien interest before principal, old first.

    Draw = least(most(needs + minimum cash - cash, 0), drawable).
    """
    draw = m.least(m.most(needs.total + sources.minimum_cash - sources.cash, 0), sources.drawable)
    cash = sources.cash + draw
    paid = []
    for need in operating:
        payment = m.least(cash, need)
        cash = cash - payment
        paid.append(payment)
    by_class = [
        [due.opening.interest_arrears for due in dues],
        [due.interest_due for due in dues],
        [due.opening.overdue for due in dues],
        [due.principal_due for due in dues],
    ]
    (arrears, interest, overdue, principal), cash = pay_by_lien(m, cash, structure.liens, by_class)
    return Settlement(
        operating=OperatingNeeds(*paid),
        interest=[old + new for old, new in zip(arrears, interest, strict=True)],
        principal=[old + new for old, new in zip(overdue, principal, strict=True)],
        draw=draw,
        cash=cash,
        drawable=sources.drawable - draw,
    )


def pay_by_lien(
    m: Arithmetic, cash: Money, liens: Liens, dues: Sequence[Sequence[Money]]
) -> tuple[list[list[Money]], Money]:
    """Lien after lien; within a lien class after class of dues, each pro rata in the order of ids.

    `dues` has for each class what is due by slot. Returns what is paid likewise, and the cash that is left.
    """
    paid: list[list[Money]] = [[0] * len(of_class) for of_class in dues]
    for slots in liens:
        for due_by_slot, paid_by_slot in zip(dues, paid, strict=True):
            due = [due_by_slot[slot] for slot in slots]
            payment = m.least(cash, sum(due))
            cash = cash - payment
            for slot, part in zip(slots, share_out(m, payment, due), strict=True):
                paid_by_slot[slot] = part
    return paid, cash


def invest(
    m: Arithmetic, settlement: Settlement, wanted: Money, held_back: Money, minimum_cash: Money, matures_soon: Flag
) -> Investment:
    """Capital expenditure as far as cash and what can be drawn go beyond what is held back; the rest lapses.

    Nothing is drawn for it where the revolver matures soon. Drawn for as far as cash above the minimum does not reach.
    """
    drawable = m.where(matures_soon, 0, settlement.drawable)
    spent = m.least(wanted, m.most(settlement.cash + drawable - held_back, 0))
    draw = m.most(spent - m.most(settlement.cash - minimum_cash, 0), 0)
    return Investment(spent, draw, settlement.cash + draw - spent)


def repay(
    m: Arithmetic,
    structure: CapitalStructure,
    cash: Money,
    held_back: Money,
    performing: Sequence[Money],
    sweep_share: Factor,
) -> Repayments:
    """Free cash = most(cash - held back, 0): repay the revolver, then prepay by lien with a share of what is left."""
    free = m.most(cash - held_back, 0)
    of_revolver: Money = 0
    if structure.revolver is not None:
        of_revolver = m.least(free, performing[structure.revolver])
    sweep = m.times(free - of_revolver, sweep_share)
    (prepaid,), unused = pay_by_lien(m, sweep, structure.loan_liens, [performing])
    if structure.revolver is not None:
        prepaid[structure.revolver] = of_revolver
    swept = sweep - unused
    return Repayments(prepaid, of_revolver, swept, cash - of_revolver - swept)
