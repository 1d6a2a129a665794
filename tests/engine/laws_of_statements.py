"""Laws of the statements: they balance, they roll forward, and what is unpaid is a shortfall."""

from typing import Any

from seawall.engine.month.results import Unpaid
from tests.engine.executed import Money, Run


def assets_equal_liabilities_and_equity(run: Run) -> None:
    for _, now, _ in run.positions():
        assets = now.cash + now.restricted_cash + now.receivables + now.inventory + now.fixed_assets + now.other_assets
        interest = now.accrued_interest + now.interest_arrears
        liabilities = now.payables + now.operating_arrears + interest + now.debt + now.other_liabilities
        assert assets == liabilities + now.equity
        assert (assets, liabilities) == (now.total_assets, now.total_liabilities)


def cash_rolls_forward_by_the_direct_method(run: Run) -> None:
    for before, now, month in run.positions():
        flow = month.cash_flow
        paid = flow.operating_arrears_payments + flow.supplier_payments + flow.operating_expense_payments
        operating = flow.collections - paid - flow.tax_payments - flow.interest_payments
        investing = -flow.capital_expenditure_payments
        repaid = flow.principal_payments + flow.revolver_repayments + flow.sweep_prepayments
        financing = flow.revolver_draws - repaid
        assert now.cash == before.cash - flow.moved_to_restricted + operating + investing + financing
        assert now.restricted_cash == before.restricted_cash + flow.moved_to_restricted
        assert flow.net_cash_flow == now.cash - before.cash
        assert month.opening_cash == before.cash


def the_indirect_method_gives_the_same_operating_cash_flow(run: Run) -> None:
    for before, now, month in run.positions():
        income = month.income
        profit = income.revenue - income.cost_of_sales - income.operating_expenses
        profit -= income.depreciation_and_amortisation + income.interest_expense + income.tax
        tied_up = now.receivables + now.inventory - now.payables - before.receivables - before.inventory
        tied_up += before.payables
        unpaid = now.operating_arrears + now.accrued_interest + now.interest_arrears
        unpaid -= before.operating_arrears + before.accrued_interest + before.interest_arrears
        capitalised = sum(facility.interest_capitalised for facility in month.facilities)
        indirect = profit + income.depreciation_and_amortisation - tied_up + unpaid + capitalised
        assert indirect == month.cash_flow.operating_cash_flow
        assert now.equity == before.equity + profit
        spent = month.cash_flow.capital_expenditure_payments
        assert now.fixed_assets == before.fixed_assets - income.depreciation_and_amortisation + spent


def working_capital_rolls_forward(run: Run) -> None:
    """Receivables grow by sales and shrink by collections; what is bought is sold, stored or owed."""
    for before, now, month in run.positions():
        income, flow = month.income, month.cash_flow
        assert now.receivables == before.receivables + income.revenue - flow.collections
        bought = income.cost_of_sales + now.inventory - before.inventory
        suppliers_due = before.payables + bought - now.payables
        assert bought >= 0
        assert suppliers_due >= flow.supplier_payments
        due = suppliers_due + income.operating_expenses + income.tax
        assert month.needs.operating == before.operating_arrears + due
        assert now.operating_arrears == month.needs.operating - flow.operating_payments


def nothing_falls_below_zero(run: Run) -> None:
    """No asset, no liability, no payment, nothing owed; only equity, profit and the move to restricted cash may."""
    may = {"equity", "moved_to_restricted"}
    for month in run.months:
        groups: tuple[Any, ...] = (month.position, month.cash_flow, month.needs, *month.shortfalls, month.liquidity)
        for figures in (*groups, *month.facilities, *month.categories):
            for name, figure in figures._asdict().items():
                assert figure >= 0 or name in may, name
        for name, figure in month.exposure._asdict().items():
            assert figure >= 0 or name == "leverage", name


def a_shortfall_is_the_rise_of_what_is_unpaid(run: Run) -> None:
    """And a cure its fall: over the horizon their difference is what is still outstanding."""
    lapsed = 0
    last: tuple[Money, ...] = (0, 0, 0)
    sums = [0, 0, 0]
    for _, now, month in run.positions():
        lapsed += month.needs.capital_expenditure - month.cash_flow.capital_expenditure_payments
        debt_service = now.interest_arrears + sum(debt.overdue for debt in month.facilities)
        stocks = (now.operating_arrears, debt_service, lapsed)
        for n, (unpaid, before, stock) in enumerate(zip(month.shortfalls, last, stocks, strict=True)):
            assert unpaid == Unpaid(max(stock - before, 0), max(before - stock, 0), stock)
            sums[n] += unpaid.shortfall - unpaid.cured
            assert sums[n] == stock
        last = stocks
