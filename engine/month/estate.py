"""The assets behind the debt: market values, collateral by lien, and what a liquidation would bring."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import OpeningBalances
from ..compile.structure import CapitalStructure
from ..debt.month_of_debt import DebtState
from ..numbers.exact import Arithmetic, UndefinedRatio, share_out
from ..values.units import Factor, Money
from .debt_results import CategoryExposure, Exposure
from .results import Position


class Estate(NamedTuple):
    """The exposure of a month, and what secures each debt."""

    exposure: Exposure
    categories: tuple[CategoryExposure, ...]
    market_values: tuple[Money, ...]  #: by asset
    collateral: tuple[Money, ...]  #: by slot
    recovery: tuple[Money, ...]  #: by slot


class Creditors(NamedTuple):
    """What is owed at the end of the month."""

    claims: tuple[Money, ...]  #: by slot: principal, accrued interest and arrears
    others: Money  #: payables, operating arrears and other liabilities
    debt: Money  #: principal
    ebitda_last_twelve_months: Money


def closing_creditors(position: Position, debts: Sequence[DebtState], ebitda_last_twelve_months: Money) -> Creditors:
    """Who is owed what at the end of a month."""
    return Creditors(
        claims=tuple(debt.claim for debt in debts),
        others=position.payables + position.operating_arrears + position.other_liabilities,
        debt=position.debt,
        ebitda_last_twelve_months=ebitda_last_twelve_months,
    )


def value_estate(
    m: Arithmetic,
    structure: CapitalStructure,
    opening: OpeningBalances,
    market_value_left: Factor,
    before: Sequence[Money],
    creditors: Creditors,
) -> Estate:
    """Value the assets, allocate them to the debts they secure, and liquidate them; `before` has their last values."""
    values = tuple(m.times(value, market_value_left) for value in opening.market_values)
    claims = sum(creditors.claims)
    collateral, _ = allocate(m, structure, values, creditors.claims)
    proceeds = tuple(m.times(value, rate) for value, rate in zip(values, opening.recovery_rates, strict=True))
    recovery, to_others, residual = liquidate(m, structure, proceeds, creditors)
    return Estate(
        exposure=Exposure(
            claims=claims,
            collateral_shortfall=claims - sum(collateral),
            loan_to_value=m.ratio(claims, sum(values), UndefinedRatio.NO_COLLATERAL),
            leverage=m.ratio(creditors.debt, creditors.ebitda_last_twelve_months, UndefinedRatio.NO_EBITDA),
            distributable_value=sum(proceeds),
            recovered_by_debt=sum(recovery),
            recovered_by_other_creditors=to_others,
            residual=residual,
        ),
        categories=tuple(
            CategoryExposure(market_value_before=value_before, market_value=value)
            for value_before, value in zip(
                _by_category(structure, before), _by_category(structure, values), strict=True
            )
        ),
        market_values=values,
        collateral=collateral,
        recovery=recovery,
    )


def _by_category(structure: CapitalStructure, values: Sequence[Money]) -> list[Money]:
    totals: list[Money] = [0] * len(structure.categories)
    for value, category in zip(values, structure.asset_categories, strict=True):
        totals[category] = totals[category] + value
    return totals


def allocate(
    m: Arithmetic, structure: CapitalStructure, values: Sequence[Money], claims: Sequence[Money]
) -> tuple[tuple[Money, ...], Money]:
    """Each asset to the debts secured on it, by lien, then pro rata, once. Returns it by slot, and the surplus."""
    covered: list[Money] = [0] * len(claims)
    surplus: Money = 0
    for value, liens in zip(values, structure.pledges, strict=True):
        for slots in liens:
            uncovered = [claims[slot] - covered[slot] for slot in slots]
            used = m.least(value, sum(uncovered))
            value = value - used
            for slot, part in zip(slots, share_out(m, used, uncovered), strict=True):
                covered[slot] = covered[slot] + part
        surplus = surplus + value
    return tuple(covered), surplus


def liquidate(
    m: Arithmetic, structure: CapitalStructure, proceeds: Sequence[Money], creditors: Creditors
) -> tuple[tuple[Money, ...], Money, Money]:
    """Proceeds to secured debt by lien; the surplus pro rata to every claim still open, then to the owners.

    Returns the recovery by slot, that of the other creditors, and the residual.
    """
    secured, surplus = allocate(m, structure, proceeds, creditors.claims)
    open_claims = [claim - recovered for claim, recovered in zip(creditors.claims, secured, strict=True)]
    open_claims.append(creditors.others)
    shared = m.least(surplus, sum(open_claims))
    *unsecured, to_others = share_out(m, shared, open_claims)
    recovery = tuple(pledged + shared_out for pledged, shared_out in zip(secured, unsecured, strict=True))
    return recovery, to_others, surplus - shared
