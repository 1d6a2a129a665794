"""The contractual debt service of months 1 to 36, as if all is paid and nothing prepaid; the revolver is left out."""

from dataclasses import dataclass
from fractions import Fraction

from tests.engine.recomputed_v2.arithmetic import Money
from tests.engine.recomputed_v2.company import Revolver
from tests.engine.recomputed_v2.debts import Contract, play
from tests.engine.recomputed_v2.paths import MONTHS


@dataclass(frozen=True)
class Service:
    """Of one loan, months 0 to 36."""

    interest: list[Money]  #: in cash
    principal: list[Money]  #: refinanced share taken off

    def due(self, t: int) -> Money:
        return self.interest[t] + self.principal[t]


def service_table(contracts: dict[str, Contract]) -> dict[str, Service]:
    """By loan."""
    return {name: service(deal) for name, deal in contracts.items() if not isinstance(deal.debt, Revolver)}


def service(deal: Contract) -> Service:
    table = Service([0], [0])
    performing, grown = deal.debt.balance, Fraction(deal.debt.accrued_interest)
    for t in range(1, MONTHS + 1):
        played = play(deal.periods[t], performing, grown)
        table.interest.append(played.coupon)
        table.principal.append(played.scheduled)
        performing, grown = played.performing, played.grown
    return table
