"""`seawall assess`, `report` and `compare` against a real server."""

import json
from io import BytesIO

import openpyxl
import pytest
import pytest_asyncio

from seawall.clients import cli
from seawall.clients.report import commands
from tests.clients.test_examples import COMPANY, EXAMPLES
from tests.journeys.serving import ROOT, seawall, serving

README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory):
    async with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


async def told(*arguments, address):
    done = await seawall(*map(str, arguments), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def executed(address, *names):
    dataset = (await told("register", COMPANY, address=address)).strip()
    ids = []
    for name in names:
        scenario = await told("scenario", EXAMPLES / f"scenario_{name}.yaml", "--dataset", dataset, address=address)
        shown = await told("execute", scenario.strip(), "--dataset", dataset, address=address)
        ids.append(shown.splitlines()[-1].removeprefix("execution "))
    return dataset, ids


async def test_an_assessment_says_its_verdict_and_its_payments(address):
    dataset, _ = await executed(address)
    shown = await told("assess", dataset, "--months", "24", address=address)
    assert shown.startswith("debt service over 24 months from 2017-12-31: weak\n")
    assert "DSCR -1.720636: cash -70,729,400.00 USD (ebitda share) over service 41,106,546.12 USD" in shown
    assert "DSCR -1.720636, being -70,729,400.00 USD (70 % of an EBITDA" in README
    assert "over 41,106,546.12 USD, 29,496,006.12 USD of it a balloon in month 16; weak" in README
    held = json.loads(await told("assess", dataset, "--minimum-dscr", "0", "--json", address=address))
    assert held["assessment"]["terms"]["minimum_dscr"] == "0"
    refused = await seawall("assess", dataset, "--months", "121", address=address)
    assert refused.returncode == cli.REFUSED
    assert "terms.horizon_months: OUT_OF_RANGE" in refused.stderr


async def test_a_report_is_shown_and_written(address, tmp_path):
    _, (severe,) = await executed(address, "severe")
    html, xlsx = tmp_path / "report.html", tmp_path / "report.xlsx"
    shown = await told("report", severe, "--html", html, "--xlsx", xlsx, address=address)
    headline = "Cash runs out in month 3 (2018-03-31): critical risk, 95 of 100 points"
    assert shown.startswith(f"CARBO Ceramics Inc, Severe: {headline}\n")
    assert shown.endswith(f"written: {html}\nwritten: {xlsx}\n")
    assert headline in html.read_text(encoding="utf-8")
    assert openpyxl.load_workbook(BytesIO(xlsx.read_bytes())).sheetnames[0] == "Summary"
    bytes_of = html.read_bytes(), xlsx.read_bytes()
    await told("report", severe, "--html", html, "--xlsx", xlsx, address=address)
    assert (html.read_bytes(), xlsx.read_bytes()) == bytes_of
    for view in commands.VIEWS:
        held = json.loads(await told("report", severe, "--view", view, "--json", address=address))
        assert view in held["report"]


async def test_the_points_in_the_readme_are_those_of_the_demos_scenarios(address):
    _, ids = await executed(address, "base", "mild", "moderate", "severe")
    reports = [json.loads(await told("report", one, "--json", address=address))["report"] for one in ids]
    points = [report["executive"]["risk_score"] for report in reports]
    assert "have {}, {}, {} and {} points: all critical".format(*points) in README
    assert {report["executive"]["risk_level"] for report in reports} == {"RISK_LEVEL_CRITICAL"}


async def test_two_executions_are_compared_line_by_line(address):
    _, (base, severe) = await executed(address, "base", "severe")
    lines = (await told("compare", base, severe, "--json", address=address)).splitlines()
    held = {(one["section"], one["item"], one["figure"]): one for one in map(json.loads, lines)}
    revenue = held["income", "", "revenue"]
    assert (revenue["base"][0], revenue["other"][0], revenue["difference"][0]) == (
        "15729666.67",
        "9437800.00",
        "-6291866.67",
    )
    assert held["position", "", "restricted_cash"]["first_period"] == 1
    assert ("income", "", "depreciation_and_amortisation") not in held
    assert "lines differ; amounts in USD" in " ".join((await told("compare", base, severe, address=address)).split())
    assert (await told("compare", base, base, "--json", address=address)) == ""


def test_without_the_reports_extra_it_says_what_to_install(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(commands, "find_spec", lambda name: None if name == "svg" else object())
    assert cli.main(["report", "sha256:" + "0" * 64, "--html", str(tmp_path / "page.html")]) == cli.REFUSED
    assert capsys.readouterr().err == "pages and workbooks need svg: python -m pip install 'seawall[reports]'\n"
