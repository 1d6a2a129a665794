"""The months of an execution are one matrix, and read like the values of each month."""

from dataclasses import replace

import pytest

from seawall.engine import execute
from seawall.engine.horizon.months import Months
from seawall.engine.month.debt_results import CoverageStatus
from tests.companies import company, scenario, term_loan

STRESS = scenario("sha256:" + "0" * 64, "severe")
COMPANY = company(assets=(), instruments=(term_loan(collateral_asset_ids=()),))
EXECUTION = execute(STRESS, COMPANY)


@pytest.fixture
def months() -> Months:
    assert isinstance(EXECUTION.months, Months)
    return Months(EXECUTION.months.layout, EXECUTION.months.matrix.copy())


def test_a_row_is_a_month_and_a_column_a_figure(months):
    cash = months.layout.names.index("position.cash")
    assert months.matrix.shape == (24, months.layout.width)
    assert months.matrix[:, cash].tolist() == [month.position.cash for month in months]
    assert months[-1] is months[23] == list(months)[23]
    with pytest.raises(IndexError):
        months[24]


def test_some_of_the_months_are_months(months):
    first = execute(replace(STRESS, horizon_months=6), COMPANY).months
    assert months[:6] == first
    assert months[:6] != months[:7]
    assert list(months[2:4]) == [months[2], months[3]]


def test_statuses_are_words_and_what_is_not_known_is_nothing(months):
    coverage = months[0].coverage_last_twelve_months
    assert (coverage.status, coverage.scheduled_principal) == (CoverageStatus.NOT_KNOWN, None)
    assert months[0].exposure.estate_value is None
    assert isinstance(months[0].coverage_month.scheduled_principal, int)


def test_months_are_equal_where_their_figures_are(months):
    principal = months.layout.names.index("coverage_last_twelve_months.scheduled_principal")
    months.matrix[0, principal] += 1  # of the twelve months to month 1: it is not known
    assert months == EXECUTION.months
    months.matrix[11, principal] += 1
    assert months != EXECUTION.months
