"""The order of payments: operating needs, then lien by lien interest before principal, older before newer."""

from dataclasses import dataclass, field

from tests.engine.recomputed_v2.arithmetic import Money, share_out
from tests.engine.recomputed_v2.company import Debt
from tests.engine.recomputed_v2.dues import Dues
from tests.engine.recomputed_v2.state import DebtBalance


@dataclass
class Payments:
    """What cash pays; `cash` is what it leaves."""

    cash: Money
    operating: dict[str, Money] = field(default_factory=dict)
    interest: dict[str, Money] = field(default_factory=dict)
    principal: dict[str, Money] = field(default_factory=dict)


def pay(
    cash: Money,
    operating: dict[str, Money],
    debts: tuple[Debt, ...],
    before: dict[str, DebtBalance],
    dues: dict[str, Dues],
) -> Payments:
    """Each need as far as the cash goes; the next lien gets what is left."""
    payments = Payments(cash)
    for need, due in operating.items():
        payments.operating[need] = min(payments.cash, due)
        payments.cash -= payments.operating[need]
    payments.interest = {debt.name: 0 for debt in debts}
    payments.principal = {debt.name: 0 for debt in debts}
    for lien in sorted({debt.lien for debt in debts}):
        names = sorted(debt.name for debt in debts if debt.lien == lien)
        _pro_rata(payments, payments.interest, {name: before[name].arrears for name in names})
        _pro_rata(payments, payments.interest, {name: dues[name].interest for name in names})
        _pro_rata(payments, payments.principal, {name: before[name].overdue for name in names})
        _pro_rata(payments, payments.principal, {name: dues[name].principal for name in names})
    return payments


def _pro_rata(payments: Payments, paid: dict[str, Money], due: dict[str, Money]) -> None:
    amount = min(payments.cash, sum(due.values()))
    payments.cash -= amount
    for name, part in zip(due, share_out(amount, list(due.values())), strict=True):
        paid[name] += part


def prepay(amount: Money, debts: tuple[Debt, ...], performing: dict[str, Money]) -> dict[str, Money]:
    """The sweep: lien by lien, pro rata inside."""
    payments, prepaid = Payments(amount), dict.fromkeys(performing, 0)
    for lien in sorted({debt.lien for debt in debts}):
        names = sorted(debt.name for debt in debts if debt.lien == lien and debt.name in performing)
        _pro_rata(payments, prepaid, {name: performing[name] for name in names})
    return prepaid
