"""Worse is worse: with one assumption, or several, moved for the worse no figure that they reach improves."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from seawall.engine import Refused, execute
from seawall.engine.inputs.scenario import Assumptions, Scenario
from seawall.engine.values.units import NANO
from tests.engine.companies import DATASET, LONGEST, Case
from tests.engine.executed import Run, cash_less_unpaid, debts_unpaid
from tests.engine.groups import SEED, cases, groups
from tests.engine.plain import without_tax_sweep_capex_and_revolver


class Lever(NamedTuple):
    """An assumption, which way is worse, and how far a case may lie from its neutral value."""

    name: str
    worse: int  #: the sign of a worse change
    low: int
    high: int


LEVERS = (
    Lever("collection_period_extension_days", +1, -100 * NANO, 365 * NANO),
    Lever("payment_period_reduction_days", +1, -100 * NANO, 365 * NANO),
    Lever("inventory_period_extension_days", +1, -100 * NANO, 365 * NANO),
    Lever("cost_change_factor", +1, 0, 3 * NANO),
    Lever("interest_rate_shift", +1, -NANO // 20, NANO // 4),
    Lever("liquidity_shock_factor", -1, 0, NANO),
)


def worse_pairs(number: int) -> Iterator[tuple[Case, Case]]:
    """A case under constant assumptions, and the same with one of them, or several, worse."""
    rng = Random(f"worse/{SEED}/{number}")
    for case in cases(number):
        mild: dict[str, Any] = {}
        worse: dict[str, Any] = {}
        for lever in LEVERS:
            values = sorted(rng.randint(lever.low, lever.high) for _ in range(2))[:: lever.worse]
            mild[lever.name], worse[lever.name] = (values[0],), (values[1],)
        alone = rng.choice((None, *(lever.name for lever in LEVERS)))
        if alone is not None:
            worse = {**mild, alone: worse[alone]}
        revenue = rng.choice((NANO, rng.randint(0, 2 * NANO)))
        assumptions = Assumptions(**mild, revenue_change_factor=(revenue,))
        scenario = Scenario(DATASET, "mild", LONGEST, assumptions=assumptions)
        worse_scenario = replace(scenario, assumptions=replace(assumptions, **worse))
        yield case._replace(scenario=scenario), case._replace(scenario=worse_scenario)


@groups
def test_worse_never_raises_collections_or_ebitda_nor_lowers_what_suppliers_are_due(number):
    for mild, worse in worse_pairs(number):
        try:
            better_run, worse_run = execute(*mild), execute(*worse)
        except Refused:
            continue  # a rate above 500 %
        totals = zip(cumulative(Run(mild, better_run)), cumulative(Run(worse, worse_run)), strict=True)
        for (collected, earned, suppliers), (collected_worse, earned_worse, suppliers_worse) in totals:
            assert collected_worse <= collected
            assert earned_worse <= earned
            assert suppliers_worse >= suppliers


def cumulative(run: Run) -> Iterator[tuple[int, int, int]]:
    """Collections, EBITDA and supplier payments due, each summed up to the month."""
    collected = earned = suppliers = 0
    for before, now, month in run.positions():
        collected += month.cash_flow.collections
        earned += month.income.ebitda
        bought = month.income.cost_of_sales + now.inventory - before.inventory
        suppliers += before.payables + bought - now.payables
        yield collected, earned, suppliers


@groups
def test_closing_cash_less_what_is_unpaid_never_improves_where_nothing_but_debt_takes_it(number):
    """Without tax, sweep, capital expenditure, covenants and a revolver, and under constant assumptions.

    Of several debts up to the default: a cent that comes a month later may then pay arrears of a higher rate, because
    those are of the better lien.
    """
    compared = 0
    for mild, worse in worse_pairs(number):
        try:
            plain = without_tax_sweep_capex_and_revolver(mild.company)
            better_run = execute(mild.scenario, plain, mild.analysis_date)
            worse_run = execute(worse.scenario, plain, worse.analysis_date)
        except Refused:
            continue
        compared += 1
        for better_month, worse_month in zip(better_run.months, worse_run.months, strict=True):
            assert cash_less_unpaid(worse_month) <= cash_less_unpaid(better_month)
            if len(plain.instruments) > 1 and debts_unpaid(better_month):
                break
    assert compared
