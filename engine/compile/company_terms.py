"""What no scenario changes of a company on an analysis date: compiled once and kept, whatever is then done to it."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ..debt.rates import interest_run_rate
from ..inputs.company import DatasetVersion
from ..inputs.covenants import Covenant
from ..inputs.revolver import Debt
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import COMPILED_MONTHS, YEAR, month_end
from ..values.kept import kept
from ..values.units import Flag
from .base_year import base_year
from .covenant_terms import CovenantTerms, covenant_terms, covenants_by_id
from .opening import OpeningBalances, OpeningDays, opening_balances, opening_days
from .stock import StockDays, stock_days
from .structure import CapitalStructure, capital_structure

QUARTER = 3  #: months
MOST_KEPT = 50_000_000  #: bytes, about


class MonthDates(NamedTuple):
    """What the date of a month end decides."""

    is_quarter_end: Flag  #: of the fiscal year
    is_year_end: Flag
    covenants: tuple[CovenantTerms, ...]


class CompanyTerms(NamedTuple):
    """A company from an analysis date on, under any scenario."""

    structure: CapitalStructure
    debts: tuple[Debt, ...]  #: by slot
    month_ends: tuple[date, ...]  #: with the analysis date before them
    opening: OpeningBalances  #: under the neutral scenario
    days: OpeningDays
    stock: StockDays
    months: tuple[MonthDates, ...]


def company_terms(m: Arithmetic, company: DatasetVersion, analysis_date: date) -> CompanyTerms:
    """The terms of a company; those in whole cents are kept."""
    return _in_cents(company, analysis_date) if m is SCALAR else _company_terms(m, company, analysis_date)


def _bytes(company: DatasetVersion, analysis_date: date, terms: CompanyTerms) -> int:
    """About what is kept: a company as its caller sent it, and what is made of it."""
    pledges = sum(len(debt.collateral_asset_ids) for debt in terms.debts)
    rows = sum(len(loan.principal_payments) for loan in company.instruments)
    holidays = sum(len(loan.contract.calendar.holidays) for loan in company.instruments if loan.contract)
    lists = len(terms.debts) * 10 + len(company.assets) * 6 + (pledges + rows + holidays)
    covenants = len(company.covenants) * COMPILED_MONTHS * 2 + sum(
        len(covenant.steps) for covenant in company.covenants
    )
    return 30_000 + 100 * (lists + covenants)


@kept(MOST_KEPT, weight=_bytes)
def _in_cents(company: DatasetVersion, analysis_date: date) -> CompanyTerms:
    return _company_terms(SCALAR, company, analysis_date)


def _company_terms(m: Arithmetic, company: DatasetVersion, analysis_date: date) -> CompanyTerms:
    month_ends = tuple(month_end(analysis_date, month) for month in range(COMPILED_MONTHS + 1))
    debts = company.debts
    run_rate = interest_run_rate(m, debts)
    year = base_year(m, company, run_rate).opening_with(month_ends[1].month)
    stock = stock_days(m, company.balance_sheet.inventory, year)
    days = opening_days(m, company, year, stock)
    opening = opening_balances(
        company,
        debts,
        year,
        days,
        stock,
        months_of_fiscal_year=(analysis_date.month - company.fiscal_year_end) % YEAR,
        run_rate=run_rate,
    )
    dates = _dates(tuple(covenants_by_id(company)), company.fiscal_year_end, month_ends)
    return CompanyTerms(capital_structure(company, debts), debts, month_ends, opening, days, stock, dates)


@lru_cache(maxsize=256)
def _dates(
    covenants: tuple[Covenant, ...], fiscal_year_end: int, month_ends: tuple[date, ...]
) -> tuple[MonthDates, ...]:
    months = []
    for end in month_ends[1:]:
        since_year_end = (end.month - fiscal_year_end) % YEAR
        is_quarter_end = since_year_end % QUARTER == 0
        tested = covenant_terms(covenants, end, is_quarter_end)
        months.append(MonthDates(int(is_quarter_end), int(since_year_end == 0), tested))
    return tuple(months)
