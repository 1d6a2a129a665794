"""The rates of a debt: what its index gives, what a reset sets, and how a scenario moves them in each month."""

from collections.abc import Sequence
from typing import NamedTuple

from ..inputs.contract import Reset
from ..inputs.revolver import Debt
from ..numbers.exact import SCALAR, Arithmetic, Rational, clamp
from ..values.units import NANO, AllInRate, Factor, Money
from .loan import LoanReset

MOST_RATE = 5 * NANO  #: the highest all-in rate that is computed


class RateStress(NamedTuple):
    """What a scenario does to interest rates in each month."""

    factor: tuple[Factor, ...]
    shift: tuple[AllInRate, ...]
    moves_coupons: bool = False  #: the factor is one of fixed coupons too, and not 1 throughout


class RatePath(NamedTuple):
    """What a scenario makes of the rate of a debt, in each month: what differs between its scenarios."""

    read: tuple[AllInRate, ...]  #: what a reset reads
    all_in: tuple[AllInRate, ...]  #: the rate, read at the resets; of contract resets, what one in the month would set


def whole_lane(m: Arithmetic) -> Arithmetic:
    """The lane of rates and factors, which are whole nanos even where money is not rounded."""
    return SCALAR if isinstance(m, Rational) else m


def reading(debt: Debt, index: AllInRate | None = None) -> AllInRate:
    """What a reset reads: the index, by default the debt's own, between floor and cap; of fixed debt the coupon."""
    floating = debt.floating_rate
    if floating is None:
        return debt.fixed_rate or 0
    return clamp(SCALAR, floating.index if index is None else index, floating.floor, floating.cap)


def rate_path(m: Arithmetic, debt: Debt, stress: RateStress) -> RatePath:
    """The path of a debt's rate: index x factor + shift between floor and cap, or the stressed coupon."""
    floating, lane = debt.floating_rate, whole_lane(m)
    if floating is None:
        coupon = debt.fixed_rate or 0
        if not stress.moves_coupons:
            return RatePath((coupon,) * len(stress.factor), (coupon,) * len(stress.factor))
        read = tuple(lane.times(coupon, factor) for factor in stress.factor)
        return RatePath(read, all_in(lane, debt, read))
    index, floor, cap = floating.index, floating.floor, floating.cap
    moves = list(zip(map(id, stress.factor), map(id, stress.shift), strict=True))
    distinct = dict(zip(moves, zip(stress.factor, stress.shift, strict=True), strict=True))  # most months move it alike
    moved = {
        move: clamp(lane, lane.times(index, factor) + shift, floor, cap) for move, (factor, shift) in distinct.items()
    }
    read = tuple([moved[move] for move in moves])
    every = 1 if _has_own_resets(debt) else floating.reset_interval_months
    at_resets = read if every == 1 else [read[month // every * every] for month in range(len(read))]
    return RatePath(read, all_in(lane, debt, at_resets))


def opening_rate(debt: Debt, first_reading: AllInRate, m: Arithmetic = SCALAR) -> AllInRate:
    """The all-in rate on the first day, of what is read then; resets of the contract's own leave the debt's own index
    in force until the next of them.
    """
    multiplier, spread = gearing(debt)
    return m.most(_geared(m, reading(debt) if _has_own_resets(debt) else first_reading, multiplier, spread), 0)


def all_in(m: Arithmetic, debt: Debt, read: Sequence[AllInRate]) -> tuple[AllInRate, ...]:
    """Readings x multiplier + spread, never below 0; a coupon as it is.  3 % and a spread of 2 % are 5 %."""
    multiplier, spread = gearing(debt)
    keys = list(map(id, read))  # most months read what the month before has read
    rates = {
        key: m.most(_geared(m, index, multiplier, spread), 0)
        for key, index in dict(zip(keys, read, strict=True)).items()
    }
    return tuple([rates[key] for key in keys])


def gearing(debt: Debt) -> tuple[Factor, AllInRate]:
    """The multiplier and the spread of a debt's index, with what the contract's own resets add; 1 and 0 if fixed."""
    floating, clauses = debt.floating_rate, debt.contract.rate_reset if debt.contract else None
    spread = floating.spread if floating else 0
    return (clauses.multiplier, spread + clauses.spread) if clauses else (NANO, spread)


def reset_rate(m: Arithmetic, reset: LoanReset | Reset, rate: AllInRate, index: AllInRate) -> AllInRate:
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
