"""Every law of section 4 on random companies: no tolerance, in every month and in every lane."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from seawall.engine import Execution, Refused, Scenario, execute, execute_all
from seawall.engine.inputs.company import DatasetVersion
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.inputs.scenario import NEUTRAL, Assumptions, Course, RateScope
from seawall.engine.numbers.exact import Rational
from seawall.engine.values.units import MOST_MONEY, NANO, Kind
from seawall.engine.values.value import fields_of
from tests.engine.companies import DATASET, LONGEST, Case, group, over_months
from tests.engine.fingerprint import dispatched_features, fingerprint
from tests.engine.laws import LAWS, Run
from tests.engine.recomputed import FIGURES

SEED = 20171231
GROUPS, SIZE = 120, 17  # a group of more than 16 runs as a batch
ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=4)
def cases(number: int) -> list[Case]:
    return group(SEED, number, SIZE)


@lru_cache(maxsize=2)
def executions(number: int) -> list[Execution]:
    """One at a time, in the scalar lane."""
    return [execute(*case) for case in cases(number)]


# In module scope pytest runs all tests of a group after each other, so that its executions need not be kept.
groups = pytest.mark.parametrize("number", range(GROUPS), scope="module")
every_fourth_group = pytest.mark.parametrize("number", range(0, GROUPS, 4), scope="module")


@groups
def test_every_law_holds_in_every_month(number):
    for position, (case, execution) in enumerate(zip(cases(number), executions(number), strict=True)):
        for law in LAWS + FIGURES:
            try:
                law(Run(case, execution))
            except AssertionError as broken:
                broken.add_note(f"{law.__name__}: seed {SEED}, group {number}, case {position}")
                raise


@groups
def test_a_batch_has_the_same_cells_as_one_at_a_time(number):
    batch = execute_all(cases(number))
    FINGERPRINTS[number] = fingerprint(batch)
    for batched, alone in zip(batch, executions(number), strict=True):
        assert list(differences(batched, alone)) == []


FINGERPRINTS: dict[int, str] = {}  # of the batches that this process ran


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two executions differ, and how."""
    if isinstance(one, tuple) and type(one) is type(other) and len(one) == len(other):
        names = getattr(one, "_fields", range(len(one)))
        for name, mine, yours in zip(names, one, other, strict=True):
            yield from differences(mine, yours, f"{path}.{name}")
    elif one != other or type(one) is not type(other):
        yield f"{path}: {one!r} is not {other!r}"


@groups
def test_the_first_six_months_do_not_know_how_many_follow(number):
    for case, execution in zip(cases(number), executions(number), strict=True):
        try:
            six = execute(*over_months(case, 6))
        except Refused:
            continue  # compiled for 24 months, its sixth rate held on to the end would pass the bounds
        assert six.months == execution.months[:6]


@groups
def test_the_order_of_instruments_and_assets_does_not_matter(number):
    for case, execution in zip(cases(number), executions(number), strict=True):
        company = case.company
        turned = replace(company, instruments=company.instruments[::-1], assets=company.assets[::-1])
        assert execute(case.scenario, turned, case.analysis_date) == execution


@every_fourth_group
def test_neutral_factors_are_the_base_case_however_they_are_written(number):
    """As values, as paths of any length and as a course: nothing times one, or plus none, is a stress."""
    neutral: dict[str, Any] = {name: (value,) for name, value in NEUTRAL.items()}
    base = Scenario(DATASET, "base", LONGEST)
    course = Course(onset_months=2, ramp_months=3, hold_months=4, recovery_months=5)
    written = (
        replace(base, assumptions=Assumptions(**neutral)),
        replace(base, assumptions=Assumptions(**{name: path * LONGEST for name, path in neutral.items()})),
        replace(base, assumptions=Assumptions(interest_rate_scope=RateScope.ALL), course=course),
    )
    for case in cases(number)[:8]:
        expected = execute(base, case.company, case.analysis_date)
        for scenario in written:
            found = execute(scenario, case.company, case.analysis_date)
            assert found == expected


