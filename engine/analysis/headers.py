"""The headers of many scenarios of one company, without their months: what every analysis stands on.

The one seam to whatever runs them: who plays them, how many together and in which order change no figure.
"""

from collections.abc import Callable, Iterator, Sequence
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

MOST_TOGETHER = 512  #: scenarios that are in memory at a time
FEWEST_IN_COLUMNS = 8  #: below it columns cost more than they save


class Header(NamedTuple):
    """The header of an execution as the run has it, with positions in place of words, and what it lacks."""

    metrics: CumulativeMetrics
    #: First month whose claims exceed the market value of all assets, 0 for none; None where nobody asked.
    first_under_collateralised_period: Number | None = None


class _Together(NamedTuple):
    """Scenarios of one horizon that are computed at once."""

    company: DatasetVersion
    analysis_date: date
    scenarios: Sequence[Scenario]
    pause: Pause

    @property
    def horizon_months(self) -> int:
        return self.scenarios[0].horizon_months


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
    answers: list[Any] = [None] * len(scenarios)
    for places in _together(scenarios):
        together = _Together(company, analysis_date, [scenarios[place] for place in places], pause)
        if with_collateral:
            made = _with_collateral(together)
        else:
            made = _by_itself(together) if len(places) < FEWEST_IN_COLUMNS else _in_columns(together)
        for place, header in zip(places, made, strict=True):
            answers[place] = header
        pause()
    return answers


def _together(scenarios: Sequence[Scenario]) -> Iterator[list[int]]:
    """The places of scenarios of one horizon, as many at a time as are computed together."""
    by_horizon = sorted((scenario.horizon_months, place) for place, scenario in enumerate(scenarios))
    for _, alike in groupby(by_horizon, key=lambda pair: pair[0]):
        places = [place for _, place in alike]
        yield from (places[start : start + MOST_TOGETHER] for start in range(0, len(places), MOST_TOGETHER))


def _in_columns(together: _Together) -> list[Header | Refused]:
    """By columns, in which what costs more than arithmetic is done once for all scenarios that say the same of it."""
    from ..compile.rows import columns_of, compile_rows  # with numpy, which a few scenarios do without
    from ..compile.stress import stress_of
    from ..horizon.stressed_rows import StressedRows

    company, day, scenarios, _ = together
    stress, rows = columns_of([stress_of(scenario) for scenario in scenarios]), StressedRows(together.horizon_months)
    answers: list[Any] = [None] * len(scenarios)
    for compiled in compile_rows(company, day, stress, len(scenarios)):
        together.pause()
        shape, columns = rows.totals(compiled)
        for place, figures in zip(compiled.rows.tolist(), columns.T.tolist(), strict=True):
            answers[place] = Header(shape.build(figures))
    return [
        refusal(company, day, scenario, together.pause) if header is None else header
        for header, scenario in zip(answers, scenarios, strict=True)
    ]


def refusal(company: DatasetVersion, analysis_date: date, scenario: Scenario, pause: Pause = no_pause) -> Refused:
    """Why a scenario that columns left out is refused, in the words of the case that it would have been."""
    case = _compiled(_Together(company, analysis_date, [scenario], pause), scenario)
    assert isinstance(case, Refused), "columns and cases refuse the same"
    return case


def _by_itself(together: _Together) -> list[Header | Refused]:
    """By the cases of the scenarios."""
    return _of_cases(
        together, lambda cases: [Header(metrics) for metrics in totals_of_all(cases, together.horizon_months)]
    )


def _with_collateral(together: _Together) -> list[Header | Refused]:
    """The same with what the months say of the collateral."""

    def run(cases: list[CompiledCase]) -> list[Header]:
        runs = simulate_all(cases, together.horizon_months)
        return [Header(run.cumulative, _first_under_collateralised(run)) for run in runs]

    return _of_cases(together, run)


def _of_cases(together: _Together, run: Callable[[list[CompiledCase]], list[Header]]) -> list[Header | Refused]:
    """What runs make of the cases that are not refused, in their order with the refusals."""
    cases = [_compiled(together, scenario) for scenario in together.scenarios]
    made = iter(run([case for case in cases if isinstance(case, CompiledCase)]))
    return [case if isinstance(case, Refused) else next(made) for case in cases]


def _compiled(together: _Together, scenario: Scenario) -> CompiledCase | Refused:
    try:
        return compile_case(SCALAR, scenario, together.company, together.analysis_date, together.pause)
    except Refused as refused:
        return refused


def _first_under_collateralised(run: Run) -> int:
    exceeds = (number for number, month in enumerate(run.months, start=1) if is_under_collateralised(month))
    return next(exceeds, 0)


def is_under_collateralised(month: Month) -> bool:
    """Whether all claims exceed the market value of all assets, where assets are known."""
    return bool(month.categories) and month.exposure.claims > market_value(month)


def market_value(month: Month) -> Money:
    """What all assets are worth at the end of a month."""
    return sum(category.market_value for category in month.categories)
