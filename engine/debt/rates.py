"""The rates of a debt: what its index gives, what a reset sets, and how a scenario moves them in each month."""

from collections.abc import Sequence
from typing import NamedTuple

from ..inputs.contract import Reset
from ..inputs.revolver import Debt
from ..inputs.scenario import RateScope
from ..numbers.exact import SCALAR, Arithmetic, clamp
from ..values.units import NANO, AllInRate, Factor, Money

MOST_RATE = 5 * NANO  #: the highest all-in rate that is computed


class RateStress(NamedTuple):
    """What a scenario does to interest rates in each month."""

    factor: tuple[int, ...]
    shift: tuple[int, ...]
    scope: RateScope

    @property
    def moves_coupons(self) -> bool:
        return self.scope is RateScope.ALL and any(factor != NANO for factor in self.factor)

    @property
    def neutral(self) -> "RateStress":
        """The same months without any stress."""
        return RateStress((NANO,) * len(self.factor), (0,) * len(self.shift), RateScope.FLOATING)


def reading(debt: Debt, index: AllInRate | None = None) -> AllInRate:
    """What a reset reads: the index, by default the debt's own, between floor and cap; of fixed debt the coupon."""
    floating = debt.floating_rate
    if floating is None:
        return debt.fixed_rate or 0
    return clamp(SCALAR, floating.index if index is None else index, floating.floor, floating.cap)


def readings(debt: Debt, stress: RateStress) -> tuple[AllInRate, ...]:
    """What a reset reads in each month: index x factor + shift between floor and cap, or the stressed coupon."""
    floating = debt.floating_rate
    if floating is None:
        coupon = debt.fixed_rate or 0
        return tuple(SCALAR.times(coupon, factor) if stress.moves_coupons else coupon for factor in stress.factor)
    moves = zip(stress.factor, stress.shift, strict=True)
    indices = (SCALAR.times(floating.index, factor) + shift for factor, shift in moves)
    return tuple(clamp(SCALAR, index, floating.floor, floating.cap) for index in indices)


def rates(debt: Debt, stress: RateStress) -> tuple[AllInRate, ...]:
    """The all-in rate of each month; a floating rate is read at its resets.

    For a contract with reset dates of its own, what a reset in the month would set.
    """
    floating, read = debt.floating_rate, readings(debt, stress)
    every = 1 if floating is None or _has_own_resets(debt) else floating.reset_interval_months
    return all_in(debt, [read[month // every * every] for month in range(len(read))])


def opening_rate(debt: Debt, first_reading: AllInRate) -> AllInRate:
    """The all-in rate on the first day, of what is read then; resets of the contract's own leave the debt's own index
    in force until the next of them.
    """
    (rate,) = all_in(debt, [reading(debt) if _has_own_resets(debt) else first_reading])
    return rate


def all_in(debt: Debt, read: Sequence[AllInRate]) -> tuple[AllInRate, ...]:
    """Readings x multiplier + spread, never below 0; a coupon as it is.  3 % and a spread of 2 % are 5 %."""
    multiplier, spread = gearing(debt)
    return tuple(max(_geared(SCALAR, index, multiplier, spread), 0) for index in read)


def gearing(debt: Debt) -> tuple[Factor, AllInRate]:
    """The multiplier and the spread of a debt's index, with what the contract's own resets add; 1 and 0 if fixed."""
    floating, clauses = debt.floating_rate, debt.contract.rate_reset if debt.contract else None
    spread = floating.spread if floating else 0
    return (clauses.multiplier, spread + clauses.spread) if clauses else (NANO, spread)


def reset_rate(m: Arithmetic, reset: Reset, rate: AllInRate, index: AllInRate) -> AllInRate:
    """index x multiplier + spread: its step from the old rate, and then its level, between their floors and caps."""
    step = clamp(m, _geared(m, index, reset.multiplier, reset.spread) - rate, reset.step_floor, reset.step_cap)
    return clamp(m, rate + step, reset.floor, reset.cap)


def _geared(m: Arithmetic, index: AllInRate, multiplier: Factor, spread: AllInRate) -> AllInRate:
    return m.times(index, multiplier) + spread


def _has_own_resets(debt: Debt) -> bool:
    return debt.contract is not None and debt.contract.rate_reset is not None


def interest_run_rate(m: Arithmetic, debts: Sequence[Debt]) -> Money:
    """Opening balances times their opening rates: the interest of a year in which nothing changes."""
    return sum(m.times(debt.opening_balance, opening_rate(debt, reading(debt))) for debt in debts)
