"""The terms of a revolver, month by month: those of its drawn part, and what the facility offers and charges."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..inputs.revolver import Revolver
from ..numbers.day_count import DayCount
from ..numbers.months import FORESIGHT, month_of
from ..values.units import AllInRate, Factor, Flag, Money, Ticks
from .accrual import AccrualPeriod
from .dated_periods import filled_up
from .instrument_loan import model_clock
from .monthly_terms import DebtTerms, months_ticks


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
    revolver: Revolver, month_ends: tuple[date, ...], all_in: Sequence[AllInRate], refinanced: Sequence[Factor]
) -> tuple[tuple[DebtTerms, ...], tuple[RevolverTerms, ...]]:
    """The terms of the drawn part, paid monthly and due at maturity, and those of the facility, month by month."""
    d0 = month_ends[0]
    clock, last = model_clock(d0), month_of(d0, revolver.maturity_date)
    periods: list[list[AccrualPeriod]] = []
    facility = []
    for month in range(1, len(month_ends)):
        start, end, rate = month_ends[month - 1], month_ends[month], all_in[month - 1]
        to = revolver.maturity_date if month == last else end
        matures, stays = int(month == last), refinanced[month - 1] if month == last else 0
        passed = clock(revolver.day_count, start, to)
        periods.append([AccrualPeriod(rate, passed, 1, 0, 1, matures, 1, stays)])
        if matures:
            periods[-1].append(AccrualPeriod(rate, clock(revolver.day_count, to, end), 0, 0, 1, 0, 1))
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
    ticks = months_ticks(revolver.day_count, month_ends)
    drawn = [
        DebtTerms(
            rate=all_in[month - 1],
            default_margin=revolver.default_margin,
            overdue_ticks=ticks[month - 1],
            matured=int(month >= last),
            may_leave_balloon=int(month == last),
            is_level_in_payment=0,
            periods=of_month,
            contract_interest=0,
            contract_principal=0,
        )
        for month, of_month in enumerate(filled_up(periods), start=1)
    ]
    return tuple(drawn), tuple(facility)
