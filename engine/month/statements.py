"""The statements of a month, from what was earned, due and paid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..compile.opening import OpeningBalances
from ..debt.month_of_debt import DebtState, Dues, Paid
from ..numbers.exact import Arithmetic
from ..values.units import Money
from .debt_results import FacilityMonth
from .results import Income, Liquidity, Position, Shortfalls, Unpaid
from .revolver import RevolverLimits
from .state import State
from .trading import TradingMonth

if TYPE_CHECKING:
    from .obligations import Obligations
    from .payments import Payments


def untaxed_income(m: Arithmetic, trading: TradingMonth, fixed_assets: Money, dues: Sequence[Dues]) -> Income:
    """The income statement before its tax; no more is written off than there is."""
    return Income(
        revenue=trading.revenue,
        cost_of_sales=trading.cost_of_sales,
        operating_expenses=trading.operating_expenses,
        depreciation_and_amortisation=m.least(trading.depreciation_share, fixed_assets),
        interest_expense=sum(due.interest_accrued for due in dues),
        tax=0,
    )


def position(before: Position, owed: "Obligations", payments: "Payments", debts: Sequence[DebtState]) -> Position:
    """The balance sheet at the end of the month; each line rolls forward on its own, so that balancing proves it."""
    income, flow = owed.income, payments.cash_flow
    return Position(
        cash=payments.cash,
        restricted_cash=before.restricted_cash + flow.moved_to_restricted,
        receivables=owed.trading.receivables,
        inventory=owed.trading.inventory,
        fixed_assets=before.fixed_assets - income.depreciation_and_amortisation + flow.capital_expenditure_payments,
        other_assets=before.other_assets,
        payables=owed.payables,
        operating_arrears=owed.needs.operating - flow.operating_payments,
        accrued_interest=sum(debt.accrued for debt in debts),
        interest_arrears=sum(debt.interest_arrears for debt in debts),
        debt=sum(debt.balance for debt in debts),
        tax_position=owed.tax_position,
        other_liabilities=before.other_liabilities,
        equity=before.equity + income.net_income + flow.equity_cure,
    )


def shortfalls(m: Arithmetic, before: State, operating_arrears: Money, debts: Sequence[DebtState]) -> Shortfalls:
    """What the waterfall left unpaid, by category."""
    return Shortfalls(
        operating=_unpaid(m, before.position.operating_arrears, operating_arrears),
        debt_service=_unpaid(m, before.unpaid_debt_service, sum(debt.unpaid for debt in debts)),
    )


def _unpaid(m: Arithmetic, before: Money, after: Money) -> Unpaid:
    """The rise of an unpaid stock is a shortfall, its fall a cure."""
    return Unpaid(shortfall=m.most(after - before, 0), cured=m.most(before - after, 0), outstanding=after)


def liquidity(
    m: Arithmetic,
    opening: OpeningBalances,
    limits: RevolverLimits,
    cash: Money,
    *,
    available_revolver: Money,
    held_back: Money,
) -> Liquidity:
    """What could still be drawn at the end of the month, and the gap to the minimum cash."""
    return Liquidity(
        usable_commitment=limits.usable_commitment,
        available_revolver=available_revolver,
        minimum_cash_gap=m.most(opening.minimum_cash - cash, 0),
        held_back=held_back,
    )


def facility_month(due: Dues, paid: Paid, debt: DebtState, collateral: Money | None) -> FacilityMonth:
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
        balloon=due.balloon,
        overadvance=due.overadvance,
        called=due.called,
        principal_paid=paid.principal,
        refinanced=due.refinanced,
        drawn=paid.drawn,
        prepaid=paid.prepaid,
        overdue=debt.overdue,
        closing_balance=debt.balance,
        collateral_value=collateral,
    )
