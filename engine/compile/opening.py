"""A company on the analysis date: its balances, the year behind them, and what holds over the whole horizon."""

from collections.abc import Sequence
from typing import NamedTuple

from ..inputs.company import DatasetVersion
from ..inputs.instruments import Amortisation
from ..inputs.revolver import Debt
from ..numbers.exact import Arithmetic
from ..numbers.months import YEAR
from ..values.units import Factor, Flag, Money, Number
from .base_year import BaseYear, DaysOutstanding, days_outstanding, nearest_first
from .covenant_terms import CovenantLimits, covenant_limits
from .stock import StockDays
from .structure import assets_by_id


class OpeningBalances(NamedTuple):
    """The balances on the analysis date and what holds over the whole horizon."""

    cash: Money
    restricted_cash: Money
    receivables: Money
    inventory: Money
    fixed_assets: Money
    other_assets: Money
    payables: Money
    tax_payable: Money
    other_liabilities: Money
    equity: Money
    principals: tuple[Money, ...]  #: by slot
    accrued_interest: tuple[Money, ...]  #: by slot
    market_values: tuple[Money, ...]  #: by asset
    recovery_rates: tuple[Factor, ...]
    unexplained_receivables: Money  #: the part that no days of sales explain
    unexplained_inventory: Money
    unexplained_payables: Money
    commitment: Money  #: of the revolver
    undrawn: Money
    minimum_cash: Money
    cash_sweep_share: Factor
    tax_rate: Factor
    tax_losses: Money
    profit_of_fiscal_year: Money  #: before tax, from the last year end to the analysis date
    enforcement_cost_share: Factor
    priority_claims: Money
    interest_run_rate: Money  #: interest of a year on the opening debt, at its opening rates
    principal_is_unknown: Flag  #: a debt amortises, and what it paid in the year before is not said
    inventory_release_share: Factor
    is_workout: Flag
    acceleration_months: Number
    covenants: tuple[CovenantLimits, ...]
    base_purchases: tuple[Money, ...]  #: of the year before
    year: BaseYear


class OpeningDays(NamedTuple):
    """The days outstanding behind the opening working capital."""

    receivables: DaysOutstanding
    payables: DaysOutstanding


def opening_days(m: Arithmetic, company: DatasetVersion, year: BaseYear, stock: StockDays) -> OpeningDays:
    """Receivables are days of sales, payables days of purchases."""
    sheet = company.balance_sheet
    return OpeningDays(
        receivables=days_outstanding(m, sheet.receivables, nearest_first(year.revenue)),
        payables=days_outstanding(m, sheet.payables, nearest_first(stock.base_purchases)),
    )


def opening_balances(
    company: DatasetVersion,
    debts: Sequence[Debt],
    year: BaseYear,
    days: OpeningDays,
    stock: StockDays,
    *,
    months_of_fiscal_year: int,
    run_rate: Money,
) -> OpeningBalances:
    """The company of a dataset version, under the neutral scenario; `debts` are in the order of the waterfall.

    `months_of_fiscal_year` have passed since its last year end.
    """
    sheet, revolver, income = company.balance_sheet, company.revolver, company.income_statement
    assets = assets_by_id(company)
    return OpeningBalances(
        cash=sheet.cash,
        restricted_cash=sheet.restricted_cash,
        receivables=sheet.receivables,
        inventory=sheet.inventory,
        fixed_assets=sheet.fixed_assets,
        other_assets=sheet.other_assets,
        payables=sheet.payables,
        tax_payable=sheet.tax_payable,
        other_liabilities=sheet.other_liabilities,
        equity=sheet.equity,
        principals=tuple(debt.opening_balance for debt in debts),
        accrued_interest=tuple(debt.accrued_interest for debt in debts),
        market_values=tuple(asset.market_value for asset in assets),
        recovery_rates=tuple(asset.recovery_rate for asset in assets),
        unexplained_receivables=days.receivables.unexplained,
        unexplained_inventory=stock.days.unexplained,
        unexplained_payables=days.payables.unexplained,
        commitment=revolver.commitment if revolver else 0,
        undrawn=revolver.commitment - revolver.drawn if revolver else 0,
        minimum_cash=company.minimum_cash,
        cash_sweep_share=company.cash_sweep_share,
        tax_rate=income.tax_rate,
        tax_losses=company.tax_losses,
        profit_of_fiscal_year=sum(year.profit[YEAR - months_of_fiscal_year :]),
        enforcement_cost_share=company.enforcement_cost_share,
        priority_claims=company.priority_claims,
        interest_run_rate=run_rate,
        principal_is_unknown=int(principal_is_unknown(company)),
        inventory_release_share=0,
        is_workout=0,
        acceleration_months=0,
        covenants=covenant_limits(company),
        base_purchases=stock.base_purchases,
        year=year,
    )


def principal_is_unknown(company: DatasetVersion) -> bool:
    """Whether a debt amortises and what was scheduled in the year before is not said."""
    return amortises(company) and company.income_statement.scheduled_principal_annual is None


def amortises(company: DatasetVersion) -> bool:
    """Whether any instrument repays principal before its maturity."""
    return any(loan.amortisation is not Amortisation.BULLET for loan in company.instruments)
