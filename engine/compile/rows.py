"""Many stresses of one company compiled at once: a figure is a column where they differ, and an int where they do not.

Rows are played, and checked against the limits, in one pass. What costs more than arithmetic is done once per distinct
path of rates: the factors of annuities, and the limits where the worst of all rows passes one.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from ..debt.monthly_terms import DebtTerms, played_terms
from ..debt.rates import RatePath, RateStress, rate_path
from ..debt.revolver_terms import RevolverTerms, revolver_terms
from ..inputs.company import DatasetVersion
from ..inputs.instruments import Instrument
from ..inputs.scenario import NEUTRAL
from ..numbers.batch import Batch, column
from ..numbers.exact import SCALAR, Arithmetic
from ..numbers.months import COMPILED_MONTHS
from ..numbers.rows import Column, DistinctRows
from ..values.faults import Refused
from ..values.units import NANO, Figure
from . import limits
from .case import NO_REVOLVER, CompiledCase, DebtMonth, by_month, case_of
from .company_terms import CompanyTerms, company_terms
from .paths import market_value_left
from .stress import Stress

RATES = ("interest_rate_change_factor", "interest_rate_shift", "refinanced_share")  #: what the terms of debts hang on
FLOWS = ("revenue_change_factor", "cost_change_factor")


class CompiledRows(NamedTuple):
    """The stresses of one structure that a company does not refuse, as columns with a row for each of them."""

    rows: Any  #: which they are: an array of positions
    terms: CompanyTerms
    stress: Stress
    market_values_left: Sequence[Column]
    debts: list[DebtMonth]  #: of the distinct paths of rates
    distinct: DistinctRows  #: which of them each row has

    def case(self) -> CompiledCase:
        """All of it compiled: made anew each time."""
        debts: list[DebtMonth] = _spread(self.distinct, self.debts)
        return case_of(_lane(len(self.rows)), self.terms, self.stress, debts, self.market_values_left)


def columns_of(stresses: Sequence[Stress]) -> Stress:
    """Stresses as one in columns, a row for each."""
    paths = {
        name: tuple(column(values) for values in zip(*(stress.paths[name] for stress in stresses), strict=True))
        for name in NEUTRAL
    }
    _, *others = zip(*stresses, strict=True)
    return Stress._make((paths, *map(column, others)))


def compile_rows(company: DatasetVersion, analysis_date: date, stress: Stress, count: int) -> list[CompiledRows]:
    """Compile so many stresses of a company, each as `compile_case` would; those that it refuses are left out.

    `moves_coupons` may be a column too: rows in which coupons move have other events, and so a structure of their own.
    """
    terms = company_terms(SCALAR, company, analysis_date)
    moved = np.broadcast_to(np.asarray(stress.moves_coupons, dtype=bool), count)
    compiled = []
    for moves_coupons in (False, True):
        rows = np.flatnonzero(moved == moves_coupons)
        at_rows = _at(stress, rows)._replace(moves_coupons=moves_coupons)
        compiled.append(_compiled(company, terms, at_rows, rows) if len(rows) else None)
    return [made for made in compiled if made is not None]


def _compiled(company: DatasetVersion, terms: CompanyTerms, stress: Stress, rows: Any) -> CompiledRows | None:
    """The rows of one structure; without those that are refused, which are found before anything else is computed."""
    distinct = DistinctRows([figure for name in RATES for figure in stress.paths[name]])
    lane, rates = _lane(len(distinct)), _rate_stress(distinct, stress)
    rate_paths = [rate_path(lane, debt, rates) for debt in terms.debts]
    accepted = _accepted(company, terms, stress, distinct, rate_paths, len(rows))
    if not accepted.all():
        return _again(company, terms, stress, rows, accepted)
    debts, taken_back = _debts(lane, terms, distinct, rate_paths, rates.moves_coupons)
    if taken_back is not False and np.any(taken_back):
        return _again(company, terms, stress, rows, ~np.broadcast_to(distinct.spread(taken_back), len(rows)))
    left = market_value_left(stress.paths["market_value_depreciation_factor"])
    return CompiledRows(rows, terms, stress, left, debts, distinct)


def _again(
    company: DatasetVersion, terms: CompanyTerms, stress: Stress, rows: Any, accepted: Any
) -> CompiledRows | None:
    """The rows that are accepted, if there are any."""
    left = np.flatnonzero(accepted)
    return _compiled(company, terms, _at(stress, left), rows[left]) if len(left) else None


def _lane(count: int) -> Arithmetic:
    return SCALAR if count == 1 else Batch(count)


def _at(stress: Stress, rows: Any) -> Stress:
    """A stress at some of its rows; of a single row in plain ints. A column of many months stays one."""
    distinct = {id(figure): figure for path in stress.paths.values() for figure in path}
    known = {key: _picked(figure, rows) for key, figure in distinct.items()}
    paths = {name: tuple(known[id(figure)] for figure in path) for name, path in stress.paths.items()}
    others = (_picked(figure, rows) for figure in stress[1:-1])
    return Stress._make((paths, *others, stress.moves_coupons))


def _picked(figure: Column, rows: Any) -> Column:
    if isinstance(figure, int):
        return figure
    return int(figure[rows[0]]) if len(rows) == 1 else figure[rows]


def _rate_stress(distinct: DistinctRows, stress: Stress) -> RateStress:
    factor, shift, _ = _by_name(distinct.columns())
    return RateStress(factor, shift, stress.moves_coupons)


def _by_name(columns: Sequence[Column]) -> Iterator[tuple[Column, ...]]:
    """The paths of `RATES` in columns that stand one after the other."""
    return (tuple(columns[start : start + COMPILED_MONTHS]) for start in range(0, len(columns), COMPILED_MONTHS))


def _debts(
    lane: Arithmetic,
    terms: CompanyTerms,
    distinct: DistinctRows,
    rate_paths: Sequence[RatePath],
    moves_coupons: bool,
) -> tuple[list[DebtMonth], Any]:
    """The terms of the debts in each month, played once per distinct row, and which of those take back too much."""
    *_, refinanced = _by_name(distinct.columns())
    by_slot: list[tuple[DebtTerms, ...]] = []
    revolver: Sequence[RevolverTerms] = (NO_REVOLVER,) * COMPILED_MONTHS
    taken_back: Any = False
    for debt, rate in zip(terms.debts, rate_paths, strict=True):
        if isinstance(debt, Instrument):
            drawn, too_much = played_terms(lane, debt, terms.month_ends, rate, refinanced, moves_coupons)
            taken_back = taken_back | too_much
        else:
            drawn, offered = revolver_terms(debt, terms.month_ends, rate.all_in, refinanced)
            revolver = offered
        by_slot.append(drawn)
    return by_month(by_slot, revolver), taken_back


def _spread(distinct: DistinctRows, tree: Any) -> Any:
    """A tree of figures of the distinct rows, at all rows; a column that stands in several places stays one."""
    known: dict[int, Column] = {}

    def spread(branch: Any) -> Any:
        if isinstance(branch, tuple | list):
            parts = [spread(part) for part in branch]
            return type(branch)(*parts) if hasattr(branch, "_fields") else type(branch)(parts)
        if branch is None or isinstance(branch, int):
            return branch
        if id(branch) not in known:
            known[id(branch)] = distinct.spread(branch)
        return known[id(branch)]

    return tree if len(distinct) == 1 else spread(tree)


def _accepted(
    company: DatasetVersion,
    terms: CompanyTerms,
    stress: Stress,
    distinct: DistinctRows,
    rate_paths: Sequence[RatePath],
    count: int,
) -> Any:
    """Which rows keep to the limits. What they bound grows with factors and rates, so all rows do where the worst of
    each month together does; else each distinct row is checked by itself.
    """
    most = {name: tuple(map(_largest, stress.paths[name])) for name in FLOWS}
    factors = tuple(map(_furthest_from_neutral, stress.paths[RATES[0]]))
    highest = [tuple(map(_largest, path.all_in)) for path in rate_paths]
    if _keeps(company, terms, {**most, RATES[0]: factors}, highest):
        return np.ones(count, dtype=bool)
    names = (*FLOWS, RATES[0])
    of_debts = [distinct.spread(figure) for path in rate_paths for figure in path.all_in]
    each = DistinctRows([*of_debts, *(figure for name in names for figure in stress.paths[name])])
    kept = [_row_keeps(company, terms, names, row) for row in each.paths()]
    return np.broadcast_to(np.array(kept)[each.of], count)


def _row_keeps(company: DatasetVersion, terms: CompanyTerms, names: Sequence[str], row: Sequence[int]) -> bool:
    """Whether one row keeps to the limits: the rates of each debt, and the paths of some assumptions."""
    *all_in, revenue, cost, factors = _by_name(row)
    return _keeps(company, terms, dict(zip(names, (revenue, cost, factors), strict=True)), all_in)


def _largest(figure: Column) -> int:
    return figure if isinstance(figure, int) else int(figure.max())


def _furthest_from_neutral(figure: Column) -> int:
    """A factor of some row that is not 1, if there is one."""
    if isinstance(figure, int):
        return figure
    highest = int(figure.max())
    return highest if highest != NANO else int(figure.min())


def _keeps(
    company: DatasetVersion, terms: CompanyTerms, paths: dict[str, tuple[Figure, ...]], all_in: Sequence[Any]
) -> bool:
    try:
        limits.check(company, terms.debts, terms.month_ends[0], paths, all_in)
    except Refused:
        return False
    return True
