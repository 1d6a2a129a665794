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
from ..values.in_words import counted, grouped
from ..values.model import MODEL
from ..values.value import decimal_text


def assumption_records(
    scenario: Scenario, dataset: DatasetVersion, analysis_date: date, cash_source: CashSource
) -> tuple[AssumptionRecord, ...]:
    """The records of an execution, those that can be contested first, without those that do not apply to it."""
    return (*_rules(scenario, dataset), *_records(scenario, dataset, analysis_date, cash_source))


def _rules(scenario: Scenario, dataset: DatasetVersion) -> Iterator[AssumptionRecord]:
    """The rules of the month that are choices, those that move the most first."""
    is_workout, has_assets = scenario.posture is Posture.WORKOUT, bool(dataset.assets)
    has_debt = bool(dataset.instruments or dataset.revolver)
    rules = (
        (contestable.WORKOUT, is_workout),
        (contestable.STANDSTILL, not is_workout),
        (contestable.SUPPLIERS_GO_ON, not is_workout),
        (contestable.FIXED_SHARES, True),
        (contestable.STOCK_DAYS, True),
        (contestable.STOCK_AT_BASE_COST, True),
        (contestable.RECEIVABLE_DAYS, True),
        (contestable.DRAW_RULE, dataset.revolver is not None),
        (contestable.OPERATIONS_FIRST, has_debt),
        (contestable.CAPITAL_EXPENDITURE_LAPSES, True),
        (contestable.FORESIGHT, True),
        (contestable.ARREARS_BEAR_INTEREST, has_debt),
        (contestable.NO_GRACE, True),
        (contestable.ONE_CENT, True),
        (contestable.EQUITY_CURES, any(covenant.cures_in_life for covenant in dataset.covenants)),
        (contestable.STATIC_COLLATERAL, has_assets),
        (contestable.OTHER_CREDITORS, has_assets),
        (contestable.TAX_YEAR, dataset.income_statement.tax_rate > 0),
    )
    words = _words(scenario, dataset)
    yield from (filled(rule, **words) for rule, applies in rules if applies)


def _words(scenario: Scenario, dataset: DatasetVersion) -> dict[str, object]:
    year = dataset.income_statement
    return {
        "model": MODEL,
        "months": scenario.acceleration_months,
        "acceleration": counted(scenario.acceleration_months or 0, "month"),
        "release": decimal_text(scenario.assumptions.inventory_release_share),
        "cost_of_sales": decimal_text(year.cost_of_sales_fixed_share),
        "operating_expenses": decimal_text(year.operating_expenses_fixed_share),
    }


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
        amounts = {"reported": reported or 0, "derived": derived}
        yield filled(
            records.ADJUSTED_EBITDA, **{name: grouped(amount, dataset.minor_digits) for name, amount in amounts.items()}
        )
    if dataset.instruments and any(assumptions.refinanced_share):
        yield filled(records.REFINANCING, shares=", ".join(map(decimal_text, assumptions.refinanced_share)))
    if any(set(getattr(assumptions, name)) != {neutral} for name, neutral in NEUTRAL.items()):
        yield filled(records.STRESS, name=scenario.name)
    yield filled(records.STRESSED_ASSESSMENT, model=MODEL, cash_source=cash_source.value)
