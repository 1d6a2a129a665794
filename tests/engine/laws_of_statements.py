"""Laws of the statements: they balance and roll forward, tax is of a fiscal year, what is unpaid is a shortfall."""

from fractions import Fraction
from typing import Any

from seawall.engine.month.results import Unpaid
from seawall.engine.numbers.months import month_end
from tests.engine.executed import Money, Run, debts_unpaid, part, stress, tax_due, twelve


def assets_equal_liabilities_and_equity(run: Run) -> None:
    for _, now, _ in run.positions():
        assets = now.cash + now.restricted_cash + now.receivables + now.inventory + now.fixed_assets + now.other_assets
        interest = now.accrued_interest + now.interest_arrears
        liabilities = now.payables + now.operating_arrears + interest + now.debt + now.tax_position
        liabilities += now.other_liabilities
        assert assets == liabilities + now.equity
        assert (assets, liabilities) == (now.total_assets, now.total_liabilities)


def cash_rolls_forward_by_the_direct_method(run: Run) -> None:
    for before, now, month in run.positions():
        flow = month.cash_flow
        paid = flow.operating_arrears_payments + flow.supplier_payments + flow.operating_expense_payments
        operating = flow.collections - paid - flow.tax_payments - flow.interest_payments
        investing = -flow.capital_expenditure_payments
        repaid = flow.principal_payments + flow.revolver_repayments + flow.sweep_prepayments
        financing = flow.revolver_draws + flow.equity_cure - repaid
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
        unpaid = now.operating_arrears + now.accrued_interest + now.interest_arrears + now.tax_position
        unpaid -= before.operating_arrears + before.accrued_interest + before.interest_arrears + before.tax_position
        capitalised = sum(facility.interest_capitalised for facility in month.facilities)
        indirect = profit + income.depreciation_and_amortisation - tied_up + unpaid + capitalised
        assert indirect == month.cash_flow.operating_cash_flow
        assert now.equity == before.equity + profit + month.cash_flow.equity_cure
        spent = month.cash_flow.capital_expenditure_payments
        assert now.fixed_assets == before.fixed_assets - income.depreciation_and_amortisation + spent


def working_capital_rolls_forward(run: Run) -> None:
    """Receivables grow by sales and shrink by collections; what is bought is sold, stored or owed.

    Fixed cost never lies in stock: purchases are at least that."""
    year = run.case.company.income_statement
    fixed = twelve(run, run.rounded(year.cost_of_sales_annual * part(year.cost_of_sales_fixed_share)))
    cost = stress(run, "cost_change_factor")
    for t, (before, now, month) in enumerate(run.positions()):
        income, flow = month.income, month.cash_flow
        assert now.receivables == before.receivables + income.revenue - flow.collections
        bought = income.cost_of_sales + now.inventory - before.inventory
        suppliers_due = before.payables + bought - now.payables
        assert bought >= run.rounded(fixed[t % 12] * part(cost[t]))
        assert suppliers_due >= flow.supplier_payments
        due = suppliers_due + income.operating_expenses + tax_due(before, now, month)
        assert month.needs.operating == before.operating_arrears + due
        assert now.operating_arrears == month.needs.operating - flow.operating_payments


def tax_is_of_a_fiscal_year(run: Run) -> None:
    """Booked is rate x most(profit of the year so far - losses, 0), due by quarter; a year leaves only its losses."""
    company, d0 = run.case.company, run.execution.analysis_date
    rate, year_end = part(company.income_statement.tax_rate), company.fiscal_year_end
    months_before = (d0.month - year_end) % 12
    profit: Money = sum(profits_of_the_year_before(run)[12 - months_before :])
    losses: Money = company.tax_losses
    booked = run.rounded(max(profit - losses, Fraction(0)) * rate)
    for number, (before, now, month) in enumerate(run.positions(), start=1):
        calendar_month = month_end(d0, number).month
        profit += month.income.profit_before_tax
        so_far = run.rounded(max(profit - losses, Fraction(0)) * rate)
        assert month.income.tax == so_far - booked
        booked = so_far
        owed = before.tax_position + month.income.tax
        falls_due = (calendar_month - year_end) % 3 == 0
        assert tax_due(before, now, month) == (max(owed, 0) if falls_due else 0)
        if calendar_month == year_end:
            profit, booked, losses = 0, 0, max(losses - profit, 0)


def profits_of_the_year_before(run: Run) -> list[Money]:
    """Before tax, month by month: revenue - costs - D&A - interest."""
    company = run.case.company
    year, seasons = company.income_statement, company.seasonality_weights or (1,) * 12
    interest = year.interest_annual
    if interest is None:
        interest = run.execution.header.interest_annual_run_rate
    lines = [twelve(run, year.revenue_annual, seasons)]
    for annual, share in (
        (year.cost_of_sales_annual, year.cost_of_sales_fixed_share),
        (year.operating_expenses_annual, year.operating_expenses_fixed_share),
    ):
        fixed = run.rounded(annual * part(share))
        lines += [[-cost for cost in twelve(run, fixed)], [-cost for cost in twelve(run, annual - fixed, seasons)]]
    lines += [[-cost for cost in twelve(run, year.depreciation_and_amortisation_annual)]]
    lines += [[-cost for cost in twelve(run, interest)]]
    return [sum(month) for month in zip(*lines, strict=True)]


def nothing_falls_below_zero(run: Run) -> None:
    """No asset, no liability, no payment, nothing owed; only equity, the tax position and moves between cash may."""
    may = {"equity", "moved_to_restricted", "tax_position"}
    for month in run.months:
        groups: tuple[Any, ...] = (
            month.position,
            month.cash_flow,
            month.needs,
            *month.shortfalls,
            month.liquidity,
            month.capital_expenditure,
        )
        for figures in (*groups, *month.facilities, *month.categories):
            for name, figure in figures._asdict().items():
                assert figure is None or figure >= 0 or name in may, name
        for name, figure in month.exposure._asdict().items():
            assert figure is None or figure >= 0, name
        assert all(test.cure >= 0 for test in month.covenants)


def a_shortfall_is_the_rise_of_what_is_unpaid(run: Run) -> None:
    """And a cure its fall: over the horizon their difference is what is still outstanding."""
    last: tuple[Money, ...] = (0, 0)
    sums = [0, 0]
    for _, now, month in run.positions():
        stocks = (now.operating_arrears, debts_unpaid(month))
        for n, (unpaid, before, stock) in enumerate(zip(month.shortfalls, last, stocks, strict=True)):
            assert unpaid == Unpaid(max(stock - before, 0), max(before - stock, 0), stock)
            sums[n] += unpaid.shortfall - unpaid.cured
            assert sums[n] == stock
        last = stocks


def capital_expenditure_lapses_and_is_never_spent_while_anything_is_unpaid(run: Run) -> None:
    for _, _, month in run.positions():
        spent = month.cash_flow.capital_expenditure_payments
        assert spent + month.capital_expenditure.lapsed == month.capital_expenditure.wanted
        assert spent == 0 or month.shortfalls.total_outstanding == 0