@every_fourth_group
def test_any_twelve_months_of_a_base_case_add_up_to_the_year(number):
    for case in cases(number):
        months = execute(Scenario(DATASET, "base", LONGEST), case.company, case.analysis_date).months
        year = case.company.income_statement
        for start in range(LONGEST - 11):
            twelve = [month.income for month in months[start : start + 12]]
            assert sum(month.revenue for month in twelve) == year.revenue_annual
            assert sum(month.cost_of_sales for month in twelve) == year.cost_of_sales_annual
            assert sum(month.operating_expenses for month in twelve) == year.operating_expenses_annual


# Laws without rounding


@every_fourth_group
def test_every_law_holds_without_rounding(number):
    for case in cases(number)[:4]:
        short = over_months(case, 6)
        run = Run(short, execute(*short, m=Rational()), rounded=lambda exact: exact)
        for law in LAWS + FIGURES:
            law(run)


@every_fourth_group
def test_money_times_seven_leaves_every_ratio(number):
    for case in cases(number)[:4]:
        short = over_months(case, 6)
        try:
            larger = times_seven(short.company)
            seven = execute(short.scenario, larger, case.analysis_date, Rational())
        except Refused:
            continue  # seven times the company is larger than what is accepted
        one = execute(*short, m=Rational())
        assert list(ratios(seven)) == list(ratios(one))
        assert [7 * month.position.cash for month in one.months] == [month.position.cash for month in seven.months]


def times_seven(value: Any) -> Any:
    """Every amount of a value, and of the values in it, seven times."""
    cls: Any = type(value)
    changed = {}
    for field in fields_of(cls):
        held = getattr(value, field.name)
        if is_dataclass(held):
            changed[field.name] = times_seven(held)
        elif isinstance(held, tuple) and held and is_dataclass(held[0]):
            changed[field.name] = tuple(map(times_seven, held))
        elif field.unit and field.unit.kind is Kind.AMOUNT and held is not None:
            changed[field.name] = 7 * held
    return replace(value, **changed)


def ratios(execution: Execution) -> Iterator[Any]:
    yield execution.header.coverage_horizon[5:]
    yield execution.header.weighted_average_rate
    yield execution.header.first_default_period, execution.header.first_default_facility
    yield execution.header.first_shortfall_period, execution.header.peak_funding_need_period
    for month in execution.months:
        yield month.coverage_month[5:], month.coverage_last_twelve_months[5:]
        yield month.exposure.loan_to_value, month.exposure.leverage


@every_fourth_group
def test_a_flat_year_gives_no_working_capital_flow_in_its_first_month(number):
    """Balances are so many days of the year's flows, and the first month of a flat year is as every month before."""
    for case in cases(number)[:8]:
        flat = replace(case.company, seasonality_weights=())
        base = Scenario(DATASET, "base", 6)
        first = execute(base, flat, case.analysis_date, Rational()).months[0].position
        sheet = flat.balance_sheet
        assert (first.receivables, first.inventory) == (sheet.receivables, sheet.inventory)
        assert first.payables == sheet.payables


# Monotone laws


class Lever(NamedTuple):
    """An assumption, which way is worse, and how far a case may lie from its neutral value."""

    name: str
    worse: int  #: the sign of a worse change
    low: int
    high: int


