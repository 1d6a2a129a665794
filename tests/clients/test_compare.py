"""Two executions line by line: the second less the first, over the months that both have."""

from decimal import Decimal

import pytest

from seawall.clients.client import SeawallError
from seawall.clients.report.comparison import as_objects, compare
from seawall.engine import execute
from seawall.engine.reports import ReportView, report
from seawall.server.wire.to_message import message
from seawall.v1.report_pb2 import Report
from tests.companies import company, scenario, term_loan

DATASET = "sha256:" + "0" * 64


def seen(template="", months=24, **changes) -> Report:
    execution = execute(scenario(DATASET, template, horizon_months=months), company(**changes))
    return message(Report, report(execution, ReportView.GRANULAR))


def test_an_execution_does_not_differ_from_itself():
    assert compare(seen("severe"), seen("severe")) == []


def test_a_difference_is_the_other_less_the_base_from_its_first_month_on():
    revenue = next(one for one in compare(seen(), seen("mild")) if one.line.figure == "revenue")
    base, other = revenue.in_one_figure
    assert (revenue.first_period, base, other) == (1, Decimal("24000000.00"), Decimal("21600000.00"))
    told = next(line for line in as_objects([revenue]))
    assert '"difference": ["-100000.00", "-100000.00"' in told


def test_only_the_months_that_both_have_are_compared():
    lines = compare(seen(months=24), seen(months=6))
    assert lines == []
    shorter = compare(seen(months=24), seen("severe", months=6))
    assert {len(one.base) for one in shorter} == {len(one.other) for one in shorter} == {6}


def test_a_debt_that_only_one_has_is_empty_in_the_other():
    lines = compare(seen(), seen(instruments=(term_loan(instrument_id="new"),)))
    only = {one.line.item: (bool(one.base), bool(one.other)) for one in lines if one.line.section == "facilities"}
    assert only["new"] == (False, True)
    assert only["note"] == (True, False)


def test_amounts_in_other_money_are_not_compared():
    with pytest.raises(SeawallError, match="USD cannot be compared with amounts in EUR"):
        compare(seen(), seen(currency="EUR"))
