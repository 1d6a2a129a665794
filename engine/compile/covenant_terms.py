"""The covenants as a case has them: their limits, and in each month whether they are tested and against what."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..inputs.company import DatasetVersion
from ..inputs.covenants import ConsecutiveCures, Covenant, CovenantKind
from ..values.units import NANO, Factor, Flag, Money, Number

NO_CAP = 2**60  #: more than any cash


class CovenantLimits(NamedTuple):
    """What a covenant allows over its life."""

    netting_cap: Money
    springing_share: Factor
    cures_in_four_quarters: Number
    cures_in_life: Number
    consecutive_cures: Flag
    acceleration_months: Number


class CovenantTerms(NamedTuple):
    """A covenant at the end of a month."""

    is_test_date: Flag  #: it moves the window of cures, tested or not
    is_tested: Flag  #: a threshold is in force
    multiple: Factor  #: 0 for liquidity
    amount: Money  #: 0 for the others


def covenants_by_id(company: DatasetVersion) -> list[Covenant]:
    """The covenants in the order of their ids, in which every tuple by covenant has them."""
    return sorted(company.covenants, key=lambda covenant: covenant.covenant_id)


def covenant_limits(company: DatasetVersion) -> tuple[CovenantLimits, ...]:
    """The limits of each covenant."""
    return tuple(
        CovenantLimits(
            netting_cap=NO_CAP if covenant.netting_cap is None else covenant.netting_cap,
            springing_share=covenant.springing_share or 0,
            cures_in_four_quarters=covenant.cures_in_four_quarters,
            cures_in_life=covenant.cures_in_life,
            consecutive_cures=int(covenant.consecutive_cures is ConsecutiveCures.ALLOWED),
            acceleration_months=covenant.acceleration_months or 0,
        )
        for covenant in covenants_by_id(company)
    )


def covenant_terms(covenants: Sequence[Covenant], month_end: date, is_quarter_end: bool) -> tuple[CovenantTerms, ...]:
    """Each covenant at the end of a month: quarterly, liquidity monthly; the last step up to the day is in force."""
    terms = []
    for covenant in covenants:
        is_test_date = is_quarter_end or covenant.kind is CovenantKind.MIN_LIQUIDITY
        step = next((step for step in reversed(covenant.steps) if step.from_date <= month_end), None)
        multiple, amount = (NANO, 0) if step is None else (step.multiple or 0, step.amount or 0)
        terms.append(CovenantTerms(int(is_test_date), int(is_test_date and step is not None), multiple, amount))
    return tuple(terms)
