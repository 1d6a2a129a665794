"""The debts of a company under many paths of rates, a column for each path: played once, and kept for other rows.

What costs more than arithmetic, the factors of annuities, is done in here; rows of one sweep have the same paths block
after block.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..debt.accrual import AccrualPeriod
from ..debt.monthly_terms import DebtTerms, played_terms
from ..debt.rates import RatePath
from ..debt.revolver_terms import RevolverTerms, revolver_terms
from ..inputs.company import DatasetVersion
from ..inputs.instruments import Instrument
from ..numbers.batch import Batch
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import COMPILED_MONTHS
from ..numbers.rows import Column, DistinctRows
from ..values.faults import Refused
from ..values.kept import Kept
from ..values.shape import Shape
from .case import NO_REVOLVER, DebtMonth, by_month
from .company_terms import CompanyTerms

MOST_KEPT = 64_000_000  #: bytes, were each figure a column of its own; as most stay the same it is a tenth of that
FIGURE_BYTES = 40  #: of one that is no column


class RatedDebts:
    """The terms of the debts in each month, under so many paths of rates."""

    def __init__(self, months: tuple[DebtMonth, ...], is_refused: Any) -> None:
        self.months = months
        self.is_refused = is_refused  #: under which paths a contract is

    @cached_property
    def shape(self) -> Shape:
        """Of the months."""
        return Shape(self.months)

    @cached_property
    def leaves(self) -> list[Column]:
        """The figures of the months."""
        return self.shape.flatten(self.months)


_KEPT: Kept[RatedDebts] = Kept(MOST_KEPT)


def lane_of(count: int) -> Arithmetic:
    """The lane of so many rows; one alone is in plain ints."""
    return SCALAR if count == 1 else Batch(count)


def rated_debts(
    company: DatasetVersion,
    terms: CompanyTerms,
    distinct: DistinctRows,
    paths: Sequence[RatePath],
    refinanced: Sequence[Column],
    moves_coupons: bool,
) -> RatedDebts:
    """The debts of a company with these terms. `distinct` are the rows of what stresses say of rates and refinancing;
    `paths` is what that makes of the rate of each debt.
    """
    key = company, terms.month_ends, moves_coupons, distinct.key()
    debts = _KEPT.get(key)
    if debts is None:
        debts = _rated_debts(terms, lane_of(len(distinct)), paths, refinanced, moves_coupons)
        _KEPT.add(key, debts, _most_figures(debts) * (FIGURE_BYTES + 8 * len(distinct)))
    return debts


def _most_figures(debts: RatedDebts) -> int:
    of_debts = [terms for month in debts.months for terms in month.debts]
    periods = sum(len(terms.periods) for terms in of_debts)
    return len(DebtTerms._fields) * len(of_debts) + len(AccrualPeriod._fields) * periods


def _rated_debts(
    terms: CompanyTerms,
    lane: Arithmetic,
    paths: Sequence[RatePath],
    refinanced: Sequence[Column],
    moves_coupons: bool,
) -> RatedDebts:
    by_slot: list[tuple[DebtTerms, ...]] = []
    revolver: Sequence[RevolverTerms] = (NO_REVOLVER,) * COMPILED_MONTHS
    is_refused: Any = False
    for debt, rate in zip(terms.debts, paths, strict=True):
        if isinstance(debt, Instrument):
            try:
                drawn, cannot_be = played_terms(lane, debt, terms.month_ends, rate, refinanced, moves_coupons)
            except Refused:  # of a single path, which plain ints play
                return RatedDebts((), True)
            is_refused = is_refused | cannot_be
        else:
            drawn, revolver = revolver_terms(debt, terms.month_ends, rate.all_in, refinanced)
        by_slot.append(drawn)
    return RatedDebts(tuple(by_month(by_slot, revolver)), is_refused)
