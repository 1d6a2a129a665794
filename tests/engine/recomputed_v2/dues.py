"""What accrues and falls due on each debt in a month: step 2 of DESIGN section 4."""

from dataclasses import dataclass
from fractions import Fraction

from tests.engine.recomputed_v2.arithmetic import NANO, Money, rounded, times
from tests.engine.recomputed_v2.company import Revolver
from tests.engine.recomputed_v2.days import month_end, years
from tests.engine.recomputed_v2.debts import Contract, play
from tests.engine.recomputed_v2.state import DebtBalance


@dataclass
class Dues:
    """Of one debt in one month, before anything is paid."""

    rate: int
    coupon: Money  #: of the contract, newly due in cash
    interest: Money  #: newly due in cash: coupon, default interest, margin, fee, called accrual
    expense: Money
    capitalised: Money
    scheduled: Money  #: principal newly due under the contract
    refinanced: Money
    overadvance: Money
    called: Money  #: principal that a call makes due
    performing: Money  #: after what fell due
    grown: Fraction

    @property
    def principal(self) -> Money:
        """Newly due, whatever makes it due."""
        return self.scheduled + self.overadvance + self.called


def fall_due(
    deal: Contract, t: int, before: DebtBalance, base: Money | None, *, charges_margin: bool, called: bool
) -> Dues:
    """On opening balances. `base` is the borrowing base where it calls back what is drawn beyond it."""
    margin, whole_month = deal.debt.default_margin, deal.month_years[t]
    played = play(deal.periods[t], before.performing, before.grown, called)
    unpaid = before.overdue + before.arrears
    extra = rounded(Fraction(unpaid) * (deal.rates[t] + margin) * whole_month / NANO)
    if charges_margin:
        extra += rounded(Fraction(before.performing) * margin * whole_month / NANO)
    extra += undrawn_fee(deal, t, before)
    overadvance = 0 if base is None or called else max(played.performing - base, 0)
    performing = played.performing - overadvance
    return Dues(
        rate=deal.rates[t],
        coupon=played.coupon,
        interest=played.coupon + extra + (played.accrued if called else 0),
        expense=played.expense + extra,
        capitalised=played.capitalised,
        scheduled=played.scheduled,
        refinanced=0 if called else played.refinanced,
        overadvance=overadvance,
        called=performing if called else 0,
        performing=0 if called else performing,
        grown=Fraction(0) if called else played.grown,
    )


def undrawn_fee(deal: Contract, t: int, before: DebtBalance) -> Money:
    """Actual/360 on the whole commitment less what is drawn and overdue, up to the day of maturity."""
    revolver = deal.debt
    if not isinstance(revolver, Revolver) or t > deal.maturity_month:
        return 0
    d0 = deal.d0
    start, end = month_end(d0, t - 1), min(month_end(d0, t), revolver.maturity)
    undrawn = max(revolver.commitment - before.balance, 0)
    return rounded(Fraction(undrawn) * revolver.undrawn_fee * years("actual_360", d0, start, end) / NANO)


def borrowing_base(revolver: Revolver, receivables: Money, stock: Money) -> Money | None:
    """Advance rates on closing receivables and stock; None where there is none."""
    if not revolver.has_borrowing_base:
        return None
    return times(receivables, revolver.receivables_advance or 0) + times(stock, revolver.inventory_advance or 0)
