"""`seawall assess`, `report` and `compare` against a real server."""

import json
from collections import Counter
from io import BytesIO

import openpyxl
import pytest
import pytest_asyncio
from rich.cells import cell_len

from seawall.clients.cli import report
from seawall.clients.cli.exit_codes import Exit
from tests.clients.test_examples import COMPANY, EXAMPLES
from tests.journeys.serving import seawall, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory):
    async with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


async def output(*arguments, address):
    done = await seawall(*map(str, arguments), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def executed(address, *names):
    dataset = (await output("register", COMPANY, address=address)).strip()
    ids = []
    for name in names:
        scenario = await output("scenario", EXAMPLES / f"scenario_{name}.yaml", "--dataset", dataset, address=address)
        shown = await output("execute", scenario.strip(), "--dataset", dataset, address=address)
        ids.append(shown.splitlines()[-1].removeprefix("execution "))
    return dataset, ids


async def test_an_assessment_says_its_verdict_and_its_payments(address):
    dataset, _ = await executed(address)
    shown = await output("assess", dataset, "--months", "24", address=address)
    assert shown.startswith("debt service over 24 months from 2017-12-31: weak\n")
    assert "DSCR negative: cash -101,042,000.00 USD (ebitda share) over service 41,106,546.12 USD" in shown
    document = json.loads(await output("assess", dataset, "--minimum-dscr", "0", "--json", address=address))
    assert document["assessment"]["terms"]["minimum_dscr"] == "0"
    refused = await seawall("assess", dataset, "--months", "121", address=address)
    assert refused.returncode == Exit.REFUSED
    assert "terms.horizon_months: OUT_OF_RANGE" in refused.stderr


async def test_a_report_is_shown_and_written(address, tmp_path):
    _, (severe,) = await executed(address, "severe")
    html, xlsx = tmp_path / "report.html", tmp_path / "report.xlsx"
    shown = await output("report", severe, "--html", html, "--xlsx", xlsx, address=address)
    headline = (
        "Default in month 9 (2018-09-30), suppliers, operating expenses or tax unpaid: critical risk, 90 of 100 points"
    )
    assert shown.startswith(f"CARBO Ceramics Inc, Severe: {headline}\n")
    assert shown.endswith(f"written: {html}\nwritten: {xlsx}\n")
    assert headline in html.read_text(encoding="utf-8")
    assert "metrics." not in shown
    assert "metrics.need_at_default" in html.read_text(encoding="utf-8")
    assert openpyxl.load_workbook(BytesIO(xlsx.read_bytes())).sheetnames[0] == "Summary"
    bytes_of = html.read_bytes(), xlsx.read_bytes()
    await output("report", severe, "--html", html, "--xlsx", xlsx, address=address)
    assert (html.read_bytes(), xlsx.read_bytes()) == bytes_of
    assert "not run<" not in html.read_text(encoding="utf-8")


async def test_what_is_for_a_page_needs_one(address, tmp_path):
    _, (severe,) = await executed(address, "severe")
    html = tmp_path / "report.html"
    await output("report", severe, "--html", html, "--units", "thousands", address=address)
    assert "Base beside stress, in k USD" in html.read_text(encoding="utf-8")
    for wrong, says in (("--causes", "--causes is for a page"), ("--units=units", "--units is for a page")):
        refused = await seawall("report", severe, wrong, address=address)
        assert refused.returncode == Exit.REFUSED
        assert f"{says}: give --html FILE too" in refused.stderr


async def test_the_views_of_a_report_are_json_too(address):
    _, (severe,) = await executed(address, "severe")
    for view in report.VIEWS:
        document = json.loads(await output("report", severe, "--view", view, "--json", address=address))
        assert view in document["report"]


@pytest.mark.parametrize("columns", [80, 120])
async def test_every_view_fits_a_terminal_and_loses_no_word(address, monkeypatch, columns):
    """What a program reads whole is there word for word, none broken; names of rows and headings come again."""
    dataset, (execution, *others) = await executed(address, "severe", "base", "mild")
    scenario = json.loads(await output("show", execution, "--bytes", address=address))["parents"]["scenario"]
    for view in (
        ("execute", scenario, "--dataset", dataset),
        ("report", execution),
        ("compare", execution, *others),
        ("report", execution, *others),
        ("assess", dataset, "--months", "24"),
        ("schedule", EXAMPLES / "instrument_floating_term_loan.yaml"),
    ):
        whole = words_of(await output(*view, address=address))
        with monkeypatch.context() as patch:
            patch.setenv("COLUMNS", str(columns))
            fitted = await output(*view, address=address)
        assert max(map(cell_len, fitted.splitlines())) <= columns
        assert words_of(fitted) >= whole
        assert set(words_of(fitted)) == set(whole)


def words_of(text):
    return Counter(word for word in text.split() if set(word) != {"─"})


async def test_several_executions_of_a_company_are_reported_side_by_side(address, tmp_path):
    _, (base, severe) = await executed(address, "base", "severe")
    html = tmp_path / "side.html"
    shown = await output("report", base, severe, base, "--html", html, address=address)
    assert shown.startswith(
        "CARBO Ceramics Inc: Base defaults in month 15; Severe defaults in month 9, 6 months earlier\n"
    )
    assert "  Base   █" in shown
    assert shown.endswith(f"execution {severe}\nwritten: {html}\n")
    assert "<h1>CARBO Ceramics Inc: 2 scenarios side by side</h1>" in html.read_text(encoding="utf-8")
    before = html.read_bytes()
    await output("report", base, severe, "--html", html, address=address)
    assert html.read_bytes() == before
    documents = (await output("report", base, severe, "--json", address=address)).splitlines()
    assert ["executive" in json.loads(document)["report"] for document in documents] == [True, True]


async def test_what_does_not_stand_side_by_side_is_refused(address, tmp_path):
    _, (base, severe) = await executed(address, "base", "severe")
    bakery = (await output("register", EXAMPLES / "bakery.json", address=address)).strip()
    scenario = (await output("scenario", EXAMPLES / "scenario_base.yaml", "--dataset", bakery, address=address)).strip()
    shown = await output("execute", scenario, "--dataset", bakery, address=address)
    other = shown.splitlines()[-1].removeprefix("execution ")
    html = tmp_path / "side.html"
    for arguments, says in (
        ((base, other, "--html", html), "a report is of one company: found CARBO Ceramics Inc and "),
        ((base, severe, "--xlsx", html), "a workbook is of one execution"),
        ((base,) * 11, "found 11 executions, allowed: at most 10 side by side"),
    ):
        refused = await seawall("report", *map(str, arguments), address=address)
        assert refused.returncode == Exit.REFUSED
        assert says in refused.stderr
    assert not html.exists()
    refused = await seawall("compare", base, other, address=address)
    assert refused.returncode == Exit.REFUSED
    assert "amounts in USD cannot be compared with amounts in EUR" in refused.stderr


async def test_executions_are_compared_line_by_line(address):
    _, (base, severe) = await executed(address, "base", "severe")
    lines = (await output("compare", base, severe, "--json", address=address)).splitlines()
    differences = {
        (difference["section"], difference["item"], difference["figure"]): difference
        for difference in map(json.loads, lines)
    }
    revenue = differences["income", "", "revenue"]
    assert (revenue["base"][0], revenue["others"][0][0], revenue["differences"][0][0]) == (
        "15729666.67",
        "13894538.89",
        "-1835127.78",
    )
    assert differences["position", "", "restricted_cash"]["first_period"] == 1
    assert ("income", "", "depreciation_and_amortisation") not in differences
    shown = (await output("compare", base, severe, address=address)).splitlines()
    headline = "CARBO Ceramics Inc: Base defaults in month 15; Severe defaults in month 9, 6 months earlier"
    assert shown[:3] == [headline, "", "Largest differences: sums over 24 months, balances of month 24, in m USD"]
    assert shown[3].split()[:3] == ["Base", "Severe", "Difference"]
    assert shown[5].split() == ["Cash", "flow:", "Supplier", "payments", "275.1", "133.1", "-142.0", "1"]
    assert shown[-1].endswith(f"execution {severe}")
    assert (await output("compare", base, base, "--json", address=address)) == ""
