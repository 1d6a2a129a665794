"""Firms under scenarios by their tapes, on all processors: the header figures that are scored."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from seawall.engine.compile.case import compile_case
from seawall.engine.horizon.many import totals_of_all
from seawall.engine.inputs.scenario import Assumptions, Scenario
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.numbers.exact import SCALAR

from .companies import PERCENT, Setting, dataset_version
from .ratios import Statement

HORIZON = 24
FIRMS_IN_A_TASK = 500
COHERENT = ("mild", "moderate", "severe")
SCENARIOS = ("base", *COHERENT)
FEWER_SALES = "sales x 0.7"


class Figures(NamedTuple):
    """Of one execution over 24 months; the first twelve of them are those of an execution over twelve."""

    first_default: int  #: its month, 0 without
    lowest_liquidity: int

    def months_to_default(self, horizon: int = HORIZON) -> int:
        """The month of the first default; without one inside the horizon, the month after it."""
        return self.first_default if 0 < self.first_default <= horizon else horizon + 1


class Task(NamedTuple):
    """Some firms under a scenario."""

    scenario: str
    setting: Setting
    firms: Sequence[Statement]


Work = tuple[str, Setting]
Runs = dict[Work, list[Figures]]


def run_all(firms: Sequence[Statement], works: Sequence[Work]) -> Runs:
    """The figures of every firm, in their order, for each pair of scenario and setting."""
    if len(firms) <= FIRMS_IN_A_TASK:  # a process would take longer to start
        return {work: run(Task(*work, firms)) for work in works}
    tasks = [
        Task(scenario, setting, firms[start : start + FIRMS_IN_A_TASK])
        for scenario, setting in works
        for start in range(0, len(firms), FIRMS_IN_A_TASK)
    ]
    figures: Runs = {work: [] for work in works}
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for task, part in zip(tasks, pool.map(run, tasks), strict=True):
            figures[task.scenario, task.setting] += part
    return figures


def run(task: Task) -> list[Figures]:
    """The figures of the firms of a task, in their order; firms with the same debts are computed together."""
    scenario = scenario_of(task.scenario)
    cases = []
    for firm in task.firms:
        dataset = dataset_version(firm, task.setting)
        cases.append(compile_case(SCALAR, scenario, dataset, dataset.as_of_date))
    return [Figures(totals.first_default_period, totals.lowest_liquidity) for totals in totals_of_all(cases, HORIZON)]


def scenario_of(name: str) -> Scenario:
    """24 months of the base case, of a template, or of three tenths fewer sales."""
    template = TEMPLATES.get(name)
    assumptions = template.assumptions if template else Assumptions()
    if name == FEWER_SALES:
        assumptions = Assumptions(revenue_change_factor=(70 * PERCENT,))
    return Scenario(
        dataset_version_id=f"sha256:{'0' * 64}",
        name=name,
        horizon_months=HORIZON,
        assumptions=assumptions,
        course=template.course if template else None,
    )
