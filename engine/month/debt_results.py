"""The debt figures of a month: each facility, the exposure, the coverage of debt service, and the covenants.

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
    interest_accrued: Money  #: expense of the month: coupon, default interest, undrawn fee
    interest_capitalised: Money
    interest_due: Money  #: newly due in cash in the month
    interest_paid: Money
    interest_arrears: Money
    accrued_interest: Money  #: accrued and not yet due, at the end
    principal_scheduled: Money  #: newly due in the month under the contract
    balloon: Money  #: of that, what the maturity asks for above the last instalment before it
    overadvance: Money  #: newly due because the borrowing base fell
    called: Money  #: newly due because the debt was called
    principal_paid: Money
    refinanced: Money
    drawn: Money
    prepaid: Money
    overdue: Money
    closing_balance: Money
    collateral_value: Money | None  #: None where no assets are given: it is not known

    @property
    def opening_balance(self) -> Money:
        added = self.drawn + self.interest_capitalised
        return self.closing_balance - added + self.principal_paid + self.prepaid

    @property
    def claim(self) -> Money:
        return self.closing_balance + self.accrued_interest + self.interest_arrears

    @property
    def collateral_shortfall(self) -> Money | None:
        return None if self.collateral_value is None else self.claim - self.collateral_value


class CategoryExposure(NamedTuple):
    """The market value of one category of assets."""

    market_value_before: Money
    market_value: Money

    @property
    def change(self) -> Money:
        return self.market_value - self.market_value_before


class Exposure(NamedTuple):
    """Claims and collateral at the end of the month; None where no assets are given: it is not known."""

    claims: Money  #: debt with accrued interest and arrears
    collateral_shortfall: Money | None  #: sum over the facilities, without netting
    loan_to_value: Ratio  #: claims over the market value of all assets
    leverage: Ratio  #: debt over the adjusted EBITDA of the last twelve months
    estate_value: Money | None  #: what a liquidation brings before its costs, cash included


class CoverageStatus(Enum):
    """How well debt service is covered: the weaker of DSCR and fixed charge coverage, on exact fractions.

    A later one is weaker.
    """

    NOT_APPLICABLE = "not_applicable"  #: no debt service
    ADEQUATE = "adequate"  #: at least 1.25
    MARGINAL = "marginal"  #: at least 1.00
    INSUFFICIENT = "insufficient"  #: below 1.00
    NOT_KNOWN = "not_known"  #: the principal of the year before is not given


class Coverage(NamedTuple):
    """Coverage over some months: numerators and denominators over the same ones."""

    cfads: Money
    fixed_charge_cash: Money  #: EBITDA less capital expenditure and tax due
    adjusted_ebitda: Money
    cash_interest: Money
    interest_expense: Money
    scheduled_principal: Money | None  #: None where that of the year before is among it and not known
    balloon: Money  #: of the scheduled principal
    dscr: Ratio
    fixed_charge_coverage: Ratio
    interest_coverage: Ratio
    principal_coverage: Ratio
    status: CoverageStatus

    @property
    def debt_service(self) -> Money | None:
        return None if self.scheduled_principal is None else self.cash_interest + self.scheduled_principal

    @property
    def fixed_charges(self) -> Money | None:
        return None if self.debt_service is None else self.debt_service - self.balloon


class CovenantStatus(Enum):
    """What a test says."""

    NOT_TESTED = "not_tested"  #: no test date, no threshold in force, not sprung, or not known
    PASS = "pass"
    CURED = "cured"  #: what lacks arrives as equity in the next month
    BREACH = "breach"  #: fails again after its event of default
    EVENT_OF_DEFAULT = "event_of_default"  #: its consequences act from the next month on, for good


class CovenantTest(NamedTuple):
    """One covenant at the end of the month; all figures 0 where it is not tested."""

    status: CovenantStatus
    numerator: Money
    denominator: Money
    ratio: Ratio
    threshold: Decimal9  #: 0 for liquidity, whose denominator it is
    headroom: Money  #: what there is less the least that is needed, below 0 what lacks
    headroom_share: Ratio  #: of what there is
    cure: Money
