"""The facts of an annual report become a company's file: figures with concepts, what is missing, what is apart."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from seawall.clients.cli.exit_codes import Exit
from seawall.clients.cli.main import main
from seawall.clients.facts import company_file, figures, load, reading, write_company, year
from seawall.clients.facts.facts import Filing
from seawall.clients.files import FileRefused, inputs
from seawall.clients.files import load as load_file
from tests.clients.test_examples import COMPANY, FACTS

JSON = FACTS.with_name("CIK0001009672.json")
FIRST = ("2018-02-28", "0000000001-18-000001", "10-K")
SECOND = ("2019-02-27", "0000000001-19-000001", "10-K")
YEAR, DAY = ("2017-01-01", "2017-12-31"), ("", "2017-12-31")
#: A company whose statements add up, as (concept, period, value): one-offs of 30, a loan of 250.
BASE = [
    ("Revenues", YEAR, "1000"),
    ("CostOfRevenue", YEAR, "600"),
    ("SellingGeneralAndAdministrativeExpense", YEAR, "250"),
    ("RestructuringCharges", YEAR, "30"),
    ("OperatingIncomeLoss", YEAR, "120"),
    ("DepreciationDepletionAndAmortization", YEAR, "50"),
    ("Assets", DAY, "900"),
    ("LiabilitiesAndStockholdersEquity", DAY, "900"),
    ("CashAndCashEquivalentsAtCarryingValue", DAY, "100"),
    ("InventoryNet", DAY, "200"),
    ("LongTermDebt", DAY, "250"),
    ("StockholdersEquity", DAY, "400"),
]


def fact(value, period=YEAR, filing=FIRST):
    start, end = period
    filed, accession, form = filing
    reported = {"end": end, "val": value, "accn": accession, "fy": 2017, "fp": "FY", "form": form, "filed": filed}
    return {"start": start, **reported} if start else reported


def body(rows=BASE, others=(), unit="USD"):
    """Company facts of (concept, period, value) of the first filing, and of (concept, unit, fact) beside them."""
    concepts: dict[str, dict[str, list[object]]] = {}
    for concept, period, value in rows:
        concepts.setdefault(concept, {}).setdefault(unit, []).append(fact(int(value), period))
    for concept, in_unit, reported in others:
        concepts.setdefault(concept, {}).setdefault(in_unit, []).append(reported)
    units = {concept: {"label": None, "description": None, "units": units} for concept, units in concepts.items()}
    return {"cik": 1, "entityName": "Plain: Co #1", "facts": {"us-gaap": units}}


def without(*names):
    return [row for row in BASE if row[0] not in names]


def with_rows(*rows):
    return [*without(*(name for name, _, _ in rows)), *rows]


@pytest.fixture
def company(tmp_path):
    """Gives the facts of a body as a file has them."""

    def read(facts):
        path = tmp_path / "facts.json"
        path.write_text(facts if isinstance(facts, str) else json.dumps(facts))
        return load(str(path))

    return read


def of(company_facts, year_end=None):
    chosen = year.choose(company_facts, year_end)
    return chosen, figures.company_figures(company_facts, chosen)


def value(result, path):
    return int(result.figures[path].value)


def test_the_facts_of_the_demo_are_the_same_as_json_and_as_a_table():
    in_json, in_csv = load(str(JSON)), load(str(FACTS))
    assert in_json.company_name == "CARBO Ceramics Inc"
    assert in_json.cik == 1009672
    plain = [{fact._replace(filing=Filing()) for fact in facts.facts} for facts in (in_json, in_csv)]
    assert plain[0] == plain[1]
    with FACTS.open() as table:
        rows = [row for row in csv.DictReader(table) if row["concept"].startswith("us-gaap:")]
    concepts = json.loads(JSON.read_text())["facts"]["us-gaap"]
    assert {row["concept"].removeprefix("us-gaap:") for row in rows} - concepts.keys() == {"NumberOfOperatingSegments"}


def test_the_figures_of_the_demo_are_those_that_were_worked_out_by_hand():
    example = yaml.safe_load(Path(COMPANY).read_text())
    _, result = of(load(str(JSON)))
    by_hand = {
        f"{group}.{name}": amount
        for group in ("income_statement", "balance_sheet")
        for name, amount in example[group].items()
    }
    others = {path: (by_hand[path], float(figure.value)) for path, figure in result.figures.items() if path in by_hand}
    apart = {path for path, (by_hand_amount, amount) in others.items() if by_hand_amount != amount}
    assert len(others) == 16
    # The example has the tax rate of the year after, and the face value of the loan beside 3,805,000 less of the rest.
    assert apart == {"income_statement.tax_rate", "balance_sheet.other_liabilities"}
    assert value(result, "balance_sheet.other_liabilities") == 23_873_000 + 3_805_000
    assert [(name, int(principal.value)) for name, principal in result.debts] == [
        ("long-term-debt", 64_503_000 - 3_805_000),
        ("related-party-notes", 27_040_000),
    ]
    one_offs = [remark for remark in result.remarks if "one-off" in remark]
    assert [remark.split(", ")[0] for remark in one_offs] == [
        "Left out as a one-off: 26,747,000",
        "Left out as a one-off: 125,778,000",
    ]


def test_the_file_needs_only_what_it_names_as_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "company.yaml", "--facts", str(JSON)]) == Exit.DONE
    said = capsys.readouterr().out
    assert "CARBO Ceramics Inc, year from 2017-01-01 to 2017-12-31, USD, 10-K filed" in said
    with pytest.raises(FileRefused) as refused:
        inputs.dataset_version(load_file("company.yaml"))
    terms = "maturity_date lien amortisation fixed_rate".split()
    assert [fault.field for fault in refused.value.faults] == [
        "income_statement.cost_of_sales_fixed_share",
        "income_statement.operating_expenses_fixed_share",
        *(f"instruments[{position}].{term}" for position in (0, 1) for term in terms),
    ]
    assert "fixed_share: no filing gives it" in said
    assert said.splitlines()[-1] == "Next: fill in what is missing, then: seawall validate company.yaml"
    assert "maturity_date, lien, amortisation and rate of each debt" in said

    text = Path("company.yaml").read_text()
    filled_in = {"fixed_share": "0.3", "maturity_date": "2022-12-31", "lien": "1", "amortisation": "bullet"}
    for name, answer in {**filled_in, "fixed_rate": "0.09"}.items():
        text = text.replace(f"{name}:\n", f"{name}: {answer}\n")
    Path("company.yaml").write_text(text)
    stored = inputs.dataset_version(load_file("company.yaml"))
    sheet = stored.balance_sheet
    debt = sum(instrument.principal_minor for instrument in stored.instruments)
    assets = "cash restricted_cash receivables inventory fixed_assets other_assets".split()
    claims = "payables accrued_interest tax_payable other_liabilities equity".split()
    assert sum(getattr(sheet, f"{line}_minor") for line in assets) == 54_059_800_000
    assert sum(getattr(sheet, f"{line}_minor") for line in claims) + debt == 54_059_800_000
    assert stored.source_sha256 == load(str(JSON)).sha256
    assert (stored.company_id, stored.fiscal_year_end_month) == ("CIK-1009672", 12)
    assert "revenue_annual: 188756000.00  # us-gaap:SalesRevenueNet" in text
    assert "  # missing: no filing gives it" in text


@pytest.mark.parametrize(
    ("rows", "costs", "expenses", "remark"),
    [
        pytest.param(BASE, 550, 250, "one-off: 30, us-gaap:RestructuringCharges", id="a one-off"),
        pytest.param(
            with_rows(("ResearchAndDevelopmentExpense", YEAR, "40"), ("OperatingIncomeLoss", YEAR, "80")),
            *(550, 290, "one-off: 30"),
            id="research is a line",
        ),
        pytest.param(
            with_rows(("ResearchAndDevelopmentExpense", YEAR, "40")), 550, 250, "one-off", id="research is in a line"
        ),
        pytest.param(
            with_rows(("OperatingIncomeLoss", YEAR, "70")), 600, 250, "one-off: 30", id="depreciation is a line"
        ),
        pytest.param(
            with_rows(("AmortizationOfIntangibleAssets", YEAR, "20")),
            570,
            230,
            "one-off",
            id="amortisation in expenses",
        ),
        pytest.param(
            with_rows(("OperatingIncomeLoss", YEAR, "113")), 550, 250, "Costs do not add up: 37 more", id="not all"
        ),
        pytest.param(without("OperatingIncomeLoss"), 550, 250, "Costs are not checked", id="no operating income"),
        pytest.param(
            [*without("CostOfRevenue"), ("GrossProfit", YEAR, "400")], 550, 250, "one-off", id="from gross profit"
        ),
        pytest.param(
            [*without("SellingGeneralAndAdministrativeExpense"), ("OperatingExpenses", YEAR, "280")],
            *(550, 280, "us-gaap:OperatingExpenses may contain one-offs: us-gaap:RestructuringCharges 30"),
            id="one-offs inside",
        ),
        pytest.param(
            with_rows(("DepreciationDepletionAndAmortization", YEAR, "601")),
            *(600, 250, "Depreciation is not taken out of the costs"),
            id="more than the costs",
        ),
    ],
)
def test_costs_are_before_depreciation_and_by_the_lines_that_the_operating_income_confirms(
    company, rows, costs, expenses, remark
):
    _, result = of(company(body(rows)))
    assert value(result, "income_statement.cost_of_sales_annual") == costs
    assert value(result, "income_statement.operating_expenses_annual") == expenses
    assert any(remark in sentence for sentence in result.remarks), result.remarks


def test_costs_that_the_filing_does_not_split_are_missing(company):
    rows = [*without("CostOfRevenue", "SellingGeneralAndAdministrativeExpense"), ("CostsAndExpenses", YEAR, "880")]
    _, result = of(company(body(rows)))
    assert {"income_statement.cost_of_sales_annual", "income_statement.operating_expenses_annual"} <= {*result.missing}
    assert "us-gaap:CostsAndExpenses 880 are all costs" in result.remarks[0]


def test_the_newest_filing_counts_and_what_others_say_is_named(company):
    restated = [
        ("Assets", "USD", fact(950, DAY, SECOND)),
        ("LiabilitiesAndStockholdersEquity", "USD", fact(950, DAY, SECOND)),
        ("Revenues", "USD", fact(990, YEAR, SECOND)),
        ("Revenues", "USD", fact(1234, YEAR, ("2019-05-01", "0000000001-19-000009", "10-Q"))),
    ]
    chosen, result = of(company(body(BASE, restated)))
    assert str(chosen.filing) == "10-K filed 2019-02-27, 0000000001-19-000001"
    revenue = result.figures["income_statement.revenue_annual"]
    assert revenue.value == 990
    assert revenue.notes == ("us-gaap:Revenues is 1,000 in 10-K filed 2018-02-28, 0000000001-18-000001.",)
    (note,) = result.figures["balance_sheet.inventory"].notes
    assert note == "us-gaap:InventoryNet is from another filing: 10-K filed 2018-02-28, 0000000001-18-000001."


def test_of_two_values_in_a_filing_the_more_exact_counts(company):
    _, result = of(company(body(BASE, [("InventoryNet", "USD", fact(203, DAY)), ("Cash", "USD", fact(7, DAY))])))
    inventory = result.figures["balance_sheet.inventory"]
    assert (inventory.value, inventory.notes) == (203, ("us-gaap:InventoryNet is 200 in the same filing.",))


@pytest.mark.parametrize(
    ("start", "end", "month"),
    [("2016-01-31", "2017-01-28", 1), ("2017-01-29", "2018-02-03", 1), ("2016-10-01", "2017-09-30", 9)],
)
def test_a_fiscal_year_ends_when_the_filing_says(company, tmp_path, start, end, month):
    rows = [(concept, ((start, end) if period[0] else ("", end)), amount) for concept, period, amount in BASE]
    path = tmp_path / "company.yaml"
    (first, *_) = write_company(str(path), company(body(rows)), None)
    assert first == f"Plain: Co #1, year from {start} to {end}, USD, 10-K filed 2018-02-28, 0000000001-18-000001"
    tree = yaml.safe_load(path.read_text())
    assert tree["company_name"] == "Plain: Co #1"
    assert (str(tree["as_of_date"]), tree["fiscal_year_end_month"]) == (end, month)


def test_a_year_is_chosen_by_its_end_and_quarters_are_no_years(company):
    before = [(concept, (period[0] and "2016-01-01", "2016-12-31"), "7") for concept, period, _ in BASE]
    quarter = [
        ("Revenues", "USD", fact(5, ("2018-01-01", "2018-03-31"))),
        ("Assets", "USD", fact(5, ("", "2018-03-31"))),
    ]
    facts = company(body([*BASE, *before], quarter))
    assert [of(facts, named)[0].end for named in (None, "2017", "2016-12-31", "2016")] == [
        *("2017-12-31", "2017-12-31"),
        *("2016-12-31", "2016-12-31"),
    ]
    for named, problem in (("2018", "no full year to 2018"), ("201", "2 years to 201")):
        with pytest.raises(FileRefused, match=f"{problem}; allowed: a year to 2016-12-31, 2017-12-31"):
            of(facts, named)


@pytest.mark.parametrize(
    ("others", "path", "reason"),
    [
        ([("AccountsPayableCurrent", "EUR", fact(5, DAY))], "payables", "us-gaap:AccountsPayableCurrent is in EUR"),
        (
            [("AccountsPayableCurrent", "USD", fact(5, YEAR))],
            *("payables", "us-gaap:AccountsPayableCurrent is from 2017-01-01 to 2017-12-31"),
        ),
        ([("AccountsPayableCurrent", "USD", fact(-5, DAY))], "payables", "comes to -5, below 0"),
        ([("AccountsPayableCurrent", "USD", fact(0.125, DAY))], "payables", "is 0.125, which has more decimals"),
        ([("PropertyPlantAndEquipmentNet", "USD", fact(601, DAY))], "other_assets", "comes to -1, below 0"),
        ([("ShortTermBorrowings", "USD", fact(251, DAY))], "other_liabilities", "comes to -1, below 0"),
        ([("Cash", "USD", fact(1, DAY))], "tax_payable", "0 is the default and no figure"),
    ],
)
def test_what_a_field_cannot_take_is_missing_with_the_reason(company, others, path, reason):
    _, result = of(company(body(BASE, others)))
    assert reason in result.missing[f"balance_sheet.{path}"]


@pytest.mark.parametrize(
    ("others", "remark"),
    [
        ([("Liabilities", DAY, "499")], "us-gaap:Assets 900 are not us-gaap:Liabilities and equity: 1 apart"),
        ([("LiabilitiesAndStockholdersEquity", DAY, "903")], "us-gaap:LiabilitiesAndStockholdersEquity 903: 3 apart"),
        ([("LongTermDebtCurrent", DAY, "40")], "us-gaap:LongTermDebtCurrent 40 is not counted"),
        ([("LongTermDebt", DAY, "0")], "No debt among the facts"),
        (
            [("TemporaryEquityCarryingAmountAttributableToParent", DAY, "9")],
            "us-gaap:TemporaryEquityCarryingAmountAttributableToParent 9 is in other_liabilities",
        ),
        (
            [("InterestPayableCurrent", DAY, "6"), ("ShortTermBorrowings", DAY, "10")],
            "Share out us-gaap:InterestPayableCurrent 6",
        ),
    ],
)
def test_what_does_not_add_up_or_may_count_twice_is_said(company, others, remark):
    _, result = of(company(body(with_rows(*others))))
    assert any(remark in sentence for sentence in result.remarks), result.remarks


def test_accrued_interest_of_the_only_debt_is_its_own(company):
    _, result = of(company(body(with_rows(("InterestPayableCurrent", DAY, "6")))))
    assert value(result, "instruments[0].accrued_interest") == value(result, "balance_sheet.accrued_interest") == 6
    assert value(result, "balance_sheet.other_liabilities") == 900 - 400 - 250 - 6


def test_current_and_noncurrent_debt_are_one_instrument_and_the_parts_are_named(company):
    rows = [*without("LongTermDebt"), ("LongTermDebtNoncurrent", DAY, "200"), ("LongTermDebtCurrent", DAY, "50")]
    _, result = of(company(body(rows)))
    ((_, principal),) = result.debts
    assert principal.value == 250
    assert principal.source == "us-gaap:LongTermDebtNoncurrent 200 + us-gaap:LongTermDebtCurrent 50"
    assert not any("not counted" in remark for remark in result.remarks)


def test_the_statements_of_another_currency_are_in_it(company, tmp_path):
    write_company(str(tmp_path / "company.yaml"), company(body(unit="JPY")), None)
    tree = yaml.safe_load((tmp_path / "company.yaml").read_text())
    assert (tree["currency"], tree["minor_digits"], tree["balance_sheet"]["cash"]) == ("JPY", 0, 100)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "Expecting value; allowed: well-formed JSON"),
        ("{", "well-formed JSON"),
        ("<!DOCTYPE html><html>", "is a web page; allowed: JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "has no facts"),
        ('{"cik": 1, "filings": {}}', "has no facts"),
        ('{"facts": {"ifrs-full": {}, "dei": {}}}', "has facts of ifrs-full, dei; allowed: facts of us-gaap"),
        (json.dumps(body([])), "no balance sheet; allowed: total assets"),
        (json.dumps(body([("Assets", DAY, "5")])), "no full year; allowed: a year and its end"),
        (
            json.dumps(body([], [("Assets", "USD", fact(5, DAY, ("2018-05-01", "1", "10-Q")))])),
            "no balance sheet in an annual report, but 10-Q",
        ),
        (
            json.dumps(body([], [("Assets", "USD", fact("many", DAY))])),
            "facts.us-gaap.Assets.units.USD[0]: found 'many'; allowed: a number",
        ),
        (json.dumps(body([], [("Assets", "USD", fact(10**30, DAY))])), "a number of at most 19 digits"),
        (json.dumps(body([], [("Assets", "USD", fact(1e30, DAY))])), "a number of at most 19 digits"),
        (json.dumps(body([], [("Assets", "USD", fact(1e-13, DAY))])), "and 12 decimals"),
        (json.dumps(body([], [("Assets", "USD", fact(1, ("", "31/12/2017")))])), "a date as 2017-12-31"),
        (json.dumps(body([], [("Assets", "\x1b[31m", fact(1, DAY))])), "a unit as USD"),
        (json.dumps(body([], [("Assets", "USD", fact(1, DAY, ("", "\ud800", "10-K")))])), "text for accn"),
        (json.dumps(body([], [("Assets", "USD", 5)])), "found '5'; allowed: end, val"),
        ('{"facts": {"us-gaap": {"Assets": {"units": 5}}}}', "facts.us-gaap.Assets.units[0]: found '5'"),
        ('{"facts": {"us-gaap": {"Assets": []}}}', "facts.us-gaap.Assets.units[0]: found None"),
        (json.dumps(body([], [("Assets", "USD", 1)] * 25)), "and 5 more"),
    ],
)
def test_a_bad_file_is_refused_with_its_place_and_what_is_allowed(company, content, problem):
    with pytest.raises(FileRefused) as refused:
        of(company(content))
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("concept,value\n", "another first line; allowed: concept,period,unit,value"),
        ("concept,period,unit,value\nus-gaap:Assets,2017-12-31,USD\n", "line 2: found 'us-gaap:Assets,2017-12-31,USD'"),
        ("concept,period,unit,value\nus-gaap:Assets,2017,USD,5\n", "line 2: found '2017'; allowed: a date"),
        ("concept,period,unit,value\nus-gaap:Assets,2017-12-31,USD,5.\n", "line 2: found '5.'; allowed: a number"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(tmp_path, content, problem):
    path = tmp_path / "facts.csv"
    path.write_text(content)
    with pytest.raises(FileRefused) as refused:
        load(str(path))
    assert problem in str(refused.value)


def test_files_are_bounded_and_of_a_known_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    for name, content, problem in (
        ("facts.json", b" " * 11, "more than 10 bytes"),
        ("facts.json", b'"\xff"', "not UTF-8 at byte 1"),
        ("facts.zip", b"", "unknown kind of file; allowed: .json or .csv"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileRefused, match=problem):
            load(str(tmp_path / name))
    with pytest.raises(FileRefused, match="No such file"):
        load(str(tmp_path / "none.json"))


@pytest.mark.parametrize("name", ["A\x1b[31m", "\ud800", None, "two\nlines"])
def test_a_name_that_cannot_be_printed_is_missing(company, name):
    _, result = of(company(json.dumps({**body(), "entityName": name})))
    assert result.missing["company_name"] == "the file does not say"


def test_too_many_facts_are_refused(company, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FACTS", len(BASE) - 1)
    with pytest.raises(FileRefused, match=f"more than {len(BASE) - 1} facts"):
        company(body())


def test_options_that_do_not_go_together_are_wrong_usage(capsys):
    for words in (["--year-end", "2017"], ["--scenario", "scenario.yaml", "--facts", str(JSON)]):
        assert main(["init", *words]) == Exit.WRONG_USAGE
        assert "--facts with a company's file" in capsys.readouterr().err


def test_digits_are_those_of_the_currency():
    assert [figures.minor_digits(currency) for currency in ("USD", "JPY", "KWD")] == [2, 0, 3]
    assert figures.is_exact(Decimal("0.01"), "balance_sheet.cash", "USD")
    assert not figures.is_exact(Decimal("0.001"), "balance_sheet.cash", "USD")
    assert company_file.WEEK.days == 7
