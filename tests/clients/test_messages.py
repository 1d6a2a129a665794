"""A file becomes the message that it describes, to the cent, or every line at fault is reported at once."""

import pytest

from seawall.clients import files
from seawall.clients.files import inputs, messages
from seawall.clients.files.amounts import Amounts
from seawall.clients.files.tree import FileRefused
from seawall.v1 import dataset_pb2, scenario_pb2
from seawall.v1.covenant_pb2 import Consequence, CovenantKind, CovenantReach


def built(message, text, minor_digits=2):
    return messages.build(message, files.read_yaml("FILE", text), Amounts(minor_digits))


def faults(message, text, minor_digits=2):
    with pytest.raises(FileRefused) as refused:
        built(message, text, minor_digits)
    return [f"{fault.place.line}:{fault.place.column} {fault.field}: {fault.problem}" for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "minor_digits", "minor"),
    [
        ("188756000.00", 2, 18_875_600_000),
        ("188756000", 2, 18_875_600_000),
        ("0.1", 2, 10),
        ("-0.01", 2, -1),
        ("0.290", 2, 29),  # 0.29 * 100 is 28.999999999999996 in floating point
        ("1000000", 0, 1_000_000),
        ("1.000", 3, 1_000),
        ("0.0001", 4, 1),
        ("10000000000000.00", 2, 10**15),
    ],
)
def test_an_amount_is_taken_to_the_minor_unit(text, minor_digits, minor):
    assert built(dataset_pb2.BalanceSheet, f"cash: {text}", minor_digits).cash_minor == minor


@pytest.mark.parametrize(
    ("text", "minor_digits"),
    [
        ("0.005", 2),
        ("0.5", 0),
        ("1,000.00", 2),
        ("1_000", 2),
        ("1e3", 2),
        (".5", 2),
        ("NaN", 2),
        ("$5", 2),
        ("0x10", 2),
        ("--1", 2),
        ("+5", 2),
        ("5.", 2),
        ("010", 2),  # eight to some who read YAML
        ("1.0000000001", 2),
        ("99999999999999999999", 2),
        ("9999999999999999999", 4),
        ("\u0665", 2),  # a digit, but not one that an amount is written with
    ],
)
def test_what_is_no_exact_amount_is_refused_and_never_rounded(text, minor_digits):
    (fault,) = faults(dataset_pb2.BalanceSheet, f"cash: {text}", minor_digits)
    assert fault == f"1:7 cash: found {text!r}"


def test_words_decimals_and_dates_reach_the_server_as_they_were_written():
    dataset = built(dataset_pb2.DatasetVersion, "company_name: NO\nas_of_date: 12:30:45\ncash_sweep_share: 0.10")
    assert (dataset.company_name, dataset.as_of_date, dataset.cash_sweep_share) == ("NO", "12:30:45", "0.10")


def test_an_enum_is_written_without_its_prefix():
    loan = built(dataset_pb2.Instrument, "amortisation: annuity\nday_count: thirty_360")
    assert loan.amortisation == dataset_pb2.AMORTISATION_ANNUITY
    assert loan.day_count == dataset_pb2.DAY_COUNT_THIRTY_360


def test_one_value_is_a_path_of_one():
    assumptions = built(scenario_pb2.Assumptions, "revenue_change_factor: 0.9\ncost_change_factor: [1, 1.1]")
    assert list(assumptions.revenue_change_factor) == ["0.9"]
    assert list(assumptions.cost_change_factor) == ["1", "1.1"]


def test_a_value_of_zero_is_present():
    dataset = built(dataset_pb2.DatasetVersion, "minimum_cash: 0\nrevolver: {}")
    assert dataset.HasField("minimum_cash_minor")
    assert dataset.HasField("revolver")


