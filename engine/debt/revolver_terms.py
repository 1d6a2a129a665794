"""The terms of a revolver, month by month: those of its drawn part, and what the facility offers and charges."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..inputs.revolver import Revolver
from ..numbers.day_count import DayCount
from ..numbers.months import FORESIGHT, month_of, month_ticks
from ..values.units import AllInRate, Factor, Flag, Money, Ticks
from .accrual import EMPTY_PERIOD
from .instrument_loan import model_clock
from .monthly_terms import DebtTerms
from .rates import RateStress, rates


class RevolverTerms(NamedTuple):
    """What the revolver offers and charges in one month, beside the terms of its drawn part."""

    commitment: Money  #: that can be drawn: 0 from the month of maturity on
    fee_commitment: Money
    fee_rate: AllInRate
    fee_ticks: Ticks
    receivables_advance_rate: Factor
    inventory_advance_rate: Factor
    matures_soon: Flag  #: in one of the three months after this one
    refinanced_at_maturity: Factor


def revolver_terms(
    revolver: Revolver, month_ends: tuple[date, ...], stress: RateStress, refinanced: Sequence[int]
) -> tuple[tuple[DebtTerms, ...], tuple[RevolverTerms, ...]]:
    """The terms of the drawn part, paid monthly and due at maturity, and those of the facility, month by month."""
    d0, all_in = month_ends[0], rates(revolver, stress)
    clock, last = model_clock(d0), month_of(d0, revolver.maturity_date)
    drawn, facility = [], []
    for month in range(1, len(month_ends)):
        start, end, rate = month_ends[month - 1], month_ends[month], all_in[month - 1]
        to = revolver.maturity_date if month == last else end
        period = EMPTY_PERIOD._replace(rate=rate, ticks=clock(revolver.day_count, start, to), pays=1)
        periods = [period]
        if month == last:
            periods = [period._replace(due_part=1, refinanced_share=refinanced[month - 1])]
            periods.append(EMPTY_PERIOD._replace(rate=rate, ticks=clock(revolver.day_count, to, end)))
        drawn.append(
            DebtTerms(
                rate=rate,
                default_margin=revolver.default_margin,
                overdue_ticks=month_ticks(revolver.day_count, start, end),
                matured=int(month >= last),
                may_leave_balloon=int(month == last),
                is_level_in_payment=0,
                periods=tuple(periods),
                contract_interest=0,
                contract_principal=0,
            )
        )
        facility.append(
            RevolverTerms(
                commitment=revolver.commitment if month < last else 0,
                fee_commitment=revolver.commitment if month <= last else 0,
                fee_rate=revolver.undrawn_fee,
                fee_ticks=clock(DayCount.ACTUAL_360, start, to),
                receivables_advance_rate=revolver.receivables_advance_rate or 0,
                inventory_advance_rate=revolver.inventory_advance_rate or 0,
                matures_soon=int(month < last <= month + FORESIGHT),
                refinanced_at_maturity=refinanced[min(last, len(refinanced)) - 1],
            )
        )
    return tuple(drawn), tuple(facility)
