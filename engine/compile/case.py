"""Everything a month needs, compiled once: the opening balances, the terms of each month, the order of the debts.

A `CompiledCase` is a tree of NamedTuples whose leaves are figures, beside a `CapitalStructure` that has no numbers.
Cases of one capital structure can be stacked into one case of arrays. It reaches a year beyond the longest horizon.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..debt.monthly_terms import DebtTerms, loan_terms
from ..debt.rates import RateStress, interest_run_rate, rates
from ..debt.revolver_terms import RevolverTerms, revolver_terms
from ..inputs.company import DatasetVersion
from ..inputs.instruments import Instrument
from ..inputs.scenario import NEUTRAL, Scenario
from ..numbers.exact import Arithmetic, half_even
from ..numbers.months import COMPILED_MONTHS, MONTH_UNITS, YEAR, day_units, month_end
from ..values.pause import Pause, no_pause
from ..values.units import NANO, DayUnits, Factor, Flag, Money, Number
from . import limits
from .base_year import base_year
from .covenant_terms import CovenantTerms, covenant_terms, covenants_by_id
from .opening import OpeningBalances, OpeningDays, opening_balances, opening_days
from .paths import market_value_path, path
from .stock import StockPlan, stock_plan
from .structure import CapitalStructure, capital_structure

QUARTER = 3  #: months


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
    payment_days: CountBack
    planned_stock: Money  #: for the sales of the base year
    wanted_stock: Money  #: for the days and the sales of the scenario
    service: Money  #: that the contracts of the loans ask for, in cash
    is_quarter_end: Flag  #: of the fiscal year: tax falls due
    is_year_end: Flag
    debts: tuple[DebtTerms, ...]
    revolver: RevolverTerms
    covenants: tuple[CovenantTerms, ...]


class CompiledCase(NamedTuple):
    """The compiled inputs of one execution, or of many of one capital structure."""

    structure: CapitalStructure
    opening: OpeningBalances
    months: tuple[MonthTerms, ...]


NO_REVOLVER = RevolverTerms(*(0,) * len(RevolverTerms._fields))


def compile_case(
    m: Arithmetic,
    scenario: Scenario,
    company: DatasetVersion,
    analysis_date: date,
    pause: Pause = no_pause,
    same_debts: CompiledCase | None = None,
) -> CompiledCase:
    """Compile the inputs of an execution, with a pause before each debt.

    `same_debts` is a case of the same debts from the same day under the same scenario: sales and costs, in which alone
    it differs, change no terms of a debt. Raises `Refused` where a figure could leave its limits.
    """
    stress = {name: path(scenario, name) for name in NEUTRAL}
    rate_stress = RateStress(
        factor=stress["interest_rate_change_factor"],
        shift=stress["interest_rate_shift"],
        scope=scenario.assumptions.interest_rate_scope,
    )
    company_debts = company.debts
    all_in = [rates(debt, rate_stress) for debt in company_debts]
    limits.check(company, analysis_date, stress, all_in)

    month_ends = tuple(month_end(analysis_date, month) for month in range(COMPILED_MONTHS + 1))
    run_rate = interest_run_rate(m, company_debts)
    year = base_year(m, company, run_rate).opening_with(month_ends[1].month)
    stock = stock_plan(
        m,
        company.balance_sheet.inventory,
        year,
        stress["inventory_period_extension_days"],
        stress["revenue_change_factor"],
    )
    days = opening_days(m, company, year, stock)
    opening = opening_balances(
        company,
        scenario,
        year,
        days,
        stock,
        months_of_fiscal_year=(analysis_date.month - company.fiscal_year_end) % YEAR,
        run_rate=run_rate,
    )
    if same_debts:
        debts = [DebtMonth(month.debts, month.revolver) for month in same_debts.months]
    else:
        debts = _debt_months(m, company, month_ends, rate_stress, stress["refinanced_share"], pause)
    return CompiledCase(capital_structure(company), opening, _months(company, stress, month_ends, days, stock, debts))


class DebtMonth(NamedTuple):
    """The terms of the debts in one month."""

    debts: tuple[DebtTerms, ...]  #: by slot
    revolver: RevolverTerms


def _debt_months(
    m: Arithmetic,
    company: DatasetVersion,
    month_ends: tuple[date, ...],
    rate_stress: RateStress,
    refinanced: Sequence[int],
    pause: Pause,
) -> list[DebtMonth]:
    """The terms of each debt, and what the revolver offers and charges, month by month."""
    by_slot: list[tuple[DebtTerms, ...]] = []
    revolver: Sequence[RevolverTerms] = (NO_REVOLVER,) * COMPILED_MONTHS
    for debt in company.debts:
        pause()
        if isinstance(debt, Instrument):
            by_slot.append(loan_terms(m, debt, month_ends, rate_stress, refinanced))
        else:
            drawn, revolver = revolver_terms(debt, month_ends, rate_stress, refinanced)
            by_slot.append(drawn)
    return [DebtMonth(tuple(terms[t] for terms in by_slot), revolver[t]) for t in range(COMPILED_MONTHS)]


def _months(
    company: DatasetVersion,
    stress: dict[str, tuple[int, ...]],
    month_ends: Sequence[date],
    days: OpeningDays,
    stock: StockPlan,
    debts: Sequence[DebtMonth],
) -> tuple[MonthTerms, ...]:
    left = market_value_path(stress["market_value_depreciation_factor"])
    covenants = covenants_by_id(company)
    months = []
    for t, of_month in enumerate(debts):
        revenue, cost = stress["revenue_change_factor"][t], stress["cost_change_factor"][t]
        since_year_end = (month_ends[t + 1].month - company.fiscal_year_end) % YEAR
        is_quarter_end = since_year_end % QUARTER == 0
        months.append(
            MonthTerms(
                revenue_factor=revenue,
                cost_factor=cost,
                variable_cost_factor=half_even(revenue * cost, NANO),
                capital_expenditure_factor=stress["capital_expenditure_factor"][t],
                liquidity_factor=stress["liquidity_shock_factor"][t],
                market_value_left=left[t],
                collection_days=_count_back(
                    days.receivables.units + day_units(stress["collection_period_extension_days"][t])
                ),
                payment_days=_count_back(days.payables.units - day_units(stress["payment_period_reduction_days"][t])),
                planned_stock=stock.planned[t],
                wanted_stock=stock.wanted[t],
                service=sum(terms.contract_interest + terms.contract_principal for terms in of_month.debts),
                is_quarter_end=int(is_quarter_end),
                is_year_end=int(since_year_end == 0),
                debts=of_month.debts,
                revolver=of_month.revolver,
                covenants=covenant_terms(covenants, month_ends[t + 1], is_quarter_end),
            )
        )
    return tuple(months)


def _count_back(units: DayUnits) -> CountBack:
    """Days below 0 are none: a balance cannot be collected, or paid, before it arises."""
    return CountBack(*divmod(max(units, 0), MONTH_UNITS))
