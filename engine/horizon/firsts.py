"""What happens first and what is most: marks that a fold over the months moves, figure by figure."""

from typing import NamedTuple, TypeVar

from ..compile.case import MonthTerms
from ..compile.structure import CapitalStructure
from ..month.results import Month
from ..numbers.exact import Arithmetic
from ..values.units import Choice, Flag, Money, Number
from .results import DefaultKind

KINDS = tuple(DefaultKind)  #: a run computes with positions here in place of kinds
NONE, OPERATING, INTEREST, PRINCIPAL, MATURITY = range(len(KINDS))
BEYOND = 2**62  #: more than any liquidity


class Default(NamedTuple):
    """The first month with anything unpaid, and what failed first in the order of the waterfall."""

    period: Number = 0
    kind: Choice = NONE
    facility: Number = 0  #: its position plus one
    need: Money = 0


class Extreme(NamedTuple):
    """A highest or lowest figure and the first period that has it."""

    figure: Money
    period: Number = 0


Mark = TypeVar("Mark", Default, Extreme)


def either(m: Arithmetic, condition: Flag, new: Mark, old: Mark) -> Mark:
    """The new one where the condition holds, the old one elsewhere, figure by figure."""
    return type(old)(*[m.where(condition, figure, other) for figure, other in zip(new, old, strict=True)])


def first_period(m: Arithmetic, before: Number, condition: Flag, number: int) -> Number:
    """The first period in which a condition holds, 0 while it does not."""
    return m.where((before == 0) & condition, number, before)


def funding_need(month: Month) -> Money:
    """What is unpaid and still owed, plus the gap to the minimum cash."""
    return month.shortfalls.total_outstanding + month.liquidity.minimum_cash_gap


def default_of(m: Arithmetic, structure: CapitalStructure, number: int, terms: MonthTerms, month: Month) -> Default:
    """What is unpaid in a month, the first of it in the order of the waterfall: operations, then lien by lien."""
    facility: Number = 0
    kind: Choice = NONE
    for slots in reversed(structure.liens):
        for slot in reversed(slots):
            failed = month.facilities[slot].overdue > 0
            facility = m.where(failed, slot + 1, facility)
            kind = m.where(failed, m.where(terms.debts[slot].matured, MATURITY, PRINCIPAL), kind)
        for slot in reversed(slots):
            failed = month.facilities[slot].interest_arrears > 0
            facility = m.where(failed, slot + 1, facility)
            kind = m.where(failed, INTEREST, kind)
    failed = month.position.operating_arrears > 0
    return Default(number, m.where(failed, OPERATING, kind), m.where(failed, 0, facility), funding_need(month))
