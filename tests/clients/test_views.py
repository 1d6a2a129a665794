"""Answers read as people count: money to the cent as Decimal, a ratio or the reason why there is none."""

from decimal import Decimal

import pytest

from seawall.clients.client.values import major, money, ratio, view
from seawall.v1 import common_pb2, execution_pb2
from seawall.v1.execution_pb2 import PeriodResult


@pytest.mark.parametrize(
    ("minor", "minor_digits", "text"),
    [
        (6_816_900_000, 2, "68169000.00"),
        (-1, 2, "-0.01"),
        (0, 2, "0.00"),
        (5, 0, "5"),
        (-1_234_567, 3, "-1234.567"),
        (10**15 + 1, 2, "10000000000000.01"),
        (9_223_372_036_854_775_807, 4, "922337203685477.5807"),
    ],
)
def test_minor_units_become_major_ones_exactly(minor, minor_digits, text):
    assert str(major(minor, minor_digits)) == text


def test_a_ratio_is_its_value_or_its_reason():
    assert ratio(common_pb2.Ratio(value="1.250000")) == Decimal("1.250000")
    assert ratio(common_pb2.Ratio(undefined=common_pb2.UNDEFINED_REASON_NO_DEBT_SERVICE)) == "no_debt_service"


def test_a_view_reads_a_message_by_the_names_of_files():
    period = PeriodResult(
        period=3,
        position=execution_pb2.Position(cash_minor=123),
        facilities=[execution_pb2.FacilityMonth(facility_id="term-loan", rate="0.09", overdue_minor=5)],
        coverage_month=execution_pb2.Coverage(
            dscr=common_pb2.Ratio(value="0.900000"), status=execution_pb2.COVERAGE_STATUS_INSUFFICIENT
        ),
    )
    figures = view(period, minor_digits=2)
    assert figures.period == 3
    assert figures.position.cash == money(period.position, "cash", 2) == Decimal("1.23")
    assert figures.coverage_month.dscr == Decimal("0.9")
    assert figures.coverage_month.status == "insufficient"
    assert [(loan.facility_id, loan.rate, loan.overdue) for loan in figures.facilities] == [
        ("term-loan", "0.09", Decimal("0.05"))
    ]
    assert "cash" in dir(figures.position)


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(AttributeError, match="Needs has no cash; it has operating, interest"):
        _ = view(execution_pb2.Needs(), 2).cash
