"""Every sentence of the catalogue is said by the report of some company, and what all of them say is pinned.

`python -m tests.engine.test_report_sentences` pins it anew: under a new `METHOD`, whose name is its first line.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from seawall.engine import DatasetVersion, Scenario
from seawall.engine.inputs.company import Asset
from seawall.engine.inputs.covenants import Covenant, CovenantKind, CovenantStep
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.reports.judgement_results import Finding
from seawall.engine.reports.report import METHOD
from seawall.engine.reports.results import ExecutiveReport
from seawall.engine.sentences import reports as catalogue
from seawall.engine.values.units import NANO
from seawall.v1 import execution_pb2 as e
from seawall.v1 import report_pb2 as r
from tests.companies import company as usual_company
from tests.companies import scenario as usual_scenario
from tests.engine.examples import company, loan, minor, scenario
from tests.engine.reported import DATASET, FIVE_YEARS, YEAR_END, carbo, company_q, reported

MONTH_6, MONTH_12 = YEAR_END.replace(year=2025, month=6, day=30), YEAR_END.replace(year=2025)
MOST = "10,000,000,000,000"


def least(amount: str, **changes: Any) -> Covenant:
    return Covenant("least", CovenantKind.MIN_LIQUIDITY, (CovenantStep(YEAR_END, amount=minor(amount)),), **changes)


def note(due, principal: str = "3,000"):
    return loan(principal, "0", due, name="note")


CASES: dict[str, tuple[Scenario, DatasetVersion]] = {
    "the usual company": (usual_scenario(DATASET), usual_company()),
    "the usual company under stress": (usual_scenario(DATASET, "severe"), usual_company()),
    "the usual company, a little": (usual_scenario(DATASET, "mild"), usual_company()),
    "a burn": (scenario(12, revenue_change_factor="0"), carbo()),
    "a burn that still pays": (scenario(6, revenue_change_factor="0.6"), carbo()),
    "a burn that leaves little": (scenario(12, revenue_change_factor="0.6"), carbo(minimum_cash=0)),
    "other fixed shares": (scenario(24, revenue_change_factor="0.6"), carbo()),
    "a coupon": (scenario(12), company_q()),
    "a workout": (scenario(12, workout=2), company_q(instruments=(note(MONTH_6), loan("9,000", "0", FIVE_YEARS)))),
    "an instalment": (
        scenario(6),
        company_q(instruments=(loan("9,000", "0", FIVE_YEARS, Amortisation.LINEAR),), sheet={}),
    ),
    "suppliers": (scenario(6), company(operating_expenses="12,000", sheet={"fixed_assets": "1,000"})),
    "a cent": (scenario(6), company(operating_expenses="0.12", sheet={"fixed_assets": "1,000"})),
    "no EBITDA that is known": (scenario(6), company(sheet={"fixed_assets": "1,000"})),
    "a gap": (scenario(6), company(sheet={"cash": "100", "fixed_assets": "900"}, minimum_cash=minor("500"))),
    "a gap that grows": (
        scenario(6, revenue_change_factor=("0", "0", "2")),
        company("12,000", "6,000", "3,000", sheet={"cash": "900", "fixed_assets": "9"}, minimum_cash=minor("800")),
    ),
    "a wall": (
        scenario(6),
        company("12,000", as_of=YEAR_END, instruments=(note(MONTH_12, "30,000"),), sheet={"cash": "9"}),
    ),
    "a covenant that is kept": (scenario(6), company("12,000", sheet={"cash": "900"}, covenants=(least("800"),))),
    "a covenant that is cured": (
        scenario(6),
        company(sheet={"cash": "900"}, covenants=(least("1,000", cures_in_life=1, cures_in_four_quarters=1),)),
    ),
    "a covenant of nothing": (scenario(6), company("12,000", covenants=(least("0"),))),
    "a covenant that is broken": (scenario(6), company(sheet={"cash": "900"}, covenants=(least("1,000"),))),
    "a covenant that is not tested": (
        scenario(6),
        company(
            sheet={"cash": "900"},
            covenants=(Covenant("later", CovenantKind.MIN_LIQUIDITY, (CovenantStep(FIVE_YEARS, amount=minor("1")),)),),
        ),
    ),
    "land that loses its value": (
        scenario(6, market_value_depreciation_factor="0.5"),
        company(
            "12,000",
            instruments=(loan("9,000", "0", FIVE_YEARS, collateral_asset_ids=("land",)),),
            assets=(Asset("land", "land", minor("10,000"), NANO),),
            sheet={"fixed_assets": "20,000"},
        ),
    ),
    "suppliers who want their money": (
        scenario(6, payment_period_reduction_days="60"),
        company("120,000", "60,000", sheet={"fixed_assets": "50,000", "payables": "20,000"}, covenants=(least("1"),)),
    ),
    "stated cash below nothing": (
        scenario(6),
        company(
            "12,000",
            instruments=(loan("9,000", "0.05", FIVE_YEARS),),
            sheet={"cash": "9,000"},
            cash_available_for_debt_service_annual=-minor("100"),
        ),
    ),
    "a coupon of cents": (
        scenario(6),
        company(
            MOST,
            instruments=(note(MONTH_6.replace(year=2026), "1,000,000,000,000"), loan("10", "0.05", FIVE_YEARS)),
            sheet={"cash": "2,000,000,000,000"},
        ),
    ),
    "beyond the limits": (scenario(6, cost_change_factor="0.5"), company(MOST, MOST, MOST, sheet={"cash": MOST})),
}


@cache
def pages() -> list[ExecutiveReport]:
    return [reported(*case).executive for case in CASES.values()]


@cache
def findings() -> list[Finding]:
    return [finding for page in pages() for finding in (*page.findings, *page.key_risks, *page.recommendations)]


@cache
def text() -> str:
    thresholds = [threshold.statement for threshold in pages()[0].thresholds]
    headlines = [page.headline for page in pages()]
    return "\n".join([*headlines, *(finding.statement for finding in findings()), *thresholds])


PINNED = Path(__file__).parent.parent / "data/golden/report_sentences.txt"


def said() -> str:
    """The method, then every line of every report."""
    lines = [line for name, page in zip(CASES, pages(), strict=True) for line in ("", f"# {name}", *lines_of(page))]
    return "\n".join([METHOD, *lines, ""])


def lines_of(page: ExecutiveReport) -> list[str]:
    sections = (page.findings, page.key_risks, page.recommendations)
    return [page.headline, *(f"- {finding.statement}" for section in sections for finding in section)]


def test_what_reports_say_is_pinned():
    assert said() == PINNED.read_text(encoding="utf-8"), "a sentence or a rule that changes takes a new METHOD"


def pattern(sentence: str) -> str:
    return ".*".join(map(re.escape, re.split(r"\{\w+\}", sentence)))


NAMES = [name for name, value in vars(catalogue).items() if name.isupper() and isinstance(value, str)]


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_is_said(name):
    assert re.search(pattern(getattr(catalogue, name)), text())


@pytest.mark.parametrize("kind", catalogue.FAILURES)
def test_every_failure_is_said(kind):
    assert re.search(pattern(catalogue.FAILURES[kind]) + " unpaid", text())


#: The message that the first word of a path names.
MESSAGES: dict[str, Any] = {
    "header": e.ExecutionHeader,
    "metrics": e.CumulativeMetrics,
    "periods": e.PeriodResult,
    "aggregated": r.AggregatedReport,
}


def test_every_path_leads_to_a_field_of_the_api():
    paths = {finding.figure.path for finding in findings()}
    assert {path.partition(".")[0] for path in paths} == MESSAGES.keys()
    for path in paths:
        top, *names = re.sub(r"\[\d+\]", "", path).split(".")
        message: Any = MESSAGES[top].DESCRIPTOR
        for name in names:
            field = message.fields_by_name.get(name) or message.fields_by_name.get(f"{name}_minor")
            assert field, path
            message = field.message_type


if __name__ == "__main__":
    PINNED.write_text(said(), encoding="utf-8")
