"""The rates of a debt in each month, as a scenario moves them."""

from datetime import date
from typing import NamedTuple

from ..inputs.instruments import Debt, Instrument
from ..inputs.scenario import RateScope
from ..numbers.exact import half_even
from ..values.units import NANO
from .instrument_loan import reset_of


class RateStress(NamedTuple):
    """What a scenario does to interest rates in each month."""

    factor: tuple[int, ...]
    shift: tuple[int, ...]
    scope: RateScope

    @property
    def moves_coupons(self) -> bool:
        return self.scope is RateScope.ALL and any(factor != NANO for factor in self.factor)


def readings(debt: Debt, stress: RateStress) -> tuple[int, ...]:
    """What a reset would read in each month: index x factor + shift between floor and cap, or the stressed coupon."""
    floating = debt.floating_rate
    if floating is None:
        coupon = debt.fixed_rate or 0
        return tuple(half_even(coupon * f, NANO) if stress.moves_coupons else coupon for f in stress.factor)
    read = [half_even(floating.index * f, NANO) + s for f, s in zip(stress.factor, stress.shift, strict=True)]
    if floating.cap is not None:
        read = [min(index, floating.cap) for index in read]
    if floating.floor is not None:
        read = [max(index, floating.floor) for index in read]
    return tuple(read)


def rates(debt: Debt, stress: RateStress) -> tuple[int, ...]:
    """The all-in rate of each month, spread included and never below 0; a floating one is read at its resets.

    For a contract with reset dates of its own, what a reset in the month would set.
    """
    floating, read = debt.floating_rate, readings(debt, stress)
    if floating is None:
        return read
    if isinstance(debt, Instrument) and debt.contract and debt.contract.reset:
        reset = reset_of(debt, date.min)
        return (
            tuple(max(half_even(index * reset.multiplier, NANO) + reset.spread, 0) for index in read) if reset else read
        )
    every = floating.reset_interval_months
    return tuple(max(read[month // every * every] + floating.spread, 0) for month in range(len(read)))


def running_rate(loan: Instrument) -> int:
    """The all-in rate of an instrument that nothing stresses."""
    return rates(loan, RateStress((NANO,), (0,), RateScope.FLOATING))[0]
