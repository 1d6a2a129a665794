"""Templates: assumptions to start from, named by how severe they are."""

from ..values.units import NANO
from .scenario import Assumptions


def _ramped(days: int) -> tuple[int, ...]:
    """Days reached over three months.  5 days: 1.666666667, 3.333333333, 5."""
    return tuple((days * NANO * month + 1) // 3 for month in (1, 2, 3))


def _template(
    revenue: int, cost: int, rate: int, liquidity: int, value: int, collection: int, payment: int
) -> Assumptions:
    hundredth = NANO // 100
    return Assumptions(
        revenue_change_factor=(revenue * hundredth,),
        cost_change_factor=(cost * hundredth,),
        interest_rate_change_factor=(rate * hundredth,),
        liquidity_shock_factor=(liquidity * hundredth,),
        market_value_depreciation_factor=(value * hundredth,),
        collection_period_extension_days=_ramped(collection),
        payment_period_reduction_days=_ramped(payment),
    )


#: Assumptions to start from, factors in hundredths, days ramped over three months.
TEMPLATES: dict[str, Assumptions] = {
    "mild": _template(90, 105, 110, 95, 95, collection=15, payment=5),
    "moderate": _template(80, 115, 130, 85, 85, collection=30, payment=10),
    "severe": _template(60, 130, 200, 70, 70, collection=60, payment=20),
}
