"""A scenario in words: what goes wrong, how far, when, and what creditors then do."""

import pytest

from seawall.clients.report.scenario_words import ASSUMPTIONS, NOTHING_CHANGES, course_in_words, in_sentences
from seawall.v1.scenario_pb2 import Assumptions, Course, Posture, RateScope, Scenario

RELEASE = "inventory_release_share"  #: one value, where every other assumption is a path
STANDSTILL = "After a default creditors stand still: what follows it is counterfactual."


def scenario(course=None, posture=Posture.POSTURE_STANDSTILL, months=None, **assumptions):
    return Scenario(assumptions=Assumptions(**assumptions), course=course, posture=posture, acceleration_months=months)


def test_a_scenario_that_changes_nothing_says_so():
    paths = {name: ["1"] if factor else ["0"] for name, (factor, _, _) in ASSUMPTIONS.items() if name != RELEASE}
    neutral = {**paths, RELEASE: "0"}
    assert in_sentences(scenario(**neutral)) == [NOTHING_CHANGES, STANDSTILL]
    assert in_sentences(scenario()) == [NOTHING_CHANGES, STANDSTILL]


def test_every_assumption_of_the_api_has_its_words():
    fields = {field.name for field in Assumptions.DESCRIPTOR.fields}
    assert fields - {"interest_rate_scope"} == set(ASSUMPTIONS)


def test_changes_are_one_sentence_sales_first():
    words = in_sentences(
        scenario(
            Course(onset_months=2, ramp_months=3, hold_months=6),
            interest_rate_shift=["0.015"],
            revenue_change_factor=["0.85"],
            collection_period_extension_days=["10"],
        )
    )
    assert words == [
        "Sales fall to 85 %; customers pay 10 days later; index rates rise by 1.5 percentage points.",
        "The stress begins after 2 months, builds up over 3 months, stays in full for 6 months.",
        STANDSTILL,
    ]


@pytest.mark.parametrize(
    ("assumptions", "words"),
    [
        ({"revenue_change_factor": ["0.9", "0.75", "1"]}, "Sales fall to 75 % at worst, by a path of months."),
        ({"revenue_change_factor": ["1.1"]}, "Sales rise to 110 %."),
        ({"payment_period_reduction_days": ["-5"]}, "Suppliers are paid 5 days later."),
        (
            {"interest_rate_change_factor": ["1.5"], "interest_rate_scope": RateScope.RATE_SCOPE_ALL},
            "Index rates and fixed coupons rise to 150 %.",
        ),
        ({"inventory_release_share": "0.5"}, "50 % of the stock that stays unsold is run down."),
        ({"refinanced_share": ["0.5"]}, "50 % of what matures is refinanced."),
    ],
)
def test_an_assumption_is_said_at_its_worst(assumptions, words):
    assert in_sentences(scenario(**assumptions))[0] == words


def test_a_workout_says_when_debt_is_called():
    *_, creditors = in_sentences(scenario(posture=Posture.POSTURE_WORKOUT, months=3))
    assert creditors.endswith("and all debt is called 3 months after it.")


def test_a_course_of_nothing_acts_from_the_first_month_on():
    assert course_in_words(Course()) == "The stress acts in full from month 1 to the end."


def test_one_month_is_no_plural():
    soon = scenario(
        Course(ramp_months=1, hold_months=1), Posture.POSTURE_WORKOUT, 1, collection_period_extension_days=["1"]
    )
    change, course, creditors = in_sentences(soon)
    assert change == "Customers pay 1 day later."
    assert course == "The stress builds up over 1 month, stays in full for 1 month."
    assert creditors.endswith("all debt is called 1 month after it.")
