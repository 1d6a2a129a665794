"""What the assets are worth at the end of a month, and which debt they secure."""

from tests.engine.recomputed_v2.arithmetic import Money, prorate, ratio, share_out, times
from tests.engine.recomputed_v2.company import Asset, Company
from tests.engine.recomputed_v2.recovery import Claim, Pool, Recovery, pay_by_rank, recover


def market_values(company: Company, lines: dict[str, Money], index: int) -> dict[str, Money]:
    """By asset. One on a line follows it: in proportion below the opening line, and its part of what is above."""
    values = {}
    for asset in company.assets:
        if asset.line is None:
            values[asset.name] = times(asset.market_value, index)
            continue
        line, line0 = lines[asset.line], getattr(company, asset.line)
        follows = prorate(asset.market_value, min(line, line0), line0)
        values[asset.name] = times(follows + rise(company, asset, max(line - line0, 0)), index)
    return values


def rise(company: Company, asset: Asset, above: Money) -> Money:
    """Its part of what a line has grown, by opening market value, in the order of ids."""
    peers = sorted((peer for peer in company.assets if peer.line == asset.line), key=lambda peer: peer.name)
    parts = share_out(above, [peer.market_value for peer in peers])
    return parts[peers.index(asset)]


def pools(company: Company, values: dict[str, Money]) -> list[Pool]:
    """The pledged assets, each with the debts that it secures."""
    secured = {
        asset.name: tuple(sorted(debt.name for debt in company.debts if asset.name in debt.collateral))
        for asset in company.assets
    }
    return [Pool(name, values[name], debts) for name, debts in secured.items() if debts]


def collateral(company: Company, values: dict[str, Money], claims: dict[str, Money]) -> dict[str, Money]:
    """Market value that covers each debt: each asset by lien, then pro rata, once."""
    covered, left = dict.fromkeys(claims, 0), dict(claims)
    for pool in sorted(pools(company, values), key=lambda pool: (len(pool.secured), pool.name)):
        pay_by_rank(
            covered, left, pool.value, {debt.name: debt.lien for debt in company.debts if debt.name in pool.secured}
        )
    return covered


def liquidation(
    company: Company, values: dict[str, Money], free_cash: Money, claims: dict[str, Money], others: Money
) -> Recovery | None:
    """Of the whole company; None where no assets are known. `free_cash` is cash and restricted cash."""
    if not company.assets:
        return None
    rates = {asset.name: asset.recovery_rate for asset in company.assets}
    proceeds = {name: times(value, rates[name]) for name, value in values.items()}
    pledged = pools(company, proceeds)
    free = free_cash + sum(proceeds.values()) - sum(pool.value for pool in pledged)
    return recover(
        [
            Claim(debt.name, claims[debt.name], debt.lien, debt.all_asset_lien, debt.name in company.super_senior)
            for debt in company.debts
        ],
        pledged,
        free,
        cost_share=company.enforcement_cost_share,
        priority_claims=company.priority_claims,
        other_creditors=others,
        turnover=company.turnover,
    )


def figures(
    company: Company, values: dict[str, Money], free_cash: Money, claims: dict[str, Money]
) -> dict[str, object]:
    """Of a month; NOT_KNOWN where no assets are."""
    total = sum(claims.values())
    if not company.assets:
        unknown = ["market_value", "distributable_value", "collateral_shortfall"]
        unknown += [f"{name}.{figure}" for name in claims for figure in ("collateral_value", "collateral_shortfall")]
        return {"claims": total, "loan_to_value": "INSUFFICIENT_DATA"} | dict.fromkeys(unknown, "NOT_KNOWN")
    covered = collateral(company, values, claims)
    rates = {asset.name: asset.recovery_rate for asset in company.assets}
    row: dict[str, object] = {
        "claims": total,
        "market_value": sum(values.values()),
        "distributable_value": free_cash + sum(times(value, rates[name]) for name, value in values.items()),
        "loan_to_value": ratio(total, sum(values.values()), "NO_COLLATERAL"),
        "collateral_shortfall": total - sum(covered.values()),
    }
    for category in {asset.category for asset in company.assets}:
        assets = [asset.name for asset in company.assets if asset.category == category]
        row[f"category.{category}.market_value"] = sum(values[name] for name in assets)
    for name, claim in claims.items():
        row |= {f"{name}.collateral_value": covered[name], f"{name}.collateral_shortfall": claim - covered[name]}
    return row
