"""The summaries that a report is made of. A period of 0 says that it never happens; None says that it is not known."""

from typing import NamedTuple

from ..horizon.results import ShortfallCategory
from ..inputs.covenants import CovenantKind
from ..month.debt_results import Facility
from ..values.units import Decimal9, Flag, Money, Number, Ratio, Words


class Extreme(NamedTuple):
    """How low and how high a figure goes, first months first."""

    figure: Words
    lowest: Money
    lowest_period: Number
    highest: Money
    highest_period: Number
    closing: Money


class ShortfallSummary(NamedTuple):
    """One category of what was left unpaid."""

    category: ShortfallCategory
    shortfall: Money  #: sum over the horizon
    cured: Money
    outstanding: Money  #: at the end
    highest_outstanding: Money
    highest_outstanding_period: Number


class AfterDefault(NamedTuple):
    """What follows the first default, over the whole horizon: counterfactual while creditors stand still."""

    standstill_peak: Money  #: the highest of what is unpaid and the gap to the minimum cash
    standstill_peak_period: Number
    shortfalls: tuple[ShortfallSummary, ...]


class CoverageSummary(NamedTuple):
    """One ratio over the last twelve months of each month, and over the horizon."""

    figure: Words
    minimum: Ratio  #: of the months in which it is defined
    minimum_period: Number
    average: Ratio  #: of the months in which it is defined; negative where one of them is
    horizon: Ratio  #: the months after a default included


class CategorySummary(NamedTuple):
    """The market value of one category of assets."""

    category: Words
    opening: Money
    closing: Money
    lowest: Money
    lowest_period: Number

    @property
    def change(self) -> Money:
        return self.closing - self.opening


class CollateralSummary(NamedTuple):
    """Claims against the market value of the assets."""

    highest_loan_to_value: Ratio
    highest_loan_to_value_period: Number
    closing_loan_to_value: Ratio
    highest_collateral_shortfall: Money
    highest_collateral_shortfall_period: Number


class CashBridge(NamedTuple):
    """How opening cash becomes closing cash, cause by cause; what takes cash is below 0."""

    opening_cash: Money
    ebitda: Money
    receivables: Money  #: collected beyond the revenue
    inventory_and_payables: Money  #: what inventory and suppliers' credit set free
    tax: Money  #: due
    operating_arrears: Money  #: operating needs and tax left unpaid
    interest: Money
    capital_expenditure: Money
    revolver_draws: Money
    repayments: Money  #: of principal and of the revolver, prepayments included
    equity_cures: Money
    restricted_cash: Money  #: what the liquidity shock holds back

    @property
    def closing_cash(self) -> Money:
        return sum(self)


class CapitalStructureLine(NamedTuple):
    """One debt in the order of the waterfall."""

    facility: Facility
    opening_balance: Money
    share_of_debt: Ratio
    debt_through: Money  #: this debt and all before it
    leverage_through: Ratio  #: of that, over the adjusted EBITDA of the twelve months to the end of month 1
    rate: Decimal9  #: of month 1
    closing_balance: Money  #: at the end of the last month of the view
    wall: Money | None  #: due in the year after the horizon; None after a default


class CovenantLine(NamedTuple):
    """One covenant up to the first default, at its closest test."""

    covenant_id: Words
    kind: CovenantKind
    tests: Number
    first_breach_period: Number
    first_event_of_default_period: Number
    least_headroom: Money | None  #: None where it was never tested
    least_headroom_period: Number
    ratio: Ratio  #: at that test
    threshold: Decimal9  #: 0 for liquidity, whose ratio is over the least amount
    headroom_share: Ratio  #: how far what there is may fall
    equity_cures: Money  #: of all tests


class RecoveryLine(NamedTuple):
    """What a liquidation brings one debt, in the order of the waterfall."""

    facility: Facility
    claim: Money
    paid: Money
    share: Ratio
    loss_given_default: Ratio
    is_fulcrum: Flag  #: 1 for the first debt by rank that is not whole


class RecoverySummary(NamedTuple):
    """A liquidation in the month of the first default, else in the last month."""

    period: Number
    estate_value: Money
    costs: Money
    priority_claims_paid: Money
    claims: Money
    paid: Money
    share: Ratio
    others_paid: Money
    owners: Money
    lines: tuple[RecoveryLine, ...]
