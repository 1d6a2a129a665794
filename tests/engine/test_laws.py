"""Every law of section 4 on random companies: no tolerance, in every month and in every lane."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from seawall.engine import Refused, Scenario, execute, execute_all
from seawall.engine.horizon import many
from seawall.engine.inputs.scenario import NEUTRAL, Assumptions, Course, RateScope
from tests.engine.companies import DATASET, LONGEST, over_months
from tests.engine.executed import Run
from tests.engine.groups import SEED, cases, every_fourth_group, executions, groups
from tests.engine.laws import LAWS


@groups
def test_every_law_holds_in_every_month(number):
    for position, (case, execution) in enumerate(zip(cases(number), executions(number), strict=True)):
        for law in LAWS:
            try:
                law(Run(case, execution))
            except AssertionError as broken:
                broken.add_note(f"{law.__name__}: seed {SEED}, group {number}, case {position}")
                raise


@groups
def test_a_batch_has_the_same_figures_as_one_at_a_time(number, monkeypatch):
    monkeypatch.setattr(many, "WORTH_A_TAPE", 1)
    for batched, alone in zip(execute_all(cases(number)), executions(number), strict=True):
        assert list(differences(batched, alone)) == []


def differences(mine: Any, yours: Any, path: str = "") -> Iterator[str]:
    """Where two executions differ, and how."""
    if isinstance(mine, tuple) and type(mine) is type(yours) and len(mine) == len(yours):
        names = getattr(mine, "_fields", range(len(mine)))
        for name, my_part, your_part in zip(names, mine, yours, strict=True):
            yield from differences(my_part, your_part, f"{path}.{name}")
    elif mine != yours or type(mine) is not type(yours):
        yield f"{path}: {mine!r} is not {yours!r}"


@groups
def test_the_first_six_months_do_not_know_how_many_follow(number):
    """Of one scenario: its paths have at most six values, as the sixth month looks at the three after it."""
    for case in cases(number):
        short = over_months(case, 6)
        long = short._replace(scenario=replace(short.scenario, horizon_months=LONGEST))
        try:
            assert execute(*short).months == execute(*long).months[:6]
        except Refused:
            continue  # the sixth rate, held on to the end, would pass the bounds


@groups
def test_the_order_of_instruments_and_assets_does_not_matter(number):
    for case, execution in zip(cases(number), executions(number), strict=True):
        company = case.company
        turned = replace(
            company,
            instruments=company.instruments[::-1],
            assets=company.assets[::-1],
            covenants=company.covenants[::-1],
            turnovers=company.turnovers[::-1],
        )
        assert execute(case.scenario, turned, case.analysis_date) == execution


@every_fourth_group
def test_neutral_factors_are_the_base_case_however_they_are_written(number):
    """As values, as paths of any length and as a course: nothing times one, or plus none, is a stress."""
    neutral: dict[str, Any] = {name: (value,) for name, value in NEUTRAL.items()}
    base = Scenario(DATASET, "base", LONGEST)
    course = Course(onset_months=2, ramp_months=3, hold_months=4, recovery_months=5)
    written = (
        replace(base, assumptions=Assumptions(**neutral)),
        replace(base, assumptions=Assumptions(**{name: path * LONGEST for name, path in neutral.items()})),
        replace(base, assumptions=Assumptions(interest_rate_scope=RateScope.ALL), course=course),
    )
    for case in cases(number)[:8]:
        expected = execute(base, case.company, case.analysis_date)
        for scenario in written:
            assert execute(scenario, case.company, case.analysis_date) == expected


@every_fourth_group
def test_any_twelve_months_of_a_base_case_add_up_to_the_year(number):
    for case in cases(number):
        months = execute(Scenario(DATASET, "base", LONGEST), case.company, case.analysis_date).months
        year = case.company.income_statement
        for start in range(LONGEST - 11):
            twelve = [month.income for month in months[start : start + 12]]
            assert sum(month.revenue for month in twelve) == year.revenue_annual
            assert sum(month.cost_of_sales for month in twelve) == year.cost_of_sales_annual
            assert sum(month.operating_expenses for month in twelve) == year.operating_expenses_annual
