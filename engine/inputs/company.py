"""A dataset version: the immutable figures of one company that an execution reads.

Flows are those of the last twelve months, balances those of the as-of date; money in minor units.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar

from ..numbers.months import YEAR
from ..values.units import (
    MOST_COVENANTS,
    MOST_INSTRUMENTS,
    MOST_LABELS,
    Amount,
    CalendarMonth,
    Currency,
    Day,
    Identifier,
    MinorDigits,
    Most,
    Name,
    Sha256,
    Share,
    SignedAmount,
    Weight,
)
from ..values.value import Value
from .consistency import (
    a_year_has_twelve_weights,
    accrued_interest_adds_up,
    collateral_exists,
    currency_is_in_use,
    debts_that_are_named_exist,
    ids_are_unique,
    loans_have_bounded_cycles,
    nothing_has_matured,
    statements_balance,
    tables_do_not_draw,
    totals_within_limits,
)
from .covenants import Covenant, FacilityIds, Turnover
from .instruments import Instrument
from .revolver import Debt, Revolver


class BalanceSheetLine(Enum):
    """The line of the balance sheet that an asset is part of: its value moves with the line."""

    NONE = "none"
    RECEIVABLES = "receivables"
    INVENTORY = "inventory"
    FIXED_ASSETS = "fixed_assets"
    OTHER_ASSETS = "other_assets"


@dataclass(frozen=True, slots=True)
class Asset(Value):
    """An asset that can be sold: its market value on the as-of date and the share of it that a liquidation brings."""

    asset_id: Identifier
    category: Identifier
    market_value: Amount
    recovery_rate: Share
    balance_sheet_line: BalanceSheetLine = BalanceSheetLine.NONE


@dataclass(frozen=True, slots=True)
class IncomeStatement(Value):
    """The last twelve months. Cost of sales and operating expenses are before depreciation and amortisation."""

    revenue_annual: Amount
    cost_of_sales_annual: Amount
    operating_expenses_annual: Amount
    depreciation_and_amortisation_annual: Amount
    tax_rate: Share
    cost_of_sales_fixed_share: Share
    operating_expenses_fixed_share: Share
    reported_ebitda_annual: SignedAmount | None = None
    interest_annual: Amount | None = None
    scheduled_principal_annual: Amount | None = None


@dataclass(frozen=True, slots=True)
class BalanceSheet(Value):
    """The as-of date. Financial debt is not here: it is the instruments and the revolver."""

    cash: Amount
    restricted_cash: Amount
    receivables: Amount
    inventory: Amount
    fixed_assets: Amount
    other_assets: Amount
    payables: Amount
    other_liabilities: Amount
    equity: SignedAmount
    accrued_interest: Amount = 0  #: of all debts
    tax_payable: Amount = 0  #: a refund stands in other assets

    @property
    def total_assets(self) -> int:
        current = self.cash + self.restricted_cash + self.receivables + self.inventory
        return current + self.fixed_assets + self.other_assets


@dataclass(frozen=True, slots=True)
class DatasetVersion(Value):
    """Everything about one company that an execution reads. Its address is the id of the dataset version."""

    RULES: ClassVar = (
        currency_is_in_use,
        statements_balance,
        accrued_interest_adds_up,
        totals_within_limits,
        ids_are_unique,
        collateral_exists,
        debts_that_are_named_exist,
        nothing_has_matured,
        loans_have_bounded_cycles,
        tables_do_not_draw,
        a_year_has_twelve_weights,
    )

    company_name: Name
    currency: Currency
    minor_digits: MinorDigits
    as_of_date: Day
    income_statement: IncomeStatement
    balance_sheet: BalanceSheet
    capital_expenditure_annual: Amount
    company_id: Identifier | None = None  #: the caller's own
    labels: Annotated[tuple[Identifier, ...], Most(MOST_LABELS)] = ()
    source_sha256: Sha256 | None = None
    minimum_cash: Amount = 0
    cash_sweep_share: Share = 0
    cash_available_for_debt_service_annual: SignedAmount | None = None
    net_operating_income_annual: SignedAmount | None = None
    fiscal_year_end_month: CalendarMonth | None = None  #: left out, that of the as-of date
    tax_losses: Amount = 0  #: carried forward
    enforcement_cost_share: Share = 0  #: of what a liquidation brings
    priority_claims: Amount = 0  #: paid before open claims in a liquidation
    instruments: Annotated[tuple[Instrument, ...], Most(MOST_INSTRUMENTS)] = ()
    revolver: Revolver | None = None
    super_senior_debt_ids: FacilityIds = ()
    turnovers: Annotated[tuple[Turnover, ...], Most(MOST_INSTRUMENTS)] = ()
    assets: Annotated[tuple[Asset, ...], Most(MOST_INSTRUMENTS)] = ()
    covenants: Annotated[tuple[Covenant, ...], Most(MOST_COVENANTS)] = ()
    seasonality_weights: Annotated[tuple[Weight, ...], Most(YEAR)] = ()

    @property
    def debts(self) -> tuple[Debt, ...]:
        """In the order of the waterfall: by lien, then by id, so that the order of input never matters."""
        debts: list[Debt] = [*self.instruments, *([self.revolver] if self.revolver else [])]
        return tuple(sorted(debts, key=lambda debt: (debt.lien, debt.facility_id)))

    @property
    def total_debt(self) -> int:
        return sum(loan.principal for loan in self.instruments) + (self.revolver.drawn if self.revolver else 0)

    @property
    def fiscal_year_end(self) -> int:
        """The month in which the fiscal year ends, 1 to 12."""
        return self.fiscal_year_end_month or self.as_of_date.month
