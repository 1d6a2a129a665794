"""The capital structure of a company: its debts in the order of the waterfall, and what secures them. No numbers."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from ..inputs.company import Asset, DatasetVersion
from ..inputs.revolver import Debt


class CapitalStructure(NamedTuple):
    """What all executions of a batch have in common. Slots are positions in the waterfall."""

    facilities: tuple[tuple[str, int], ...]  #: id and lien, in the order of the waterfall
    liens: tuple[tuple[int, ...], ...]  #: the slots of each lien, best first
    revolver: int | None  #: the slot of the revolver
    has_borrowing_base: bool
    categories: tuple[str, ...]
    asset_categories: tuple[int, ...]  #: the category of each asset
    pledges: tuple[tuple[tuple[int, ...], ...], ...]  #: for each asset, the slots secured on it by lien


def capital_structure(company: DatasetVersion) -> CapitalStructure:
    """The debts of a company in the order of the waterfall, and the assets that secure them."""
    debts, assets = company.debts, assets_by_id(company)
    categories = tuple(sorted({asset.category for asset in assets}))
    slots = list(range(len(debts)))
    numbers = {category: number for number, category in enumerate(categories)}
    secured: dict[str, list[int]] = {asset.asset_id: [] for asset in assets}
    for slot, debt in enumerate(debts):
        for asset_id in debt.collateral_asset_ids:
            secured[asset_id].append(slot)
    return CapitalStructure(
        facilities=tuple((debt.facility_id, debt.lien) for debt in debts),
        liens=_by_lien(debts, slots),
        revolver=debts.index(company.revolver) if company.revolver else None,
        has_borrowing_base=bool(company.revolver and company.revolver.has_borrowing_base),
        categories=categories,
        asset_categories=tuple(numbers[asset.category] for asset in assets),
        pledges=tuple(_by_lien(debts, secured[asset.asset_id]) for asset in assets),
    )


def assets_by_id(company: DatasetVersion) -> list[Asset]:
    """The assets in the order of their ids, in which every tuple by asset has them."""
    return sorted(company.assets, key=lambda asset: asset.asset_id)


def _by_lien(debts: Sequence[Debt], slots: list[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(group) for _, group in groupby(slots, key=lambda slot: debts[slot].lien))
