"""Every list of an input has a bound, which is asked before any of its items is looked at."""

from dataclasses import replace

import pytest

from seawall.engine import AssessmentTerms, DatasetVersion, Refused, Scenario
from seawall.engine.inputs.calendar import Calendar
from seawall.engine.inputs.covenants import Covenant, CovenantKind, CovenantStep, Turnover
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import Assumptions
from seawall.engine.preview.clauses import Clauses
from seawall.engine.preview.preview import Preview
from seawall.engine.values.value import fields_of
from tests.engine.examples import company, loan
from tests.engine.loan import loans
from tests.engine.test_refusals import LATER

COVENANT = Covenant("c", CovenantKind.MIN_LIQUIDITY, (CovenantStep(LATER, amount=0),))
VALUES = [
    Calendar(),
    loan("1,000", "0.05", LATER),
    Revolver("line", 0, 0, 0, 0, 0, 1, LATER),
    company(),
    COVENANT,
    Turnover("junior", ("senior",)),
    Assumptions(),
    Clauses(),
    loans.preview_of(loans.loan()),
]


def kinds(cls):
    """A class of values, and those of its fields."""
    yield cls
    for field in fields_of(cls):
        if field.value:
            yield from kinds(field.value)


def lists_of(cls):
    return [field for field in fields_of(cls) if field.repeated]


def test_every_list_of_an_input_has_a_bound():
    inputs = {kind for top in (DatasetVersion, Scenario, Preview, AssessmentTerms) for kind in kinds(top)}
    with_lists = {kind for kind in inputs if lists_of(kind)}
    assert with_lists == {type(value) for value in VALUES}
    assert [f"{kind.__name__}.{field.name}" for kind in inputs for field in lists_of(kind) if not field.most] == []


class Unread(tuple):
    """A list whose items nobody may look at."""

    def __iter__(self):
        raise AssertionError("an item was looked at")

    def __getitem__(self, position):
        raise AssertionError("an item was looked at")


@pytest.mark.parametrize(
    ("value", "field"),
    [pytest.param(value, field, id=field.name) for value in VALUES for field in lists_of(type(value))],
)
def test_a_list_beyond_its_bound_is_refused_unread(value, field):
    with pytest.raises(Refused) as refused:
        replace(value, **{field.name: Unread([None] * (field.most + 1))})
    (fault,) = refused.value.faults
    assert (fault.field, fault.reason.name, fault.value) == (field.name, "WRONG_LENGTH", f"{field.most + 1} items")
    assert fault.allowed == f"at most {field.most}"
