"""A loan between two events, and what fell due on it at the last of them."""

from ..numbers.exact import Arithmetic
from ..values.units import NANO, AllInRate, Money, Ticks


class LoanState:
    """A loan on its way: played from event to event in place, as a dated life has thousands of them.

    Its figures are those of the lane that plays it.
    """

    __slots__ = (
        "accrued",
        "capitalised",
        "carry",
        "coupon",
        "due",
        "fee",
        "fee_carry",
        "interest_base",
        "interest_scale",
        "levelled_at",
        "payment",
        "principal",
        "principal_scale",
        "rate",
    )

    def __init__(
        self, principal: Money, accrued: Money, rate: AllInRate, payment: Money | None, interest_base: Money | None
    ) -> None:
        self.principal, self.accrued, self.carry = principal, accrued, 0
        self.rate = rate
        self.payment = payment  #: of principal where linear, of principal and interest where level or annuity
        self.levelled_at: AllInRate | None = None  #: the rate at which the payment was levelled last
        self.interest_base = interest_base  #: None where interest is taken on the principal itself
        self.fee, self.fee_carry = 0, 0
        self.interest_scale, self.principal_scale = NANO, NANO
        self.settle()

    def settle(self) -> None:
        """What fell due so far is accounted for."""
        self.coupon = self.capitalised = self.due = 0

    def accrue(self, m: Arithmetic, ticks: Ticks, fee_rate: AllInRate = 0) -> None:
        """Interest on the principal, or on its base, and a fee on the principal."""
        if fee_rate:
            self.fee, self.fee_carry = m.accrue(self.principal, fee_rate, ticks, self.fee, self.fee_carry)
        base = self.principal if self.interest_base is None else self.interest_base
        self.accrued, self.carry = m.accrue(base, self.rate, ticks, self.accrued, self.carry)

    def pay_coupon(self, in_cash: Money, capitalised: Money) -> None:
        """The coupon so far falls due: in cash, and as principal."""
        self.coupon, self.capitalised = self.coupon + in_cash, self.capitalised + capitalised
        self.principal, self.accrued, self.carry = self.principal + capitalised, 0, 0

    def repay(self, due: Money) -> None:
        """Principal falls due."""
        self.due, self.principal = self.due + due, self.principal - due

    def copy(self) -> "LoanState":
        """The loan as it is now."""
        twin = LoanState.__new__(LoanState)
        for name in self.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin
