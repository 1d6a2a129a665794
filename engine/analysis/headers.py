"""The headers of many scenarios of one company, without their months: what every analysis stands on.

The one seam to whatever runs them: who plays them, how many together and in which order change no figure.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..compile.case import CompiledCase, compile_case
from ..compile.stress import Stress, stress_of
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
from .between import Between

if TYPE_CHECKING:
    from ..compile.rows import CompiledRows

T = TypeVar("T")

MOST_TOGETHER = 512  #: scenarios that are in memory at a time
FEWEST_IN_COLUMNS = 8  #: below it columns cost more than they save


class Header(NamedTuple):
    """The header of an execution as the run has it, with positions in place of words, and what it lacks."""

    metrics: CumulativeMetrics
    #: First month whose claims exceed the market value of all assets, 0 for none; None where nobody asked.
    first_under_collateralised_period: Number | None = None


class _Subject(NamedTuple):
    """Of whom headers are computed, over how many months, and how long work is stopped."""

    company: DatasetVersion
    analysis_date: date
    horizon_months: int
    pause: Pause

    def refusal(self, scenario: Scenario) -> Refused:
        """Why a scenario is refused."""
        return refusal(self.company, self.analysis_date, scenario, self.pause)


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

    def made(subject: _Subject, together: Sequence[Scenario]) -> list[Header | Refused]:
        computed = _by_itself if len(together) < FEWEST_IN_COLUMNS else _in_columns
        return computed(subject, together, with_collateral)

    return _in_order(company, analysis_date, scenarios, pause, made)


def of_runs(
    company: DatasetVersion,
    analysis_date: date,
    scenarios: Sequence[Scenario],
    of_run: Callable[[Run], T],
    pause: Pause = no_pause,
) -> list[T | Refused]:
    """What the run of each scenario says with its months, or its refusal, in their order."""

    def made(subject: _Subject, together: Sequence[Scenario]) -> list[T | Refused]:
        return _of_cases(
            subject, together, lambda cases: list(map(of_run, simulate_all(cases, subject.horizon_months)))
        )

    return _in_order(company, analysis_date, scenarios, pause, made)


def _in_order(
    company: DatasetVersion,
    analysis_date: date,
    scenarios: Sequence[Scenario],
    pause: Pause,
    made: Callable[[_Subject, Sequence[Scenario]], list[T | Refused]],
) -> list[T | Refused]:
    """What is made of the scenarios of each horizon, some at a time, in the order of all."""
    answers: list[Any] = [None] * len(scenarios)
    for places in _together(scenarios):
        together = [scenarios[place] for place in places]
        subject = _Subject(company, analysis_date, together[0].horizon_months, pause)
        for place, answer in zip(places, made(subject, together), strict=True):
            answers[place] = answer
        pause()
    return answers


def headers_along(
    company: DatasetVersion,
    analysis_date: date,
    way: Between,
    steps: Sequence[int],
    pause: Pause = no_pause,
    with_collateral: bool = False,
) -> list[Header | Refused]:
    """What `headers` gives of the scenarios after some steps of a way, without making them."""
    if len(steps) < FEWEST_IN_COLUMNS:
        return headers(company, analysis_date, [way.at(step) for step in steps], pause, with_collateral)
    from ..compile.varied import varied_stress
    from ..numbers.batch import column

    subject, answers = _Subject(company, analysis_date, way.base.horizon_months, pause), list[Header | Refused]()
    for start in range(0, len(steps), MOST_TOGETHER):
        part = steps[start : start + MOST_TOGETHER]
        values = {name: list(map(column, path)) for name, path in way.values(part).items()}
        computed = _of_stress(subject, varied_stress(way.base, len(part), values), len(part), with_collateral)
        answers += [header or subject.refusal(way.at(step)) for step, header in zip(part, computed, strict=True)]
        pause()
    return answers


def _together(scenarios: Sequence[Scenario]) -> Iterator[list[int]]:
    """The places of scenarios of one horizon, as many at a time as are computed together."""
    by_horizon = sorted((scenario.horizon_months, place) for place, scenario in enumerate(scenarios))
    for _, alike in groupby(by_horizon, key=lambda pair: pair[0]):
        places = [place for _, place in alike]
        yield from (places[start : start + MOST_TOGETHER] for start in range(0, len(places), MOST_TOGETHER))


def _in_columns(subject: _Subject, scenarios: Sequence[Scenario], with_collateral: bool) -> list[Header | Refused]:
    """By columns, in which what costs more than arithmetic is done once for all scenarios that say the same of it."""
    from ..compile.rows import columns_of  # with numpy, which a few scenarios do without

    stress = columns_of(list(map(stress_of, scenarios)))
    computed = _of_stress(subject, stress, len(scenarios), with_collateral)
    return [header or subject.refusal(scenario) for header, scenario in zip(computed, scenarios, strict=True)]


def _of_stress(subject: _Subject, stress: Stress, count: int, with_collateral: bool) -> list[Header | None]:
    """The header of each of so many rows of a stress; None where it is refused."""
    from ..compile.rows import compile_rows
    from ..horizon.stressed_rows import StressedRows

    rows, answers = StressedRows(subject.horizon_months), list[Header | None]([None] * count)
    for compiled in compile_rows(subject.company, subject.analysis_date, stress, count):
        subject.pause()
        shape, columns = rows.totals(compiled)
        places = compiled.rows.tolist()
        firsts = _firsts_in_columns(compiled, subject.horizon_months) if with_collateral else [None] * len(places)
        for place, figures, first in zip(places, columns.T.tolist(), firsts, strict=True):
            answers[place] = Header(shape.build(figures), first)
    return answers


def refusal(company: DatasetVersion, analysis_date: date, scenario: Scenario, pause: Pause = no_pause) -> Refused:
    """Why a scenario that columns left out is refused, in the words of the case that it would have been."""
    case = _compiled(_Subject(company, analysis_date, scenario.horizon_months, pause), scenario)
    assert isinstance(case, Refused), "columns and cases refuse the same"
    return case


def _by_itself(subject: _Subject, scenarios: Sequence[Scenario], with_collateral: bool) -> list[Header | Refused]:
    """By the cases of the scenarios."""

    def made(cases: list[CompiledCase]) -> list[Header]:
        if not with_collateral:
            return list(map(Header, totals_of_all(cases, subject.horizon_months)))
        runs = simulate_all(cases, subject.horizon_months)
        return [Header(run.cumulative, _first_under_collateralised(run)) for run in runs]

    return _of_cases(subject, scenarios, made)


def _of_cases(
    subject: _Subject, scenarios: Sequence[Scenario], made: Callable[[list[CompiledCase]], list[T]]
) -> list[T | Refused]:
    """What is made of the cases that are not refused, in their order with the refusals."""
    cases = [_compiled(subject, scenario) for scenario in scenarios]
    accepted = iter(made([case for case in cases if isinstance(case, CompiledCase)]))
    return [case if isinstance(case, Refused) else next(accepted) for case in cases]


def _compiled(subject: _Subject, scenario: Scenario) -> CompiledCase | Refused:
    try:
        return compile_case(SCALAR, scenario, subject.company, subject.analysis_date, subject.pause)
    except Refused as refused:
        return refused


def _firsts_in_columns(compiled: "CompiledRows", horizon_months: int) -> list[int]:
    """`first_under_collateralised_period` of each row."""
    import numpy as np

    from ..horizon.stressed_months import stressed_months

    first: Any = np.zeros(len(compiled.rows), dtype=np.int64)
    for number, month in enumerate(stressed_months(compiled, horizon_months), start=1):
        if month.categories:
            exceeds = month.exposure.claims > market_value(month)
            first = np.where((first == 0) & exceeds, number, first)
    figures: list[int] = first.tolist()
    return figures


def _first_under_collateralised(run: Run) -> int:
    exceeds = (number for number, month in enumerate(run.months, start=1) if is_under_collateralised(month))
    return next(exceeds, 0)


def is_under_collateralised(month: Month) -> bool:
    """Whether all claims exceed the market value of all assets, where assets are known."""
    return bool(month.categories) and month.exposure.claims > market_value(month)


def market_value(month: Month) -> Money:
    """What all assets are worth at the end of a month."""
    return sum(category.market_value for category in month.categories)
