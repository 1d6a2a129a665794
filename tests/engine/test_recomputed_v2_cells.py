"""The engine and the recomputation from DESIGN agree in every figure of every month and of the header, to the cent."""

from collections.abc import Iterator
from typing import Any

import pytest

from seawall.engine import execute
from tests.engine import converted, scale
from tests.engine.cells import Cells, header_cells, month_cells
from tests.engine.companies import Case, group
from tests.engine.groups import SEED
from tests.engine.recomputed_v2 import recompute

GROUPS, SIZE = scale.cases(40, 400), scale.cases(2, 10)

#: What the engine does not state: amounts behind a figure, and those that it states in another one.
WORKING = (
    "purchases supplier_payments_due tax_due tax_losses market_value operating_cash_flow_indirect "
    ".ebitda .capital_expenditure .tax_due .least .have"
).split()


@pytest.mark.parametrize("number", range(GROUPS))
def test_both_state_the_same_figures(number):
    """Each number of this test is a structure of its own, with companies and scenarios that reach the extremes."""
    for case in group(SEED, number, SIZE):
        for t, engine, again in both(case):
            assert [name for name in again.keys() - engine.keys() if not is_working(name)] == []
            differing = {name: (figure, again[name]) for name, figure in engine.items() if again.get(name) != figure}
            assert differing == {}, f"month {t} (0: header), engine first"


def is_working(name: str) -> bool:
    return name in WORKING or ("." in name and name[name.rindex(".") :] in WORKING)


def both(case: Case) -> Iterator[tuple[int, Cells, dict[str, Any]]]:
    """The figures of the header as month 0, and of every month: those of the engine, and those of the recomputation."""
    execution = execute(*case)
    months, header = recompute(*converted.case(*case))
    yield 0, header_cells(execution), header
    for t, again in enumerate(months, start=1):
        yield t, month_cells(execution, t), again
