"""What the command line warns of beside the server: extreme fixed shares, maturities just beyond the horizon."""

import pytest

from seawall.clients.files import doubts
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.scenario_pb2 import Scenario


@pytest.mark.parametrize("share", ["0", "1", "0.000", "1.0"])
@pytest.mark.parametrize("name", doubts.MEASURED)
def test_a_fixed_share_at_either_end_is_warned_of(name, share):
    company = DatasetVersion()
    setattr(company.income_statement, name, share)
    (warning,) = doubts.company_warnings(company)
    assert (warning.field, warning.found) == (f"dataset_version.income_statement.{name}", share)
    assert warning.why.startswith("All of it" if float(share) == 0 else "None of it")
    assert doubts.MEASURED[name] in warning.why


@pytest.mark.parametrize("share", ["0.001", "0.999", "", "35 %"])
def test_a_fixed_share_between_them_or_one_that_is_refused_is_not(share):
    company = DatasetVersion()
    company.income_statement.cost_of_sales_fixed_share = share
    assert [*doubts.company_warnings(company)] == []


@pytest.mark.parametrize(
    ("maturity", "months", "why"),
    [
        ("2019-12-31", 24, None),
        ("2020-01-01", 24, "It falls due 1 day after the horizon ends on 2019-12-31. A report shows it as the wall"),
        ("2020-04-01", 12, "It falls due 92 days after the horizon ends on 2019-12-31. A longer horizon shows it."),
        ("2020-04-02", 24, None),
    ],
)
def test_a_debt_that_falls_due_within_a_quarter_after_the_horizon_is_warned_of(maturity, months, why):
    company = DatasetVersion()
    company.instruments.add(instrument_id="loan", maturity_date=maturity)
    company.revolver.revolver_id, company.revolver.maturity_date = "line", "2030-01-01"
    warnings = [*doubts.scenario_warnings(company, Scenario(horizon_months=months), "2019-12-31")]
    assert [(warning.field, warning.found) for warning in warnings] == (
        [("scenario.horizon_months", f"loan on {maturity}")] if why else []
    )
    assert not why or warnings[0].why.startswith(why)