def test_everything_that_is_wrong_is_told_at_once():
    text = (
        "minor_digits: two\n"
        "balance_sheet:\n"
        "  cahs: 3\n"
        "  cash_minor: 3\n"
        "  equity:\n"
        "instruments:\n"
        "  - amortisation: balloon\n"
        "    lien: 3000000000\n"
        "    fixed_rate: 0.1\n"
        "    floating_rate: {index: 0.1}\n"
        "  - term-loan\n"
        "currency: [USD]\n"
    )
    assert faults(dataset_pb2.DatasetVersion, text) == [
        "1:15 minor_digits: found 'two'",
        "3:3 balance_sheet.cahs: is no field of BalanceSheet, did you mean cash?",
        "4:3 balance_sheet.cash_minor: is no field of BalanceSheet, did you mean cash?",
        "5:10 balance_sheet.equity: has no value",
        "7:19 instruments[0].amortisation: found 'balloon'",
        "8:11 instruments[0].lien: found '3000000000'",
        "10:20 instruments[0].floating_rate: stands beside fixed_rate",
        "11:5 instruments[1]: found 'term-loan'",
        "12:11 currency: found a list of 1",
    ]


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL", "true", "false", r'"\ud800"'])
def test_what_says_nothing_or_no_words_is_not_taken_for_words(text):
    (fault,) = faults(dataset_pb2.DatasetVersion, f"company_name: {text}")
    assert "company_name: " in fault


def test_any_word_in_quotes_is_that_word():
    assert built(dataset_pb2.DatasetVersion, "company_name: 'null'").company_name == "null"


def test_a_wrong_value_is_told_in_short():
    with pytest.raises(FileRefused) as refused:
        messages.build(dataset_pb2.BalanceSheet, files.read_yaml("FILE", f"cash: {'9' * 5_000}"), Amounts(2))
    assert len(str(refused.value)) < 300


def test_a_json_null_is_no_value():
    with pytest.raises(FileRefused, match=r"FILE:1:18: company_name: has no value"):
        messages.build(dataset_pb2.DatasetVersion, files.read_json("FILE", '{"company_name": null}'))


@pytest.mark.parametrize("text", ["a: 1", "minor_digits: 5", "minor_digits: 2.0", "minor_digits: [2]"])
def test_a_file_says_the_digits_of_its_currency(text):
    with pytest.raises(FileRefused, match="minor_digits"):
        messages.build_with_amounts(dataset_pb2.DatasetVersion, files.read_yaml("FILE", text))


def test_a_file_that_does_not_say_them_is_told_what_else_is_wrong():
    with pytest.raises(FileRefused) as refused:
        messages.build_with_amounts(dataset_pb2.DatasetVersion, files.read_yaml("FILE", "curency: USD\nsource: x"))
    assert [fault.field for fault in refused.value.faults] == ["minor_digits", "curency", "source"]


def test_a_covenant_is_written_with_amounts_and_choices_as_people_write_them():
    text = """
minor_digits: 2
company_id: borrower-4711
labels: [watch, 2026]
fiscal_year_end_month: 6
balance_sheet: {accrued_interest: 1250.5, tax_payable: 10}
covenants:
  - covenant_id: cash
    kind: min_liquidity
    steps: [{from_date: 2026-01-01, amount: 20000.00}]
    consecutive_cures: allowed
    consequences: [draw_stop, default_margin]
    reach: all_debts
turnovers:
  - {junior_facility_id: notes, senior_facility_ids: [loan]}
"""
    company = inputs.dataset_version(files.read_yaml("FILE", text))
    (covenant,) = company.covenants
    assert (company.company_id, list(company.labels), company.fiscal_year_end_month) == (
        "borrower-4711",
        ["watch", "2026"],
        6,
    )
    assert (company.balance_sheet.accrued_interest_minor, company.balance_sheet.tax_payable_minor) == (125_050, 1_000)
    assert covenant.kind == CovenantKind.COVENANT_KIND_MIN_LIQUIDITY
    assert covenant.steps[0].amount_minor == 2_000_000
    assert list(covenant.consequences) == [Consequence.CONSEQUENCE_DRAW_STOP, Consequence.CONSEQUENCE_DEFAULT_MARGIN]
    assert covenant.reach == CovenantReach.COVENANT_REACH_ALL_DEBTS
    assert list(company.turnovers[0].senior_facility_ids) == ["loan"]
