"""What an execution assumes, said so that a reader can contest it; each goes into the evidence with its value."""

from collections.abc import Iterator
from datetime import date

from seawall.engine.base_year import derived_ebitda, ebitda_adjustment
from seawall.engine.company import DatasetVersion
from seawall.engine.results import AssumptionRecord
from seawall.engine.scenario import NEUTRAL, Scenario
from seawall.engine.shape import decimal_text


def assumption_records(
    scenario: Scenario, dataset: DatasetVersion, analysis_date: date
) -> tuple[AssumptionRecord, ...]:
    """The records of an execution, in a fixed order; those that say nothing here are left out."""
    return tuple(_records(scenario, dataset, analysis_date))


def _records(scenario: Scenario, dataset: DatasetVersion, analysis_date: date) -> Iterator[AssumptionRecord]:
    year = dataset.income_statement
    yield AssumptionRecord(
        "assumption_calendar",
        "Months are counted from the analysis date; a last day of a month stays the last.",
        "month t ends at analysis_date + t months",
        "request",
        "Fixes which days of interest, which season and which maturities fall into which month.",
        "Another day of the month shifts accruals by days.",
        str(analysis_date),
    )
    if analysis_date > dataset.as_of_date:
        yield AssumptionRecord(
            "assumption_balances_carried_forward",
            "The balances of the as-of date are taken unchanged on the later analysis date.",
            "balance(analysis_date) = balance(as_of_date)",
            "dataset_version.as_of_date",
            "What happened between the two dates is not in the figures.",
            "Grows with the distance between the dates.",
            str(dataset.as_of_date),
        )
    yield AssumptionRecord(
        "assumption_debt_service_horizon",
        "Coverage compares cash and debt service of the same months: one, the last twelve, or the whole horizon.",
        "DSCR = CFADS / (cash interest + scheduled principal)",
        "model month.v1",
        "No annual figure is set against the service of another number of months.",
        "None while service is level; a maturity inside the horizon lowers the ratio of its months.",
        f"{scenario.horizon_months} months",
    )
    yield AssumptionRecord(
        "assumption_horizon_scaling",
        "Annual amounts enter as twelve months that add up to them, repeated over the horizon.",
        "annual_value * (horizon_months / 12)",
        "dataset_version.income_statement",
        "Numerators and denominators of a ratio cover the same time.",
        "Critical when horizon_months is not 12.",
        f"{scenario.horizon_months} / 12",
    )
    yield AssumptionRecord(
        "assumption_cash_source",
        "Debt service is paid from the cash flow of the modelled months.",
        "CFADS = EBITDA - tax - change in working capital",
        "model month.v1",
        "Decides the numerator of DSCR and principal coverage.",
        "Working capital released or tied up in a month moves the ratio of that month.",
        "modelled CFADS",
    )
    if year.interest_annual is None:
        yield AssumptionRecord(
            "assumption_interest_before_the_analysis_date",
            "The dataset does not say the interest of the last twelve months; today's run rate stands for it.",
            "sum of balance x all-in rate, unstressed",
            "dataset_version.instruments",
            "Enters coverage over the last twelve months until month 12.",
            "In proportion to its share of the twelve months.",
            "interest_annual_run_rate",
        )
    if year.scheduled_principal_annual is None:
        yield AssumptionRecord(
            "assumption_principal_before_the_analysis_date",
            "The dataset does not say the principal scheduled in the last twelve months; none is assumed.",
            "0",
            "dataset_version.income_statement",
            "Coverage over the last twelve months is too high until month 12 if there was any.",
            "In proportion to its share of the twelve months.",
            "0",
        )
    if ebitda_adjustment(year):
        yield AssumptionRecord(
            "assumption_adjusted_ebitda",
            "The reported EBITDA differs from the derived one; the difference is a memo, spread over the year.",
            "adjusted EBITDA = EBITDA + (reported - derived) / 12",
            "dataset_version.income_statement.reported_ebitda_annual",
            "Enters interest coverage and leverage only; never the statements, tax or CFADS.",
            "One for one in those numerators.",
            f"{year.reported_ebitda_annual} reported, {derived_ebitda(year)} derived, minor units",
        )
    if dataset.instruments and any(scenario.assumptions.refinanced_share):
        yield AssumptionRecord(
            "assumption_refinancing",
            "The refinanced share of what falls due at maturity stays outstanding at the same rate and payment dates.",
            "refinanced = principal due at maturity x refinanced_share; no principal of it falls due in the horizon",
            "scenario.assumptions.refinanced_share",
            "Lowers the principal due in the month of maturity.",
            "One for one.",
            ", ".join(decimal_text(share) for share in scenario.assumptions.refinanced_share),
        )
    if any(set(getattr(scenario.assumptions, name)) != {neutral} for name, neutral in NEUTRAL.items()):
        yield AssumptionRecord(
            "assumption_stress",
            "The scenario changes figures month by month; assumptions left out are neutral.",
            "f_t = 1 + (f - 1) w_t",
            "scenario",
            "The difference to the base case.",
            "See the scenario's document.",
            scenario.name,
        )
