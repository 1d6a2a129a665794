"""Capital structures to work out by hand: so many debts, and what secures each of them."""

from collections.abc import Sequence

from seawall.engine.compile.structure import CapitalStructure

Liens = tuple[tuple[int, ...], ...]


def structure(
    slots: int,
    *pledges: Liens,
    all_asset: Sequence[int] = (),
    super_senior: Sequence[int] = (),
    turnovers: Sequence[tuple[int, tuple[int, ...]]] = (),
) -> CapitalStructure:
    """So many debts of one lien, and for each asset the slots secured on it by lien."""
    behind = [sum(map(len, liens)) for liens in pledges]
    pools = sorted(
        (number for number, debts in enumerate(behind) if debts), key=lambda number: (behind[number], number)
    )
    return CapitalStructure(
        facilities=tuple((f"loan-{slot}", 1) for slot in range(slots)),
        liens=(tuple(range(slots)),),
        loan_liens=(tuple(range(slots)),),
        revolver=None,
        has_borrowing_base=False,
        categories=("land",),
        asset_categories=(0,) * len(pledges),
        asset_lines=("",) * len(pledges),
        pledges=pledges,
        pools=tuple(pools),
        all_asset_liens=tuple(all_asset),
        super_senior=tuple(super_senior),
        turnovers=tuple(turnovers),
        covenants=(),
    )
