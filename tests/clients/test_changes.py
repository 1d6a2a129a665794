"""An assumption in a few words: its change in month 1, at its furthest and at the end."""

import pytest

from seawall.clients.report.changes import ASSUMPTIONS, change_in_words
from seawall.v1.echo_pb2 import AssumptionEcho
from seawall.v1.scenario_pb2 import Assumptions


@pytest.mark.parametrize(
    ("name", "values", "month", "said"),
    [
        ("revenue_change_factor", ("0.8", "0.8", "0.8"), 1, "revenue -20 % from month 1"),
        ("revenue_change_factor", ("1", "0.75", "0.75"), 6, "revenue unchanged in month 1, -25 % from month 6"),
        (
            "revenue_change_factor",
            ("0.883333333", "0.65", "1"),
            3,
            "revenue -11.7 % in month 1, -35 % in month 3, unchanged at the end",
        ),
        ("cost_change_factor", ("1.1", "1.1", "1.05"), 1, "costs +10 % in month 1, +5 % at the end"),
        ("cost_change_factor", ("0.9999", "0.9999", "0.9999"), 1, "costs -0.01 % from month 1"),
        ("interest_rate_shift", ("0.015", "0.015", "0.015"), 1, "index rates +1.5 percentage points from month 1"),
        (
            "interest_rate_shift",
            ("0.01", "0.03", "0.03"),
            2,
            "index rates +1 percentage point in month 1, +3 percentage points from month 2",
        ),
        ("collection_period_extension_days", ("20", "20", "20"), 1, "collection period +20 days from month 1"),
        ("payment_period_reduction_days", ("1", "1", "1"), 1, "payment period -1 day from month 1"),
        ("refinanced_share", ("0.5", "0.5", "0.5"), 1, "refinanced of what matures 50 % from month 1"),
        ("of_a_later_api", ("2", "2", "2"), 1, "of a later api 2 from month 1"),
    ],
)
def test_a_change_is_said_as_an_analyst_says_it(name, values, month, said):
    first, furthest, last = values
    echo = AssumptionEcho(name=name, first=first, furthest=furthest, last=last, furthest_period=month)
    assert change_in_words(echo, is_path=False) == said


def test_of_a_path_no_month_is_said_to_be_equal_to_another():
    echo = AssumptionEcho(name="revenue_change_factor", first="0.8", furthest="0.8", last="0.8", furthest_period=1)
    assert change_in_words(echo, is_path=True) == "revenue -20 % in month 1 and at the end"


def test_every_assumption_of_the_api_has_its_words():
    assert {field.name for field in Assumptions.DESCRIPTOR.fields} - {"interest_rate_scope"} == set(ASSUMPTIONS)
