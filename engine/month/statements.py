"""The statements of a month, from what was earned, due and paid."""

from collections.abc import Sequence

from ..compile.case import OpeningBalances
from ..compile.structure import CapitalStructure
from ..debt.month_of_debt import DebtState, Dues, Paid
from ..numbers.exact import Arithmetic
from ..values.units import Money
from .debt_results import FacilityMonth
from .results import CashFlow, Income, Liquidity, Needs, Position, Shortfalls, Unpaid
from .revolver import RevolverLimits, available
from .state import State
from .trading import Trading
from .waterfall import Payments
from .working_capital import WorkingCapital


def untaxed_income(trading: Trading, interest_expense: Money) -> Income:
    """The income statement before its tax."""
    return Income(
        revenue=trading.revenue,
        cost_of_sales=trading.cost_of_sales,
        operating_expenses=trading.operating_expenses,
        depreciation_and_amortisation=trading.depreciation_and_amortisation,
        interest_expense=interest_expense,
        tax=0,
    )


def cash_flow(moved_to_restricted: Money, working_capital: WorkingCapital, payments: Payments) -> CashFlow:
    """Where cash came from and went, by the direct method."""
    return CashFlow(
        moved_to_restricted=moved_to_restricted,
        collections=working_capital.collections,
        operating_arrears_payments=payments.operating.arrears,
        supplier_payments=payments.operating.suppliers,
        operating_expense_payments=payments.operating.operating_expenses,
        tax_payments=payments.operating.tax,
        interest_payments=sum(paid.interest for paid in payments.debts),
        capital_expenditure_payments=payments.capital_expenditure,
        revolver_draws=payments.revolver_draw,
        principal_payments=sum(paid.principal for paid in payments.debts),
        revolver_repayments=payments.revolver_repayment,
        sweep_prepayments=payments.sweep,
    )


def position(
    before: Position,
    income: Income,
    flow: CashFlow,
    working_capital: WorkingCapital,
    needs: Needs,
    debts: Sequence[DebtState],
    *,
    closing_cash: Money,
) -> Position:
    """The balance sheet at the end of the month; each line rolls forward on its own, so that balancing proves it."""
    return Position(
        cash=closing_cash,
        restricted_cash=before.restricted_cash + flow.moved_to_restricted,
        receivables=working_capital.receivables,
        inventory=working_capital.inventory,
        fixed_assets=before.fixed_assets - income.depreciation_and_amortisation + flow.capital_expenditure_payments,
        other_assets=before.other_assets,
        payables=working_capital.payables,
        operating_arrears=needs.operating - flow.operating_payments,
        accrued_interest=sum(debt.accrued for debt in debts),
        interest_arrears=sum(debt.interest_arrears for debt in debts),
        debt=sum(debt.balance for debt in debts),
        other_liabilities=before.other_liabilities,
        equity=before.equity + income.net_income,
    )


def shortfalls(m: Arithmetic, before: State, after: State) -> Shortfalls:
    """What the waterfall left unpaid, by category."""
    return Shortfalls(
        operating=_unpaid(m, before.position.operating_arrears, after.position.operating_arrears),
        debt_service=_unpaid(m, before.unpaid_debt_service, after.unpaid_debt_service),
        capital_expenditure=_unpaid(m, before.lapsed_capital_expenditure, after.lapsed_capital_expenditure),
    )


def _unpaid(m: Arithmetic, before: Money, after: Money) -> Unpaid:
    """The rise of an unpaid stock is a shortfall, its fall a cure."""
    return Unpaid(shortfall=m.most(after - before, 0), cured=m.most(before - after, 0), outstanding=after)


def liquidity(
    m: Arithmetic, structure: CapitalStructure, opening: OpeningBalances, limits: RevolverLimits, after: State
) -> Liquidity:
    """What could still be drawn at the end of the month, and the gap to the minimum cash."""
    return Liquidity(
        usable_commitment=limits.usable_commitment,
        available_revolver=available(m, structure, limits, after.debts),
        minimum_cash_gap=m.most(opening.minimum_cash - after.position.cash, 0),
    )


def facility_month(due: Dues, paid: Paid, debt: DebtState, collateral: Money, recovery: Money) -> FacilityMonth:
    """One instrument, or the revolver, in the month."""
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
