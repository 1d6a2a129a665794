"""The revolver of a company, which is a debt beside its instruments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ..numbers.day_count import DayCount
from ..values.faults import Fault, Reason
from ..values.in_words import amount_text
from ..values.units import Amount, Day, Identifier, Lien, Rate, Share, SignedRate
from ..values.value import Value
from .instruments import AssetIds, FloatingRate, Instrument, floor_is_not_above_cap


def _drawn_within_commitment(revolver: "Revolver") -> Iterator[Fault]:
    if revolver.drawn > revolver.commitment:
        allowed = amount_text("at most the commitment of {}", revolver.commitment)
        yield Fault("drawn", Reason.OUT_OF_RANGE, amount_text("{}", revolver.drawn), allowed)


@dataclass(frozen=True, slots=True)
class Revolver(Value):
    """A revolving facility: drawn for gaps, repaid from cash above the minimum, ended at its maturity."""

    RULES: ClassVar = (floor_is_not_above_cap, _drawn_within_commitment)

    revolver_id: Identifier
    commitment: Amount
    drawn: Amount
    index: SignedRate
    spread: Rate
    undrawn_fee: Rate
    lien: Lien
    maturity_date: Day
    floor: SignedRate | None = None
    cap: SignedRate | None = None
    day_count: DayCount = DayCount.ACTUAL_360
    receivables_advance_rate: Share | None = None
    inventory_advance_rate: Share | None = None
    collateral_asset_ids: AssetIds = ()
    default_margin: Rate = 0
    accrued_interest: Amount = 0  #: part of the first coupon
    all_asset_lien: Lien | None = None  #: its rank on what no other lien takes

    fixed_rate: ClassVar[None] = None
    pik_share: ClassVar[int] = 0
    contract: ClassVar[None] = None

    @property
    def last_payment_date(self) -> date:
        return self.maturity_date

    @property
    def ends_on(self) -> date:
        return self.maturity_date

    @property
    def facility_id(self) -> str:
        return self.revolver_id

    @property
    def opening_balance(self) -> int:
        return self.drawn

    @property
    def floating_rate(self) -> FloatingRate:
        return FloatingRate(self.index, self.spread, self.floor, self.cap)

    @property
    def has_borrowing_base(self) -> bool:
        return self.receivables_advance_rate is not None or self.inventory_advance_rate is not None


Debt = Instrument | Revolver  #: what the waterfall pays
