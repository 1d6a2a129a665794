"""The random scenarios that the laws are tested on leave out nothing that a scenario can say."""

from random import Random

import pytest

from seawall.engine.inputs.scenario import NEUTRAL, Assumptions, Course
from seawall.engine.values.value import fields_of
from tests.engine.companies import RANGES, USUAL, a_scenario

RNG = Random("scenarios")
DRAWN = [a_scenario(RNG) for _ in range(400)]


def test_the_ranges_name_every_assumption():
    assert RANGES.keys() == NEUTRAL.keys()
    assert USUAL.keys() <= RANGES.keys()


@pytest.mark.parametrize("field", fields_of(Assumptions), ids=lambda field: field.name)
def test_some_random_scenarios_move_an_assumption(field):
    assert any(getattr(scenario.assumptions, field.name) != field.default for scenario in DRAWN)


@pytest.mark.parametrize("name", RANGES)
def test_some_random_scenarios_go_to_both_ends_of_a_range(name):
    drawn = {value for scenario in DRAWN for value in getattr(scenario.assumptions, name)}
    assert {*RANGES[name], NEUTRAL[name]} <= drawn


@pytest.mark.parametrize("field", fields_of(Course), ids=lambda field: field.name)
def test_some_random_scenarios_have_a_course_that_uses_its_parts(field):
    courses = [scenario.course for scenario in DRAWN if scenario.course]
    assert any(getattr(course, field.name) != field.default for course in courses)
