"""What a month pays: its obligations, then capital expenditure, and from free cash the revolver and the sweep."""

from typing import NamedTuple

from ..compile.case import CompiledCase
from ..debt.month_of_debt import Paid
from ..numbers.exact import Arithmetic
from ..values.units import Money
from . import waterfall
from .hold_back import hold_back
from .obligations import Obligations
from .outlook import Outlook
from .results import CashFlow
from .revolver import available, drawn
from .state import State
from .waterfall import CashSources, Investment, Repayments, Settlement


class Payments(NamedTuple):
    """What was paid, and the cash that is left."""

    debts: list[Paid]  #: by slot
    cash_flow: CashFlow
    held_back: Money  #: for the months ahead
    cash: Money


def pay(
    m: Arithmetic, case: CompiledCase, outlook: Outlook, number: int, before: State, month: Obligations
) -> Payments:
    """Settle what is due; hold back what the months ahead ask for; invest, repay and prepay with what is free."""
    structure, opening, terms = case.structure, case.opening, case.months[number - 1]
    moved_to_restricted = month.cash_held_back - before.cash_held_back
    sources = CashSources(
        cash=before.position.cash - moved_to_restricted + before.equity_cure + month.trading.collections,
        drawable=available(m, month.limits, drawn(structure, before.debts), month.remedies.draw_stop),
        minimum_cash=opening.minimum_cash,
    )
    settlement = waterfall.settle(m, structure, sources, month.operating, month.dues, month.needs)
    performing = [due.performing for due in month.dues]
    revolver, interest, balance = structure.revolver, 0, 0
    if revolver is not None:
        interest, balance = month.dues[revolver].interest_due, performing[revolver] + settlement.draw
    held_back = hold_back(
        m,
        outlook,
        terms,
        number,
        revolver_interest=interest,
        revolver_drawn=balance,
        tax_position=month.tax_position,
        minimum_cash=opening.minimum_cash,
    )
    investment = waterfall.invest(
        m,
        settlement,
        month.trading.wanted_capital_expenditure,
        held_back,
        opening.minimum_cash,
        terms.revolver.matures_soon,
    )
    if revolver is not None:
        performing[revolver] = balance + investment.draw
    repayments = waterfall.repay(m, structure, investment.cash, held_back, performing, opening.cash_sweep_share)
    return Payments(
        debts=_by_slot(revolver, settlement, investment, repayments),
        cash_flow=_cash_flow(
            moved_to_restricted, before.equity_cure, month.trading.collections, settlement, investment, repayments
        ),
        held_back=held_back,
        cash=repayments.cash,
    )


def _by_slot(
    revolver: int | None, settlement: Settlement, investment: Investment, repayments: Repayments
) -> list[Paid]:
    """What each debt was paid, and what was drawn on the revolver."""
    draws = settlement.draw + investment.draw
    amounts = zip(settlement.interest, settlement.principal, repayments.prepaid, strict=True)
    return [
        Paid(interest, principal, draws if slot == revolver else 0, prepaid)
        for slot, (interest, principal, prepaid) in enumerate(amounts)
    ]


def _cash_flow(
    moved_to_restricted: Money,
    equity_cure: Money,
    collections: Money,
    settlement: Settlement,
    investment: Investment,
    repayments: Repayments,
) -> CashFlow:
    """Where cash came from and went, by the direct method."""
    return CashFlow(
        moved_to_restricted=moved_to_restricted,
        collections=collections,
        operating_arrears_payments=settlement.operating.arrears,
        supplier_payments=settlement.operating.suppliers,
        operating_expense_payments=settlement.operating.operating_expenses,
        tax_payments=settlement.operating.tax,
        interest_payments=sum(settlement.interest),
        capital_expenditure_payments=investment.spent,
        revolver_draws=settlement.draw + investment.draw,
        principal_payments=sum(settlement.principal),
        revolver_repayments=repayments.of_revolver,
        sweep_prepayments=repayments.sweep,
        equity_cure=equity_cure,
    )
