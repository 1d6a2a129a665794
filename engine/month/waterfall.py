"""The order in which cash is applied: operating, interest, principal, capital expenditure; within debt by lien."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.structure import CapitalStructure
from ..debt.month_of_debt import Dues, Paid
from ..numbers.exact import Arithmetic, share_out
from ..values.units import Factor, Money
from .results import Income, Needs, Position
from .working_capital import WorkingCapital


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
    sweep_share: Factor


class Payments(NamedTuple):
    """What was paid, and the cash that is left."""

    operating: OperatingNeeds
    debts: tuple[Paid, ...]  #: by slot
    capital_expenditure: Money
    revolver_draw: Money
    revolver_repayment: Money  #: from cash above the minimum
    sweep: Money  #: prepaid on the other debts
    closing_cash: Money


def operating_needs(before: Position, working_capital: WorkingCapital, income: Income) -> OperatingNeeds:
    """What the business itself must pay in the month, the arrears of the month before included."""
    return OperatingNeeds(
        arrears=before.operating_arrears,
        suppliers=working_capital.supplier_payments,
        operating_expenses=income.operating_expenses,
        tax=income.tax,
    )


def needs(operating: OperatingNeeds, dues: Sequence[Dues], capital_expenditure: Money) -> Needs:
    """Everything to be paid in the month, older amounts included."""
    return Needs(
        operating=sum(operating),
        interest=sum(due.opening.interest_arrears + due.interest_due for due in dues),
        principal=sum(due.opening.overdue + due.principal_due for due in dues),
        capital_expenditure=capital_expenditure,
    )


def pay(
    m: Arithmetic,
    structure: CapitalStructure,
    sources: CashSources,
    operating: OperatingNeeds,
    dues: Sequence[Dues],
    needs: Needs,
) -> Payments:
    """Draw for the gap, pay the needs in their order while cash lasts, prepay from cash above the minimum.

    Draw = least(most(needs + minimum cash - cash, 0), drawable).
    """
    liens, revolver = structure.liens, structure.revolver
    draw = m.least(m.most(needs.total + sources.minimum_cash - sources.cash, 0), sources.drawable)
    cash = sources.cash + draw

    to_operations, cash = _in_order(m, cash, operating)
    interest_by_age = [(due.opening.interest_arrears, due.interest_due) for due in dues]
    interest, cash = _by_lien(m, cash, liens, interest_by_age)
    principal_by_age = [(due.opening.overdue, due.principal_due) for due in dues]
    principal, cash = _by_lien(m, cash, liens, principal_by_age)
    (capital_expenditure,), cash = _in_order(m, cash, (needs.capital_expenditure,))

    performing = [due.performing for due in dues]
    draws: list[Money] = [0] * len(dues)
    if revolver is not None:
        draws[revolver] = draw
        performing[revolver] = performing[revolver] + draw
    above_minimum = m.most(cash - sources.minimum_cash, 0)
    prepaid, kept = _prepay(m, above_minimum, structure, performing, sources.sweep_share)
    repayment = prepaid[revolver] if revolver is not None else 0
    return Payments(
        operating=OperatingNeeds(*to_operations),
        debts=tuple(map(Paid, interest, principal, draws, prepaid)),
        capital_expenditure=capital_expenditure,
        revolver_draw=draw,
        revolver_repayment=repayment,
        sweep=above_minimum - kept - repayment,
        closing_cash=cash - above_minimum + kept,
    )


def _in_order(m: Arithmetic, cash: Money, dues: Sequence[Money]) -> tuple[list[Money], Money]:
    """One after the other, each as far as the cash goes. Returns what each is paid, and the cash that is left."""
    paid = []
    for due in dues:
        payment = m.least(cash, due)
        cash = cash - payment
        paid.append(payment)
    return paid, cash


def _by_lien(
    m: Arithmetic, cash: Money, liens: Sequence[tuple[int, ...]], dues_by_age: Sequence[tuple[Money, ...]]
) -> tuple[list[Money], Money]:
    """Lien after lien; within a lien what is older first, then pro rata in the order of ids.

    Returns what each slot is paid, and the cash that is left.
    """
    paid: list[Money] = [0] * len(dues_by_age)
    for slots in liens:
        for dues in zip(*(dues_by_age[slot] for slot in slots), strict=True):
            payment = m.least(cash, sum(dues))
            cash = cash - payment
            for slot, part in zip(slots, share_out(m, payment, dues), strict=True):
                paid[slot] = paid[slot] + part
    return paid, cash


def _prepay(
    m: Arithmetic, cash: Money, structure: CapitalStructure, performing: Sequence[Money], sweep_share: Factor
) -> tuple[list[Money], Money]:
    """Repay the revolver, then prepay the other debts by lien with a share of what is left.

    Returns what each slot is prepaid, and the cash that is kept.
    """
    repaid: list[Money] = [0] * len(performing)
    if structure.revolver is not None:
        repaid[structure.revolver] = m.least(cash, performing[structure.revolver])
        cash = cash - repaid[structure.revolver]
    sweep = m.times(cash, sweep_share)
    loans = [tuple(slot for slot in slots if slot != structure.revolver) for slots in structure.liens]
    swept, unused = _by_lien(m, sweep, [slots for slots in loans if slots], [(balance,) for balance in performing])
    return [repayment + part for repayment, part in zip(repaid, swept, strict=True)], cash - sweep + unused
