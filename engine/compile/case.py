"""Everything a month needs, compiled once: the opening balances, the terms of 24 months, the order of the debts.

A `CompiledCase` is a tree of NamedTuples whose leaves are figures, beside a `CapitalStructure` that has no numbers.
Cases of one capital structure can be stacked into one case of arrays.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..debt.monthly_terms import DebtTerms, RevolverTerms, loan_terms, revolver_terms
from ..debt.rates import RateStress, opening_rate, rates, reading
from ..inputs.company import BalanceSheet, DatasetVersion
from ..inputs.instruments import Instrument
from ..inputs.scenario import NEUTRAL, Scenario
from ..numbers.exact import Arithmetic, half_even
from ..numbers.months import MONTH_UNITS, MOST_MONTHS, day_units, month_end
from ..values.pause import Pause, no_pause
from ..values.units import NANO, DayUnits, Factor, Money, Number
from . import limits
from .base_year import BaseYear, DaysOutstanding, base_year, days_outstanding
from .paths import market_value_path, path
from .structure import CapitalStructure, assets_by_id, capital_structure


class OpeningBalances(NamedTuple):
    """The balances on the analysis date and what holds over the whole horizon."""

    cash: Money
    restricted_cash: Money
    receivables: Money
    inventory: Money
    fixed_assets: Money
    other_assets: Money
    payables: Money
    other_liabilities: Money
    equity: Money
    principals: tuple[Money, ...]  #: by slot
    market_values: tuple[Money, ...]  #: by asset
    recovery_rates: tuple[Factor, ...]
    unexplained_receivables: Money  #: the part that no days of sales explain
    unexplained_inventory: Money
    unexplained_payables: Money
    undrawn: Money  #: of the revolver
    minimum_cash: Money
    cash_sweep_share: Factor
    tax_rate: Factor
    interest_run_rate: Money  #: interest of a year on the opening debt, at its opening rates
    year: BaseYear


class CountBack(NamedTuple):
    """How far back a balance reaches: whole months of 365/12 days, and a part of the month before them."""

    months: Number
    part: DayUnits


class MonthTerms(NamedTuple):
    """What the scenario and the terms of the debts say about one month."""

    revenue_factor: Factor
    cost_factor: Factor
    variable_cost_factor: Factor
    capital_expenditure_factor: Factor
    liquidity_factor: Factor
    market_value_left: Factor
    collection_days: CountBack
    inventory_days: CountBack
    payment_days: CountBack
    debts: tuple[DebtTerms, ...]
    revolver: RevolverTerms


class CompiledCase(NamedTuple):
    """The compiled inputs of one execution, or of many of one capital structure."""

    structure: CapitalStructure
    opening: OpeningBalances
    months: tuple[MonthTerms, ...]


class OpeningDays(NamedTuple):
    """The days outstanding behind the opening working capital."""

    receivables: DaysOutstanding
    inventory: DaysOutstanding
    payables: DaysOutstanding


NO_REVOLVER = RevolverTerms(*(0,) * len(RevolverTerms._fields))


def compile_case(
    m: Arithmetic, scenario: Scenario, company: DatasetVersion, analysis_date: date, pause: Pause = no_pause
) -> CompiledCase:
    """Compile the inputs of an execution, with a pause before each debt.

    Raises `Refused` where a figure could leave its limits.
    """
    stress = {name: path(scenario, name) for name in NEUTRAL}
    rate_stress = RateStress(
        factor=stress["interest_rate_change_factor"],
        shift=stress["interest_rate_shift"],
        scope=scenario.assumptions.interest_rate_scope,
    )
    all_in = [rates(debt, rate_stress) for debt in company.debts]
    limits.check(company, analysis_date, stress, all_in)

    month_ends = tuple(month_end(analysis_date, month) for month in range(MOST_MONTHS + 1))
    run_rate = sum(m.times(debt.opening_balance, opening_rate(debt, reading(debt))) for debt in company.debts)
    year = base_year(m, company, run_rate).opening_with(month_ends[1].month)
    opening_days = _opening_days(m, company.balance_sheet, year)
    debts, revolver = _debt_terms(m, company, month_ends, rate_stress, stress["refinanced_share"], pause)
    return CompiledCase(
        capital_structure(company),
        _opening(company, year, run_rate, opening_days),
        _months(stress, opening_days, debts, revolver),
    )


def _opening_days(m: Arithmetic, sheet: BalanceSheet, year: BaseYear) -> OpeningDays:
    sales, costs = year.history(year.revenue), year.history(year.cost_of_sales)
    return OpeningDays(
        receivables=days_outstanding(m, sheet.receivables, sales),
        inventory=days_outstanding(m, sheet.inventory, costs),
        payables=days_outstanding(m, sheet.payables, costs),
    )


def _opening(company: DatasetVersion, year: BaseYear, run_rate: Money, days: OpeningDays) -> OpeningBalances:
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
        market_values=tuple(asset.market_value for asset in assets_by_id(company)),
        recovery_rates=tuple(asset.recovery_rate for asset in assets_by_id(company)),
        unexplained_receivables=days.receivables.unexplained,
        unexplained_inventory=days.inventory.unexplained,
        unexplained_payables=days.payables.unexplained,
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
    pause: Pause,
) -> tuple[list[tuple[DebtTerms, ...]], Sequence[RevolverTerms]]:
    """The terms of each debt by slot, each by month, and what the revolver offers and charges by month."""
    by_slot: list[tuple[DebtTerms, ...]] = []
    revolver: Sequence[RevolverTerms] = (NO_REVOLVER,) * MOST_MONTHS
    for debt in company.debts:
        pause()
        if isinstance(debt, Instrument):
            by_slot.append(loan_terms(m, debt, month_ends, rate_stress, refinanced))
        else:
            drawn, revolver = revolver_terms(debt, month_ends, rate_stress, refinanced)
            by_slot.append(drawn)
    return by_slot, revolver


def _months(
    stress: dict[str, tuple[int, ...]],
    days: OpeningDays,
    debts: Sequence[tuple[DebtTerms, ...]],
    revolver: Sequence[RevolverTerms],
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
            collection_days=_count_back(
                days.receivables.units + day_units(stress["collection_period_extension_days"][t])
            ),
            inventory_days=_count_back(days.inventory.units),
            payment_days=_count_back(days.payables.units - day_units(stress["payment_period_reduction_days"][t])),
            debts=tuple(terms[t] for terms in debts),
            revolver=revolver[t],
        )
        for t in range(MOST_MONTHS)
    )


def _count_back(units: DayUnits) -> CountBack:
    """Days below 0 are none: a balance cannot be collected, or paid, before it arises."""
    return CountBack(*divmod(max(units, 0), MONTH_UNITS))
