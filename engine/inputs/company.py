"""A dataset version: the immutable figures of one company that an execution reads.

Flows are those of the last twelve months, balances those of the as-of date; money in minor units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..numbers.months import YEAR
from ..values.currencies import MINOR_DIGITS
from ..values.faults import Fault, Reason
from ..values.units import (
    MOST_INSTRUMENTS,
    MOST_MONEY,
    NANO,
    Amount,
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
from ..values.value import Value, decimal_text
from .instruments import Instrument, cycles_are_bounded
from .revolver import Debt, Revolver


@dataclass(frozen=True, slots=True)
class Asset(Value):
    """An asset that can be sold: its market value on the as-of date and the share of it that a liquidation brings."""

    asset_id: Identifier
    category: Identifier
    market_value: Amount
    recovery_rate: Share


@dataclass(frozen=True, slots=True)
class IncomeStatement(Value):
    """The last twelve months. Cost of sales and operating expenses are before depreciation and amortisation."""

    revenue_annual: Amount
    cost_of_sales_annual: Amount
    operating_expenses_annual: Amount
    depreciation_and_amortisation_annual: Amount
    tax_rate: Share
    cost_of_sales_fixed_share: Share = 0
    operating_expenses_fixed_share: Share = NANO
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

    @property
    def total_assets(self) -> int:
        current = self.cash + self.restricted_cash + self.receivables + self.inventory
        return current + self.fixed_assets + self.other_assets


def currency_is_in_use(company: Any) -> Iterator[Fault]:
    """A rule of every value with a currency and its minor digits."""
    if company.currency not in MINOR_DIGITS:
        yield Fault("currency", Reason.UNKNOWN_CURRENCY, company.currency, "an ISO 4217 code in use")
    elif MINOR_DIGITS[company.currency] != company.minor_digits:
        allowed = f"{MINOR_DIGITS[company.currency]} for {company.currency}"
        yield Fault("minor_digits", Reason.CONFLICT, str(company.minor_digits), allowed)


def _statements_balance(company: "DatasetVersion") -> Iterator[Fault]:
    sheet = company.balance_sheet
    claims = sheet.payables + sheet.other_liabilities + company.total_debt + sheet.equity
    if sheet.total_assets != claims:
        allowed = f"equal to payables + other_liabilities + debt + equity, {claims}"
        yield Fault("balance_sheet", Reason.UNBALANCED, f"total assets {sheet.total_assets}", allowed)


def _totals_within_limits(company: "DatasetVersion") -> Iterator[Fault]:
    totals = {
        "balance_sheet": company.balance_sheet.total_assets,
        "instruments": company.total_debt,
        "assets": sum(asset.market_value for asset in company.assets),
    }
    for field, total in totals.items():
        if total > MOST_MONEY:
            yield Fault(field, Reason.OUT_OF_RANGE, f"total {total}", f"a total of at most {MOST_MONEY} minor units")


def _debts_by_path(company: "DatasetVersion") -> list[tuple[str, Debt]]:
    """The debts with their paths, in the order of input."""
    loans: list[tuple[str, Debt]] = [(f"instruments[{n}]", loan) for n, loan in enumerate(company.instruments)]
    return [*loans, ("revolver", company.revolver)] if company.revolver else loans


def _ids_are_unique(company: "DatasetVersion") -> Iterator[Fault]:
    debts = [
        (f"{path}.revolver_id" if path == "revolver" else f"{path}.instrument_id", debt.facility_id)
        for path, debt in _debts_by_path(company)
    ]
    assets = [(f"assets[{n}].asset_id", asset.asset_id) for n, asset in enumerate(company.assets)]
    for ids in (debts, assets):
        used: set[str] = set()
        for field, identifier in ids:
            if identifier in used:
                yield Fault(field, Reason.DUPLICATE, identifier, "an id of its own")
            used.add(identifier)


def _collateral_exists(company: "DatasetVersion") -> Iterator[Fault]:
    assets = {asset.asset_id for asset in company.assets}
    for path, debt in _debts_by_path(company):
        pledged: set[str] = set()
        for position, asset_id in enumerate(debt.collateral_asset_ids):
            if asset_id in assets and asset_id not in pledged:
                pledged.add(asset_id)
                continue
            field = f"{path}.collateral_asset_ids[{position}]"
            if asset_id in assets:
                yield Fault(field, Reason.DUPLICATE, asset_id, "each asset once")
            else:
                yield Fault(field, Reason.UNKNOWN_REFERENCE, asset_id, "the id of an asset of this dataset version")


def _nothing_has_matured(company: "DatasetVersion") -> Iterator[Fault]:
    for path, debt in _debts_by_path(company):
        if debt.ends_on <= company.as_of_date:
            allowed = f"after the as-of date {company.as_of_date}"
            yield Fault(f"{path}.maturity_date", Reason.MATURED, str(debt.ends_on), allowed)


def _loans_have_bounded_cycles(company: "DatasetVersion") -> Iterator[Fault]:
    for number, loan in enumerate(company.instruments):
        for fault in cycles_are_bounded(loan, company.as_of_date, company.as_of_date, loan.maturity_date):
            yield fault.under(f"instruments[{number}]")


def _tables_do_not_draw(company: "DatasetVersion") -> Iterator[Fault]:
    """The month repays a table in proportion to what is left of it; a table that draws has no such proportion."""
    for number, loan in enumerate(company.instruments):
        for position, row in enumerate(loan.principal_payments):
            if row.principal < 0:
                field = f"instruments[{number}].principal_payments[{position}].principal"
                allowed = f"0 to {MOST_MONEY} minor units: the month draws by the revolver, a preview shows other draws"
                yield Fault(field, Reason.OUT_OF_RANGE, str(row.principal), allowed)


def _a_year_has_twelve_weights(company: "DatasetVersion") -> Iterator[Fault]:
    weights = company.seasonality_weights
    if weights and (len(weights) != YEAR or not any(weights)):
        value = f"{len(weights)} weights with the sum {decimal_text(sum(weights))}"
        yield Fault("seasonality_weights", Reason.WRONG_LENGTH, value, "none, or 12 from January on with a sum above 0")


@dataclass(frozen=True, slots=True)
class DatasetVersion(Value):
    """Everything about one company that an execution reads. Its address is the id of the dataset version."""

    RULES: ClassVar = (
        currency_is_in_use,
        _statements_balance,
        _totals_within_limits,
        _ids_are_unique,
        _collateral_exists,
        _nothing_has_matured,
        _loans_have_bounded_cycles,
        _tables_do_not_draw,
        _a_year_has_twelve_weights,
    )

    company_name: Name
    currency: Currency
    minor_digits: MinorDigits
    as_of_date: Day
    source_sha256: Sha256
    income_statement: IncomeStatement
    balance_sheet: BalanceSheet
    capital_expenditure_annual: Amount
    minimum_cash: Amount = 0
    cash_sweep_share: Share = 0
    cash_available_for_debt_service_annual: SignedAmount | None = None
    net_operating_income_annual: SignedAmount | None = None
    instruments: Annotated[tuple[Instrument, ...], Most(MOST_INSTRUMENTS)] = ()
    revolver: Revolver | None = None
    assets: Annotated[tuple[Asset, ...], Most(MOST_INSTRUMENTS)] = ()
    seasonality_weights: Annotated[tuple[Weight, ...], Most(YEAR)] = ()

    @property
    def debts(self) -> tuple[Debt, ...]:
        """In the order of the waterfall: by lien, then by id, so that the order of input never matters."""
        debts: list[Debt] = [*self.instruments, *([self.revolver] if self.revolver else [])]
        return tuple(sorted(debts, key=lambda debt: (debt.lien, debt.facility_id)))

    @property
    def total_debt(self) -> int:
        return sum(loan.principal for loan in self.instruments) + (self.revolver.drawn if self.revolver else 0)
