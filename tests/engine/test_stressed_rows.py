"""One company under many stresses by its own tape: each row has the totals that it has alone."""

from random import Random

import pytest

from seawall.engine.compile.rows import columns_of, compile_rows
from seawall.engine.compile.stress import stress_of
from seawall.engine.horizon import stressed_rows
from seawall.engine.horizon.many import totals_of_all
from seawall.engine.horizon.stressed_rows import StressedRows
from seawall.engine.values.shape import Shape
from tests.engine import scale
from tests.engine.companies import a_scenario, group
from tests.engine.test_compiled_rows import alone

SEED, ROWS, HORIZON = 11, 60, 12
COMPANIES = scale.cases(2, 20)


def by_row(rows, scenarios, company, day):
    """The totals of each scenario that is not refused, by its position."""
    stress = columns_of([stress_of(scenario) for scenario in scenarios])
    return {
        int(row): totals
        for compiled in compile_rows(company, day, stress, len(scenarios))
        for row, totals in zip(compiled.rows, rows.totals(compiled).columns.T.tolist(), strict=True)
    }


def in_the_scalar_lane(scenarios, company, day):
    """The same, each computed by itself."""
    cases = {position: alone(scenario, company, day) for position, scenario in enumerate(scenarios)}
    return {
        position: Shape(totals).flatten(totals)
        for position, case in cases.items()
        if case is not None
        for totals in totals_of_all([case], HORIZON)
    }


@pytest.mark.parametrize("worth", [1, 10**9], ids=["its own tape", "the tape of its shape"])
@pytest.mark.parametrize("number", range(COMPANIES))
def test_every_row_has_its_totals(number, worth, monkeypatch):
    """In three blocks, whose rows vary in more and in less than those of the first."""
    monkeypatch.setattr(stressed_rows, "WORTH_ITS_OWN", worth)
    luck = Random(f"{SEED}/{number}")
    case = max((group(SEED, 7 * number + more, 1)[0] for more in range(3)), key=lambda case: len(case.company.debts))
    rows, scenarios = StressedRows(HORIZON), [a_scenario(luck) for _ in range(ROWS)]
    for block in (scenarios[:20], scenarios, scenarios[:1] * 3 + scenarios[-2:]):
        assert by_row(rows, block, case.company, case.analysis_date) == in_the_scalar_lane(
            block, case.company, case.analysis_date
        )


@pytest.mark.parametrize("worth", [1, 10**9], ids=["its own tape", "the tape of its shape"])
def test_where_a_tape_is_too_long_rows_are_computed_as_the_month_is_written(worth, monkeypatch):
    monkeypatch.setattr(stressed_rows, "MOST_STEPS", 10)
    monkeypatch.setattr(stressed_rows, "tape_of", lambda *_, **__: None)
    monkeypatch.setattr(stressed_rows, "WORTH_ITS_OWN", worth)
    case, luck = group(SEED, 3, 1)[0], Random(SEED)
    scenarios = [a_scenario(luck) for _ in range(ROWS)]
    by_itself = in_the_scalar_lane(scenarios, case.company, case.analysis_date)
    assert by_row(StressedRows(HORIZON), scenarios, case.company, case.analysis_date) == by_itself
