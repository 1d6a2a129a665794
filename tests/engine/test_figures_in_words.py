"""Figures in words read as the caller keeps them: amounts in major units, every digit there, and one month is one."""

from dataclasses import replace

import pytest

from seawall.engine import AssessmentTerms, Refused, assess, check, execute
from seawall.engine.echo.warnings import dataset_version_warnings
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import Assumptions, Posture
from seawall.engine.values.in_words import counted, grouped
from seawall.engine.values.units import MOST_MONEY, NANO
from tests.companies import cents, company, income, revolver, scenario, term_loan
from tests.engine.examples import AS_OF

ID = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("minor", "digits", "text"),
    [
        (101_170_000_000, 2, "1,011,700,000.00"),
        (-101_170_000_005, 2, "-1,011,700,000.05"),
        (1_250, 0, "1,250"),
        (-1, 3, "-0.001"),
        (0, 2, "0.00"),
    ],
)
def test_an_amount_reads_in_major_units(minor, digits, text):
    assert grouped(minor, digits) == text


def test_one_thing_is_no_plural():
    assert [counted(number, "month") for number in (0, 1, 2)] == ["0 months", "1 month", "2 months"]
    assert [counted(number, "facility", "facilities") for number in (1, 2)] == ["1 facility", "2 facilities"]


def test_a_workout_of_one_month_and_an_assessment_of_one_facility_read_so():
    soon = scenario(ID, posture=Posture.WORKOUT, acceleration_months=1)
    called, *_ = execute(soon, company()).assumption_records
    assert called.statement.endswith("all debt is called 1 month after the default.")
    assert called.value_used == "workout, 1 month"
    records = assess(company(instruments=(term_loan(),), revolver=None), AssessmentTerms(horizon_months=1))
    values = {record.record_id: record.value_used for record in records.assumption_records}
    assert values["assumption_debt_service_horizon"] == "1 month"
    assert values["assumption_contract_schedule"] == "1 facility"


def test_the_record_of_a_reported_ebitda_quotes_both_in_major_units():
    figures = company(income_statement=income(reported_ebitda_annual=cents(2_345_678)))
    values = {record.record_id: record.value_used for record in execute(scenario(ID), figures).assumption_records}
    assert values["assumption_adjusted_ebitda"] == "2,345,678.00 reported, 2,000,000.00 derived"


def refusal(build) -> str:
    with pytest.raises(Refused) as refused:
        build()
    return str(refused.value)


def unbalanced(**changes):
    balanced = company()
    return replace(balanced, balance_sheet=replace(balanced.balance_sheet, cash=cents(430_000)), **changes)


def test_statements_that_do_not_balance_say_by_how_much():
    assert refusal(unbalanced) == (
        "balance_sheet: UNBALANCED, found total assets 7,730,000.00, allowed: equal to payables + accrued_interest +"
        " tax_payable + other_liabilities + debt + equity, 8,000,000.00: 270,000.00 apart"
    )


def test_a_currency_without_minor_units_is_quoted_without_a_point():
    assert "total assets 773,000,000," in refusal(lambda: unbalanced(currency="JPY", minor_digits=0))


def test_digits_that_are_themselves_at_fault_place_no_point():
    text = refusal(lambda: unbalanced(minor_digits=3))
    assert "found total assets 773000000, in minor units" in text


def test_a_debt_alone_does_not_know_the_digits_and_says_so():
    text = refusal(lambda: Revolver("line", 100, 101, 0, 0, 0, 1, AS_OF))
    assert text == (
        "drawn: OUT_OF_RANGE, found 101, in minor units, allowed: at most the commitment of 100, in minor units"
    )


def test_what_could_grow_too_large_is_quoted_so_too():
    largest = company(income_statement=income(revenue_annual=MOST_MONEY, cost_of_sales_annual=MOST_MONEY))
    dear = scenario(ID, assumptions=Assumptions(cost_change_factor=(3 * NANO,)))
    assert "allowed: at most 90,000,000,000,000.00 in 3 years" in refusal(lambda: check(dear, largest))


def test_warnings_quote_them_so_too():
    low = company(minimum_cash=cents(1_234_567), revolver=revolver(drawn=0), instruments=())
    texts = {warning.field: (warning.value, warning.why) for warning in dataset_version_warnings(low)}
    value, why = texts["minimum_cash"]
    assert value == "1,234,567.00"
    assert why == "The company opens with 700,000.00, below its minimum: the revolver is drawn for it at once."
    (alone,) = (w.why for w in dataset_version_warnings(replace(low, revolver=None)) if w.field == "minimum_cash")
    assert alone == "The company opens with 700,000.00, below its minimum: no revolver closes the gap."
