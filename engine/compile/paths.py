"""The value of each assumption in each month: paths and courses, written out as numbers."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from ..inputs.scenario import NEUTRAL, Course, Scenario
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import COMPILED_MONTHS
from ..numbers.powers import compounded
from ..values.units import Figure


def path(scenario: Scenario, assumption: str) -> tuple[int, ...]:
    """The value of an assumption in each compiled month, in nanos.  f_t = neutral + (f - neutral) w_t."""
    return _path(getattr(scenario.assumptions, assumption), NEUTRAL[assumption], scenario.course)


@lru_cache(maxsize=1024)
def _path(values: tuple[int, ...], neutral: int, course: Course | None) -> tuple[int, ...]:
    if course is None:
        return values[:COMPILED_MONTHS] + (values[-1],) * (COMPILED_MONTHS - len(values))
    return constant_path(SCALAR, values[0], neutral, course)


def constant_path(m: Arithmetic, value: Figure, neutral: int, course: Course | None) -> tuple[Figure, ...]:
    """The path of a single value, in any lane; months of one weight share one figure."""
    if course is None:
        return (value,) * COMPILED_MONTHS
    by_weight = {
        (part, whole): value if part == whole else neutral + m.prorate(value - neutral, part, whole)
        for part, whole in set(weights(course))
    }
    return tuple(by_weight[weight] for weight in weights(course))


@lru_cache(maxsize=256)
def weights(course: Course) -> tuple[tuple[int, int], ...]:
    """How much of a stress acts in each month, as part of whole."""
    return tuple(weight(course, month).as_integer_ratio() for month in range(1, COMPILED_MONTHS + 1))


def weight(course: Course, month: int) -> Fraction:
    """How much of a stress acts in a month: 0 in the onset, rising over the ramp, 1 in the hold, falling back after."""
    ramped = month - course.onset_months
    if ramped <= 0:
        return Fraction(0)
    if ramped < course.ramp_months:
        return Fraction(ramped, course.ramp_months)
    if course.hold_months is None:
        return Fraction(1)
    recovering = ramped - course.ramp_months - course.hold_months
    if recovering <= 0:
        return Fraction(1)
    if recovering >= course.recovery_months:
        return Fraction(0)
    return 1 - Fraction(recovering, course.recovery_months)


def market_value_left(factors: Sequence[Figure]) -> Sequence[Figure]:
    """`market_value_path` of a path, or of each distinct row of columns."""
    if all(isinstance(factor, int) for factor in factors):
        return market_value_path(tuple(factors))
    from ..numbers.rows import DistinctRows  # with numpy, which one execution does without

    rows = DistinctRows(factors)
    return rows.expanded(market_value_path(path) for path in rows.paths())


@lru_cache(maxsize=256)
def market_value_path(factors: tuple[int, ...]) -> tuple[int, ...]:
    """What is left of a market value after each month, in nanos."""
    return tuple(compounded(factors))
