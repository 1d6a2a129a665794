"""The statements of a month, from what was earned, due and paid."""

from collections.abc import Sequence

from ..debt.month_of_debt import DebtState, Dues, Paid
from ..numbers.exact import Cell
from .results import CashFlow, FacilityMonth, Income, Needs, Position
from .trading import Trade
from .waterfall import Settled


def cash_flow(moved_to_restricted: Cell, trade: Trade, settled: Settled) -> CashFlow:
    """Where cash came from and went, by the direct method."""
    return CashFlow(
        moved_to_restricted=moved_to_restricted,
        collections=trade.working_capital.collections,
        operating_arrears_payments=settled.operating.arrears,
        supplier_payments=settled.operating.suppliers,
        operating_expense_payments=settled.operating.operating_expenses,
        tax_payments=settled.operating.tax,
        interest_payments=sum(paid.interest for paid in settled.debts),
        capital_expenditure_payments=settled.capital_expenditure,
        revolver_draws=settled.drawn,
        principal_payments=sum(paid.principal for paid in settled.debts),
        revolver_repayments=settled.repaid,
        sweep_prepayments=settled.swept,
    )


def position(
    last: Position, income: Income, flow: CashFlow, trade: Trade, needs: Needs, cash: Cell, debts: Sequence[DebtState]
) -> Position:
    """The balance sheet at the end of the month; each line rolls forward on its own, so that balancing proves it."""
    return Position(
        cash=cash,
        restricted_cash=last.restricted_cash + flow.moved_to_restricted,
        receivables=trade.working_capital.receivables,
        inventory=trade.working_capital.inventory,
        fixed_assets=last.fixed_assets - income.depreciation_and_amortisation + flow.capital_expenditure_payments,
        other_assets=last.other_assets,
        payables=trade.working_capital.payables,
        operating_arrears=needs.operating - flow.operating_payments,
        accrued_interest=sum(debt.accrued for debt in debts),
        interest_arrears=sum(debt.interest_arrears for debt in debts),
        debt=sum(debt.balance for debt in debts),
        other_liabilities=last.other_liabilities,
        equity=last.equity + income.net_income,
    )


def facility_month(due: Dues, paid: Paid, debt: DebtState, collateral: Cell, recovery: Cell) -> FacilityMonth:
    """One debt in the month."""
    return FacilityMonth(
        rate=due.rate,
        interest_accrued=due.interest_accrued,
        interest_capitalised=due.interest_capitalised,
        interest_due=due.interest_due,
        interest_paid=paid.interest,
        interest_arrears=debt.interest_arrears,
        accrued_interest=debt.accrued,
        principal_scheduled=due.principal_scheduled,
        overadvance=due.overadvance,
        principal_paid=paid.principal,
        refinanced=due.refinanced,
        drawn=paid.drawn,
        prepaid=paid.prepaid,
        overdue=debt.overdue,
        closing_balance=debt.balance,
        collateral_value=collateral,
        recovery=recovery,
    )
