"""What looks like a mistake in a file, beside what the server warns of: in the same form, without a reason of the API.

A fixed share of 0 or 1, which is a guess more often than a finding, and a debt that falls due just beyond the horizon.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.echo_pb2 import Warning
from seawall.v1.scenario_pb2 import Scenario

MEASURED = {
    "cost_of_sales_fixed_share": "studies find 0.02 to 0.23",
    "operating_expenses_fixed_share": "0.65 is a measured figure",
}
EXTREMES = {Decimal(0): "All of it falls with sales at once", Decimal(1): "None of it falls with sales"}
JUST_BEYOND = timedelta(days=92)  #: a quarter
MOST_MONTHS = 24  #: of a horizon


def company_warnings(company: DatasetVersion) -> Iterator[Warning]:
    """Of the figures of a company."""
    for name, measured in MEASURED.items():
        share = getattr(company.income_statement, name)
        try:
            meaning = EXTREMES.get(Decimal(share))
        except InvalidOperation:  # the server refuses it
            continue
        if meaning:
            why = f"{meaning}; {measured}. A report shows the runway at both ends: check what yours rests on."
            yield Warning(field=f"dataset_version.income_statement.{name}", found=share, why=why)


def scenario_warnings(company: DatasetVersion, scenario: Scenario, last_period_end: str) -> Iterator[Warning]:
    """Of a scenario on a company, whose horizon ends on a day."""
    end = date.fromisoformat(last_period_end)
    revolver = [company.revolver] if company.HasField("revolver") else []
    debts = [(debt.maturity_date, debt.instrument_id) for debt in company.instruments]
    debts += [(debt.maturity_date, debt.revolver_id) for debt in revolver]
    for maturity, name in sorted(debts):
        days = (date.fromisoformat(maturity) - end).days
        if 0 < days <= JUST_BEYOND.days:
            longer = scenario.horizon_months < MOST_MONTHS
            look = "A longer horizon shows it." if longer else "A report shows it as the wall after the horizon."
            why = f"It falls due {days} {'day' if days == 1 else 'days'} after the horizon ends on {end}. {look}"
            yield Warning(field="scenario.horizon_months", found=f"{name} on {maturity}", why=why)
