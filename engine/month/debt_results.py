"""The debt figures of a month: each facility, the exposure, and the coverage of debt service.

As in `results`: a field is stored, a property is a subtotal of fields, and amounts are in minor units.
"""

from enum import Enum
from typing import NamedTuple

from ..values.units import Decimal9, Money, Number, Ratio, Words


class Facility(NamedTuple):
    """The place of one instrument, or of the revolver, in the waterfall."""

    facility_id: Words
    lien: Number


class FacilityMonth(NamedTuple):
    """One instrument, or the revolver, in the month. Balances are principal, overdue and capitalised included."""

    rate: Decimal9
    interest_accrued: Money  #: expense of the month: coupon, interest on overdue principal, undrawn fee
    interest_capitalised: Money
    interest_due: Money  #: newly due in cash in the month
    interest_paid: Money
    interest_arrears: Money
    accrued_interest: Money  #: accrued and not yet due, at the end
    principal_scheduled: Money  #: newly due in the month under the contract
    overadvance: Money  #: newly due because the borrowing base fell
    principal_paid: Money
    refinanced: Money
    drawn: Money
    prepaid: Money
    overdue: Money
    closing_balance: Money
    collateral_value: Money
    recovery: Money

    @property
    def opening_balance(self) -> Money:
        added = self.drawn + self.interest_capitalised
        return self.closing_balance - added + self.principal_paid + self.prepaid

    @property
    def claim(self) -> Money:
        return self.closing_balance + self.accrued_interest + self.interest_arrears

    @property
    def collateral_shortfall(self) -> Money:
        return self.claim - self.collateral_value


class CategoryExposure(NamedTuple):
    """The market value of one category of assets."""

    market_value_before: Money
    market_value: Money

    @property
    def change(self) -> Money:
        return self.market_value - self.market_value_before


class Exposure(NamedTuple):
    """Claims and collateral at the end of the month, and what a liquidation then would bring."""

    claims: Money  #: debt with accrued interest and arrears
    collateral_shortfall: Money  #: sum over the facilities, without netting
    loan_to_value: Ratio  #: claims over the market value of all assets
    leverage: Ratio  #: debt over the adjusted EBITDA of the last twelve months
    distributable_value: Money
    recovered_by_debt: Money
    recovered_by_other_creditors: Money
    residual: Money


class CoverageStatus(Enum):
    """How well debt service is covered; tested on the exact fraction, never on the rounded ratio."""

    NOT_APPLICABLE = "not_applicable"  #: no debt service
    ADEQUATE = "adequate"  #: DSCR at least 1.25
    MARGINAL = "marginal"  #: DSCR at least 1.00
    INSUFFICIENT = "insufficient"  #: DSCR below 1.00


class Coverage(NamedTuple):
    """Coverage over some months: numerators and denominators over the same ones."""

    cfads: Money
    adjusted_ebitda: Money
    cash_interest: Money
    interest_expense: Money
    scheduled_principal: Money
    dscr: Ratio
    interest_coverage: Ratio
    principal_coverage: Ratio
    status: CoverageStatus

    @property
    def debt_service(self) -> Money:
        return self.cash_interest + self.scheduled_principal
