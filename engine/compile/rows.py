"""Many stresses of one company compiled at once: a figure is a column where they differ, and an int where they do not.

Rows are played, and checked against the limits, in one pass. What costs more than arithmetic is done once per distinct
path of rates: the factors of annuities, and the limits where the worst of all rows passes one.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from ..debt.rates import RatePath, RateStress, rate_path
from ..inputs.company import DatasetVersion
from ..inputs.scenario import NEUTRAL
from ..numbers.batch import column
from ..numbers.exact import SCALAR
from ..numbers.months import COMPILED_MONTHS
from ..numbers.rows import Column, DistinctRows, each_once
from ..values.faults import Refused
from ..values.units import NANO, Figure
from . import limits
from .case import CompiledCase, DebtMonth, case_of
from .company_terms import CompanyTerms, company_terms
from .paths import market_value_left
from .rated_debts import RatedDebts, lane_of, rated_debts
from .stress import Stress

RATES = ("interest_rate_change_factor", "interest_rate_shift", "refinanced_share")  #: what the terms of debts hang on
FLOWS = ("revenue_change_factor", "cost_change_factor")


class CompiledRows(NamedTuple):
    """The stresses of one structure that a company does not refuse, as columns with a row for each of them."""

    rows: Any  #: which they are: an array of positions
    terms: CompanyTerms
    stress: Stress
    market_values_left: Sequence[Column]
    debts: RatedDebts  #: under the distinct paths of rates
    distinct: DistinctRows  #: which of them each row has

    def case(self, debts: Sequence[DebtMonth] | None = None) -> CompiledCase:
        """All of it compiled, made anew each time; `debts` are those of all rows."""
        if debts is None:
            debts = self.debts.shape.build(self.distinct.all_spread(self.debts.leaves))
        return case_of(lane_of(len(self.rows)), self.terms, self.stress, debts, self.market_values_left)


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
        if len(rows):
            at_rows = stress if len(rows) == count > 1 else _at(stress, rows)
            compiled.append(_compiled(company, terms, at_rows._replace(moves_coupons=moves_coupons), rows))
    return [made for made in compiled if made is not None]


def _compiled(company: DatasetVersion, terms: CompanyTerms, stress: Stress, rows: Any) -> CompiledRows | None:
    """The rows of one structure; without those that are refused, which are found before anything else is computed."""
    distinct = DistinctRows([figure for name in RATES for figure in stress.paths[name]])
    lane, rates = lane_of(len(distinct)), _rate_stress(distinct, stress)
    rate_paths = [rate_path(lane, debt, rates) for debt in terms.debts]
    accepted = _accepted(company, terms, stress, distinct, rate_paths, len(rows))
    if not accepted.all():
        return _again(company, terms, stress, rows, accepted)
    *_, refinanced = _by_name(distinct.columns)
    debts = rated_debts(company, terms, distinct, rate_paths, refinanced, rates.moves_coupons)
    if np.any(debts.is_refused):
        return _again(company, terms, stress, rows, ~np.broadcast_to(distinct.spread(debts.is_refused), len(rows)))
    left = market_value_left(stress.paths["market_value_depreciation_factor"])
    return CompiledRows(rows, terms, stress, left, debts, distinct)


def _again(
    company: DatasetVersion, terms: CompanyTerms, stress: Stress, rows: Any, accepted: Any
) -> CompiledRows | None:
    """The rows that are accepted, if there are any."""
    left = np.flatnonzero(accepted)
    return _compiled(company, terms, _at(stress, left), rows[left]) if len(left) else None


def _at(stress: Stress, rows: Any) -> Stress:
    """A stress at some of its rows; of a single row in plain ints. A column of many months stays one."""
    figures = each_once(lambda figure: _picked(figure, rows), list(chain(*stress.paths.values())))
    paths = dict(zip(stress.paths, _by_name(figures), strict=True))
    others = (_picked(figure, rows) for figure in stress[1:-1])
    return Stress._make((paths, *others, stress.moves_coupons))


def _picked(figure: Column, rows: Any) -> Column:
    if isinstance(figure, int):
        return figure
    return int(figure[rows[0]]) if len(rows) == 1 else figure[rows]


def _rate_stress(distinct: DistinctRows, stress: Stress) -> RateStress:
    factor, shift, _ = _by_name(distinct.columns)
    return RateStress(factor, shift, stress.moves_coupons)


def _by_name(columns: Sequence[Column]) -> Iterator[tuple[Column, ...]]:
    """The paths of `RATES` in columns that stand one after the other."""
    return (tuple(columns[start : start + COMPILED_MONTHS]) for start in range(0, len(columns), COMPILED_MONTHS))


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
    most = {name: tuple(each_once(_largest, stress.paths[name])) for name in FLOWS}
    factors = tuple(each_once(_furthest_from_neutral, stress.paths[RATES[0]]))
    highest = [tuple(each_once(_largest, path.all_in)) for path in rate_paths]
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


def _largest(column: Column) -> int:
    return int(column.max())


def _furthest_from_neutral(factors: Column) -> int:
    """A factor of some row that is not 1, if there is one."""
    highest = int(factors.max())
    return highest if highest != NANO else int(factors.min())


def _keeps(
    company: DatasetVersion, terms: CompanyTerms, paths: dict[str, tuple[Figure, ...]], all_in: Sequence[Any]
) -> bool:
    try:
        limits.check(company, terms.debts, terms.month_ends[0], paths, all_in)
    except Refused:
        return False
    return True
