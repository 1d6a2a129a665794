"""What goes in: one company, its debts, its covenants, and a scenario. Money in minor units; rates, shares in nanos.

Everything here is plain: no value is checked, for the engine's own inputs are. What is left out is neutral.
"""

from dataclasses import dataclass, field
from datetime import date

from tests.engine.recomputed_v2.arithmetic import NANO


@dataclass(frozen=True)
class Row:
    """A row of a custom schedule."""

    day: date
    amount: int


@dataclass(frozen=True)
class Rate:
    """A fixed coupon, or an index between floor and cap plus a spread."""

    coupon: int | None = None
    index: int = 0
    spread: int = 0
    floor: int | None = None
    cap: int | None = None
    reset_months: int = 1


@dataclass(frozen=True)
class Loan:
    """An instrument that pays every so many months from the analysis date."""

    name: str
    principal: int
    maturity: date
    rate: Rate
    lien: int = 1
    amortisation: str = "bullet"  #: or linear, annuity, level, custom
    interval_months: int = 1
    day_count: str = "30_360"
    pik_share: int = 0
    payment: int = 0  #: of a level loan
    rows: tuple[Row, ...] = ()  #: of a custom one
    default_margin: int = 0
    accrued_interest: int = 0
    all_asset_lien: int | None = None  #: rank
    collateral: tuple[str, ...] = ()  #: ids of assets

    @property
    def balance(self) -> int:
        return self.principal


@dataclass(frozen=True)
class Revolver:
    """A revolving facility; with an advance rate it has a borrowing base."""

    name: str
    commitment: int
    drawn: int
    maturity: date
    rate: Rate
    undrawn_fee: int = 0
    lien: int = 1
    day_count: str = "actual_360"
    default_margin: int = 0
    accrued_interest: int = 0
    all_asset_lien: int | None = None
    collateral: tuple[str, ...] = ()
    receivables_advance: int | None = None
    inventory_advance: int | None = None
    pik_share: int = 0  #: none: there so that it rolls over as a loan does
    interval_months: int = 1

    @property
    def balance(self) -> int:
        return self.drawn

    @property
    def has_borrowing_base(self) -> bool:
        return self.receivables_advance is not None or self.inventory_advance is not None


Debt = Loan | Revolver


@dataclass(frozen=True)
class Asset:
    """Something that can be sold; `line` is the line of the balance sheet that it stands on, or none."""

    name: str
    market_value: int
    recovery_rate: int = NANO
    line: str | None = None  #: receivables, inventory, fixed_assets, other_assets
    category: str = "other"


@dataclass(frozen=True)
class Covenant:
    """A promise that is tested; leverage, interest_coverage and fccr quarterly, liquidity monthly."""

    name: str
    kind: str
    steps: tuple[tuple[date, int], ...]  #: from a day on a threshold: nanos, for liquidity an amount
    debts: tuple[str, ...] = ()  #: in scope; empty: all
    netting_cap: int | None = None  #: of cash; None: all of it
    springing_trigger: int | None = None  #: share of the revolver's commitment
    cures_per_four: int = 0
    cures_in_life: int = 0
    consecutive_cures: bool = False
    stops_draws: bool = False
    charges_default_margin: bool = False
    acceleration_months: int | None = None
    cross_default: bool = False


@dataclass(frozen=True)
class Company:
    """The last twelve months and the balances; equity closes the sheet."""

    as_of: date
    revenue: int = 0
    cost_of_sales: int = 0
    cost_of_sales_fixed_share: int = 0
    operating_expenses: int = 0
    operating_expenses_fixed_share: int = 0
    depreciation_and_amortisation: int = 0
    tax_rate: int = 0
    reported_ebitda: int | None = None
    interest_annual: int | None = None
    scheduled_principal_annual: int | None = None
    cash: int = 0
    restricted_cash: int = 0
    receivables: int = 0
    inventory: int = 0
    fixed_assets: int = 0
    other_assets: int = 0
    payables: int = 0
    tax_payable: int = 0
    other_liabilities: int = 0
    capital_expenditure: int = 0
    minimum_cash: int = 0
    cash_sweep_share: int = 0
    fiscal_year_end_month: int | None = None
    tax_losses: int = 0
    enforcement_cost_share: int = 0
    priority_claims: int = 0
    weights: tuple[int, ...] = (1,) * 12
    loans: tuple[Loan, ...] = ()
    revolver: Revolver | None = None
    assets: tuple[Asset, ...] = ()
    covenants: tuple[Covenant, ...] = ()
    super_senior: tuple[str, ...] = ()
    turnover: tuple[tuple[str, tuple[str, ...]], ...] = ()  #: junior, its seniors

    @property
    def debts(self) -> tuple[Debt, ...]:
        """Loans and revolver in the order of the waterfall: by lien, then by id."""
        debts: tuple[Debt, ...] = (*self.loans, *((self.revolver,) if self.revolver else ()))
        return tuple(sorted(debts, key=lambda debt: (debt.lien, debt.name)))

    @property
    def accrued_interest(self) -> int:
        return sum(debt.accrued_interest for debt in self.debts)

    @property
    def equity(self) -> int:
        assets = self.cash + self.restricted_cash + self.receivables + self.inventory
        assets += self.fixed_assets + self.other_assets
        owed = self.payables + self.accrued_interest + self.tax_payable + self.other_liabilities
        return assets - owed - sum(debt.balance for debt in self.debts)

    @property
    def year_end(self) -> int:
        """The calendar month that ends the fiscal year."""
        return self.fiscal_year_end_month or self.as_of.month


#: Neutral value of each assumption; `inventory_release_share` is one value, the others may be paths.
NEUTRAL = {
    "revenue_change_factor": NANO,
    "cost_change_factor": NANO,
    "interest_rate_change_factor": NANO,
    "interest_rate_shift": 0,
    "liquidity_shock_factor": NANO,
    "market_value_depreciation_factor": NANO,
    "collection_period_extension_days": 0,
    "payment_period_reduction_days": 0,
    "inventory_period_extension_days": 0,
    "capital_expenditure_factor": NANO,
    "refinanced_share": 0,
}


@dataclass(frozen=True)
class Course:
    """When constant assumptions act."""

    onset_months: int = 0
    ramp_months: int = 0
    hold_months: int | None = None  #: None: to the end
    recovery_months: int = 0


@dataclass(frozen=True)
class Scenario:
    """Assumptions by name, each a path of values; what is not named is neutral."""

    horizon: int = 12
    assumptions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    inventory_release_share: int = 0
    stresses_coupons: bool = False  #: the scope ALL
    course: Course | None = None
    workout: bool = False  #: the posture WORKOUT
    acceleration_months: int = 1
