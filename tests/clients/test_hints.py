"""A fault says what to write instead, where only one thing can have been meant; nothing is guessed."""

import pytest
import pytest_asyncio

from seawall.clients import files
from seawall.clients.client.names import field_at
from seawall.clients.files import FileRefused, hints, inputs
from seawall.v1.stress_service_pb2 import CreateScenarioRequest, RegisterDatasetVersionRequest
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import seawall, serving

AMOUNT, SHARE, RATE = "balance_sheet.cash_minor", "income_statement.tax_rate", "instruments.fixed_rate"
DATE, MULTIPLE, WHOLE = "as_of_date", "covenants.steps.multiple", "instruments.lien"
NUMBER = "seasonality_weights"
SIGNED, LIEN, ID = "balance_sheet.equity_minor", "instruments.lien", "instruments.instrument_id"
POSITIVE = "costs, balances and outflows are positive: write"


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
        (SIGNED, "(1,250)", "write -1250"),
        (SIGNED, "$(1,250)", "write -1250"),
        (SIGNED, "-$5", "write -5"),
        (SIGNED, "1250-", "write -1250"),
        (AMOUNT, "+5", "write 5"),
        (AMOUNT, "5.", "write 5"),
        (AMOUNT, "010", "write 10"),
        (AMOUNT, "68.169m", "write 68169000"),
        (AMOUNT, "$1,011.7 mm", "write 1011700000"),
        (SIGNED, "(1.5) bn", "write -1500000000"),
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
        ("instruments.amortisation", "Amortizing", "write linear or annuity"),
        ("instruments.amortisation", "interest only", "write bullet"),
        ("currency", "US$", "write USD"),
        ("currency", "\u20ac", "write EUR"),
        (ID, "Term Loan A", "write Term-Loan-A"),
        (AMOUNT, "n/a", "write 0 where there is none"),
        (SHARE, "-", "write 0 where there is none"),
        (AMOUNT, "-1250", f"{POSITIVE} 1250"),
        (AMOUNT, "(1,250.50)", f"{POSITIVE} 1250.50"),
        (SIGNED, "-1,250", "write -1250"),
        (LIEN, "first", "write 1"),
        (LIEN, "2nd", "write 2"),
        (LIEN, "1L", "write 1"),
        (RATE, "50 bps", "write 0.005"),
        (RATE, "412.5bp", "write 0.04125"),
        (DATE, "2022-02-30", "the month ends on 2022-02-28"),
        (DATE, "2024-02-30", "the month ends on 2024-02-29"),
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
        (SIGNED, "n.a."),
        (AMOUNT, "9" * 5_000),
        (AMOUNT, "("),
        (WHOLE, "1.5"),
        (WHOLE, "35%"),
        (DATE, "31/13/2017"),
        (DATE, "2017-13-31"),
        (DATE, "0000-02-30"),
        (LIEN, "0th"),
        (RATE, "many bps"),
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


