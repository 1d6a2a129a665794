"""The assets behind the debt: what they are worth with their line of the balance sheet, and whom they secure."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from ..compile.opening import OpeningBalances
from ..compile.structure import CapitalStructure
from ..numbers.exact import Arithmetic, UndefinedRatio, share_out
from ..values.units import Factor, Flag, Money, Number
from .debt_results import CategoryExposure, Exposure
from .results import Position


class Liquidation(NamedTuple):
    """What there is on the day, and who claims it."""

    proceeds: tuple[Money, ...]  #: by asset
    cash: Money  #: restricted cash included; nobody has a lien on it
    claims: tuple[Money, ...]  #: by slot: principal, accrued interest and arrears
    others: Money  #: payables, operating arrears, other liabilities and tax owed
    priority_claims: Money
    cost_share: Factor


class Estate(NamedTuple):
    """The exposure of a month, and what secures each debt."""

    exposure: Exposure
    categories: tuple[CategoryExposure, ...]
    market_values: tuple[Money, ...]  #: by asset
    proceeds: tuple[Money, ...]  #: by asset
    collateral: tuple[Money | None, ...]  #: by slot


def value_estate(
    m: Arithmetic,
    structure: CapitalStructure,
    opening: OpeningBalances,
    market_value_left: Factor,
    before: Sequence[Money],
    position: Position,
    claims: Sequence[Money],
    ebitda_last_twelve_months: Money,
) -> Estate:
    """Value the assets and allocate them to the debts they secure; `before` has their last values.

    Without any assets their value is not known, and nothing that needs it is told.
    """
    leverage = m.ratio(position.debt, ebitda_last_twelve_months, UndefinedRatio.NO_EBITDA)
    claimed = sum(claims)
    if not structure.asset_lines:
        unknown = Exposure(claimed, None, int(UndefinedRatio.INSUFFICIENT_DATA), leverage, None)
        return Estate(unknown, (), (), (), (None,) * len(claims))
    values = market_values(m, structure, opening, market_value_left, position)
    proceeds = tuple(m.times(value, rate) for value, rate in zip(values, opening.recovery_rates, strict=True))
    collateral, _ = allocate(m, structure, values, claims)
    return Estate(
        exposure=Exposure(
            claims=claimed,
            collateral_shortfall=claimed - sum(collateral),
            loan_to_value=m.ratio(claimed, sum(values), UndefinedRatio.NO_COLLATERAL),
            leverage=leverage,
            estate_value=sum(proceeds) + position.cash + position.restricted_cash,
        ),
        categories=tuple(
            CategoryExposure(market_value_before=value_before, market_value=value)
            for value_before, value in zip(
                _by_category(structure, before), _by_category(structure, values), strict=True
            )
        ),
        market_values=values,
        proceeds=proceeds,
        collateral=collateral,
    )


def market_values(
    m: Arithmetic, structure: CapitalStructure, opening: OpeningBalances, left: Factor, position: Position
) -> tuple[Money, ...]:
    """What each asset is worth: times(its part of its line, market index); without a line its opening value counts.

    A stock of 100.00 on an inventory that falls by half is worth 50.00.
    """
    values = list(opening.market_values)
    for line in sorted({*structure.asset_lines} - {""}):
        assets = [number for number, name in enumerate(structure.asset_lines) if name == line]
        opened, now = getattr(opening, line), getattr(position, line)
        kept, grown = m.least(now, opened), m.most(now - opened, 0)
        running = list(accumulate((values[number] for number in assets), initial=0))
        parts = [m.prorate(grown, upto, running[-1]) for upto in running]
        for place, number in enumerate(assets):
            values[number] = m.prorate(values[number], kept, opened) + parts[place + 1] - parts[place]
    return tuple(m.times(value, left) for value in values)


def _by_category(structure: CapitalStructure, values: Sequence[Money]) -> list[Money]:
    totals: list[Money] = [0] * len(structure.categories)
    for value, category in zip(values, structure.asset_categories, strict=True):
        totals[category] = totals[category] + value
    return totals


def allocate(
    m: Arithmetic, structure: CapitalStructure, values: Sequence[Money], claims: Sequence[Money]
) -> tuple[tuple[Money, ...], Money]:
    """Each pledged asset to the debts secured on it, by lien, then pro rata, once; those for fewer debts first.

    Returns it by slot, and the surplus.
    """
    covered: list[Money] = [0] * len(claims)
    surplus: Money = 0
    for asset in structure.pools:
        value = values[asset]
        for slots in structure.pledges[asset]:
            uncovered = [claims[slot] - covered[slot] for slot in slots]
            used = m.least(value, sum(uncovered))
            value = value - used
            for slot, part in zip(slots, share_out(m, used, uncovered), strict=True):
                covered[slot] = covered[slot] + part
        surplus = surplus + value
    return tuple(covered), surplus


def closing_liquidation(
    m: Arithmetic,
    opening: OpeningBalances,
    proceeds: tuple[Money, ...],
    position: Position,
    claims: Sequence[Money],
    earlier: Liquidation | None,
    default_period: Number,
) -> Liquidation | None:
    """What a liquidation at the end of a month finds; after a default what it found in the month of the default."""
    if not proceeds:
        return None
    others = position.payables + position.operating_arrears + position.other_liabilities
    now = Liquidation(
        proceeds=proceeds,
        cash=position.cash + position.restricted_cash,
        claims=tuple(claims),
        others=others + m.most(position.tax_position, 0),
        priority_claims=opening.priority_claims,
        cost_share=opening.enforcement_cost_share,
    )
    return now if earlier is None else _frozen(m, default_period > 0, earlier, now)


def _frozen(m: Arithmetic, is_frozen: Flag, earlier: Liquidation, now: Liquidation) -> Liquidation:
    """The earlier one where it is frozen, figure by figure."""
    return Liquidation(
        proceeds=tuple(m.where(is_frozen, a, b) for a, b in zip(earlier.proceeds, now.proceeds, strict=True)),
        cash=m.where(is_frozen, earlier.cash, now.cash),
        claims=tuple(m.where(is_frozen, a, b) for a, b in zip(earlier.claims, now.claims, strict=True)),
        others=m.where(is_frozen, earlier.others, now.others),
        priority_claims=now.priority_claims,
        cost_share=now.cost_share,
    )
