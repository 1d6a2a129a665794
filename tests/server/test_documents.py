"""Documents: equal values have equal bytes under every encoder, and reading the bytes gives the value back."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import rfc8785

from seawall.engine import execute
from seawall.engine.inputs.scenario import Course
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import ratio_text
from seawall.server.documents import canonical
from seawall.server.documents.document import address_of, inputs_of, seal, unseal
from seawall.server.documents.scalars import decimal_nanos, ratio_micros
from seawall.server.wire.to_message import message
from seawall.v1 import execution_pb2 as e
from tests.companies import cents, company, floating_note, scenario, term_loan

COMPANIES = {
    "usual": company(),
    "no debt": company(instruments=(), revolver=None, assets=()),
    "one loan": company(instruments=(term_loan(),), revolver=None),
    "unicode": company(company_name="Æther & Søn “KG” \u2028 😀"),
}


def documents_of(value, template):
    dataset = seal(value)
    stress = scenario(dataset.address, template)
    sealed = seal(stress)
    execution = execute(stress, value)
    return [
        (dataset, value),
        (sealed, stress),
        (seal(execution, scenario=sealed.address, dataset_version=dataset.address), execution),
    ]


ALL = [
    pytest.param(document, value, id=f"{name} {template or 'base'} {document.kind}")
    for name, figures in COMPANIES.items()
    for template in ("", *TEMPLATES)
    for document, value in documents_of(figures, template)
]


@pytest.mark.parametrize(("document", "value"), ALL)
def test_a_document_read_back_is_the_value(document, value):
    assert unseal(document.body).value == value


@pytest.mark.parametrize(("document", "value"), ALL)
def test_every_common_encoder_gives_the_same_bytes(document, value):
    fields = json.loads(document.body)
    assert rfc8785.dumps(fields) == document.body
    again = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert again == document.body


@pytest.mark.parametrize(("document", "value"), ALL)
def test_the_address_is_the_sha256_of_the_bytes(document, value):
    assert document.address == f"sha256:{hashlib.sha256(document.body).hexdigest()}" == address_of(document.body)


def test_the_document_of_a_small_company_reads_like_this():
    figures = company(instruments=(floating_note(),), revolver=None, assets=())
    fields = json.loads(seal(figures).body)
    assert fields["kind"] == "dataset_version.v2"
    assert fields["income_statement"]["revenue_annual"] == "1200000000"
    assert fields["income_statement"]["tax_rate"] == "0.25"
    assert fields["instruments"][0]["floating_rate"] == {
        "cap": "0.09",
        "floor": "0.01",
        "index": "0.04",
        "spread": "0.03",
    }
    assert fields["instruments"][0]["day_count"] == "actual_360"
    assert "parents" not in fields
    assert "revolver" not in fields


def test_a_field_at_its_default_is_left_out_so_that_a_field_added_later_keeps_every_id():
    fields = json.loads(seal(company(minimum_cash=0, cash_sweep_share=0)).body)
    assert not {"minimum_cash", "cash_sweep_share", "seasonality_weights"} & fields.keys()


def test_a_scenario_writes_out_what_it_assumes_and_names_its_dataset_as_parent():
    dataset = seal(company())
    fields = json.loads(seal(scenario(dataset.address)).body)
    assert fields["assumptions"]["revenue_change_factor"] == ["1"]
    assert fields["assumptions"]["interest_rate_scope"] == "floating"
    assert fields["parents"] == {"dataset_version": dataset.address}
    assert "dataset_version_id" not in fields


def test_a_course_is_part_of_a_scenario():
    stress = scenario(seal(company()).address, course=Course(ramp_months=3, hold_months=0))
    assert json.loads(seal(stress).body)["course"] == {"hold_months": 0, "ramp_months": 3}
    assert unseal(seal(stress).body).value == stress


def test_an_execution_names_its_model_its_parents_and_no_time_or_place():
    dataset, sealed, execution = (document for document, _ in documents_of(company(), "severe"))
    fields = json.loads(execution.body)
    assert fields["model"] == "month.v2"
    assert fields["parents"] == {"dataset_version": dataset.address, "scenario": sealed.address}
    assert fields.keys() == {
        *("kind", "model", "parents", "analysis_date", "horizon_months", "currency", "minor_digits", "period_ends"),
        *("facilities", "category_names", "metrics", "months", "assumption_records"),
        *("opening_total_assets", "debt_service"),
    }


def test_months_are_columns_in_which_equal_months_in_a_row_are_said_once():
    figures = company(instruments=(term_loan(collateral_asset_ids=()),), assets=())
    execution = documents_of(figures, "severe")[2][0]
    months = json.loads(execution.body)["months"]
    # 12,000,000.00 / 12 x 0.65 in the ten months of the hold, reached in three steps and left in twelve.
    assert months["income"]["revenue"].startswith("88333333 76666667 65000000*10 67916667 ")
    assert [len(column_of(text)) for text in months["income"].values()] == [24] * len(months["income"])
    assert months["income"]["depreciation_and_amortisation"] == "5000000*24"
    assert "equity_cure" not in months["cash_flow"]  # none in any month
    assert months["exposure"]["estate_value"] == "NOT_KNOWN*24"  # without assets
    assert len(months["facilities"]) == 2


def test_what_is_known_to_be_nothing_is_left_out_though_it_could_be_not_known():
    unsecured = company(instruments=(floating_note(),))
    months = json.loads(documents_of(unsecured, "")[2][0].body)["months"]
    assert "collateral_value" not in months["facilities"][1]


def test_principal_that_nobody_stated_is_known_from_month_12_on_and_read_back_so():
    document, execution = documents_of(company(), "")[2]
    coverage = json.loads(document.body)["months"]["coverage_last_twelve_months"]
    principal = coverage["scheduled_principal"]
    assert principal.startswith("NOT_KNOWN*11 ")
    assert len(column_of(principal)) == 24
    assert column_of(coverage["dscr"])[:12] == ["INSUFFICIENT_DATA"] * 11 + column_of(coverage["dscr"])[11:12]
    twelve_months = [month.coverage_last_twelve_months for month in unseal(document.body).value.months]
    assert [(sums.scheduled_principal, sums.debt_service, sums.fixed_charges) for sums in twelve_months[:11]] == [
        (None, None, None)
    ] * 11
    assert [sums.scheduled_principal for sums in twelve_months[11:]] == list(map(int, column_of(principal)[11:]))
    of_months = [month.coverage_month.scheduled_principal for month in execution.months]
    assert twelve_months[11].scheduled_principal == sum(of_months[:12]) > 0
    messages = [message(e.Coverage, sums) for sums in twelve_months]
    for name in ("scheduled_principal_minor", "debt_service_minor", "fixed_charges_minor"):
        assert [sums.HasField(name) for sums in messages] == [False] * 11 + [True] * 13


def column_of(text):
    """What a reader of a document does with a column."""
    return [value for run in text.split() for value, _, n in [run.partition("*")] for _ in range(int(n or 1))]


def test_an_execution_of_five_loans_over_24_months_is_small():
    loans = [term_loan(instrument_id=f"loan-{n}", principal=cents(400_000 + n), lien=n) for n in range(1, 5)]
    document = documents_of(company(instruments=(*loans, floating_note()), revolver=None), "severe")[2][0]
    months = canonical.encode(json.loads(document.body)["months"])
    print(f"24 months of 5 loans: {len(months)} bytes of {len(document.body)}; the other half are words and metrics")
    assert len(months) < 18 * 1024


def test_inputs_lead_to_an_execution_and_never_to_a_replay():
    value, stress = company(), scenario(seal(company()).address)
    execution = execute(stress, value, date(2025, 3, 31))
    links = {"scenario": seal(stress).address, "dataset_version": seal(value).address}
    assert seal(execution, **links).inputs == inputs_of(**_ids(links), analysis_date=date(2025, 3, 31))
    assert seal(execution, **links, replay_of="sha256:" + "0" * 64).inputs == ""


def _ids(links):
    return {f"{name}_id": address for name, address in links.items()}


def test_the_order_of_instruments_is_part_of_what_was_said():
    loans = (term_loan(), floating_note())
    assert seal(company(instruments=loans)).address != seal(company(instruments=loans[::-1])).address


@pytest.mark.parametrize("reason", UndefinedRatio)
def test_an_undefined_ratio_is_written_as_its_reason(reason):
    assert ratio_text(int(reason)) == reason.name
    assert ratio_micros(reason.name) == reason


@pytest.mark.parametrize(
    ("micros", "text"),
    [(1_250_000, "1.250000"), (-1, "-0.000001"), (0, "0.000000"), (10**15, "1000000000.000000")],
)
def test_a_ratio_has_six_digits(micros, text):
    assert ratio_text(micros) == text
    assert ratio_micros(text) == micros


@pytest.mark.parametrize(
    ("text", "nanos"), [("0.85", 850_000_000), ("-0.5", -500_000_000), ("2", 2 * 10**9), ("0.000000001", 1), ("-0", 0)]
)
def test_a_decimal_is_read_exactly(text, nanos):
    assert decimal_nanos(text) == nanos


@pytest.mark.parametrize(
    "fields",
    [{"a": 0.5}, {"a": True}, {"a": None}, {"A": 1}, {"é": 1}, {"a": 2**53}, {"a": "\x7f"}, {"a": [{"b": 1.0}]}],
)
def test_what_encoders_write_differently_is_no_document(fields):
    with pytest.raises(ValueError, match=r"has no place|no key|too large|no canonical form"):
        canonical.encode(fields)


@pytest.mark.parametrize(
    "wrong", [{"minor_digits": 2**53}, {"minor_digits": True}, {"currency": 0.5}, {"currency": "\x7f"}]
)
def test_no_value_leads_to_such_a_document(wrong):
    execution = execute(scenario("sha256:" + "2" * 64), company())
    with pytest.raises(ValueError, match=r"has no place|too large|no canonical form"):
        seal(execution._replace(**wrong), scenario="sha256:1", dataset_version="sha256:2")
    with pytest.raises(ValueError, match="no key"):
        seal(execution, scenario="sha256:1", dataset_version="sha256:2", Replay="sha256:3")


def test_every_character_is_written_as_other_encoders_write_it():
    characters = [chr(point) for point in range(0x110000) if point != 0x7F and not 0xD800 <= point < 0xE000]
    fields: Any = {"a": "".join(characters), "b": characters[:300], "c": 2**53 - 1, "d": -(2**53) + 1}
    body = canonical.encode(fields)
    assert body == json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert body == rfc8785.dumps(fields)
    assert canonical.decode(body) == fields


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_half_a_character_is_no_text(text):
    with pytest.raises(ValueError, match="surrogates"):
        canonical.encode({"a": text})


def test_an_assumption_that_is_spelled_otherwise_is_the_same_scenario():
    dataset = seal(company())
    plain, resolved = scenario(dataset.address), scenario(dataset.address)
    assert seal(replace(plain, assumptions=resolved.assumptions)).address == seal(plain).address
