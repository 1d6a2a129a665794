"""The facts to reproduce: what anyone with a loan calculator gets, the engine gets, to the cent.

30/360 means 30 days in every month of the model; each coupon rounds by itself; the last payment takes the cents.
"""

from datetime import date

import pytest

from seawall.engine import execute
from seawall.engine.horizon.results import Execution
from seawall.engine.inputs.company import Asset, DatasetVersion
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.month.coverage import STATUSES, dscr, interest_coverage, status
from seawall.engine.month.debt_results import CoverageStatus
from seawall.engine.numbers.exact import Scalar
from tests.engine.examples import AS_OF, company, loan, minor, nanos, scenario

FIVE_YEARS, ONE_YEAR, TWO_YEARS = date(2030, 12, 31), date(2026, 12, 31), date(2027, 12, 31)


def earning(annual: str, *instruments: Instrument) -> DatasetVersion:
    """A company whose EBITDA is cash: no tax, no working capital, and cash enough to repay everything."""
    return company(revenue=annual, instruments=instruments, sheet={"cash": "2,000,000.00"})


def annuity(principal: str, maturity: date, every: int = 1) -> Instrument:
    return loan(principal, "0.10", maturity, Amortisation.ANNUITY, payment_interval_months=every)


def payments(execution: Execution, every: int = 1) -> list[int]:
    """What falls due on the only loan at each of its payments."""
    dues = [month.facilities[0].interest_due + month.facilities[0].principal_scheduled for month in execution.months]
    assert not any(due for n, due in enumerate(dues, start=1) if n % every)
    return dues[every - 1 :: every]


@pytest.mark.parametrize(
    ("months", "service"), [(6, "30,000.00"), (12, "60,000.00"), (24, "120,000.00")], ids=["6", "12", "24"]
)
def test_steady_cash_over_a_level_payment_gives_the_same_dscr_over_any_horizon(months, service):
    """235,326.85 at 10 % over 60 months is 5,000.00 a month; 120,000 a year is 2.000000 times 60,000."""
    execution = execute(scenario(months), earning("120,000", annuity("235,326.85", FIVE_YEARS)))
    assert payments(execution) == [minor("5,000.00")] * months
    coverage = execution.metrics.coverage_horizon
    assert coverage.debt_service == minor(service)
    assert coverage.dscr == 2_000_000


@pytest.mark.parametrize("months", range(6, 25))
def test_interest_only_coverage_does_not_depend_on_the_horizon(months):
    """500,000 at 10 % is 4,166.67 a month, 50,000.04 a year: 200,000 of EBITDA is 3.999997 times that."""
    execution = execute(scenario(months), earning("200,000", loan("500,000", "0.10", FIVE_YEARS)))
    assert [month.facilities[0].interest_due for month in execution.months] == [minor("4,166.67")] * months
    assert execution.metrics.coverage_horizon.interest_coverage == 3_999_997


@pytest.mark.parametrize(
    ("cfads", "expected"),
    [
        ("1.25", CoverageStatus.ADEQUATE),
        ("1.24", CoverageStatus.MARGINAL),
        ("1.00", CoverageStatus.MARGINAL),
        ("0.99", CoverageStatus.INSUFFICIENT),
    ],
)
def test_coverage_is_adequate_from_five_quarters_of_the_service_and_marginal_from_all_of_it(cfads, expected):
    assert STATUSES[status(Scalar(), minor(cfads), minor("1.00"))] is expected


@pytest.mark.parametrize("months", range(1, 37))
def test_ebitda_and_interest_of_the_same_months_give_the_same_coverage(months):
    """200,000 x months over 12 x (months x 4,166.67), as one ratio: 3.999997 at every horizon 1..36."""
    ebitda, interest = minor("200,000") * months, 12 * months * minor("4,166.67")
    assert interest_coverage(Scalar(), ebitda, interest) == 3_999_997


@pytest.mark.parametrize("months", [6, 12, 24])
def test_cash_and_service_of_the_same_months_give_the_same_dscr(months):
    """120,000 a year over 5,000 a month."""
    assert dscr(Scalar(), minor("120,000") * months, 12 * months * minor("5,000.00")) == 2_000_000


def test_an_annuity_over_a_year():
    """60,000 at 10 %: 11 payments of 5,274.95 and one of 5,275.00; 3,299.45 interest and 60,000.00 principal."""
    execution = execute(scenario(12), earning("120,000", annuity("60,000", ONE_YEAR)))
    assert payments(execution) == [minor("5,274.95")] * 11 + [minor("5,275.00")]
    assert execution.metrics.totals.interest_payments == minor("3,299.45")
    assert execution.metrics.totals.principal_payments == minor("60,000.00")
    assert execution.metrics.coverage_horizon.debt_service == minor("63,299.45")
    assert execution.months[-1].position.debt == 0


def test_coverage_is_level_only_while_service_is_level():
    """The same loan over 24 months: 240,000 of cash over 63,299.45, because nothing is due in the second year."""
    execution = execute(scenario(24), earning("120,000", annuity("60,000", ONE_YEAR)))
    assert execution.metrics.coverage_horizon.dscr == 3_791_502


def test_a_quarterly_annuity():
    """60,000 at 10 % over 24 months in 8 payments: 8,368.04, the last 8,368.05; interest 6,944.33."""
    execution = execute(scenario(24), earning("120,000", annuity("60,000", TWO_YEARS, every=3)))
    assert payments(execution, every=3) == [minor("8,368.04")] * 7 + [minor("8,368.05")]
    assert execution.metrics.totals.interest_payments == minor("6,944.33")


@pytest.mark.parametrize(("months", "left"), [(12, "850,000.00"), (24, "722,500.00")])
def test_a_market_value_falls_by_the_annual_factor_in_a_year(months, left):
    """1,000,000 x 0.85 after 12 months and x 0.7225 after 24."""
    land = Asset("land", "property", minor("1,000,000"), nanos("0.6"))
    execution = execute(scenario(24, market_value_depreciation_factor="0.85"), company(assets=(land,)))
    assert execution.months[months - 1].categories[0].market_value == minor(left)


def test_the_weighted_rate_of_several_loans():
    """500,000 at 4 %, 300,000 at 6 % and 200,000 at 5 %: 20,000 + 18,000 + 10,000 is 48,000 a year, 0.048."""
    loans = [
        loan(principal, rate, FIVE_YEARS, name=name)
        for name, principal, rate in (("a", "500,000", "0.04"), ("b", "300,000", "0.06"), ("c", "200,000", "0.05"))
    ]
    cumulative = execute(scenario(12), earning("120,000", *loans)).metrics
    assert cumulative.interest_annual_run_rate == minor("48,000.00")
    assert cumulative.weighted_average_rate == 48_000
    assert cumulative.totals.interest_payments == minor("48,000.00")


def test_interest_before_the_analysis_date_is_the_run_rate_where_nothing_else_is_said():
    """In month 1 the last twelve months are eleven of the year before and one of the model: 12 x 4,000.00 again."""
    execution = execute(scenario(6), earning("120,000", loan("480,000", "0.10", FIVE_YEARS)))
    assert execution.analysis_date == AS_OF
    assert execution.months[0].coverage_last_twelve_months.interest_expense == minor("48,000.00")
