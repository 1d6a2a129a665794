"""What work costs its tenant: charged by the work itself, before its long part begins."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

Charge = Callable[[int], None]  #: counts operations; raises where there are fewer left
T = TypeVar("T")


def free(operations: int) -> None:
    """Work that nobody pays for: a verification, or that of a tenant without a quota."""


_CHARGE: ContextVar[Charge] = ContextVar("charge", default=free)


def charged(charge: Charge, work: Callable[[], T]) -> T:
    """Work whose price is charged before it begins: it stops there where the charge raises."""
    token = _CHARGE.set(charge)
    try:
        return work()
    finally:
        _CHARGE.reset(token)


def take(operations: int) -> None:
    """Charges operations of the work that runs."""
    _CHARGE.get()(operations)
