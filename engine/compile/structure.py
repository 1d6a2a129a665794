"""The capital structure of a company: its debts in the order of the waterfall, and what secures them. No numbers."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from ..inputs.company import Asset, BalanceSheetLine, DatasetVersion
from ..inputs.covenants import Consequence, Covenant, CovenantKind, CovenantReach
from ..inputs.revolver import Debt
from .covenant_terms import covenants_by_id

Liens = tuple[tuple[int, ...], ...]  #: slots by lien, best first


class CovenantStructure(NamedTuple):
    """What a covenant tests and whom its consequences reach."""

    covenant_id: str
    kind: CovenantKind
    slots: tuple[int, ...]  #: its own debts
    is_springing: bool
    reached: tuple[int, ...]  #: by its consequences
    stops_draws: bool
    margin_on: tuple[int, ...]  #: the slots that bear the default margin after an event of default
    calls: tuple[int, ...]  #: the slots that are called after one


class CapitalStructure(NamedTuple):
    """What all executions of a batch have in common. Slots are positions in the waterfall."""

    facilities: tuple[tuple[str, int], ...]  #: id and lien, in the order of the waterfall
    liens: Liens
    loan_liens: Liens  #: without the revolver
    revolver: int | None  #: the slot of the revolver
    has_borrowing_base: bool
    categories: tuple[str, ...]
    asset_categories: tuple[int, ...]  #: the category of each asset
    asset_lines: tuple[str, ...]  #: the line of the balance sheet of each asset, empty for none
    pledges: tuple[Liens, ...]  #: for each asset, the slots secured on it by lien
    pools: tuple[int, ...]  #: the assets that are pledged, those for fewer debts first
    all_asset_liens: tuple[int, ...]  #: the slots secured on everything else, by rank
    super_senior: tuple[int, ...]
    turnovers: tuple[tuple[int, tuple[int, ...]], ...]  #: each junior slot with its seniors
    covenants: tuple[CovenantStructure, ...]

    @property
    def nameless(self) -> "CapitalStructure":
        """The same with nothing in it that changes no figure, as many companies have it."""
        return self._replace(
            facilities=tuple(("", lien) for _, lien in self.facilities),
            categories=("",) * len(self.categories),
            covenants=tuple(covenant._replace(covenant_id="") for covenant in self.covenants),
        )


def capital_structure(company: DatasetVersion, debts: Sequence[Debt]) -> CapitalStructure:
    """The debts of a company in the order of the waterfall, the assets that secure them, and its covenants."""
    assets = assets_by_id(company)
    categories = tuple(sorted({asset.category for asset in assets}))
    numbers = {category: number for number, category in enumerate(categories)}
    slots = {debt.facility_id: slot for slot, debt in enumerate(debts)}
    secured: dict[str, list[int]] = {asset.asset_id: [] for asset in assets}
    for slot, debt in enumerate(debts):
        for asset_id in debt.collateral_asset_ids:
            secured[asset_id].append(slot)
    pledged = [number for number, asset in enumerate(assets) if secured[asset.asset_id]]
    ranked = [(debt.all_asset_lien, slot) for slot, debt in enumerate(debts) if debt.all_asset_lien]
    return CapitalStructure(
        facilities=tuple((debt.facility_id, debt.lien) for debt in debts),
        liens=_by_lien(debts, range(len(debts))),
        loan_liens=_by_lien(debts, [slot for slot, debt in enumerate(debts) if debt is not company.revolver]),
        revolver=slots[company.revolver.facility_id] if company.revolver else None,
        has_borrowing_base=bool(company.revolver and company.revolver.has_borrowing_base),
        categories=categories,
        asset_categories=tuple(numbers[asset.category] for asset in assets),
        asset_lines=tuple(_line(asset) for asset in assets),
        pledges=tuple(_by_lien(debts, secured[asset.asset_id]) for asset in assets),
        pools=tuple(sorted(pledged, key=lambda number: (len(secured[assets[number].asset_id]), number))),
        all_asset_liens=tuple(slot for _, slot in sorted(ranked)),
        super_senior=_slots(slots, company.super_senior_facility_ids),
        turnovers=tuple(
            sorted(
                (slots[turnover.junior_facility_id], _slots(slots, turnover.senior_facility_ids))
                for turnover in company.turnovers
            )
        ),
        covenants=tuple(_covenant(covenant, slots) for covenant in covenants_by_id(company)),
    )


def assets_by_id(company: DatasetVersion) -> list[Asset]:
    """The assets in the order of their ids, in which every tuple by asset has them."""
    return sorted(company.assets, key=lambda asset: asset.asset_id)


def _line(asset: Asset) -> str:
    return "" if asset.balance_sheet_line is BalanceSheetLine.NONE else asset.balance_sheet_line.value


def _slots(slots: dict[str, int], facility_ids: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted(slots[facility_id] for facility_id in facility_ids))


def _by_lien(debts: Sequence[Debt], slots: Sequence[int]) -> Liens:
    return tuple(tuple(group) for _, group in groupby(slots, key=lambda slot: debts[slot].lien))


def _covenant(covenant: Covenant, slots: dict[str, int]) -> CovenantStructure:
    every = tuple(range(len(slots)))
    own = _slots(slots, covenant.facility_ids) or every
    reached = every if covenant.reach is CovenantReach.ALL_DEBTS else own
    return CovenantStructure(
        covenant_id=covenant.covenant_id,
        kind=covenant.kind,
        slots=own,
        is_springing=covenant.springing_share is not None,
        reached=reached,
        stops_draws=Consequence.DRAW_STOP in covenant.consequences,
        margin_on=reached if Consequence.DEFAULT_MARGIN in covenant.consequences else (),
        calls=() if covenant.acceleration_months is None else reached,
    )