@pytest.mark.parametrize(
    ("path", "text", "hint"),
    [
        ("assumptions.revenue_change_factor", "-20%", "for a fall by 20 % write 0.8"),
        ("assumptions.revenue_change_factor", "-0.2", "for a fall by 20 % write 0.8"),
        ("assumptions.cost_change_factor", "\u221212,5 %", "for a fall by 12.5 % write 0.875"),
        ("assumptions.revenue_change_factor", "-15", "for a fall by 15 % write 0.85"),
        ("assumptions.revenue_change_factor", "-150%", ""),
        ("assumptions.revenue_change_factor", "80%", "write 0.8"),
        ("assumptions.revenue_change_factor", "0.9, 0.8,  0.7", "write [0.9, 0.8, 0.7]"),
        ("assumptions.revenue_change_factor", "1; 0.8", "write [1, 0.8]"),
        ("assumptions.interest_rate_shift", "200bps", "write 0.02"),
        ("assumptions.collection_period_extension_days", "15 days", "write 15"),
        ("assumptions.collection_period_extension_days", "2 weeks", "write 14"),
        ("assumptions.collection_period_extension_days", "2 months", ""),
        ("horizon_months", "2 Years", "write 24"),
        ("horizon_months", "24 months", "write 24"),
        ("horizon_months", "a year", ""),
    ],
)
def test_what_is_plain_in_a_scenario_is_said(path, text, hint):
    field = field_at(CreateScenarioRequest(), f"scenario.{path}")
    assert field is not None
    assert hints.instead(field, text) == hint


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: A\ncash:5\n", "write a space after the colon in line 2"),
        ("a:\n\tcash: 5\n", "write spaces in place of the tab"),
        ("name: A\n horizon_months: 24\n", "begin the fields of one level in the same column"),
        ("a: &x 1\nb: *x\n", "found the alias *x; allowed: well-formed YAML; write what it stands for"),
        ("a: 1\n---\nb: 1\n", "expected a single document in the stream, but found another document"),
        ("a: [1\n", "well-formed YAML"),
    ],
)
def test_what_a_parser_says_badly_is_said_well(text, fault):
    with pytest.raises(FileRefused) as refused:
        files.read_yaml("F", text)
    assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cash: 1", "balance_sheet.cash"),
        ("income_statement: {revenue: 1}", "revenue_annual"),
        ("instruments: [{rate: 0.1}]", "fixed_rate"),
        ("income_statement: {operating_income: 1}", "operating_expenses_annual"),
    ],
)
def test_a_field_that_stands_elsewhere_or_is_called_otherwise_is_named(text, meant):
    with pytest.raises(FileRefused) as refused:
        inputs.dataset_version(files.read_yaml("F", f"minor_digits: 2\n{text}"))
    assert f"did you mean {meant}?" in str(refused.value)


@pytest.mark.parametrize(
    ("read", "text", "fault"),
    [
        (inputs.dataset_version, "name: A\nhorizon_months: 24", "F: is of a scenario; allowed: the file of a company"),
        (inputs.dataset_version, "cik: 1\nentityName: A\nfacts: {a: b}", "seawall init FILE --facts FACTS makes"),
        (
            inputs.scenario,
            "income_statement: {revenue_annual: 1}",
            "F: is of a company; allowed: the file of a scenario",
        ),
        (inputs.scenario, "instrument: {lien: 1}", "F: is of an instrument to preview"),
    ],
)
def test_a_file_of_another_kind_is_one_fault(read, text, fault):
    with pytest.raises(FileRefused) as refused:
        read(files.read_yaml("F", text))
    assert fault in str(refused.value)
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize(
    ("text", "spread"),
    [("SOFR+500", "0.05"), ("SOFR + 425 bps", "0.0425"), ("3M EURIBOR+4.5%", "0.045"), ("LIBOR+5", "0.05")],
)
def test_a_rate_over_an_index_is_taken_apart(text, spread):
    assert hints.floating_rate(text) == (
        f"write spread: {spread} below it, and index: the rate of the index on the as-of date"
    )


@pytest.mark.parametrize("text", ["", "SOFR", "5%", "SOFR + a margin", "+" * 1000])
def test_a_rate_that_cannot_be_taken_apart_gets_no_advice(text):
    assert hints.floating_rate(text) == ""


def test_a_large_amount_is_said_in_the_units_of_the_file():
    assert instead(AMOUNT, "1.5 bn", zeros=6) == "write 1500"
    assert instead(AMOUNT, "188,756 k", zeros=6) == "write 188.756"


@pytest.mark.parametrize("path", ["", "unknown", "dataset_version.cash", "dataset_version.currency.x"])
def test_a_path_that_is_none_of_the_api_has_no_field(path):
    assert field_at(RegisterDatasetVersionRequest(), path) is None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory):
    async with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.mark.asyncio(loop_scope="module")
