"""A scenario as what it makes of each month: the value of every assumption, as a figure of a lane."""

from typing import NamedTuple

from ..debt.rates import RateStress
from ..inputs.scenario import NEUTRAL, Posture, RateScope, Scenario
from ..values.units import NANO, Factor, Figure, Flag, Number
from .paths import path


class Stress(NamedTuple):
    """The row of numbers in which scenarios differ, and whether coupons move, which changes the events of loans."""

    paths: dict[str, tuple[Figure, ...]]  #: by assumption, in each compiled month
    inventory_release_share: Factor = 0
    is_workout: Flag = 0
    acceleration_months: Number = 0
    moves_coupons: bool = False  #: the interest rate change factor acts on fixed coupons too, and is not 1 throughout

    @property
    def rates(self) -> RateStress:
        paths = self.paths
        return RateStress(paths["interest_rate_change_factor"], paths["interest_rate_shift"], self.moves_coupons)


def stress_of(scenario: Scenario) -> Stress:
    """The stress of one scenario."""
    paths = {name: path(scenario, name) for name in NEUTRAL}
    factors, acts_on_all = paths["interest_rate_change_factor"], RateScope.ALL
    scope = scenario.assumptions.interest_rate_scope
    return Stress(
        paths,
        inventory_release_share=scenario.assumptions.inventory_release_share,
        is_workout=int(scenario.posture is Posture.WORKOUT),
        acceleration_months=scenario.acceleration_months or 0,
        moves_coupons=scope is acts_on_all and any(factor != NANO for factor in factors),
    )
