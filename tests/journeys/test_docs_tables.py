"""The tables, figures and places that the docs name are those of the code."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from seawall.clients.cli import credential_options
from seawall.clients.cli.exit_codes import Exit
from seawall.clients.client import Credentials, handshake
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
from tests.journeys.pages import PAGES
from tests.journeys.serving import ROOT

DOCS = ROOT / "docs"


def test_every_assumption_has_its_row_with_its_range():
    fields: list[Any] = [field for field in Assumptions.DESCRIPTOR.fields if field.name != "interest_rate_scope"]
    rules = {field.name: field.GetOptions().Extensions[options_pb2.rules] for field in fields}
    assert [row[:3] for row in pages.rows(DOCS / "scenarios.md", "The assumptions")] == [
        [f"`{name}`", f"{rule.least} to {rule.most}", rule.default] for name, rule in rules.items()
    ]


def test_the_templates_are_those_of_the_engine():
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


def test_what_the_templates_were_measured_to_do_is_what_the_backtest_shows():
    shares = {(row[0], row[1]): row[2] for row in pages.rows(DOCS / "backtest.md", "Shares that default")}
    for name, *percents in pages.rows(DOCS / "scenarios.md", "What they were measured to do"):
        scenario_name = "base" if name == "no stress" else name.strip("`")
        assert percents == [f"{shares[revolver, scenario_name]} %" for revolver in ("10 % of sales", "none")]


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


def test_the_table_of_thresholds_is_that_of_the_engine():
    table = [(row[0].strip("`"), row[2]) for row in pages.rows(DOCS / "reports.md", "The thresholds")]
    assert table == [(threshold.rule.value, decimal_text(threshold.value)) for threshold in thresholds.TABLE]


def test_the_points_of_the_risk_score_are_those_of_the_engine():
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
    reachable = sum(risk.MOST_POINTS.values()) - risk.MOST_POINTS["covenants"] - risk.MOST_POINTS["collateral"]
    assert f"{reachable} of {reachable} is as bad as {sum(risk.MOST_POINTS.values())} of" in _one_line(
        DOCS / "reports.md"
    )
    levels = [thresholds.value(rule) // NANO for rule in (Rule.MODERATE_RISK, Rule.HIGH_RISK, Rule.CRITICAL_RISK)]
    below = "Below {} points risk is **low**, below {} **moderate**, below {} **high**, from there **critical**."
    assert below.format(*levels) in _one_line(DOCS / "reports.md")


def test_the_names_of_the_model_and_of_the_methods_are_those_of_the_engine():
    assert f"model `{MODEL}`" in _one_line(DOCS / "method.md")
    assert METHOD in pages.code(DOCS / "reports.md")


def test_the_runs_beside_an_execution_have_the_fixed_shares_of_the_engine():
    low, high = (FIXED_SHARES[kind] for kind in (ComparisonKind.LOW_FIXED_SHARES, ComparisonKind.HIGH_FIXED_SHARES))
    text = _one_line(DOCS / "reports.md")
    words = (
        f"{decimal_text(low.cost_of_sales)} of cost of sales and {decimal_text(low.operating_expenses)} of operating"
    )
    assert words in text
    assert f"at {decimal_text(high.cost_of_sales)} and {decimal_text(high.operating_expenses)}" in text
    assert f"{decimal_text(100 * thresholds.value(Rule.MATERIAL))} % of total assets" in text


def test_the_thresholds_of_an_assessment_are_its_defaults():
    levels = {row[0].strip("`"): row[1] for row in pages.rows(DOCS / "reports.md", "Can it serve its debt?")}
    terms = {name: Decimal(getattr(DEFAULT_TERMS, name)) / NANO for name in DEFAULT_TERMS.__slots__}
    dscr, interest = terms["minimum_dscr"], terms["minimum_interest_coverage"]
    assert levels["weak"] == f"DSCR below {dscr:.2f}, or interest coverage below {interest:.1f}"
    assert levels["strong"] == f"DSCR at least {terms['strong_dscr_margin']:.2f} above its minimum"
    assert f"EBITDA times a share, {terms['ebitda_cash_share']:.1f} unless" in pages.text_of(DOCS / "reports.md")


# The places that the pages name. They are those of the layout by rooms.
def test_every_function_file_and_target_that_is_named_is_there():
    names = {name for page in PAGES for name in pages.code(page)}
    for name in filter(re.compile(r"engine(\.\w+)+").fullmatch, names):
        assert resolve_name(f"seawall.{name}"), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in filter(re.compile(r"make \w+").fullmatch, names):
        assert re.search(rf"^{name.split()[1]}:", makefile, re.M), name
    for name in filter(re.compile(r"(protos|engine|server|clients|tests|docs)/[\w./]*").fullmatch, names):
        assert (ROOT / name).exists(), name


def test_every_exit_code_has_its_row():
    assert [int(code) for code, *_ in pages.rows(DOCS / "errors.md", "Errors")] == list(Exit)


def test_every_option_that_says_who_calls_has_its_row():
    rows = {row[0].strip("`"): row for row in pages.rows(DOCS / "callers.md", "Say who calls") if row[0]}
    named = {f"{option} {kind}": variable for option, (kind, variable, _) in credential_options.OPTIONS.items()}
    assert {words: row[1].strip("`") for words, row in rows.items()} == named
    fields = {row[2].strip("`") for row in pages.rows(DOCS / "callers.md", "Say who calls")}
    assert fields == {field.name for field in dataclasses.fields(Credentials)}


def test_what_is_said_of_a_connection_that_fails_is_what_the_client_says():
    source = re.sub(r'"\s*f?"', "", inspect.getsource(handshake))
    said = [words for row in pages.rows(DOCS / "callers.md", "When no connection comes about") for words in row[:1]]
    assert len(said) == 7
    for words in (word for cell in said for word in re.findall("`(.+?)`", cell)):
        assert words in source, words


def test_every_warning_has_its_row():
    assert [row[0].strip("`") for row in pages.rows(DOCS / "errors.md", "Warnings")] == [
        reason.name for reason in WarningReason
    ]


def test_every_room_is_told():
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
def test_every_figure_has_its_row(module, name):
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
def test_the_companies_that_are_worked_by_hand_are_those_of_the_engine(heading, figures, stress):
    months = execute(stress, figures).months
    for name, *cells in pages.rows(DOCS / "method.md", heading):
        written = [minor(cell) for cell in cells if re.fullmatch(r"[\d,]+\.\d\d", cell)]
        assert len(written) >= 3
        assert [_figure(month, name.strip("`")) for month in months[: len(written)]] == written, name


def test_what_the_page_adds_in_words_is_so_too():
    text = _one_line(DOCS / "method.md")
    half = execute(scenario(12, revenue_change_factor="0.5"), P).months[0]
    nothing = execute(scenario(12, revenue_change_factor="0"), P).months[0]
    assert (
        f"cash rises by {_money(half.cash_flow.net_cash_flow)} although the month earns {_money(half.income.ebitda)}"
        in text
    )
    assert f"With no sales at all EBITDA is {_money(nothing.income.ebitda)} a month" in text
    assert f"after a runway of {execute(scenario(12), Q).metrics.months_of_runway} months" in text


def _money(amount: int) -> str:
    return f"{Decimal(amount) / 100:,.2f}"


def _figure(month: Month, path: str) -> Any:
    value: Any = month
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else getattr(value, name)
    return value


def test_the_words_of_a_server_that_refuses_to_start_are_its_own():
    said = set(_texts())
    for heading in ("When a server refuses to start", "When a server warns"):
        for cell, *_ in pages.rows(DOCS / "operating.md", heading):
            for words in re.findall("`([^`]+)`", cell):
                assert any(words in text for text in said), words


def _texts() -> Iterator[str]:
    """Every text in the server's code, without the values that are put into it."""
    for path in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            yield "".join(
                part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
