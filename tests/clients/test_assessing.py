"""What `seawall assess` says of an assessment: the verdict, both sides of each ratio, the payments with their sum."""

from io import StringIO

from rich.console import Console

from seawall.clients.report.assessment import sentences, show_schedule
from seawall.engine import AssessmentTerms, assess
from seawall.server.wire.to_message import message
from seawall.v1.assessment_pb2 import Assessment
from tests.companies import company, income, term_loan


def assessment(months=12, **changes) -> Assessment:
    figures = company(instruments=(term_loan(),), revolver=None, **changes)
    return message(Assessment, assess(figures, AssessmentTerms(horizon_months=months)))


def test_the_verdict_comes_first_and_each_ratio_has_both_of_its_sides():
    first, dscr, *_ = sentences(assessment())
    assert first == "debt service over 12 months from 2024-12-31: strong"
    assert dscr == "DSCR 2.750491: cash 1,400,000.00 USD (ebitda share) over service 508,999.96 USD"


def test_what_is_not_known_is_said_to_be_unknown():
    nothing = income(revenue_annual=0, cost_of_sales_annual=0, operating_expenses_annual=0)
    first, dscr, *_ = sentences(assessment(income_statement=nothing))
    assert first.endswith("insufficient data")
    assert dscr.startswith("DSCR insufficient data: cash unknown (none) over service 5")


def test_the_payments_fit_a_terminal_and_end_with_their_sum():
    shown = Console(file=StringIO(), width=80)
    show_schedule(assessment(months=3), shown)
    lines = [line.split() for line in shown.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert ["1", "2025-01-31", "10,000.00", "33,333.33", "43,333.33", "1,966,666.67"] in lines
    assert next(line for line in lines if line[:1] == ["sum"])[1:] == ["29,500.00", "99,999.99", "129,499.99"]
