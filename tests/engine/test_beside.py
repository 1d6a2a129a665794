"""Runs beside a report share what does not differ and end with their default: their figures are those of whole runs."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from seawall.engine import DatasetVersion, Refused, Scenario, beside, execute
from seawall.engine.beside import FIXED_SHARES, with_fixed_shares
from seawall.engine.inputs.scenario import Assumptions
from seawall.engine.reports import ComparisonKind, ComparisonRun
from seawall.engine.reports.headline import headline_of, liquidity_before_default
from tests.engine import scale
from tests.engine.companies import group
from tests.engine.examples import scenario
from tests.engine.loan.loans import random_preview
from tests.engine.reported import carbo

GROUPS, COMPANIES = scale.cases(12, 100), 3


def whole(kind: ComparisonKind, stress: Scenario, company: DatasetVersion, day: date) -> ComparisonRun:
    """A run as an execution of its own, over all months."""
    year = company.income_statement
    shares = (year.cost_of_sales_fixed_share, year.operating_expenses_fixed_share)
    try:
        execution = execute(stress, company, day)
    except Refused:
        return ComparisonRun(kind, *shares, figures=None)
    return ComparisonRun(kind, *shares, headline_of(execution), liquidity_before_default(execution))


def runs_apart(stress: Scenario, company: DatasetVersion, day: date) -> tuple[ComparisonRun, ...]:
    neutral = replace(stress, assumptions=Assumptions(), course=None)
    ends = ((kind, stress, with_fixed_shares(company, shares)) for kind, shares in FIXED_SHARES.items())
    return tuple(whole(*case, day) for case in ((ComparisonKind.BASE, neutral, company), *ends))


@pytest.mark.parametrize("number", range(GROUPS))
def test_of_random_companies_each_run_beside_is_an_execution_of_its_own(number):
    for stress, company, day in group(31, number, COMPANIES):
        assert beside(stress, company, day).runs == runs_apart(stress, company, day)


def test_of_random_contracts_each_run_beside_is_an_execution_of_its_own():
    luck, defaults = Random("beside"), set()
    for _ in range(20):
        request = random_preview(luck)
        company = carbo(instruments=(replace(request.instrument, principal=6_000_000_000),), assets=())
        stress = scenario(luck.choice((12, 24)), revenue_change_factor="0.7", interest_rate_shift="0.02")
        runs = beside(stress, company).runs
        assert runs == runs_apart(stress, company, company.as_of_date)
        defaults |= {run.figures and run.figures.first_default_period for run in runs}
    assert {0} < defaults, "some end with a default, and some never default"