LEVERS = (
    Lever("collection_period_extension_days", +1, -100 * NANO, 365 * NANO),
    Lever("payment_period_reduction_days", +1, -100 * NANO, 365 * NANO),
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
        scenario = replace(case.scenario, course=None, assumptions=assumptions)
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
def test_closing_cash_never_improves_where_nothing_but_debt_takes_it(number):
    """Without tax, sweep, capital expenditure and a revolver, and under constant assumptions."""
    compared = 0
    for mild, worse in worse_pairs(number):
        plain = without_tax_sweep_capex_and_revolver(mild.company)
        try:
            better_run = execute(mild.scenario, plain, mild.analysis_date)
            worse_run = execute(worse.scenario, plain, worse.analysis_date)
        except Refused:
            continue
        compared += 1
        for better_month, worse_month in zip(better_run.months, worse_run.months, strict=True):
            assert worse_month.position.cash <= better_month.position.cash
    assert compared


def without_tax_sweep_capex_and_revolver(company: DatasetVersion) -> DatasetVersion:
    sheet, drawn = company.balance_sheet, company.revolver.drawn if company.revolver else 0
    return replace(
        company,
        income_statement=replace(company.income_statement, tax_rate=0),
        balance_sheet=replace(sheet, equity=sheet.equity + drawn),
        capital_expenditure_annual=0,
        cash_sweep_share=0,
        revolver=None,
    )


# What the laws were tested on


def test_the_random_companies_reach_the_extremes(capsys):
    """At least 2,000 of them, and every extreme that a law could break at is among them."""
    found: Counter[str] = Counter()
    for number in range(GROUPS):
        for case in cases(number):
            found.update(extremes(case))
    with capsys.disabled():
        print(f"\nlaws: {GROUPS * SIZE} random companies of {GROUPS} structures, seed {SEED}")
    assert GROUPS * SIZE >= 2000
    assert {name: found[name] for name in EXTREMES if found[name] < 10} == {}


EXTREMES = (
    "revenue 0", "revenue of a cent", "largest revenue", "assets near 10^15 in all", "no debt", "only PIK",
    "revolver only", "borrowing base", "rates of 0", "rates of 400 % and more", "shared collateral", "sweep",
    "minimum cash", "later analysis date", "as of a last day", "as of mid-month", "seasons with zeros",
    "matures in mid-month", "course", "path of 24", "refinancing", "negative index", "unexplained receivables",
    *(f"amortisation {one.value}" for one in Amortisation),
)  # fmt: skip


def extremes(case: Case) -> Iterator[str]:
    scenario, company, analysis = case
    year, sheet, loans, revolver = (
        company.income_statement,
        company.balance_sheet,
        company.instruments,
        company.revolver,
    )
    assumptions = scenario.assumptions
    floating = [loan.floating_rate for loan in loans if loan.floating_rate]
    rates = [loan.fixed_rate for loan in loans if loan.fixed_rate is not None]
    pledged = [asset for debt in company.debts for asset in debt.collateral_asset_ids]
    told = {
        "revenue 0": year.revenue_annual == 0,
        "revenue of a cent": year.revenue_annual == 1,
        "largest revenue": year.revenue_annual == MOST_MONEY,
        "assets near 10^15 in all": sheet.total_assets > MOST_MONEY // 4,
        "no debt": not company.debts,
        "only PIK": loans and not revolver and all(loan.pik_share == NANO for loan in loans),
        "revolver only": revolver and not loans,
        "borrowing base": revolver and revolver.has_borrowing_base,
        "rates of 0": 0 in rates,
        "rates of 400 % and more": any(rate >= 4 * NANO for rate in rates),
        "shared collateral": len(set(pledged)) < len(pledged),
        "sweep": company.cash_sweep_share,
        "minimum cash": company.minimum_cash,
        "later analysis date": analysis > company.as_of_date,
        "as of a last day": company.as_of_date.day > 28,
        "as of mid-month": company.as_of_date.day <= 28,
        "seasons with zeros": company.seasonality_weights and not all(company.seasonality_weights),
        "matures in mid-month": any(loan.maturity_date.day != analysis.day for loan in loans),
        "course": scenario.course,
        "path of 24": any(len(getattr(assumptions, name)) == LONGEST for name in NEUTRAL),
        "refinancing": any(assumptions.refinanced_share),
        "negative index": any(rate.index < 0 for rate in floating),
        "unexplained receivables": sheet.receivables > 3 * year.revenue_annual,
    }
    yield from (name for name, so in told.items() if so)
    yield from (f"amortisation {loan.amortisation.value}" for loan in loans)


def test_another_processor_gives_the_same_hash():
    """In a child process whose numpy has all dispatched CPU features off, which the child asserts.

    The float64 of the batch lane only estimates: which SIMD kernels numpy chose changes no cell."""
    on = dispatched_features()
    if not on:
        pytest.skip("numpy dispatches on no CPU feature of this machine: there is nothing to switch off")
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(on), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.engine.fingerprint", *map(str, (SEED, GROUPS, SIZE))]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:
        here = [FINGERPRINTS.get(number) or fingerprint(execute_all(cases(number))) for number in range(GROUPS)]
        printed, _ = child.communicate()
    assert child.returncode == 0
    assert printed.split() == here
