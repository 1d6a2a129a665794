"""Two executions line by line: the second less the first, over the months that both have."""

from decimal import Decimal

import pytest

from seawall.clients.client import SeawallError
from seawall.clients.report.comparison import as_objects, compare
from seawall.engine import beside, execute
from seawall.engine.reports import ReportView, report
from seawall.server.wire.to_message import message
from seawall.v1.report_pb2 import Report
from tests.companies import company, scenario, term_loan

DATASET = "sha256:" + "0" * 64


def granular(template="", months=24, **changes) -> Report:
    stress, figures = scenario(DATASET, template, horizon_months=months), company(**changes)
    return message(Report, report(execute(stress, figures), ReportView.GRANULAR, beside(stress, figures)))


def test_an_execution_does_not_differ_from_itself():
    assert compare(granular("severe"), granular("severe")) == []


def test_a_difference_is_the_other_less_the_base_from_its_first_month_on():
    revenue = next(
        difference for difference in compare(granular(), granular("mild")) if difference.line.figure == "revenue"
    )
    base, other = revenue.totals
    assert (revenue.first_period, base, other) == (1, Decimal("24000000.00"), Decimal("21600000.00"))
    first_line = next(line for line in as_objects([revenue]))
    assert '"difference": ["-100000.00", "-100000.00"' in first_line


def test_only_the_months_that_both_have_are_compared():
    lines = compare(granular(months=24), granular(months=6))
    assert lines == []
    shorter = compare(granular(months=24), granular("severe", months=6))
    assert {len(difference.base) for difference in shorter} == {len(difference.other) for difference in shorter} == {6}


def test_a_debt_that_only_one_has_is_empty_in_the_other():
    lines = compare(granular(), granular(instruments=(term_loan(instrument_id="new"),)))
    only = {
        difference.line.item: (bool(difference.base), bool(difference.other))
        for difference in lines
        if difference.line.section == "facilities"
    }
    assert only["new"] == (False, True)
    assert only["note"] == (True, False)


def test_amounts_in_other_money_are_not_compared():
    with pytest.raises(SeawallError, match="USD cannot be compared with amounts in EUR"):
        compare(granular(), granular(currency="EUR"))
