"""Economic gates: what a credit committee takes for granted. Lower sales help nobody who earns on what is sold."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from seawall.engine import DatasetVersion, Execution, Refused, execute
from seawall.engine.inputs.scenario import Assumptions, Posture, Scenario
from seawall.engine.values.units import NANO
from tests.engine.carbo import carbo
from tests.engine.companies import DATASET, LONGEST, Case
from tests.engine.examples import scenario
from tests.engine.executed import Run, cash_less_unpaid
from tests.engine.groups import SEED, cases, groups
from tests.engine.plain import without_covenants, without_days, without_tax_sweep_capex_and_revolver


def earns_on_its_sales(company: DatasetVersion, cost_factor: int) -> bool:
    """Whether the stressed variable margin is positive, with a cent a month to round: no loss on what is sold."""
    year = company.income_statement
    variable = (
        year.cost_of_sales_annual * (NANO - year.cost_of_sales_fixed_share)
        + year.operating_expenses_annual * (NANO - year.operating_expenses_fixed_share)
    ) // NANO
    return year.revenue_annual * NANO > variable * cost_factor + 10**4 * NANO


def lower_sales(number: int, plain: bool) -> Iterator[tuple[Case, Case]]:
    """A company under constant assumptions, and the same with a smaller factor on its sales.

    Stock is bought for growth, so both are at most its plan.
    """
    rng = Random(f"sales/{SEED}/{number}/{plain}")
    for case in cases(number):
        cost = rng.choice((NANO, rng.randint(NANO // 2, 3 * NANO // 2)))
        lower, higher = sorted((rng.choice((0, rng.randint(0, NANO))), rng.choice((NANO, rng.randint(0, NANO)))))
        company = without_covenants(case.company)
        assumptions: dict[str, Any] = {"cost_change_factor": (cost,)}
        if plain:
            try:
                company = without_days(without_tax_sweep_capex_and_revolver(company))
            except Refused:
                continue  # its equity would pass the bounds
        else:
            assumptions["liquidity_shock_factor"] = (rng.randint(0, NANO),)
        if not earns_on_its_sales(company, cost):
            continue
        pair = [
            Scenario(DATASET, "sales", LONGEST, assumptions=Assumptions(**assumptions, revenue_change_factor=(factor,)))
            for factor in (higher, lower)
        ]
        yield case._replace(scenario=pair[0], company=company), case._replace(scenario=pair[1], company=company)


@groups
def test_lower_sales_never_raise_ebitda_nor_the_cash_of_trading(number):
    """Cumulative collections less suppliers and expenses, with what customers owe and less what suppliers are owed."""
    for higher, lower in lower_sales(number, plain=False):
        try:
            better, worse = execute(*higher), execute(*lower)
        except Refused:
            continue
        for before, after in zip(earned(Run(higher, better)), earned(Run(lower, worse)), strict=True):
            assert after[0] <= before[0]
            assert after[1] <= before[1]


def earned(run: Run) -> Iterator[tuple[int, int]]:
    """EBITDA of the month, and the cash of trading so far with receivables less payables."""
    cash = 0
    for before, now, month in run.positions():
        bought = month.income.cost_of_sales + now.inventory - before.inventory
        suppliers = before.payables + bought - now.payables
        cash += month.cash_flow.collections - suppliers - month.income.operating_expenses
        yield month.income.ebitda, cash + now.receivables - now.payables


@groups
def test_lower_sales_never_raise_closing_cash_less_what_is_unpaid(number):
    compared = 0
    for higher, lower in lower_sales(number, plain=True):
        try:
            better, worse = execute(*higher), execute(*lower)
        except Refused:
            continue
        compared += 1
        for better_month, worse_month in zip(better.months, worse.months, strict=True):
            assert cash_less_unpaid(worse_month) <= cash_less_unpaid(better_month)
    if number == 0:
        assert compared


@groups
def test_a_workout_is_a_standstill_up_to_the_default(number):
    """Cell by cell, the month of the default included; and without a default to the end."""
    for case in cases(number):
        executions: list[Execution] = []
        for posture, months in ((Posture.STANDSTILL, None), (Posture.WORKOUT, 1)):
            acting = replace(case.scenario, posture=posture, acceleration_months=months)
            executions.append(execute(acting, *case[1:]))
        standstill, workout = executions
        default = standstill.metrics.first_default_period or LONGEST
        assert workout.metrics.first_default_period == standstill.metrics.first_default_period
        assert workout.months[:default] == standstill.months[:default]


@pytest.mark.parametrize(
    ("sales", "default", "cash"),
    [("1", 0, "10.2"), ("0.8", 0, "5.6"), ("0.6", 0, "1.0"), ("0.3", 12, "0.0"), ("0", 11, "0.0")],
)
def test_carbo_ceramics_with_fewer_sales_has_less_cash_and_fails_sooner(sales, default, cash):
    """Cash after 12 months in millions; with `month.v1` it paid everything with no sales at all, and had more."""
    execution = execute(scenario(12, revenue_change_factor=sales), carbo())
    assert execution.metrics.first_default_period == default
    assert f"{execution.months[-1].position.cash / 10**8:.1f}" == cash
