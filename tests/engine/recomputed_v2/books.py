"""The working paper of one month: every amount that a step leaves for the next ones."""

from dataclasses import dataclass, field

from tests.engine.recomputed_v2.arithmetic import Money
from tests.engine.recomputed_v2.coverage import Flows
from tests.engine.recomputed_v2.dues import Dues
from tests.engine.recomputed_v2.state import State
from tests.engine.recomputed_v2.trading import Trade
from tests.engine.recomputed_v2.waterfall import Payments


@dataclass
class Limits:
    """What can be drawn in a month."""

    usable: Money = 0  #: commitment that the shock leaves
    base: Money | None = None
    stopped: bool = False  #: by anything unpaid at the opening, an event of default, a call or a workout
    matures_soon: bool = False  #: in t + 1 .. t + 3

    def drawable(self, drawn: Money) -> Money:
        limit = self.usable if self.base is None else min(self.usable, self.base)
        return max(limit - drawn, 0)


@dataclass
class Books:
    """Filled step by step, in the order of the fields."""

    t: int
    before: State
    trade: Trade
    # 0 and 1
    shock_hold: Money = 0
    limits: Limits = field(default_factory=Limits)
    payables: Money = 0
    suppliers: Money = 0  #: due
    # 2 and 3
    dues: dict[str, Dues] = field(default_factory=dict)
    depreciation: Money = 0
    interest_expense: Money = 0
    profit: Money = 0  #: before tax
    tax_before: Money = 0  #: the position
    tax_expense: Money = 0
    tax_due: Money = 0
    # 4
    operating: dict[str, Money] = field(default_factory=dict)  #: needs, in the order of payment
    interest_needs: Money = 0
    principal_needs: Money = 0
    drawable: Money = 0  #: less what is drawn
    draws: Money = 0
    payments: Payments = field(default_factory=lambda: Payments(0))
    performing: dict[str, Money] = field(default_factory=dict)
    # 5, 6 and 7
    hold_back: Money = 0
    capital_expenditure: Money = 0
    cash: Money = 0
    repaid: Money = 0
    prepaid: dict[str, Money] = field(default_factory=dict)  #: the revolver's repayment among them
    # 8
    after: State | None = None
    balloons: dict[str, Money] = field(default_factory=dict)
    flows: Flows = field(default_factory=Flows)

    @property
    def closing(self) -> State:
        assert self.after is not None
        return self.after

    @property
    def obligations(self) -> Money:
        return sum(self.operating.values()) + self.interest_needs + self.principal_needs

    @property
    def net_income(self) -> Money:
        return self.profit - self.tax_expense
