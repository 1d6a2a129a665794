"""The rules between the parts of a dataset version: what cannot be true of one company at the same time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..numbers.months import YEAR
from ..values.currencies import MINOR_DIGITS
from ..values.faults import Fault, Reason
from ..values.in_words import amount_text, counted
from ..values.units import MOST_MONEY
from ..values.value import decimal_text
from .instruments import cycles_are_bounded
from .revolver import Debt

if TYPE_CHECKING:
    from .company import DatasetVersion


def currency_is_in_use(company: Any) -> Iterator[Fault]:
    """A rule of every value with a currency and its minor digits: those of ISO 4217, or fewer."""
    if company.currency not in MINOR_DIGITS:
        yield Fault("currency", Reason.UNKNOWN_CURRENCY, company.currency, "an ISO 4217 code in use")
    elif company.minor_digits > MINOR_DIGITS[company.currency]:
        allowed = f"at most {MINOR_DIGITS[company.currency]} for {company.currency}"
        yield Fault("minor_digits", Reason.CONFLICT, str(company.minor_digits), allowed)


def statements_balance(company: "DatasetVersion") -> Iterator[Fault]:
    """Total assets equal liabilities, debt and equity."""
    sheet = company.balance_sheet
    liabilities = sheet.payables + sheet.accrued_interest + sheet.tax_payable + sheet.other_liabilities
    claims = liabilities + company.total_debt + sheet.equity
    if sheet.total_assets != claims:
        claimed = "equal to payables + accrued_interest + tax_payable + other_liabilities + debt + equity"
        allowed = amount_text(f"{claimed}, {{}}: {{}} apart", claims, abs(sheet.total_assets - claims))
        yield Fault("balance_sheet", Reason.UNBALANCED, amount_text("total assets {}", sheet.total_assets), allowed)


def accrued_interest_adds_up(company: "DatasetVersion") -> Iterator[Fault]:
    """The accrued interest of the balance sheet is that of the debts."""
    stated, accrued = company.balance_sheet.accrued_interest, sum(debt.accrued_interest for debt in company.debts)
    if stated != accrued:
        allowed = amount_text(
            "the accrued_interest of all debts together, {}: {} apart", accrued, abs(stated - accrued)
        )
        yield Fault("balance_sheet.accrued_interest", Reason.UNBALANCED, amount_text("{}", stated), allowed)


def totals_within_limits(company: "DatasetVersion") -> Iterator[Fault]:
    """No total passes what one amount may be."""
    totals = {
        "balance_sheet": company.balance_sheet.total_assets,
        "instruments": company.total_debt,
        "assets": sum(asset.market_value for asset in company.assets),
    }
    for field, total in totals.items():
        if total > MOST_MONEY:
            allowed = amount_text("a total of at most {}", MOST_MONEY)
            yield Fault(field, Reason.OUT_OF_RANGE, amount_text("a total of {}", total), allowed)


def debts_by_path(company: "DatasetVersion") -> list[tuple[str, Debt]]:
    """The debts with their paths, in the order of input."""
    loans: list[tuple[str, Debt]] = [(f"instruments[{n}]", loan) for n, loan in enumerate(company.instruments)]
    return [*loans, ("revolver", company.revolver)] if company.revolver else loans


def ids_are_unique(company: "DatasetVersion") -> Iterator[Fault]:
    """Debts, assets, covenants and labels have ids of their own, and all-asset liens ranks of their own."""
    debts = debts_by_path(company)
    by_name = [
        (f"{path}.revolver_id" if path == "revolver" else f"{path}.instrument_id", debt.facility_id)
        for path, debt in debts
    ]
    yield from _each_once(by_name)
    yield from _each_once([(f"assets[{n}].asset_id", asset.asset_id) for n, asset in enumerate(company.assets)])
    covenants = [(f"covenants[{n}].covenant_id", covenant.covenant_id) for n, covenant in enumerate(company.covenants)]
    yield from _each_once(covenants)
    yield from _each_once([(f"labels[{n}]", label) for n, label in enumerate(company.labels)])
    ranks = [(f"{path}.all_asset_lien", str(debt.all_asset_lien)) for path, debt in debts if debt.all_asset_lien]
    yield from _each_once(ranks, "a rank of its own")
    juniors = [
        (f"turnovers[{n}].junior_facility_id", turnover.junior_facility_id)
        for n, turnover in enumerate(company.turnovers)
    ]
    yield from _each_once(juniors, "each junior once")


def _each_once(fields: Sequence[tuple[str, str]], allowed: str = "an id of its own") -> Iterator[Fault]:
    used: set[str] = set()
    for field, identifier in fields:
        if identifier in used:
            yield Fault(field, Reason.DUPLICATE, identifier, allowed)
        used.add(identifier)


def collateral_exists(company: "DatasetVersion") -> Iterator[Fault]:
    """Each pledge names an asset, and once."""
    assets = {asset.asset_id for asset in company.assets}
    for path, debt in debts_by_path(company):
        allowed = "the id of an asset of this dataset version"
        yield from _known_once(f"{path}.collateral_asset_ids", debt.collateral_asset_ids, assets, allowed, "asset")


def debts_that_are_named_exist(company: "DatasetVersion") -> Iterator[Fault]:
    """What covenants, priorities and turnovers name are debts of the company."""
    debts = {debt.facility_id for debt in company.debts}
    allowed = "the id of a debt of this dataset version"
    for number, covenant in enumerate(company.covenants):
        yield from _known_once(f"covenants[{number}].facility_ids", covenant.facility_ids, debts, allowed, "debt")
        if covenant.springing_share is not None and company.revolver is None:
            value = decimal_text(covenant.springing_share)
            yield Fault(f"covenants[{number}].springing_share", Reason.CONFLICT, value, "only with a revolver")
    yield from _known_once("super_senior_facility_ids", company.super_senior_facility_ids, debts, allowed, "debt")
    for number, turnover in enumerate(company.turnovers):
        field = f"turnovers[{number}]"
        if turnover.junior_facility_id not in debts:
            yield Fault(f"{field}.junior_facility_id", Reason.UNKNOWN_REFERENCE, turnover.junior_facility_id, allowed)
        yield from _known_once(f"{field}.senior_facility_ids", turnover.senior_facility_ids, debts, allowed, "debt")
        if turnover.junior_facility_id in turnover.senior_facility_ids:
            yield Fault(
                f"{field}.senior_facility_ids",
                Reason.CONFLICT,
                turnover.junior_facility_id,
                "other debts than the junior",
            )


def _known_once(field: str, named: Sequence[str], known: set[str], allowed: str, thing: str) -> Iterator[Fault]:
    used: set[str] = set()
    for position, identifier in enumerate(named):
        if identifier in known and identifier not in used:
            used.add(identifier)
        elif identifier in known:
            yield Fault(f"{field}[{position}]", Reason.DUPLICATE, identifier, f"each {thing} once")
        else:
            yield Fault(f"{field}[{position}]", Reason.UNKNOWN_REFERENCE, identifier, allowed)


def nothing_has_matured(company: "DatasetVersion") -> Iterator[Fault]:
    """Every debt ends after the as-of date."""
    for path, debt in debts_by_path(company):
        if debt.ends_on <= company.as_of_date:
            allowed = f"after the as-of date {company.as_of_date}"
            yield Fault(f"{path}.maturity_date", Reason.MATURED, str(debt.ends_on), allowed)


def loans_have_bounded_cycles(company: "DatasetVersion") -> Iterator[Fault]:
    """No contract has more days ahead than are walked."""
    for number, loan in enumerate(company.instruments):
        for fault in cycles_are_bounded(loan, company.as_of_date, company.as_of_date, loan.maturity_date):
            yield fault.under(f"instruments[{number}]")


def tables_do_not_draw(company: "DatasetVersion") -> Iterator[Fault]:
    """The month repays a table in proportion to what is left of it; a table that draws has no such proportion."""
    for number, loan in enumerate(company.instruments):
        for position, row in enumerate(loan.principal_payments):
            if row.principal < 0:
                field = f"instruments[{number}].principal_payments[{position}].principal"
                draws = "the month draws by the revolver, a preview shows other draws"
                allowed = amount_text(f"{{}} to {{}}: {draws}", 0, MOST_MONEY)
                yield Fault(field, Reason.OUT_OF_RANGE, amount_text("{}", row.principal), allowed)


def a_year_has_twelve_weights(company: "DatasetVersion") -> Iterator[Fault]:
    """Weights are none, or twelve with a sum above 0."""
    weights = company.seasonality_weights
    if weights and (len(weights) != YEAR or not any(weights)):
        value = f"{counted(len(weights), 'weight')} with the sum {decimal_text(sum(weights))}"
        yield Fault("seasonality_weights", Reason.WRONG_LENGTH, value, "none, or 12 from January on with a sum above 0")
