"""A fault says what to write instead, where only one thing can have been meant; nothing is guessed."""

import pytest

from seawall.clients.client.names import field_at
from seawall.clients.files import hints
from seawall.v1.stress_service_pb2 import RegisterDatasetVersionRequest
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import seawall, serving

AMOUNT, SHARE, RATE = "balance_sheet.cash_minor", "income_statement.tax_rate", "instruments.fixed_rate"
DATE, MULTIPLE, WHOLE = "as_of_date", "covenants.steps.multiple", "instruments.lien"
NUMBER = "seasonality_weights"


def instead(path, text, zeros=0):
    field = field_at(RegisterDatasetVersionRequest(), f"dataset_version.{path}")
    assert field is not None
    return hints.instead(field, text, zeros)


@pytest.mark.parametrize(
    ("path", "text", "hint"),
    [
        (SHARE, "35%", "write 0.35"),
        (SHARE, "35 %", "write 0.35"),
        (SHARE, "3,5 %", "write 0.035"),
        (SHARE, "100%", "write 1"),
        (SHARE, "21", "for 21 % write 0.21"),
        (SHARE, "0,21", "write 0.21"),
        (SHARE, "0,210", "write 0.210"),
        (SHARE, ".21", "write 0.21"),
        (SHARE, "\u22120.1", "write -0.1"),
        (RATE, "-0.5%", "write -0.005"),
        (RATE, "8.125", "for 8.125 % write 0.08125"),
        (NUMBER, "110%", "write 1.1"),
        (AMOUNT, "453,867,000", "write 453867000"),
        (AMOUNT, "453,867,000.50", "write 453867000.50"),
        (AMOUNT, "453.867.000,50", "write 453867000.50"),
        (AMOUNT, "1.234,5", "write 1234.5"),
        (AMOUNT, "453 867 000", "write 453867000"),
        (AMOUNT, "453\u202f867\u202f000,5", "write 453867000.5"),
        (AMOUNT, "453'867'000.5", "write 453867000.5"),
        (AMOUNT, "1_000", "write 1000"),
        (AMOUNT, "12,50", "write 12.50"),
        (AMOUNT, "$1,250", "write 1250"),
        (AMOUNT, "1,250 USD", "write 1250"),
        (AMOUNT, "USD 1250", "write 1250"),
        (AMOUNT, "(1,250)", "write -1250"),
        (AMOUNT, "$(1,250)", "write -1250"),
        (AMOUNT, "-$5", "write -5"),
        (AMOUNT, "1250-", "write -1250"),
        (AMOUNT, "+5", "write 5"),
        (AMOUNT, "5.", "write 5"),
        (AMOUNT, "010", "write 10"),
        (AMOUNT, "68.169m", "write 68169000"),
        (AMOUNT, "$1,011.7 mm", "write 1011700000"),
        (AMOUNT, "(1.5) bn", "write -1500000000"),
        (AMOUNT, "12 million", "write 12000000"),
        (AMOUNT, "188,756K", "write 188756000"),
        (MULTIPLE, "3.5x", "write 3.5"),
        (WHOLE, "+1", "write 1"),
        (DATE, "31/12/2017", "write 2017-12-31"),
        (DATE, "12/31/2017", "write 2017-12-31"),
        (DATE, "4.3.2017", "write 2017-03-04"),
        (DATE, "12.31.2017", "write 2017-12-31"),
        (DATE, "4/3/2017", "write 2017-03-04 or 2017-04-03"),
        (DATE, "4/4/2017", "write 2017-04-04"),
        (DATE, "2017/12/31", "write 2017-12-31"),
        (DATE, "20171231", "write 2017-12-31"),
        (DATE, "2017-1-5", "write 2017-01-05"),
        (DATE, "2017-12-31 00:00:00", "write 2017-12-31"),
        (DATE, "31 Dec 2017", "write 2017-12-31"),
        (DATE, "31. december 2017", "write 2017-12-31"),
        (DATE, "December 31, 2017", "write 2017-12-31"),
        ("currency", "usd", "write USD"),
        ("instruments.amortisation", "Bullet", "write bullet"),
        ("instruments.amortisation", "AMORTISATION_BULLET", "write bullet"),
        ("instruments.amortisation", "anuity", "did you mean annuity?"),
        ("instruments.amortisation", "LINER", "did you mean linear?"),
        ("instruments.day_count", "Actual/360", "write actual_360"),
        ("instruments.day_count", "30/360", "write thirty_360"),
        ("instruments.day_count", "30E/360 ISDA", "write thirty_e_360_isda"),
        ("instruments.day_count", "act/act", "write actual_actual"),
        ("instruments.day_count", "Thirty E 360 ISDA", "write thirty_e_360_isda"),
        ("covenants.kind", "max-net-leverage", "write max_net_leverage"),
    ],
)
def test_what_can_only_mean_one_thing_is_said(path, text, hint):
    assert instead(path, text) == hint


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (SHARE, "0.21"),
        (SHARE, "1000"),
        (SHARE, "0." + "1" * 40 + "%"),
        (AMOUNT, "1250.00"),
        (DATE, "2017-12-31"),
        ("instruments.amortisation", "bullet"),
        ("instruments.instrument_id", "term-loan"),
        (SHARE, "a third"),
        (SHARE, "1.000.000"),
        (AMOUNT, "35%"),
        (AMOUNT, "12,34,567"),
        (AMOUNT, "1e6"),
        (AMOUNT, "--5"),
        (AMOUNT, "()"),
        (AMOUNT, "."),
        (AMOUNT, "$"),
        (AMOUNT, "m"),
        (AMOUNT, "a few million"),
        (AMOUNT, "n.a."),
        (AMOUNT, "9" * 5_000),
        (AMOUNT, "("),
        (WHOLE, "1.5"),
        (WHOLE, "35%"),
        (DATE, "31/13/2017"),
        (DATE, "31/12/17"),
        (DATE, "2017"),
        (DATE, "30 Feb 2017"),
        (DATE, "31 Foo 2017"),
        ("currency", "dollars"),
        ("company_name", "\u0007"),
        ("instruments.amortisation", "zero"),
        ("balance_sheet", "5"),
    ],
)
def test_what_could_mean_anything_gets_no_advice(path, text):
    assert instead(path, text) == ""


