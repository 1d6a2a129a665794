"""The value of each assumption in months 1 to 36, and what is left of a market value."""

from fractions import Fraction

from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import NEUTRAL, Course, Scenario

MONTHS = 36  #: compiled whatever the horizon


def paths(scenario: Scenario) -> dict[str, list[int]]:
    """By name, the values of months 0 to 36; that of month 0 is never read."""
    return {name: [neutral, *path(scenario, name, neutral)] for name, neutral in NEUTRAL.items()}


def path(scenario: Scenario, name: str, neutral: int) -> list[int]:
    """The last value of a path holds beyond it; on a course f_t = neutral + (f - neutral) w_t, to nanos."""
    values = scenario.assumptions.get(name, (neutral,))
    if scenario.course is None:
        return [values[min(t, len(values)) - 1] for t in range(1, MONTHS + 1)]
    (value,) = values
    return [neutral + round((value - neutral) * weight(scenario.course, t)) for t in range(1, MONTHS + 1)]


def weight(course: Course, t: int) -> Fraction:
    """How far a stress acts in month t: 0 in the onset, up to 1 over the ramp, 1 in the hold, then back to 0."""
    after_onset = t - course.onset_months
    if after_onset <= 0:
        return Fraction(0)
    if after_onset < course.ramp_months:
        return Fraction(after_onset, course.ramp_months)
    if course.hold_months is None:
        return Fraction(1)
    recovering = after_onset - course.ramp_months - course.hold_months
    if recovering <= 0:
        return Fraction(1)
    return max(1 - Fraction(recovering, course.recovery_months), Fraction(0)) if course.recovery_months else Fraction(0)


def market_value_left(factors: list[int]) -> list[int]:
    """In nanos, for months 0 to 36: the product of f_s^(1/12) over the months so far, rounded once.

    0.85 leaves 0.85 after 12 months and 0.7225 after 24. The root is exact: the twelfth root of product x NANO^12.
    """
    left, product = [NANO], Fraction(1)
    for factor in factors[1:]:
        product *= Fraction(factor, NANO)
        left.append(nearest_root(product * NANO**12))
    return left


def nearest_root(number: Fraction) -> int:
    """The whole number nearest to the twelfth root."""
    low, high = 0, 2 * NANO
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**12 <= number else (low, middle)
    return low if Fraction(2 * low + 1, 2) ** 12 >= number else high
