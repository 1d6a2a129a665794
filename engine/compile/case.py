"""Everything a month needs, compiled once: the company's opening, the terms of 24 months, the order of its debts.

A `Plan` is a tree of NamedTuples whose leaves are cells of a lane, beside a `Structure` that has no numbers. Plans of
one structure can be stacked into one plan of arrays.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..debt.monthly_terms import DebtTerms, RevolverTerms, loan_terms, revolver_terms
from ..debt.rates import RateStress, rates
from ..inputs.company import DatasetVersion
from ..inputs.instruments import Instrument
from ..inputs.scenario import NEUTRAL, RateScope, Scenario
from ..numbers.exact import Arithmetic, Cell, half_even
from ..numbers.months import MONTH_UNITS, MOST_MONTHS, month_end
from ..values.units import NANO
from . import limits
from .base_year import BaseYear, Turnover, base_year, turnover
from .paths import market_value_path, path
from .structure import CapitalStructure, _assets, capital_structure


class OpeningBalances(NamedTuple):
    """The balances on the analysis date and what holds over the whole horizon."""

    cash: Cell
    restricted_cash: Cell
    receivables: Cell
    inventory: Cell
    fixed_assets: Cell
    other_assets: Cell
    payables: Cell
    other_liabilities: Cell
    equity: Cell
    principals: tuple[Cell, ...]
    market_values: tuple[Cell, ...]
    recovery_rates: tuple[Cell, ...]
    unexplained_receivables: Cell
    unexplained_inventory: Cell
    unexplained_payables: Cell
    undrawn: Cell
    minimum_cash: Cell
    cash_sweep_share: Cell
    tax_rate: Cell
    interest_run_rate: Cell
    year: BaseYear


class Days(NamedTuple):
    """Days of working capital: whole months of 365/12 days, and the rest in twelfths of a nano-day."""

    months: Cell
    part: Cell


class MonthTerms(NamedTuple):
    """What a scenario and the contracts say about one month."""

    revenue_factor: Cell
    cost_factor: Cell
    variable_cost_factor: Cell
    capital_expenditure_factor: Cell
    liquidity_factor: Cell
    market_value_left: Cell
    collection_days: Days
    inventory_days: Days
    payment_days: Days
    debts: tuple[DebtTerms, ...]
    revolver: RevolverTerms


class CompiledCase(NamedTuple):
    """The compiled inputs of one execution, or of many of one structure."""

    structure: CapitalStructure
    opening: OpeningBalances
    months: tuple[MonthTerms, ...]


class Turnovers(NamedTuple):
    """The days behind the opening balances."""

    receivables: Turnover
    inventory: Turnover
    payables: Turnover


NO_REVOLVER = RevolverTerms(0, 0, 0, 0, 0, 0)
UNSTRESSED = RateStress((NANO,), (0,), RateScope.FLOATING)


def compile_case(m: Arithmetic, scenario: Scenario, company: DatasetVersion, analysis_date: date) -> CompiledCase:
    """Compile the inputs of an execution; raises `Refused` where a figure could leave its limits."""
    stress = {name: path(scenario, name) for name in NEUTRAL}
    rate_stress = RateStress(
        stress["interest_rate_change_factor"], stress["interest_rate_shift"], scenario.assumptions.interest_rate_scope
    )
    all_in = [rates(debt, rate_stress) for debt in company.debts]
    limits.check(company, analysis_date, stress, all_in)

    month_ends = tuple(month_end(analysis_date, month) for month in range(MOST_MONTHS + 1))
    run_rate = sum(m.times(debt.opening_balance, rates(debt, UNSTRESSED)[0]) for debt in company.debts)
    year = base_year(m, company, run_rate).opening_with(month_ends[1].month)
    sheet = company.balance_sheet
    turnovers = Turnovers(
        receivables=turnover(m, sheet.receivables, year.history(year.revenue)),
        inventory=turnover(m, sheet.inventory, year.history(year.cost_of_sales)),
        payables=turnover(m, sheet.payables, year.history(year.cost_of_sales)),
    )
    debts, revolver = _debt_terms(m, company, month_ends, rate_stress, stress["refinanced_share"])
    return CompiledCase(
        capital_structure(company),
        _opening(company, year, run_rate, turnovers),
        _months(stress, turnovers, debts, revolver),
    )


def _opening(company: DatasetVersion, year: BaseYear, run_rate: Cell, turnovers: Turnovers) -> OpeningBalances:
    sheet, revolver = company.balance_sheet, company.revolver
    return OpeningBalances(
        cash=sheet.cash,
        restricted_cash=sheet.restricted_cash,
        receivables=sheet.receivables,
        inventory=sheet.inventory,
        fixed_assets=sheet.fixed_assets,
        other_assets=sheet.other_assets,
        payables=sheet.payables,
        other_liabilities=sheet.other_liabilities,
        equity=sheet.equity,
        principals=tuple(debt.opening_balance for debt in company.debts),
        market_values=tuple(asset.market_value for asset in _assets(company)),
        recovery_rates=tuple(asset.recovery_rate for asset in _assets(company)),
        unexplained_receivables=turnovers.receivables.leftover,
        unexplained_inventory=turnovers.inventory.leftover,
        unexplained_payables=turnovers.payables.leftover,
        undrawn=revolver.commitment - revolver.drawn if revolver else 0,
        minimum_cash=company.minimum_cash,
        cash_sweep_share=company.cash_sweep_share,
        tax_rate=company.income_statement.tax_rate,
        interest_run_rate=run_rate,
        year=year,
    )


def _debt_terms(
    m: Arithmetic,
    company: DatasetVersion,
    month_ends: tuple[date, ...],
    rate_stress: RateStress,
    refinanced: Sequence[int],
) -> tuple[list[tuple[DebtTerms, ...]], Sequence[RevolverTerms]]:
    """The terms of each debt by slot, and those of the facility around the revolver by month."""
    by_slot: list[tuple[DebtTerms, ...]] = []
    facility: Sequence[RevolverTerms] = (NO_REVOLVER,) * MOST_MONTHS
    for debt in company.debts:
        if isinstance(debt, Instrument):
            by_slot.append(loan_terms(m, debt, month_ends, rate_stress, refinanced))
        else:
            drawn, facility = revolver_terms(debt, month_ends, rate_stress, refinanced)
            by_slot.append(drawn)
    return by_slot, facility


def _months(
    stress: dict[str, tuple[int, ...]],
    turnovers: Turnovers,
    debts: Sequence[tuple[DebtTerms, ...]],
    revolvers: Sequence[RevolverTerms],
) -> tuple[MonthTerms, ...]:
    left = market_value_path(stress["market_value_depreciation_factor"])
    return tuple(
        MonthTerms(
            revenue_factor=stress["revenue_change_factor"][t],
            cost_factor=stress["cost_change_factor"][t],
            variable_cost_factor=half_even(stress["revenue_change_factor"][t] * stress["cost_change_factor"][t], NANO),
            capital_expenditure_factor=stress["capital_expenditure_factor"][t],
            liquidity_factor=stress["liquidity_shock_factor"][t],
            market_value_left=left[t],
            collection_days=_days(turnovers.receivables.units + 12 * stress["collection_period_extension_days"][t]),
            inventory_days=_days(turnovers.inventory.units),
            payment_days=_days(turnovers.payables.units - 12 * stress["payment_period_reduction_days"][t]),
            debts=tuple(terms[t] for terms in debts),
            revolver=revolvers[t],
        )
        for t in range(MOST_MONTHS)
    )


def _days(units: int) -> Days:
    """Days below 0 are none: a balance cannot be collected, or paid, before it arises."""
    return Days(*divmod(max(units, 0), MONTH_UNITS))
