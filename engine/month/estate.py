"""What stands behind the debt: market values, collateral by lien, and what a liquidation would bring."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import OpeningBalances
from ..compile.structure import CapitalStructure
from ..numbers.exact import Arithmetic, Cell, UndefinedRatio, share_out
from .results import CategoryExposure, Exposure


class Estate(NamedTuple):
    """The exposure of a month, with what each debt has behind it."""

    exposure: Exposure
    categories: tuple[CategoryExposure, ...]
    market_values: tuple[Cell, ...]  #: by asset
    collateral: tuple[Cell, ...]  #: by slot
    recovery: tuple[Cell, ...]  #: by slot


class Creditors(NamedTuple):
    """What is owed at the end of the month."""

    claims: tuple[Cell, ...]  #: by slot: principal, accrued interest and arrears
    others: Cell  #: payables, operating arrears and other liabilities
    debt: Cell  #: principal
    ebitda_last_twelve_months: Cell


def value_estate(
    m: Arithmetic,
    structure: CapitalStructure,
    opening: OpeningBalances,
    market_value_left: Cell,
    before: Sequence[Cell],
    creditors: Creditors,
) -> Estate:
    """Value the assets, allocate them to the debts they secure, and liquidate them."""
    values = tuple(m.times(value, market_value_left) for value in opening.market_values)
    owed = sum(creditors.claims)
    collateral, _ = allocate(m, structure, values, creditors.claims)
    proceeds = tuple(m.times(value, rate) for value, rate in zip(values, opening.recovery_rates, strict=True))
    recovery, to_others, residual = liquidate(m, structure, proceeds, creditors)
    return Estate(
        Exposure(
            claims=owed,
            collateral_shortfall=owed - sum(collateral),
            loan_to_value=m.ratio(owed, sum(values), UndefinedRatio.NO_COLLATERAL),
            leverage=m.ratio(creditors.debt, creditors.ebitda_last_twelve_months, UndefinedRatio.NO_EBITDA),
            distributable_value=sum(proceeds),
            recovered_by_debt=sum(recovery),
            recovered_by_other_creditors=to_others,
            residual=residual,
        ),
        tuple(
            CategoryExposure(_of(structure, before, category), _of(structure, values, category))
            for category in range(len(structure.categories))
        ),
        values,
        collateral,
        recovery,
    )


def _of(structure: CapitalStructure, values: Sequence[Cell], category: int) -> Cell:
    return sum(value for value, of in zip(values, structure.asset_categories, strict=True) if of == category)


def allocate(
    m: Arithmetic, structure: CapitalStructure, values: Sequence[Cell], claims: Sequence[Cell]
) -> tuple[tuple[Cell, ...], Cell]:
    """Each asset to the debts secured on it, by lien, then pro rata, once. Returns it by slot, and the surplus."""
    covered: list[Cell] = [0] * len(claims)
    surplus: Cell = 0
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
    m: Arithmetic, structure: CapitalStructure, proceeds: Sequence[Cell], creditors: Creditors
) -> tuple[tuple[Cell, ...], Cell, Cell]:
    """Proceeds to secured debt by lien; the surplus pro rata to every claim still open, then to the owners.

    Returns the recovery by slot, that of the other creditors, and what is left.
    """
    secured, surplus = allocate(m, structure, proceeds, creditors.claims)
    open_claims = [claim - got for claim, got in zip(creditors.claims, secured, strict=True)]
    open_claims.append(creditors.others)
    spent = m.least(surplus, sum(open_claims))
    *unsecured, to_others = share_out(m, spent, open_claims)
    recovery = tuple(got + more for got, more in zip(secured, unsecured, strict=True))
    return recovery, to_others, surplus - spent
