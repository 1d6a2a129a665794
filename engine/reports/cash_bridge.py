"""What drives cash, cause by cause."""

from collections.abc import Sequence

from ..month.results import Month
from ..values.units import Money
from .summary_results import CashBridge


def cash_bridge(months: Sequence[Month]) -> CashBridge:
    """Opening cash, what each cause made of it, and so closing cash.

    Trading brings EBITDA - tax due - change in working capital + what stays unpaid of it.
    """
    flows = [month.cash_flow for month in months]
    income = [month.income for month in months]
    cfads = sum(month.coverage_month.cfads for month in months)
    ebitda, tax = sum(month.ebitda for month in income), sum(map(tax_due, months))
    receivables = sum(flow.collections for flow in flows) - sum(month.revenue for month in income)
    trading = sum(flow.collections - flow.operating_payments for flow in flows)
    return CashBridge(
        opening_cash=months[0].opening_cash,
        ebitda=ebitda,
        receivables=receivables,
        inventory_and_payables=cfads - ebitda + tax - receivables,
        tax=-tax,
        operating_arrears=trading - cfads,
        interest=-sum(flow.interest_payments for flow in flows),
        capital_expenditure=-sum(flow.capital_expenditure_payments for flow in flows),
        revolver_draws=sum(flow.revolver_draws for flow in flows),
        repayments=sum(flow.financing_cash_flow - flow.revolver_draws - flow.equity_cure for flow in flows),
        equity_cures=sum(flow.equity_cure for flow in flows),
        restricted_cash=-sum(flow.moved_to_restricted for flow in flows),
    )


def tax_due(month: Month) -> Money:
    """EBITDA less capital expenditure less the cash for fixed charges.  100.00 - 20.00 - 70.00 is 10.00."""
    spent = month.cash_flow.capital_expenditure_payments
    return month.income.ebitda - spent - month.coverage_month.fixed_charge_cash