async def test_validate_says_by_line_what_to_write(address, tmp_path):
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
    served = await seawall("validate", str(mine), address=address)
    said = {line.split(": ")[1]: line.rpartition("; ")[2] for line in served.stderr.splitlines()}
    assert said == {
        "as_of_date": "write 2017-12-31",
        "income_statement.tax_rate": "write 0.21",
        "income_statement.cost_of_sales_fixed_share": "for 31 % write 0.31",
    }

    mine.write_text(
        text.replace("cash: 68169000.00", "cash: 68,169,000.00").replace(
            "amortisation: bullet", "amortization: bullet", 1
        )
    )
    unserved = await seawall("validate", str(mine), address="127.0.0.1:9")
    assert [line.rpartition("; ")[2].partition(":")[0] for line in unserved.stderr.splitlines()] == [
        "write 68169000.00",
        "allowed",
    ]


@pytest.mark.asyncio
async def test_faults_of_writing_and_those_that_a_server_finds_are_said_at_once(tmp_path):
    """What may only follow from a fault that is known is not said: no balance, no field that is there misspelt."""
    text = COMPANY.read_text(encoding="utf-8")
    for right, wrong in {
        "cash: 68169000.00": "cash: 68,169,000",
        "  receivables: 37705000.00": "  recievables: 37705000.00",
        "lien: 2": "lien: 200",
        "category: plant": "category: plant and land",
        "collateral_asset_ids: [receivables, inventory, plant]": "collateral_asset_ids: [[], plant, plnat]",
    }.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    company, scenario = tmp_path / "company.yaml", tmp_path / "scenario.yaml"
    company.write_text(text, encoding="utf-8")
    scenario.write_text("name: Short\nhorizon_months: 3\nassumptions: {revenue_factor: 0.8}\n", encoding="utf-8")
    refused = await seawall("run", str(company), str(scenario), "--folder", str(tmp_path / "var"))
    assert refused.returncode == 3
    lines = [line.split(": ")[:3] for line in refused.stderr.splitlines()]
    assert [(name.split("/")[-1].split(":")[0], field, problem.split(",")[0]) for name, field, problem in lines] == [
        ("company.yaml", "balance_sheet.cash", "found '68"),
        ("company.yaml", "balance_sheet.recievables", "is no field of BalanceSheet"),
        ("company.yaml", "instruments[0].collateral_asset_ids[0]", "found a list of 0; allowed"),
        ("company.yaml", "instruments[1].lien", "OUT_OF_RANGE"),
        ("company.yaml", "assets[2].category", "MALFORMED"),
        ("scenario.yaml", "horizon_months", "OUT_OF_RANGE"),
        ("scenario.yaml", "assumptions.revenue_factor", "is no field of Assumptions"),
    ]
    assert not (tmp_path / "var").exists()


@pytest.mark.asyncio(loop_scope="module")
async def test_what_a_server_says_of_a_file_is_in_the_words_of_the_file(address, tmp_path):
    text = COMPANY.read_text(encoding="utf-8")
    for right, wrong in {
        "    amortisation: bullet": "    #amortisation: bullet",
        "cost_of_sales_fixed_share: 0.31": "#",
    }.items():
        text = text.replace(right, wrong, 1)
    fields, balance = tmp_path / "fields.yaml", tmp_path / "balance.yaml"
    fields.write_text(text, encoding="utf-8")
    text = COMPANY.read_text(encoding="utf-8").replace("cash: 68169000.00", "cash: 67899000.00")
    balance.write_text(text.replace("ids: [receivables", "ids: [recievables"), encoding="utf-8")
    said = [
        line.split(": ", 2)[2]
        for file in (fields, balance)
        for line in (await seawall("validate", str(file), address=address)).stderr.splitlines()
    ]
    assert said == [
        "REQUIRED, found nothing, allowed: share, 0.35 is 35 %, 0 to 1",
        "REQUIRED, found nothing, allowed: bullet linear annuity custom level",
        "UNBALANCED, assets 540,328,000.00, claims 540,598,000.00: 270,000.00 apart; claims are payables +"
        " accrued_interest + tax_payable + other_liabilities + debt + equity",
        "UNKNOWN_REFERENCE, found recievables, allowed: the id of an asset of this dataset version; did you mean"
        " receivables?",
    ]