def test_a_large_amount_is_said_in_the_units_of_the_file():
    assert instead(AMOUNT, "1.5 bn", zeros=6) == "write 1500"
    assert instead(AMOUNT, "188,756 k", zeros=6) == "write 188.756"


@pytest.mark.parametrize("path", ["", "unknown", "dataset_version.cash", "dataset_version.currency.x"])
def test_a_path_that_is_none_of_the_api_has_no_field(path):
    assert field_at(RegisterDatasetVersionRequest(), path) is None


@pytest.mark.asyncio
async def test_validate_says_by_line_what_to_write(tmp_path):
    text = COMPANY.read_text(encoding="utf-8")
    for right, wrong in {
        "tax_rate: 0.21": "tax_rate: 21%",
        "as_of_date: 2017-12-31": "as_of_date: 31/12/2017",
        "cost_of_sales_fixed_share: 0.31": "cost_of_sales_fixed_share: 31",
    }.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    mine = tmp_path / "mine.yaml"
    mine.write_text(text, encoding="utf-8")
    async with serving(tmp_path) as address:
        served = await seawall("validate", str(mine), address=address)
    said = {line.split(": ")[1]: line.rpartition("; ")[2] for line in served.stderr.splitlines()}
    assert said == {
        "as_of_date": "write 2017-12-31",
        "income_statement.tax_rate": "write 0.21",
        "income_statement.cost_of_sales_fixed_share": "for 31 % write 0.31",
    }

    mine.write_text(
        text.replace("cash: 68169000.00", "cash: 68,169,000.00").replace(
            "amortisation: bullet", "amortisation: Bullet", 1
        )
    )
    unserved = await seawall("validate", str(mine), address="127.0.0.1:9")
    assert [line.rpartition("; ")[2] for line in unserved.stderr.splitlines()] == ["write 68169000.00", "write bullet"]
