"""The assumption records of an execution, each with the value that it used, so that a reader can contest it."""

from collections.abc import Iterator
from datetime import date

from ..assessment.debt_service_results import CashSource
from ..assessment.records import balances_carried_forward
from ..compile.base_year import derived_ebitda, ebitda_adjustment
from ..compile.opening import principal_is_unknown
from ..inputs.company import DatasetVersion
from ..inputs.scenario import NEUTRAL, Posture, Scenario
from ..sentences import contestable, records
from ..sentences.records import filled
from ..values.assumption_record import AssumptionRecord
from ..values.model import MODEL
from ..values.value import decimal_text


def assumption_records(
    scenario: Scenario, dataset: DatasetVersion, analysis_date: date, cash_source: CashSource
) -> tuple[AssumptionRecord, ...]:
    """The records of an execution, those that can be contested first, without those that do not apply to it."""
    return (*_rules(scenario), *_records(scenario, dataset, analysis_date, cash_source))


def _rules(scenario: Scenario) -> Iterator[AssumptionRecord]:
    """The rules of the month that are choices."""
    posture = contestable.WORKOUT if scenario.posture is Posture.WORKOUT else contestable.STANDSTILL
    words = {
        "model": MODEL,
        "months": scenario.acceleration_months,
        "release": decimal_text(scenario.assumptions.inventory_release_share),
    }
    for rule in (posture, *contestable.RULES):
        yield filled(rule, **words)


def _records(
    scenario: Scenario, dataset: DatasetVersion, analysis_date: date, cash_source: CashSource
) -> Iterator[AssumptionRecord]:
    year, assumptions, months = dataset.income_statement, scenario.assumptions, scenario.horizon_months
    yield filled(records.CALENDAR, analysis_date=analysis_date)
    yield from balances_carried_forward(dataset, analysis_date)
    yield filled(records.COVERAGE_OF_MONTHS, model=MODEL, months=months)
    yield filled(records.YEAR_REPEATED, months=months)
    yield filled(records.MODELLED_CASH, model=MODEL)
    if year.interest_annual is None:
        yield filled(records.INTEREST_BEFORE)
    if principal_is_unknown(dataset):
        yield filled(records.PRINCIPAL_BEFORE)
    if ebitda_adjustment(year):
        reported, derived = year.reported_ebitda_annual, derived_ebitda(year)
        yield filled(records.ADJUSTED_EBITDA, reported=reported, derived=derived)
    if dataset.instruments and any(assumptions.refinanced_share):
        yield filled(records.REFINANCING, shares=", ".join(map(decimal_text, assumptions.refinanced_share)))
    if any(set(getattr(assumptions, name)) != {neutral} for name, neutral in NEUTRAL.items()):
        yield filled(records.STRESS, name=scenario.name)
    yield filled(records.STRESSED_ASSESSMENT, model=MODEL, cash_source=cash_source.value)
