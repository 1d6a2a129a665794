"""The all-in rate of a debt in each month under a scenario."""

from fractions import Fraction

from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import Debt, Rate, Scenario
from tests.engine.recomputed_v2.paths import MONTHS


def all_in_rates(rate: Rate, scenario: Scenario, path: dict[str, list[int]]) -> list[int]:
    """In nanos, months 0 to 36: index x factor + shift at the last reset, between floor and cap, plus spread.

    Never below 0. A coupon moves with the factor only where the scope is ALL.
    """
    factors, shifts = path["interest_rate_change_factor"], path["interest_rate_shift"]
    rates = [opening_rate(rate)]
    for t in range(1, MONTHS + 1):
        if rate.coupon is not None:
            factor = factors[t] if scenario.stresses_coupons else NANO
            rates.append(times_nanos(rate.coupon, factor))
        else:
            reset = t - (t - 1) % rate.reset_months
            index = times_nanos(rate.index, factors[reset]) + shifts[reset]
            rates.append(max(between(index, rate.floor, rate.cap) + rate.spread, 0))
    return rates


def opening_rate(rate: Rate) -> int:
    """Unstressed, on the first day."""
    if rate.coupon is not None:
        return rate.coupon
    return max(between(rate.index, rate.floor, rate.cap) + rate.spread, 0)


def reset_months(debt: Debt, scenario: Scenario, path: dict[str, list[int]]) -> int | None:
    """Months from one reset to the next: a coupon that the scenario stresses is reset each month, another never."""
    if debt.rate.coupon is None:
        return debt.rate.reset_months
    moves = any(factor != NANO for factor in path["interest_rate_change_factor"][1:])
    return 1 if scenario.stresses_coupons and moves else None


def times_nanos(rate: int, factor: int) -> int:
    """A rate is rounded to nanos in every lane."""
    return round(Fraction(rate * factor, NANO))


def between(index: int, floor: int | None, cap: int | None) -> int:
    index = index if cap is None else min(index, cap)
    return index if floor is None else max(index, floor)
