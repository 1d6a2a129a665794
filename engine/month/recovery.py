"""Recovery: who is paid what when the company is liquidated, by absolute priority.

Costs come off everything; super-senior debt primes all; each pool goes to the debts secured on it; what is left of it,
and everything else, to the all-asset liens by rank, to priority claims, and to the open claims pro rata.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.structure import CapitalStructure
from ..numbers.exact import Arithmetic, UndefinedRatio, share_out
from ..values.units import Money, Number, Ratio
from .estate import Liquidation, allocate


class FacilityRecovery(NamedTuple):
    """What one instrument, or the revolver, gets."""

    claim: Money
    paid: Money
    share: Ratio
    loss_given_default: Ratio


class Recovery(NamedTuple):
    """A liquidation, to the cent."""

    estate_value: Money  #: before costs
    costs: Money
    priority_claims_paid: Money
    others_paid: Money
    owners: Money
    fulcrum: Number  #: position of the first facility by rank that is not whole, plus one; 0 where all are
    facilities: tuple[FacilityRecovery, ...]


def recover(m: Arithmetic, structure: CapitalStructure, estate: Liquidation) -> Recovery:
    """Give out what a liquidation brings."""
    claims = estate.claims
    in_pools = set(structure.pools)
    unpledged = [value for asset, value in enumerate(estate.proceeds) if asset not in in_pools]
    gross = [*(estate.proceeds[asset] for asset in structure.pools), estate.cash + sum(unpledged)]
    costs = [m.times(value, estate.cost_share) for value in gross]
    *pools, free = [value - cost for value, cost in zip(gross, costs, strict=True)]

    paid, pools, free = _prime(m, structure, claims, pools, free)
    secured, surplus = allocate(m, structure, _by_asset(structure, pools), _open(claims, paid))
    paid = _plus(paid, secured)
    free = free + surplus
    for slot in structure.all_asset_liens:
        part = m.least(free, claims[slot] - paid[slot])
        paid[slot], free = paid[slot] + part, free - part
    priority = m.least(free, estate.priority_claims)
    free = free - priority
    dues = [*_open(claims, paid), estate.others]
    shared = m.least(free, sum(dues))
    *unsecured, others = share_out(m, shared, dues)
    paid = _turn_over(m, structure, claims, _plus(paid, unsecured), unsecured)
    return Recovery(
        estate_value=sum(gross),
        costs=sum(costs),
        priority_claims_paid=priority,
        others_paid=others,
        owners=free - shared,
        fulcrum=fulcrum(m, structure, _open(claims, paid)),
        facilities=tuple(_facility(m, claim, got) for claim, got in zip(claims, paid, strict=True)),
    )


def _prime(
    m: Arithmetic, structure: CapitalStructure, claims: Sequence[Money], pools: Sequence[Money], free: Money
) -> tuple[list[Money], list[Money], Money]:
    """Super-senior debt takes its claim from every pool and the free value pro rata, and shares it pro rata.

    Returns what each slot got, and what the pools and the free value are left with.
    """
    paid: list[Money] = [0] * len(claims)
    if not structure.super_senior:
        return paid, list(pools), free
    dues = [claims[slot] for slot in structure.super_senior]
    values = [*pools, free]
    primed = m.least(sum(values), sum(dues))
    for slot, part in zip(structure.super_senior, share_out(m, primed, dues), strict=True):
        paid[slot] = part
    *left, free = [value - taken for value, taken in zip(values, share_out(m, primed, values), strict=True)]
    return paid, left, free


def _turn_over(
    m: Arithmetic,
    structure: CapitalStructure,
    claims: Sequence[Money],
    paid: Sequence[Money],
    unsecured: Sequence[Money],
) -> list[Money]:
    """Each junior hands what it got as unsecured to its seniors, pro rata to what they lack, until they are whole."""
    paid = list(paid)
    for junior, seniors in structure.turnovers:
        lacking = [claims[slot] - paid[slot] for slot in seniors]
        handed = m.least(unsecured[junior], sum(lacking))
        paid[junior] = paid[junior] - handed
        for slot, part in zip(seniors, share_out(m, handed, lacking), strict=True):
            paid[slot] = paid[slot] + part
    return paid


def fulcrum(m: Arithmetic, structure: CapitalStructure, open_claims: Sequence[Money]) -> Number:
    """The first facility that is not whole: super-senior debt first, then by lien and id; its position plus one."""
    juniors = [slot for slot in range(len(open_claims)) if slot not in structure.super_senior]
    first: Number = 0
    for slot in reversed([*structure.super_senior, *juniors]):
        first = m.where(open_claims[slot] > 0, slot + 1, first)
    return first


def _facility(m: Arithmetic, claim: Money, paid: Money) -> FacilityRecovery:
    return FacilityRecovery(
        claim=claim,
        paid=paid,
        share=m.ratio(paid, claim, UndefinedRatio.NO_DEBT),
        loss_given_default=m.ratio(claim - paid, claim, UndefinedRatio.NO_DEBT),
    )


def _by_asset(structure: CapitalStructure, pools: Sequence[Money]) -> list[Money]:
    """Pools at the position of their asset; what is not pledged is in the free value already."""
    values: list[Money] = [0] * len(structure.asset_lines)
    for asset, value in zip(structure.pools, pools, strict=True):
        values[asset] = value
    return values


def _open(claims: Sequence[Money], paid: Sequence[Money]) -> list[Money]:
    return [claim - got for claim, got in zip(claims, paid, strict=True)]


def _plus(paid: Sequence[Money], more: Sequence[Money]) -> list[Money]:
    return [got + part for got, part in zip(paid, more, strict=True)]
