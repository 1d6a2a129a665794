"""The headers of many scenarios of one company, without their months: what every analysis stands on.

The one seam to whatever runs them: who plays them, how many together and in which order change no figure.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from ..compile.case import CompiledCase, compile_case
from ..horizon.many import simulate_all, totals_of_all
from ..horizon.results import CumulativeMetrics
from ..horizon.run import Run
from ..inputs.company import DatasetVersion
from ..inputs.scenario import Scenario
from ..month.results import Month
from ..numbers.exact import SCALAR
from ..values.faults import Refused
from ..values.pause import Pause, no_pause
from ..values.units import Money, Number

MOST_KEPT = 16  #: cases whose debts may serve others
MOST_AT_ONCE = 256  #: compiled cases that are in memory at a time


class Header(NamedTuple):
    """The header of an execution as the run has it, with positions in place of words, and what it lacks."""

    metrics: CumulativeMetrics
    #: First month whose claims exceed the market value of all assets, 0 for none; None where nobody asked.
    first_under_collateralised_period: Number | None = None


def headers(
    company: DatasetVersion,
    analysis_date: date,
    scenarios: Sequence[Scenario],
    pause: Pause = no_pause,
    with_collateral: bool = False,
) -> list[Header | Refused]:
    """The header of each scenario, or its refusal, in their order; `pause` is called between steps.

    A figure is the one that `execute` gives, to the cent. `with_collateral` looks at the months too.
    """
    run = _with_collateral if with_collateral else _of_totals
    answers: list[Header | Refused] = []
    by_debts: dict[Debts, CompiledCase] = {}
    for start in range(0, len(scenarios), MOST_AT_ONCE):
        together = scenarios[start : start + MOST_AT_ONCE]
        cases = [_compiled(company, analysis_date, scenario, by_debts, pause) for scenario in together]
        answers += _headers([scenario.horizon_months for scenario in together], cases, run)
        pause()
    return answers


Debts = tuple[Any, ...]  #: what a scenario says about the terms of the debts


def _compiled(
    company: DatasetVersion,
    analysis_date: date,
    scenario: Scenario,
    by_debts: dict[Debts, CompiledCase],
    pause: Pause,
) -> CompiledCase | Refused:
    """A case, whose debts are those of another one where the scenario says the same about them."""
    of = scenario.assumptions
    rates = of.interest_rate_change_factor, of.interest_rate_shift, of.interest_rate_scope
    debts = (*rates, of.refinanced_share, scenario.course)
    try:
        case = compile_case(SCALAR, scenario, company, analysis_date, pause, by_debts.get(debts))
    except Refused as refused:
        return refused
    by_debts.setdefault(debts, case)
    if len(by_debts) > MOST_KEPT:
        by_debts.clear()
    return case


def _headers(
    horizons: Sequence[int],
    cases: Sequence[CompiledCase | Refused],
    run: Callable[[list[CompiledCase], int], list[Header]],
) -> list[Header | Refused]:
    """The headers of compiled cases, those of one horizon together."""
    answers: list[Any] = list(cases)
    runs = [(horizons[place], place) for place, case in enumerate(cases) if isinstance(case, CompiledCase)]
    for horizon, alike in groupby(sorted(runs), key=lambda pair: pair[0]):
        places = [place for _, place in alike]
        for place, header in zip(places, run([answers[place] for place in places], horizon), strict=True):
            answers[place] = header
    return answers


def _of_totals(cases: list[CompiledCase], horizon_months: int) -> list[Header]:
    return [Header(metrics) for metrics in totals_of_all(cases, horizon_months)]


def _with_collateral(cases: list[CompiledCase], horizon_months: int) -> list[Header]:
    return [Header(run.cumulative, _first_under_collateralised(run)) for run in simulate_all(cases, horizon_months)]


def _first_under_collateralised(run: Run) -> int:
    exceeds = (number for number, month in enumerate(run.months, start=1) if is_under_collateralised(month))
    return next(exceeds, 0)


def is_under_collateralised(month: Month) -> bool:
    """Whether all claims exceed the market value of all assets, where assets are known."""
    return bool(month.categories) and month.exposure.claims > market_value(month)


def market_value(month: Month) -> Money:
    """What all assets are worth at the end of a month."""
    return sum(category.market_value for category in month.categories)
