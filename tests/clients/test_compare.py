"""Executions line by line: the others less the first, over the months that all have; the largest differences first."""

import io
import json
from decimal import Decimal

import pytest
from rich.console import Console

from seawall.clients.client import SeawallError
from seawall.clients.report.comparison import Compared, show
from seawall.clients.report.differences import OPENING, as_objects, compare, largest
from seawall.clients.report.several import column_names, headline, remarks
from seawall.engine import beside, execute
from seawall.engine.reports import ReportView, report
from seawall.server.wire.to_message import message
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader
from seawall.v1.report_pb2 import Report
from seawall.v1.scenario_pb2 import Scenario
from tests.companies import company, scenario, term_loan

DATASET = "sha256:" + "0" * 64


def granular(template="", months=24, **changes) -> Report:
    described, dataset = scenario(DATASET, template, horizon_months=months), company(**changes)
    page = report(execute(described, dataset), ReportView.GRANULAR, beside(described, dataset))
    return message(Report, page)


def test_an_execution_does_not_differ_from_itself():
    assert compare([granular("severe"), granular("severe")]) == []


def test_a_difference_is_the_other_less_the_base_from_its_first_month_on():
    """Sales of 1,000,000 a month fall by 15 %, in three steps, for nine months, and back in twelve: for 16.5 months."""
    revenue = next(
        difference for difference in compare([granular(), granular("mild")]) if difference.line.figure == "revenue"
    )
    assert (revenue.first_period, *revenue.totals) == (1, 24_000_000_00, 21_525_000_00)
    assert revenue.largest_change == -2_475_000_00
    (line,) = map(json.loads, as_objects([revenue], minor_digits=2))
    assert line["differences"][0][:2] == ["-50000.00", "-100000.00"]


def test_of_several_others_the_change_is_that_of_the_one_furthest_from_the_base():
    executions = [granular(), granular("mild"), granular("severe")]
    revenue = next(difference for difference in compare(executions) if difference.line.figure == "revenue")
    base, _, severe = map(int, revenue.totals)
    assert revenue.largest_change == severe - base
    (line,) = map(json.loads, as_objects([revenue], minor_digits=2))
    assert len(line["others"]) == len(line["differences"]) == 2
    assert sum(map(Decimal, line["others"][1])) == Decimal(severe) / 100


def test_the_largest_differences_come_first_and_none_twice():
    differences = compare([granular(), granular("severe")])
    every = [difference.largest_change for difference in differences]
    amounts = {abs(change) for change in every if isinstance(change, int)}
    changes = [abs(int(difference.largest_change)) for difference in largest(differences, 10)]
    assert changes == sorted(amounts, reverse=True)[:10]
    assert min(changes) > 0
    every_largest = {difference.line.figure for difference in largest(differences, len(differences))}
    assert not every_largest & OPENING
    assert {difference.line.figure for difference in differences} >= OPENING


def test_lines_that_look_the_same_in_every_column_are_counted_and_not_shown():
    differences = compare([granular(), granular("mild")])
    out = io.StringIO()
    pair = [compared(name, currency="USD", minor_digits=2, opening_total_assets_minor=10**9) for name in ("A", "B")]
    show(pair, differences, Console(file=out, width=160, force_terminal=True, color_system=None))
    last = next(line for line in out.getvalue().splitlines() if " differ, " in line)
    count, hidden = int(last.split()[0]), int(last.split()[3])
    rows = out.getvalue().partition("Sums over")[2].splitlines()
    shown = [line for line in rows if line[-1:].isdigit() and ": " in line and not line.startswith(" ")]
    assert count == len(differences) == len(shown) + hidden
    assert hidden > 0
    assert last.endswith("of them in other months alone, or by less than is shown: --json has all")


def test_only_the_months_that_all_have_are_compared():
    assert compare([granular(months=24), granular(months=6)]) == []
    shorter = compare([granular(months=24), granular("severe", months=6)])
    assert {len(values) for difference in shorter for values in difference.values} == {6}


def test_a_debt_that_only_one_has_is_empty_in_the_other():
    lines = compare([granular(), granular(instruments=(term_loan(instrument_id="new"),))])
    only = {
        difference.line.item: tuple(map(bool, difference.values))
        for difference in lines
        if difference.line.section == "facilities"
    }
    assert only["new"] == (False, True)
    assert only["note"] == (True, False)
    assert {difference.first_period for difference in lines if difference.line.item == "new"} == {1}


def test_amounts_in_other_money_are_not_compared():
    with pytest.raises(SeawallError, match=r"EUR cannot be compared with amounts in USD$"):
        compare([granular(currency="EUR"), granular()])
    with pytest.raises(SeawallError, match="USD cannot be compared with amounts in USD, of 0 and 2 digits"):
        compare([granular(minor_digits=0), granular()])


def compared(name, default=0, company_name="Quarry", company_id="", execution="1", **header):
    described = {"execution_id": f"sha256:{execution * 64}", "horizon_months": 24, "analysis_date": "2024-12-31"}
    return Compared(
        DatasetVersion(company_name=company_name, company_id=company_id),
        Scenario(name=name),
        ExecutionHeader(**{**described, **header}),
        CumulativeMetrics(first_default_period=default),
        Report(),
    )


def test_the_headline_says_what_happens_in_each_and_how_far_apart():
    base, mild, severe = compared("Base", 15), compared("Mild"), compared("Severe", 9)
    assert headline([base, severe]) == (
        "Quarry: Base defaults in month 15; Severe defaults in month 9, 6 months earlier"
    )
    assert headline([severe, base, severe]).endswith(
        "Base defaults in month 15, 6 months later; Severe 11111111 defaults in month 9, in the same month"
    )
    assert headline([mild, severe]) == "Quarry: Mild pays everything that falls due; Severe defaults in month 9"


def test_two_companies_and_other_figures_of_one_are_said():
    ours, theirs = compared("Base"), compared("Severe", company_name="Bakery")
    (remark,) = remarks([ours, theirs])
    assert remark.startswith("Two companies are compared, Quarry and Bakery: ")
    assert (
        list(remarks([compared("Base", company_id="Q"), compared("Severe", company_id="Q", company_name="Q Ltd")]))
        == []
    )
    (remark,) = remarks([ours, compared("Base", dataset_version_id="restated")])
    assert remark.startswith("They stand on different figures of the company")
    later = compared("Base", analysis_date="2025-01-31")
    assert [len(list(remarks([ours, other]))) for other in (later, ours)] == [1, 0]


def test_columns_are_named_by_scenario_and_told_apart_by_company_or_id():
    base, restated = compared("Base", execution="a"), compared("Base", execution="b")
    assert column_names([base, compared("Severe")]) == ["Base", "Severe"]
    assert column_names([base, compared("Base", company_name="Bakery")]) == ["Base, Quarry", "Base, Bakery"]
    assert column_names([base, restated, compared("Severe")]) == ["Base aaaaaaaa", "Base bbbbbbbb", "Severe"]


def test_the_unit_is_that_of_the_smallest_company_and_ids_stand_in_a_legend():
    pair = [
        compared("Base", currency="USD", minor_digits=2, opening_total_assets_minor=500_000_00),
        compared("Severe", currency="USD", minor_digits=2, opening_total_assets_minor=9 * 10**10),
    ]
    out = io.StringIO()
    show(
        pair,
        compare([granular(), granular("severe")]),
        Console(file=out, width=80, force_terminal=True, color_system=None),
    )
    text = out.getvalue()
    assert "in USD\n" in text
    assert text.count("sha256:" + "1" * 64) == 2
    assert max(map(len, text.splitlines())) <= 80
