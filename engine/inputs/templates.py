"""Templates: scenarios to start from, each with where it comes from and what it was measured to do.

The coherent set keeps costs at their level (nothing rises because volumes fall) and comes and goes: a ramp of three
months, a hold of nine, a recovery of twelve. Its factors were chosen after the fact, on the firms they were measured
on: surviving firms of the UCI Polish data, fixed shares 0.20 of cost of sales and 0.65 of operating expenses.
"""

from typing import NamedTuple

from ..values.units import NANO
from .scenario import Assumptions, Course


class Template(NamedTuple):
    """What a template fills into a scenario, and what is known of it."""

    assumptions: Assumptions
    course: Course | None
    description: str


PERCENT = NANO // 100
COMES_AND_GOES = Course(onset_months=0, ramp_months=3, hold_months=9, recovery_months=12)


def _coherent(
    *, revenue: int, collection: int, payment: int, rate: int, liquidity: int, value: int, measured: str
) -> Template:
    """Factors in percent, the rate shift in tenths of a percent, days."""
    assumptions = Assumptions(
        revenue_change_factor=(revenue * PERCENT,),
        collection_period_extension_days=(collection * NANO,),
        payment_period_reduction_days=(payment * NANO,),
        interest_rate_shift=(rate * PERCENT // 10,),
        liquidity_shock_factor=(liquidity * PERCENT,),
        market_value_depreciation_factor=(value * PERCENT,),
    )
    return Template(assumptions, COMES_AND_GOES, f"{measured} {_CHOSEN}")


_CHOSEN = (
    "Factors chosen after the fact on the same firms (surviving firms of the UCI Polish bankruptcy data); the level"
    " depends on the fixed shares of cost and on how ratios are read as statements."
)

TEMPLATES: dict[str, Template] = {
    "mild": _coherent(
        revenue=85,
        collection=10,
        payment=7,
        rate=15,
        liquidity=90,
        value=85,
        measured="14.1 % of real surviving firms default within 12 months with an undrawn revolver of 10 % of sales,"
        " 54.5 % without a revolver (base case: 4.2 % and 11.0 %).",
    ),
    "moderate": _coherent(
        revenue=78,
        collection=15,
        payment=10,
        rate=20,
        liquidity=85,
        value=80,
        measured="31.5 % of real surviving firms default within 12 months with an undrawn revolver of 10 % of sales,"
        " 65.6 % without a revolver (base case: 4.2 % and 11.0 %). With other fixed shares of cost and the revolver:"
        " 20.1 % at 0.02 + 0.57, 41.3 % at 0.31 + 0.84.",
    ),
    "severe": _coherent(
        revenue=65,
        collection=25,
        payment=15,
        rate=30,
        liquidity=80,
        value=65,
        measured="56.7 % of real surviving firms default within 12 months with an undrawn revolver of 10 % of sales,"
        " 77.7 % without a revolver (base case: 4.2 % and 11.0 %).",
    ),
    "moderate_conventional": Template(
        Assumptions(
            revenue_change_factor=(80 * PERCENT,),
            cost_change_factor=(115 * PERCENT,),
            interest_rate_change_factor=(130 * PERCENT,),
            liquidity_shock_factor=(85 * PERCENT,),
            market_value_depreciation_factor=(85 * PERCENT,),
        ),
        None,
        "The conventional set of factors, constant over the horizon: uncalibrated, measured on no firms.",
    ),
}
