"""Everything a month needs, compiled once: the opening balances, the terms of each month, the order of the debts.

A `CompiledCase` is a tree of NamedTuples whose leaves are figures, beside a `CapitalStructure` that has no numbers.
Cases of one capital structure can be stacked into one case of arrays. It reaches a year beyond the longest horizon.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ..debt.monthly_terms import DebtTerms, loan_terms
from ..debt.rates import RatePath, rate_path, whole_lane
from ..debt.revolver_terms import RevolverTerms, revolver_terms
from ..inputs.company import DatasetVersion
from ..inputs.instruments import Instrument
from ..inputs.scenario import Scenario
from ..numbers.exact import Arithmetic, times_each
from ..numbers.months import COMPILED_MONTHS, MONTH_UNITS, day_units
from ..values.columns import rows_of
from ..values.pause import Pause, no_pause
from ..values.units import DayUnits, Factor, Figure, Flag, Money, Number
from . import limits
from .company_terms import CompanyTerms, company_terms
from .covenant_terms import CovenantTerms
from .opening import OpeningBalances
from .paths import market_value_left
from .stock import wanted_stock
from .stress import Stress, stress_of
from .structure import CapitalStructure


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
    terms, stress = company_terms(m, company, analysis_date), stress_of(scenario)
    rates = stress.rates
    rate_paths = [rate_path(m, debt, rates) for debt in terms.debts]
    limits.check(company, terms.debts, analysis_date, stress.paths, [path.all_in for path in rate_paths])
    if same_debts:
        debts = [DebtMonth(month.debts, month.revolver) for month in same_debts.months]
    else:
        debts = _debt_months(m, terms, rate_paths, stress, pause)
    return case_of(m, terms, stress, debts)


class DebtMonth(NamedTuple):
    """The terms of the debts in one month."""

    debts: tuple[DebtTerms, ...]  #: by slot
    revolver: RevolverTerms


def _debt_months(
    m: Arithmetic, terms: CompanyTerms, rate_paths: Sequence[RatePath], stress: Stress, pause: Pause
) -> list[DebtMonth]:
    """The terms of each debt, and what the revolver offers and charges, month by month."""
    refinanced = stress.paths["refinanced_share"]
    by_slot: list[tuple[DebtTerms, ...]] = []
    revolver: Sequence[RevolverTerms] = (NO_REVOLVER,) * COMPILED_MONTHS
    for debt, rate in zip(terms.debts, rate_paths, strict=True):
        pause()
        if isinstance(debt, Instrument):
            by_slot.append(loan_terms(m, debt, terms.month_ends, rate, refinanced, stress.moves_coupons))
        else:
            drawn, revolver = revolver_terms(debt, terms.month_ends, rate.all_in, refinanced)
            by_slot.append(drawn)
    return by_month(by_slot, revolver)


def by_month(by_slot: Sequence[Sequence[DebtTerms]], revolver: Sequence[RevolverTerms]) -> list[DebtMonth]:
    """The terms of debts, slot by slot, as those of months."""
    debts = zip(*by_slot, strict=True) if by_slot else ((),) * COMPILED_MONTHS
    return [DebtMonth(*of_month) for of_month in zip(debts, revolver, strict=True)]


def case_of(
    m: Arithmetic,
    terms: CompanyTerms,
    stress: Stress,
    debts: Sequence[DebtMonth],
    market_values_left: Sequence[Figure] | None = None,
) -> CompiledCase:
    """The case of a company under a stress, whose debts are compiled; what is left of market values too, as it takes
    more than the verbs of a lane.
    """
    left = market_values_left or market_value_left(stress.paths["market_value_depreciation_factor"])
    opening = terms.opening._replace(
        inventory_release_share=stress.inventory_release_share,
        is_workout=stress.is_workout,
        acceleration_months=stress.acceleration_months,
    )
    return CompiledCase(terms.structure, opening, tuple(_months(m, terms, stress.paths, debts, left)))


def _months(
    m: Arithmetic,
    terms: CompanyTerms,
    paths: dict[str, tuple[Figure, ...]],
    debts: Sequence[DebtMonth],
    market_values_left: Sequence[Figure],
) -> Iterator[MonthTerms]:
    lane, days, stock = whole_lane(m), terms.days, terms.stock
    revenue, cost = paths["revenue_change_factor"], paths["cost_change_factor"]
    is_quarter_end, is_year_end, covenants = zip(*terms.months, strict=True)
    of_debts, revolver = zip(*debts, strict=True)
    service = [sum([debt.contract_interest + debt.contract_principal for debt in of_month]) for of_month in of_debts]
    return rows_of(
        MonthTerms,
        revenue,
        cost,
        times_each(lane, revenue, cost),
        paths["capital_expenditure_factor"],
        paths["liquidity_shock_factor"],
        market_values_left,
        _count_backs(lane, days.receivables.units, paths["collection_period_extension_days"], 1),
        _count_backs(lane, days.payables.units, paths["payment_period_reduction_days"], -1),
        stock.planned,
        wanted_stock(m, stock, paths["inventory_period_extension_days"], revenue),
        service,
        is_quarter_end,
        is_year_end,
        of_debts,
        revolver,
        covenants,
    )


def _count_backs(m: Arithmetic, units: DayUnits, extension_days: Sequence[Figure], sign: int) -> list[CountBack]:
    """Days and their extension, or reduction, in each month; below 0 they are none: a balance cannot be collected, or
    paid, before it arises.
    """
    keys = list(map(id, extension_days))  # most months extend by the same days
    distinct = dict(zip(keys, extension_days, strict=True))
    known = {key: _count_back(m.most(units + sign * day_units(days), 0)) for key, days in distinct.items()}
    return [known[key] for key in keys]


def _count_back(units: DayUnits) -> CountBack:
    months = units // MONTH_UNITS
    return CountBack(months, units - months * MONTH_UNITS)
