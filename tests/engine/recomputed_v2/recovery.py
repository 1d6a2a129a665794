"""What a liquidation brings to whom: absolute priority, as DESIGN section 4 lists it."""

from dataclasses import dataclass, field

from tests.engine.recomputed_v2.arithmetic import Money, share_out, times


@dataclass(frozen=True)
class Claim:
    """What a debt is owed, and its place."""

    name: str
    amount: Money
    lien: int = 1
    all_asset_lien: int | None = None
    super_senior: bool = False


@dataclass(frozen=True)
class Pool:
    """Proceeds of an asset that is pledged to some debts."""

    name: str
    value: Money
    secured: tuple[str, ...]


@dataclass
class Recovery:
    """Who gets what."""

    paid: dict[str, Money]
    value: Money = 0  #: before costs
    costs: Money = 0
    priority_paid: Money = 0
    others_paid: Money = 0
    owners: Money = 0
    fulcrum: str | None = None
    unsecured: dict[str, Money] = field(default_factory=dict)  #: of what is paid: as unsecured creditors


def recover(
    claims: list[Claim],
    pools: list[Pool],
    free_value: Money,
    *,
    cost_share: int = 0,
    priority_claims: Money = 0,
    other_creditors: Money = 0,
    turnover: tuple[tuple[str, tuple[str, ...]], ...] = (),
) -> Recovery:
    """Costs, super-senior debt, pools, all-asset liens, priority claims, open claims, turnover, owners."""
    claims = sorted(claims, key=lambda claim: (claim.lien, claim.name))
    pools = sorted(pools, key=lambda pool: (len(pool.secured), pool.name))
    result = Recovery(paid={claim.name: 0 for claim in claims})
    left = {claim.name: claim.amount for claim in claims}  # open claims

    values = [pool.value for pool in pools] + [free_value]
    costs = [times(value, cost_share) for value in values]
    values = [value - cost for value, cost in zip(values, costs, strict=True)]
    result.value, result.costs = sum(values) + sum(costs), sum(costs)

    super_senior = [claim.name for claim in claims if claim.super_senior]
    primed = min(sum(left[name] for name in super_senior), sum(values))
    values = [value - part for value, part in zip(values, share_out(primed, values), strict=True)]
    pay_pro_rata(result.paid, left, primed, super_senior)

    *pool_values, free = values
    for pool, pool_value in zip(pools, pool_values, strict=True):
        ranks = {claim.name: claim.lien for claim in claims if claim.name in pool.secured}
        free += pay_by_rank(result.paid, left, pool_value, ranks)
    ranks = {claim.name: claim.all_asset_lien for claim in claims if claim.all_asset_lien is not None}
    free = pay_by_rank(result.paid, left, free, ranks)

    result.priority_paid = min(free, priority_claims)
    free -= result.priority_paid
    names = list(left)
    shared = min(free, sum(left.values()) + other_creditors)
    *parts, result.others_paid = share_out(shared, [*(left[name] for name in names), other_creditors])
    result.owners = free - shared
    result.unsecured = dict(zip(names, parts, strict=True))
    for name, part in result.unsecured.items():
        result.paid[name] += part
        left[name] -= part
    turn_over(result, left, turnover)
    first = sorted(claims, key=lambda claim: not claim.super_senior)
    result.fulcrum = next((claim.name for claim in first if left[claim.name] > 0), None)
    return result


def pay_by_rank(paid: dict[str, Money], left: dict[str, Money], value: Money, ranks: dict[str, int]) -> Money:
    """The value that is left."""
    for rank in sorted(set(ranks.values())):
        names = sorted(name for name, own in ranks.items() if own == rank)
        amount = min(value, sum(left[name] for name in names))
        pay_pro_rata(paid, left, amount, names)
        value -= amount
    return value


def pay_pro_rata(paid: dict[str, Money], left: dict[str, Money], amount: Money, names: list[str]) -> None:
    for name, part in zip(names, share_out(amount, [left[name] for name in names]), strict=True):
        paid[name] += part
        left[name] -= part


def turn_over(result: Recovery, left: dict[str, Money], turnover: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    """What a junior got as an unsecured creditor goes to its seniors until they are whole; juniors by lien and id."""
    rank = list(left).index
    for junior, seniors in sorted(turnover, key=lambda pair: rank(pair[0])):
        names = sorted(seniors, key=rank)
        amount = min(result.unsecured[junior], sum(left[name] for name in names))
        pay_pro_rata(result.paid, left, amount, names)
        result.paid[junior] -= amount
        left[junior] += amount
