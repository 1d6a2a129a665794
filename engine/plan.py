"""Everything a month needs, compiled once: the company's opening, the terms of 24 months, the order of its debts.

A `Plan` is a tree of NamedTuples whose leaves are cells of a lane, beside a `Structure` that has no numbers. Plans of
one structure can be stacked into one plan of arrays.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from seawall.engine import bounds
from seawall.engine.arithmetic import Arithmetic, Cell, half_even
from seawall.engine.base_year import MONTH_UNITS, BaseYear, Turnover, base_year, turnover
from seawall.engine.company import DatasetVersion
from seawall.engine.dates import month_end
from seawall.engine.domains import NANO
from seawall.engine.scenario import RateScope, Scenario
from seawall.engine.schedule import DebtTerms, RateStress, RevolverTerms, loan_terms, rates, revolver_terms
from seawall.engine.stress import MOST_MONTHS, market_value_path, path


class Structure(NamedTuple):
    """What is the same for every execution that can share a batch. Slots are positions in the waterfall."""

    facilities: tuple[tuple[str, int], ...]  #: id and lien, in the order of the waterfall
    liens: tuple[tuple[int, ...], ...]  #: the slots of each lien, best first
    revolver: int | None  #: the slot of the revolver
    has_borrowing_base: bool
    categories: tuple[str, ...]
    asset_categories: tuple[int, ...]  #: the category of each asset
    pledges: tuple[tuple[tuple[int, ...], ...], ...]  #: for each asset, the slots secured on it by lien


class Opening(NamedTuple):
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


class Plan(NamedTuple):
    """The compiled inputs of one execution, or of many of one structure."""

    structure: Structure
    opening: Opening
    months: tuple[MonthTerms, ...]


NO_REVOLVER = RevolverTerms(0, 0, 0, 0, 0, 0)
Debt = Any  #: an Instrument or a Revolver


def compile_plan(m: Arithmetic, scenario: Scenario, company: DatasetVersion, analysis_date: date) -> Plan:
    """Compile the inputs of an execution; raises `Refused` where a figure could leave its bounds."""
    stress = {name: path(scenario, name) for name in bounds.PATHS}
    rate_stress = RateStress(
        stress["interest_rate_change_factor"], stress["interest_rate_shift"], scenario.assumptions.interest_rate_scope
    )
    order = waterfall_order(company)
    all_in = [rates(debt, rate_stress) for _, debt in order]
    bounds.check(company, analysis_date, order, stress, all_in)

    month_ends = tuple(month_end(analysis_date, month) for month in range(MOST_MONTHS + 1))
    run_rate = sum((m.times(_balance(debt), now[0]) for (_, debt), now in zip(order, _today(order), strict=True)), 0)
    year = base_year(m, company, run_rate).opening_with(month_ends[1].month)
    sales, costs = year.history(year.revenue), year.history(year.cost_of_sales)
    sheet = company.balance_sheet
    receivables = turnover(m, sheet.receivables, sales)
    inventory = turnover(m, sheet.inventory, costs)
    payables = turnover(m, sheet.payables, costs)
    debts, revolvers = _debt_terms(m, order, month_ends, all_in, stress["refinanced_share"])
    return Plan(
        structure_of(company, order),
        _opening(company, order, year, run_rate, (receivables, inventory, payables)),
        _months(month_ends, stress, (receivables, inventory, payables), debts, revolvers),
    )


def waterfall_order(company: DatasetVersion) -> list[tuple[str, Debt]]:
    """The debts with their ids, by lien and then by id, so that the order of input never matters."""
    debts: list[tuple[str, Debt]] = [(loan.instrument_id, loan) for loan in company.instruments]
    if company.revolver:
        debts.append((company.revolver.revolver_id, company.revolver))
    return sorted(debts, key=lambda named: (named[1].lien, named[0]))


def structure_of(company: DatasetVersion, order: Sequence[tuple[str, Debt]]) -> Structure:
    """The shape of a company: which debts stand where, and what secures them."""
    revolver = company.revolver
    assets = sorted(company.assets, key=lambda asset: asset.asset_id)
    categories = tuple(sorted({asset.category for asset in assets}))
    slots = range(len(order))
    return Structure(
        facilities=tuple((name, debt.lien) for name, debt in order),
        liens=_by_lien(order, list(slots)),
        revolver=next((slot for slot in slots if order[slot][1] is revolver), None) if revolver else None,
        has_borrowing_base=bool(
            revolver and (revolver.receivables_advance_rate is not None or revolver.inventory_advance_rate is not None)
        ),
        categories=categories,
        asset_categories=tuple(categories.index(asset.category) for asset in assets),
        pledges=tuple(
            _by_lien(order, [slot for slot in slots if asset.asset_id in order[slot][1].collateral_asset_ids])
            for asset in assets
        ),
    )


def _by_lien(order: Sequence[tuple[str, Debt]], slots: list[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(group) for _, group in groupby(slots, key=lambda slot: order[slot][1].lien))


def _balance(debt: Debt) -> int:
    return int(debt.drawn) if hasattr(debt, "drawn") else int(debt.principal)


def _today(order: Sequence[tuple[str, Debt]]) -> list[tuple[int, ...]]:
    """The rates on the analysis date, unstressed."""
    neutral = RateStress((NANO,), (0,), RateScope.FLOATING)
    return [rates(debt, neutral) for _, debt in order]


def _opening(
    company: DatasetVersion,
    order: Sequence[tuple[str, Debt]],
    year: BaseYear,
    run_rate: Cell,
    turnovers: tuple[Turnover, Turnover, Turnover],
) -> Opening:
    sheet = company.balance_sheet
    assets = sorted(company.assets, key=lambda asset: asset.asset_id)
    receivables, inventory, payables = turnovers
    return Opening(
        cash=sheet.cash,
        restricted_cash=sheet.restricted_cash,
        receivables=sheet.receivables,
        inventory=sheet.inventory,
        fixed_assets=sheet.fixed_assets,
        other_assets=sheet.other_assets,
        payables=sheet.payables,
        other_liabilities=sheet.other_liabilities,
        equity=sheet.equity,
        principals=tuple(_balance(debt) for _, debt in order),
        market_values=tuple(asset.market_value for asset in assets),
        recovery_rates=tuple(asset.recovery_rate for asset in assets),
        unexplained_receivables=receivables.leftover,
        unexplained_inventory=inventory.leftover,
        unexplained_payables=payables.leftover,
        undrawn=company.revolver.commitment - company.revolver.drawn if company.revolver else 0,
        minimum_cash=company.minimum_cash,
        cash_sweep_share=company.cash_sweep_share,
        tax_rate=company.income_statement.tax_rate,
        interest_run_rate=run_rate,
        year=year,
    )


def _debt_terms(
    m: Arithmetic,
    order: Sequence[tuple[str, Debt]],
    month_ends: tuple[date, ...],
    all_in: Sequence[tuple[int, ...]],
    refinanced: Sequence[int],
) -> tuple[list[tuple[DebtTerms, ...]], Sequence[RevolverTerms]]:
    """The terms of each debt by slot, and those of the revolver by month."""
    by_slot: list[tuple[DebtTerms, ...]] = []
    facility: Sequence[RevolverTerms] = (NO_REVOLVER,) * MOST_MONTHS
    for (_, debt), debt_rates in zip(order, all_in, strict=True):
        if hasattr(debt, "drawn"):
            drawn, facility = revolver_terms(debt, month_ends, debt_rates, refinanced)
            by_slot.append(drawn)
        else:
            by_slot.append(loan_terms(m, debt, month_ends, debt_rates, refinanced))
    return by_slot, facility


def _months(
    month_ends: tuple[date, ...],
    stress: dict[str, tuple[int, ...]],
    turnovers: tuple[Turnover, Turnover, Turnover],
    debts: Sequence[tuple[DebtTerms, ...]],
    revolvers: Sequence[RevolverTerms],
) -> tuple[MonthTerms, ...]:
    left = market_value_path(stress["market_value_depreciation_factor"])
    receivables, inventory, payables = turnovers
    return tuple(
        MonthTerms(
            revenue_factor=stress["revenue_change_factor"][t],
            cost_factor=stress["cost_change_factor"][t],
            variable_cost_factor=half_even(stress["revenue_change_factor"][t] * stress["cost_change_factor"][t], NANO),
            capital_expenditure_factor=stress["capital_expenditure_factor"][t],
            liquidity_factor=stress["liquidity_shock_factor"][t],
            market_value_left=left[t],
            collection_days=_days(receivables.units + 12 * stress["collection_period_extension_days"][t]),
            inventory_days=_days(inventory.units),
            payment_days=_days(payables.units - 12 * stress["payment_period_reduction_days"][t]),
            debts=tuple(terms[t] for terms in debts),
            revolver=revolvers[t],
        )
        for t in range(MOST_MONTHS)
    )


def _days(units: int) -> Days:
    """Days below 0 are none: a balance cannot be collected, or paid, before it arises."""
    return Days(*divmod(max(units, 0), MONTH_UNITS))


def stack(plans: Sequence[Plan]) -> Plan:
    """One plan of arrays out of plans of one structure; a leaf that is the same in all stays a plain int."""
    structure = plans[0].structure
    if any(plan.structure != structure for plan in plans):
        raise ValueError("plans of different structures cannot share a batch")
    opening: Opening = _stack([plan.opening for plan in plans])
    months: tuple[MonthTerms, ...] = _stack([plan.months for plan in plans])
    return Plan(structure, opening, months)


def _stack(trees: Sequence[Any]) -> Any:
    first = trees[0]
    if isinstance(first, tuple):
        parts = [_stack(branch) for branch in zip(*trees, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)
    return first if trees.count(first) == len(trees) else np.array(trees, dtype=np.int64)
