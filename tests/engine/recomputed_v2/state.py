"""What a month opens with and leaves behind."""

from dataclasses import dataclass, field
from fractions import Fraction

from tests.engine.recomputed_v2.arithmetic import Money, rounded
from tests.engine.recomputed_v2.company import Company


@dataclass
class DebtBalance:
    """A debt between two months."""

    performing: Money
    grown: Fraction  #: interest of the running coupon, unrounded
    overdue: Money = 0
    arrears: Money = 0

    @property
    def accrued(self) -> Money:
        return rounded(self.grown)

    @property
    def balance(self) -> Money:
        return self.performing + self.overdue

    @property
    def unpaid(self) -> Money:
        return self.overdue + self.arrears

    @property
    def claim(self) -> Money:
        return self.balance + self.accrued + self.arrears


@dataclass
class State:
    """The company between two months."""

    cash: Money
    shock_hold: Money  #: of the liquidity shock, in restricted cash
    receivables: Money
    stock: Money
    fixed_assets: Money
    payables: Money
    operating_arrears: Money
    equity: Money
    debts: dict[str, DebtBalance] = field(default_factory=dict)
    cure: Money = 0  #: equity that arrives in the month

    @property
    def unpaid(self) -> Money:
        return self.operating_arrears + sum(debt.unpaid for debt in self.debts.values())

    @property
    def debt(self) -> Money:
        return sum(debt.balance for debt in self.debts.values())

    @property
    def working_capital(self) -> Money:
        return self.receivables + self.stock - self.payables


def opening(company: Company) -> State:
    return State(
        cash=company.cash,
        shock_hold=0,
        receivables=company.receivables,
        stock=company.inventory,
        fixed_assets=company.fixed_assets,
        payables=company.payables,
        operating_arrears=0,
        equity=company.equity,
        debts={debt.name: DebtBalance(debt.balance, Fraction(debt.accrued_interest)) for debt in company.debts},
    )
